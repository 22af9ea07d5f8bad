//! The way of a request through the emulator.

use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use axum::routing::any;
use bytes::Bytes;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, LOCATION, RETRY_AFTER};
use http_body_util::channel::Channel;
use serde_json::json;

use crate::answer::{Answer, Refusal};
use crate::extensions::{self, Call, Extension, cors};
use crate::faults::Fault;
use crate::listen::{self, Cord};
use crate::log::Exchange;
use crate::state::{Shared, State};
use crate::table::{Endpoint, ProviderTable, Step};
use crate::{api, browser, pages, token};

pub(crate) const REDIRECT_TARGET: &str = "/redirect-target";

/// The socket that stands for a documented host, and its address.
pub(crate) fn bind() -> std::io::Result<(TcpListener, String)> {
    let (listener, address) = listen::bind()?;
    Ok((listener, format!("http://{address}")))
}

/// What is found at a path.
#[derive(Clone, Debug)]
enum Place {
    Documented(Endpoint),
    /// A browser asks whether a page may call it.
    Preflight(Endpoint),
    Login,
    Consent,
    HostedRedirect,
    RedirectTarget,
    Favicon,
    Nowhere,
}

/// What serves a documented host.
pub(crate) fn router(shared: &Arc<Shared>, host: &'static str) -> Router {
    let shared = Arc::clone(shared);
    let service = any(move |request: Request| answer(Arc::clone(&shared), host, request));
    Router::new().fallback_service(service.with_state(()))
}

/// The answer of a documented host.
pub(crate) async fn answer(shared: Arc<Shared>, host: &'static str, request: Request) -> Response {
    let place = place(&shared.table, host, &request);
    serve(shared, host, place, request).await
}

fn place(table: &ProviderTable, host: &str, request: &Request) -> Place {
    let path = request.uri().path();
    let documented = table.endpoints.iter().find(|endpoint| endpoint.host == host && endpoint.path == path);
    let hosted = || table.hosted_redirect.is_some_and(|hosted| hosted.host == host && hosted.has(path));
    match path {
        pages::LOGIN_PATH => Place::Login,
        pages::CONSENT_PATH => Place::Consent,
        REDIRECT_TARGET => Place::RedirectTarget,
        "/favicon.ico" => Place::Favicon,
        _ => match documented {
            Some(endpoint) if cors::is_preflight(table, endpoint, request.method(), request.headers()) => {
                Place::Preflight(endpoint.clone())
            }
            Some(endpoint) => Place::Documented(endpoint.clone()),
            None if hosted() => Place::HostedRedirect,
            None => Place::Nowhere,
        },
    }
}

async fn serve(shared: Arc<Shared>, host: &'static str, place: Place, request: Request) -> Response {
    let cord = Cord::of(&request);
    let Some(mut seen) = listen::receive(host, request).await else {
        return Answer::text(400, "the body did not arrive").into_response(Body::empty());
    };
    let (index, fault) = {
        let mut state = shared.lock();
        seen.fault = match &place {
            Place::Documented(endpoint) if endpoint.step != Step::Authorize => {
                // The API is no part of the authorization server, and a page is asked for by no client.
                let exact_only = [Step::Api, Step::Extension(Extension::DevicePage)].contains(&endpoint.step);
                state.faults.take(&seen.path, exact_only)
            }
            _ => None,
        };
        (state.log.open(seen.clone()), seen.fault.clone())
    };
    let instead = match &fault {
        Some(Fault::CutBeforeActing) => return cord.cut().await,
        Some(fault) => before_acting(fault),
        None => None,
    };
    let answer = match instead {
        Some(answer) => answer,
        None => {
            let mut state = shared.lock();
            let answer = act(&shared, &mut state, &place, &seen);
            if let Some(refusal) = &answer.refusal {
                state.log.refused(index, refusal);
            }
            answer
        }
    };
    let answer = match fault {
        Some(Fault::CutAfterActing) => return cord.cut().await,
        Some(Fault::Status500AfterActing) => Answer::text(500, "internal error"),
        Some(Fault::Garbage) => Answer {
            status: 200,
            headers: vec![(CONTENT_TYPE, "application/json".to_owned())],
            body: b"{\"access_token\": \"at-".to_vec(),
            refusal: None,
        },
        Some(Fault::Slow(delay)) => {
            tokio::time::sleep(delay).await;
            answer
        }
        Some(Fault::ShortBody) => {
            shared.lock().log.answered(index, answer.status);
            return short(answer);
        }
        _ => answer,
    };
    shared.lock().log.answered(index, answer.status);
    let body = Body::from(answer.body.clone());
    answer.into_response(body)
}

/// The answers that are given in place of the work.
fn before_acting(fault: &Fault) -> Option<Answer> {
    match fault {
        Fault::Status500BeforeActing => Some(Answer::text(500, "internal error")),
        Fault::TooManyRequests { retry_after_seconds } => Some(
            Answer::json(429, &json!({ "error": "temporarily_unavailable", "error_description": "too many requests" }))
                .with(RETRY_AFTER, retry_after_seconds.to_string()),
        ),
        Fault::Redirect303 { to } => Some(Answer::text(303, "").with(LOCATION, to.as_str())),
        Fault::Redirect307 { to } => Some(Answer::text(307, "").with(LOCATION, to.as_str())),
        _ => None,
    }
}

/// Announces the whole body, sends half of it, and closes.
fn short(answer: Answer) -> Response {
    let (mut sender, channel) = Channel::<Bytes, std::io::Error>::new(1);
    let whole = answer.body.len();
    let half = Bytes::copy_from_slice(&answer.body[..whole / 2]);
    tokio::spawn(async move {
        let _ = sender.send_data(half).await;
        // The half has to leave the buffers before the end comes, or the client sees an empty answer.
        tokio::time::sleep(Duration::from_millis(50)).await;
        sender.abort(std::io::Error::other("injected fault"));
    });
    answer.with(CONTENT_LENGTH, whole.max(2).to_string()).into_response(Body::new(channel))
}

fn act(shared: &Shared, state: &mut State, place: &Place, seen: &Exchange) -> Answer {
    let now_ms = shared.clock.now_ms();
    let table = &*shared.table.with_registered(&state.extensions, now_ms);
    match place {
        Place::Documented(endpoint) => {
            let answer = documented(table, state, now_ms, endpoint, seen);
            cors::let_read(answer, table, endpoint, seen)
        }
        Place::Preflight(endpoint) => {
            let answer = cors::preflight(table, endpoint, seen).into();
            cors::let_read(answer, table, endpoint, seen)
        }
        Place::Login => browser::login(table, state, seen),
        Place::Consent => browser::consent(table, state, now_ms, seen),
        Place::HostedRedirect => browser::hosted(table, seen),
        Place::RedirectTarget => Answer::text(200, "a redirect was followed"),
        Place::Favicon => Answer::text(404, "none"),
        Place::Nowhere => nowhere(shared, seen).into(),
    }
}

/// What the step of an endpoint answers.
fn documented(table: &ProviderTable, state: &mut State, now_ms: u64, endpoint: &Endpoint, seen: &Exchange) -> Answer {
    match endpoint.step {
        Step::Authorize => browser::open(table, state, now_ms, endpoint, seen),
        Step::Token => token::answer(table, state, now_ms, endpoint, seen).into(),
        Step::FollowUp => token::follow_up(table, state, now_ms, endpoint, seen).into(),
        Step::Extension(extension) => {
            extensions::answer(extension, Call { table, state, now_ms, endpoint, seen }).into()
        }
        Step::Logout => api::logout(table, &mut state.grants, endpoint, seen).into(),
        Step::ValidateToken | Step::ValidateSession | Step::Api => {
            let answer = api::protected(table, state, now_ms, endpoint, seen).into();
            extensions::metadata::point(answer, table, state)
        }
    }
}

/// Says what is wrong with the path, as far as one can guess.
fn nowhere(shared: &Shared, seen: &Exchange) -> Refusal {
    let bare = |path: &str| path.trim_end_matches('/').to_ascii_lowercase();
    let near = shared.table.endpoints.iter().find(|endpoint| bare(endpoint.path) == bare(&seen.path));
    let hint = match near {
        Some(near) => {
            format!("; {} on {} is documented ({})", near.path, near.host, shared.table.cite(near.line))
        }
        None => String::new(),
    };
    Refusal::Deviates(format!("there is no {} on {}{hint}", seen.path, seen.host))
}
