//! An HTTP client that has its tokens by itself: a `tower` layer adds the token to each request, has it renewed ahead of
//! its end, and tries once more after a 401, where the request may be repeated. `middleware/layer.rs` is the part to copy,
//! and `shared_token/shared.rs` below it.
//!
//! ```sh
//! cargo run --example middleware
//! ```
//!
//! It runs against a stand-in for a server. For a real one, change `main`: the provider, with the origins of its API; the
//! client; the clock; the store; and a connector with TLS. Redirects are followed by a layer around this one, if at all, so
//! that each hop is asked about anew.

#[path = "middleware/layer.rs"]
mod layer;
#[path = "shared_token/shared.rs"]
mod shared;
#[path = "support/mod.rs"]
mod support;
#[path = "adapters/hyper.rs"]
mod transport;

use std::{
    convert::Infallible,
    error::Error,
    future::ready,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use http::{HeaderValue, Request, Response, StatusCode, header};
use http_body_util::Full;
use hyper_util::{
    client::legacy::{Client as HttpClient, connect::HttpConnector},
    rt::TokioExecutor,
};
use layer::AddToken;
use oauth_proto::{AnyTokenSet, Client, Confidential, Keeper, Registration};
use shared::{Clock, SharedToken, Store};
use support::StandIn;
use tokio::task::JoinSet;
use tower::{Layer, Service, ServiceExt, service_fn};

type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let server = StandIn::start(); // yours is elsewhere
    let registration = Registration::new(server.client_id())?;
    let client = Client::confidential(server.provider(), registration, server.client_secret().into())?;
    let tokens = first(&client, &server).await?;

    let clock = server.clone();
    let now: Clock = Arc::new(move || clock.now()); // yours reads SystemTime
    // Nobody misses a client's own tokens. A user's are stored: see `shared_token`.
    let store: Store = Box::new(|_| Ok(()));
    let token = SharedToken::new(&client, Keeper::new(tokens), now, store)?;

    let http = HttpClient::builder(TokioExecutor::new()).build::<_, Full<Bytes>>(HttpConnector::new());
    let api = AddToken::new(token.clone()).layer(http);
    let url = server.api_url();

    // From here on: calls as a program makes them, and what the stand-in saw of them.
    let asked = server.token_requests();
    server.pass(Duration::from_secs(2 * 3600)); // the token is over, and twenty requests need it at once
    let mut calls = JoinSet::new();
    for _ in 0..20 {
        calls.spawn(api.clone().oneshot(get(&url)?));
    }
    while let Some(answer) = calls.join_next().await {
        expect(answer??.status().as_u16(), 200)?;
    }
    expect(server.token_requests() - asked, 1)?;

    // The server has ended the token before its time: it is renewed, and what may be repeated is.
    server.end_access_tokens();
    expect(api.clone().oneshot(get(&url)?).await?.status().as_u16(), 200)?;
    expect((server.token_requests() - asked, server.api_requests()), (2, 22))?; // one of them with the token that was over

    // An API that refuses whatever comes: a GET comes twice, and a POST is not repeated.
    let seen = Arc::<AtomicUsize>::default();
    let never = AddToken::new(token.clone()).layer(refusing(&seen, "Bearer"));
    expect(never.clone().oneshot(get(&url)?).await?.status().as_u16(), 401)?;
    expect(seen.load(Ordering::Relaxed), 2)?;
    let post = Request::post(&url).body(Full::default())?;
    expect(never.clone().oneshot(post).await?.status().as_u16(), 401)?;
    expect(seen.load(Ordering::Relaxed), 3)?;

    // Where no new token comes, the API's answer does.
    expect(api.clone().oneshot(get(&url)?).await?.status().as_u16(), 200)?;
    server.lose_next_answer();
    expect(never.clone().oneshot(get(&url)?).await?.status().as_u16(), 401)?;
    server.pass(Duration::from_secs(60));
    expect(api.oneshot(get(&url)?).await?.status().as_u16(), 200)?; // later it does

    // An API that asks for a better login (RFC 9470): the token is as good as before.
    let asked = server.token_requests();
    let better = refusing(&seen, r#"Bearer error="insufficient_user_authentication", acr_values="phr""#);
    expect(AddToken::new(token).layer(better).oneshot(get(&url)?).await?.status().as_u16(), 401)?;
    expect((server.token_requests() - asked, seen.load(Ordering::Relaxed)), (0, 5))?; // asked once, and nothing renewed

    // Where the token does not belong, no request goes at all.
    let why = never.oneshot(get("https://elsewhere.example/me")?).await.err().ok_or("the token went elsewhere")?;
    println!("not sent to https://elsewhere.example/me: {why}");
    expect(seen.load(Ordering::Relaxed), 5)?;
    expect(server.deviations(), Vec::new())?;
    println!("middleware: one renewal for twenty requests, one for a 401, and no token to a stranger.");
    Ok(())
}

fn get(url: &str) -> Result<Request<Full<Bytes>>> {
    Ok(Request::get(url).body(Full::default())?)
}

/// Counts what comes, and answers 401.
fn refusing(
    seen: &Arc<AtomicUsize>,
    why: &'static str,
) -> impl Service<Request<Full<Bytes>>, Response = Response<Full<Bytes>>, Error = Infallible, Future: Send> + Clone + use<>
{
    let seen = Arc::clone(seen);
    service_fn(move |_| {
        seen.fetch_add(1, Ordering::Relaxed);
        let mut answer = Response::new(Full::default());
        *answer.status_mut() = StatusCode::UNAUTHORIZED;
        answer.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(why));
        ready(Ok(answer))
    })
}

async fn first(client: &Client<Confidential>, server: &StandIn) -> Result<AnyTokenSet> {
    let (request, in_flight) = client.client_credentials()?.request(server.now())?;
    let outcome = transport::send(&transport::client(HttpConnector::new()), request).await;
    Ok(in_flight.finish(outcome)?.into_token_set().into())
}

fn expect<T: PartialEq + std::fmt::Debug>(found: T, expected: T) -> Result<()> {
    if found == expected { Ok(()) } else { Err(format!("{found:?}, and not {expected:?}").into()) }
}
