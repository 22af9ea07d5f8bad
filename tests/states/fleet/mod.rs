//! The fleet: a record that many workers share, and what each may do with it.

mod claiming;
mod deciding;
mod due;
mod ending;
mod logging_in;
mod records;
mod sending;
mod stopped;

use std::time::Duration;

use oauth_proto::{
    AnyTokenSet, Client, Confidential, Entropy, Outcome, Refreshable, Request, Timestamp, TokenSet,
    fleet::{
        Durable, Found, Getting, InClear, Moment, Policy, Record, ReuseClass, Sending, Step, Stopped, Swap, Swapping,
        Usable, Worker,
    },
};

use crate::scenario::{Scenario, answer, at};

/// How long the record of a dead worker stands: a permit, a request's deadline, and until an answer is stored.
const SUSPICION: u64 = 5 + 30 + 5;

/// `seconds` after the login began, by both clocks.
fn now(seconds: u64) -> Moment {
    Moment { wall: at(seconds), monotonic: Duration::from_secs(seconds) }
}

fn policy(reuse: ReuseClass) -> Policy {
    Policy::new(reuse).skew(Duration::ZERO)
}

fn strict() -> Policy {
    policy(ReuseClass::Strict)
}

fn leeway(seconds: u64) -> Policy {
    policy(ReuseClass::Leeway(Duration::from_secs(seconds)))
}

/// A worker with its own randomness.
fn worker(number: u8, policy: Policy) -> Worker {
    Worker::new(Entropy::from_bytes([number; Entropy::BYTES]), policy, Durable, InClear)
}

fn client() -> Client<Confidential> {
    Scenario::new().client
}

/// `A{n}` and `R{n}`, which end at `end` seconds.
fn tokens(number: u8, end: u64) -> TokenSet<Refreshable> {
    let [access, refresh] = ["A", "R"].map(|kind| format!("{kind}{number}").into());
    client().import_refreshable_tokens_from_elsewhere(access, refresh, Some(at(end))).unwrap()
}

/// The answer with `A{n}` and `R{n}`, which end an hour after the request.
fn issued(number: u8) -> Outcome {
    let members = format!(r#""access_token":"A{number}","refresh_token":"R{number}","expires_in":3600"#);
    answer(200, &format!(r#"{{{members},"token_type":"Bearer"}}"#))
}

/// A store of one record.
#[derive(Clone, Default)]
struct Store(Option<Record>);

impl Store {
    /// `A1` and `R1` were stored, and end at `end` seconds.
    fn with(end: u64) -> Self {
        let mut store = Self::default();
        let (worker, client) = (worker(200, strict().ahead(Duration::ZERO)), client());
        let step = worker.log_in(&client, "alice", tokens(1, end)).finish(store.found(), now(0));
        let swap = to_swap(step);
        store.takes(&swap);
        store
    }

    /// `A1` of a client that asks for itself was stored, and ends an hour after the login.
    fn reissuable(scenario: &Scenario<Confidential>) -> Self {
        let (mut store, worker) = (Self::default(), worker(200, strict()));
        let login = worker.log_in(&scenario.client, "alice", scenario.reissuable().into_token_set());
        let step = store.read(login, now(0));
        assert!(uses(store.swap(step, now(0)), "A1"));
        store
    }

    fn found(&self) -> Found {
        self.0.clone().map_or(Found::Absent, Found::Record)
    }

    /// It is replaced, unless it is another; with the record where it is.
    fn takes(&mut self, swapping: &Swapping<'_>) -> Swap {
        if self.0.as_ref().map(|record| &record.version) != swapping.expected() {
            return Swap::Conflict(self.0.clone());
        }
        let record = Record::new(swapping.revision(), swapping.bytes());
        self.0 = Some(record.clone());
        Swap::Applied(record.version)
    }

    /// What the record says in clear.
    fn header(&self) -> serde_json::Value {
        let bytes = &self.0.as_ref().expect("a record").bytes;
        let at = bytes.iter().position(|byte| *byte == b'\n').expect("a header and tokens");
        serde_json::from_slice(&bytes[..at]).unwrap()
    }

    /// The access token of the record, in clear.
    fn text(&self) -> String {
        String::from_utf8(self.0.as_ref().expect("a record").bytes.to_vec()).unwrap()
    }

    /// A worker reads it.
    fn read<'a>(&self, getting: Getting<'a>, now: Moment) -> Step<'a> {
        getting.finish(self.found(), now)
    }

    /// A worker replaces it.
    fn swap<'a>(&mut self, step: Step<'a>, now: Moment) -> Step<'a> {
        let swapping = to_swap(step);
        let swap = self.takes(&swapping);
        swapping.finish(swap, now)
    }

    /// A worker that is sending for it, since `at`.
    fn claim<'a>(&mut self, worker: &'a Worker, client: &'a Client<Confidential>, at: Moment) -> Sending<'a> {
        let step = self.read(worker.ask(client, "alice"), at);
        to_send(self.swap(step, at)).1
    }

    /// A worker's request was lost, and it noted that. The store has taken it in.
    fn in_doubt(&mut self, policy: &Policy, at: Moment) {
        let (worker, client) = (worker(201, policy.clone()), client());
        let step = self.claim(&worker, &client, at).finish(Outcome::lost("reset"), at);
        drop(self.swap(step, at));
    }
}

#[track_caller]
fn to_swap(step: Step<'_>) -> Swapping<'_> {
    let Step::Swap(swapping) = step else { panic!("{step:?}") };
    swapping
}

#[track_caller]
fn to_send(step: Step<'_>) -> (Request, Sending<'_>) {
    let Step::Send(request, sending) = step else { panic!("{step:?}") };
    (request, sending)
}

#[track_caller]
fn to_use(step: Step<'_>) -> Usable {
    let Step::Use(usable) = step else { panic!("{step:?}") };
    *usable
}

#[track_caller]
fn to_stop(step: Step<'_>) -> Stopped {
    let Step::Stop(stopped) = step else { panic!("{step:?}") };
    stopped
}

/// How long it waits, and what it does then.
#[track_caller]
fn to_sleep(step: Step<'_>) -> (Duration, Step<'_>) {
    let Step::Sleep(sleeping) = step else { panic!("{step:?}") };
    (sleeping.duration(), sleeping.finish())
}

fn uses(step: Step<'_>, token: &str) -> bool {
    to_use(step).access_token().matches(token)
}

/// Whether these tokens were handed back.
fn is(tokens: &AnyTokenSet, access_token: &str) -> bool {
    tokens.access_token_at(at(0)).is_some_and(|token| token.matches(access_token))
}

fn millis(timestamp: Timestamp) -> serde_json::Value {
    timestamp.as_unix_millis().into()
}
