//! The way of a request through the server of a row.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use axum::routing::any;

use crate::answer::{Answer, Refusal};
use crate::clock::Clock;
use crate::listen;
use crate::log::{Exchange, Log};
use crate::mint::Mint;
use crate::rows::expect::{Pattern, Step};
use crate::rows::plan::Plan;
use crate::rows::store::Store;
use crate::rows::template::Url;
use crate::rows::{api, authorize, token};

/// How often each step was really done.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Counts {
    pub(crate) redemptions: usize,
    pub(crate) credentials: usize,
    pub(crate) refreshes: usize,
    pub(crate) follow_ups: usize,
    pub(crate) api_calls: usize,
}

#[derive(Debug)]
pub(crate) struct State {
    pub(crate) mint: Mint,
    pub(crate) store: Store,
    pub(crate) log: Log,
    pub(crate) counts: Counts,
}

#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) plan: Plan,
    pub(crate) clock: Clock,
    state: Mutex<State>,
}

/// What a request is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Authorize,
    Token,
    Refresh,
    FollowUp,
    Api,
}

impl Shared {
    pub(crate) fn new(plan: Plan) -> Self {
        let state =
            State { mint: Mint::new(), store: Store::default(), log: Log::default(), counts: Counts::default() };
        Shared { plan, clock: Clock::new(), state: Mutex::new(state) }
    }

    /// One request at a time: two refreshes that arrive together are decided one after the other.
    pub(crate) fn lock(&self) -> MutexGuard<'_, State> {
        // A panic in one test thread must not hide what another one asks.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// All hosts are served here, and all paths: which one is meant is for the row to know.
pub(crate) fn router(shared: &Arc<Shared>) -> Router {
    let shared = Arc::clone(shared);
    Router::new().fallback_service(any(move |request: Request| serve(shared, request)).with_state(()))
}

async fn serve(shared: Arc<Shared>, request: Request) -> Response {
    let host = request.headers().get("host").and_then(|host| host.to_str().ok()).unwrap_or("").to_owned();
    let Some(seen) = listen::receive(&host, request).await else {
        return Answer::text(400, "the body did not arrive").into_response(Body::empty());
    };
    let state = &mut *shared.lock();
    let index = state.log.open(seen.clone());
    let answer = act(&shared, state, &seen);
    if let Some(refusal) = &answer.refusal {
        state.log.refused(index, refusal);
    }
    state.log.answered(index, answer.status);
    let body = Body::from(answer.body.clone());
    answer.into_response(body)
}

fn act(shared: &Shared, state: &mut State, seen: &Exchange) -> Answer {
    let (plan, now_ms) = (&shared.plan, shared.clock.now_ms());
    let kind = match plan.kind_of(seen) {
        Ok(kind) => kind,
        Err(refusal) => return refusal.into(),
    };
    let request = token::Request { plan, now_ms, seen };
    let (answered, shape) = match kind {
        Kind::Authorize => return authorize::answer(plan, state, now_ms, seen).into(),
        Kind::Api => return api::answer(plan, state, now_ms, seen).into(),
        Kind::Token => (request.token(state), &plan.answer),
        Kind::Refresh => (request.refresh(state), &plan.answer),
        Kind::FollowUp => (request.follow_up(state), plan.follow_up_answer.as_ref().unwrap_or(&plan.answer)),
    };
    answered.unwrap_or_else(|refusal| shape.refusal(refusal))
}

impl Plan {
    /// What the request is about: its address says it, and where one address serves several steps, what only one of
    /// them has.
    fn kind_of(&self, seen: &Exchange) -> Result<Kind, Refusal> {
        let steps = self.steps();
        let here: Vec<(Kind, &Step)> =
            steps.into_iter().filter(|(_, step)| step.url.serves(&seen.host, &seen.path)).collect();
        let pairs = pairs_of(seen);
        let by_method = || here.iter().filter(|(_, step)| step.method == seen.method);
        let meant = here.iter().find(|(kind, step)| step.method == seen.method && is_meant(*kind, step, &pairs));
        // Where nothing tells them apart, the exchange is the one to compare with.
        match meant.or_else(|| by_method().next_back()).or(here.last()) {
            Some((kind, _)) => Ok(*kind),
            None if self.api_url.serves(&seen.host, &seen.path) => Ok(Kind::Api),
            None => Err(self.nowhere(seen)),
        }
    }

    fn steps(&self) -> Vec<(Kind, &Step)> {
        let optional =
            [(Kind::FollowUp, &self.follow_up), (Kind::Refresh, &self.refresh), (Kind::Authorize, &self.authorize)];
        let present = optional.into_iter().filter_map(|(kind, step)| Some((kind, step.as_ref()?)));
        present.chain([(Kind::Token, &self.token)]).collect()
    }

    /// Says what is wrong with the address, as far as one can guess.
    fn nowhere(&self, seen: &Exchange) -> Refusal {
        let bare = |path: &str| path.trim_end_matches('/').to_ascii_lowercase();
        let steps = self.steps();
        let known: Vec<&Url> = steps.iter().map(|(_, step)| &step.url).chain([&self.api_url]).collect();
        let near = known.iter().find(|url| url.path == seen.path);
        let near = near.or_else(|| known.iter().find(|url| bare(&url.path) == bare(&seen.path)));
        let hint = near.map_or(String::new(), |url| format!("; the row has {url}"));
        Refusal::Deviates(format!("there is no {} on `{}`{hint} (row {})", seen.path, seen.host, self.row.name))
    }
}

fn is_meant(kind: Kind, step: &Step, pairs: &[(String, String)]) -> bool {
    let has = |name: Option<&str>| name.is_some_and(|name| pairs.iter().any(|(known, _)| known == name));
    let fixed = |name: &str, value: &Pattern| match value {
        Pattern::Exactly(value) => {
            let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            pairs.iter().any(|(known, sent)| known == name && *sent == value)
        }
        _ => true,
    };
    match kind {
        Kind::FollowUp => step.parameters.iter().all(|one| !one.standard.is_empty() || fixed(&one.name, &one.value)),
        Kind::Refresh => {
            let mut grant_type = step.parameters.iter().filter(|one| one.name == "grant_type");
            has(step.name_of("refresh_token")) || grant_type.any(|one| fixed(&one.name, &one.value))
        }
        Kind::Authorize => has(step.name_of("response_type")),
        // The one that is left if it is none of the others.
        Kind::Token | Kind::Api => false,
    }
}

/// Everything that may be a parameter, read without any care: only to guess what was meant.
fn pairs_of(seen: &Exchange) -> Vec<(String, String)> {
    let owned = |text: &[u8]| form_urlencoded::parse(text).into_owned().collect::<Vec<_>>();
    let mut pairs = owned(seen.query.as_deref().unwrap_or("").as_bytes());
    match serde_json::from_slice::<serde_json::Map<String, serde_json::Value>>(&seen.body) {
        Ok(members) => pairs.extend(members.into_iter().map(|(name, value)| {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            (name, text)
        })),
        Err(_) => pairs.extend(owned(&seen.body)),
    }
    pairs
}
