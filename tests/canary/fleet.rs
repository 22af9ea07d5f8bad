//! A fleet: what its workers do, and how each ask ends.

use std::{error::Error, time::Duration};

use oauth_proto::{
    Client, Confidential, Entropy, Response,
    fleet::{
        Durable, Envelope, Found, InClear, Moment, Policy, Record, ReuseClass, Sending, Step, Stopped, Swap, Version,
        Worker,
        stores::{Memory, POSTGRESQL, REDIS, SQLITE},
    },
};

use crate::{
    endings,
    secrets::BODY,
    shown::Shown,
    stage::{at, client, each_outcome, imported, other_client},
    values,
};

/// The imported token is over.
fn later() -> Moment {
    Moment { wall: at(1_000), monotonic: Duration::from_secs(7) }
}

fn worker(envelope: impl Envelope + 'static) -> Worker {
    Worker::new(Entropy::from_bytes([7; Entropy::BYTES]), Policy::new(ReuseClass::Strict), Durable, envelope)
}

/// An envelope that has lost its key: it seals the first time at most.
struct Broken {
    seals: bool,
}

impl Envelope for Broken {
    fn seal(&self, tokens: &[u8], _: &[u8]) -> Result<Vec<u8>, Box<dyn Error + Send + Sync>> {
        if self.seals { Ok(tokens.to_vec()) } else { Err("no key".into()) }
    }

    fn open(&self, _: &[u8], _: &[u8]) -> Result<Vec<u8>, Box<dyn Error + Send + Sync>> {
        Err("no key".into())
    }
}

/// Goes on until there is something to send, or an end.
fn run<'a>(shown: &mut Shown, store: &mut Memory, mut step: Step<'a>) -> Option<Sending<'a>> {
    loop {
        shown.state(&step);
        step = match step {
            Step::Get(getting) => {
                shown.debug(&getting);
                let found = store.get(getting.key());
                shown.debug(&found);
                getting.finish(found, later())
            }
            Step::Swap(swapping) => {
                shown.debug(&swapping);
                let swap = store.swap(&swapping);
                shown.debug(&swap);
                swapping.finish(swap, later())
            }
            Step::Send(request, sending) => {
                values::request(shown, request);
                shown.debug(&sending);
                return Some(sending);
            }
            // Nobody wakes him.
            Step::Sleep(sleeping) => {
                shown.debug(&sleeping);
                return None;
            }
            Step::Use(usable) => {
                shown.state(&*usable);
                return None;
            }
            Step::Stop(stopped) => {
                end(shown, &stopped);
                return None;
            }
        };
    }
}

fn end(shown: &mut Shown, stopped: &Stopped) {
    shown.error(stopped);
    match stopped {
        Stopped::LogIn { why: Some(why), .. }
        | Stopped::InDoubt { why: Some(why), .. }
        | Stopped::NotYet { why: Some(why), .. } => endings::renewal(shown, why),
        Stopped::Fix(fault) => shown.error(fault),
        Stopped::Unreadable(fault) => shown.error(fault),
        Stopped::NotStored { why, .. } => shown.error(why),
        _ => {}
    }
}

/// A record of a login, whose access token is over by now, and who is to renew it.
fn logged_in<'a>(shown: &mut Shown, worker: &'a Worker, client: &'a Client<Confidential>) -> (Memory, Sending<'a>) {
    let mut store = Memory::default();
    let sending = run(shown, &mut store, worker.log_in(client, "alice", imported(client)).into());
    (store, sending.expect("it is due at once"))
}

pub fn show(shown: &mut Shown) {
    settings(shown);
    let (worker, client) = (worker(InClear), client());
    shown.debug(&worker);
    each_outcome(|outcome| {
        let (mut store, sending) = logged_in(shown, &worker, &client);
        run(shown, &mut store, sending.finish(outcome, later()));
        // And the next who asks.
        run(shown, &mut store, worker.ask(&client, "alice").into());
        shown.debug(&store);
    });
    let busy = Response::new(429, [("Content-Type", "application/json"), ("Retry-After", "3600")], BODY);
    let (mut store, sending) = logged_in(shown, &worker, &client);
    run(shown, &mut store, sending.finish(busy.into(), later()));
    // While somebody sends, others wait, or use the old token.
    let (mut store, _) = logged_in(shown, &worker, &client);
    run(shown, &mut store, worker.ask(&client, "alice").into());
    let before_its_end = Moment { wall: at(90), ..later() };
    let Step::Use(usable) = worker.ask(&client, "alice").finish(store.get("alice"), before_its_end) else { panic!() };
    shown.debug(&usable.seen().expect("somebody sends"));
    faults(shown, &client);
}

fn settings(shown: &mut Shown) {
    let leeway = ReuseClass::Leeway(Duration::from_secs(60));
    for reuse in [ReuseClass::NonRotating, leeway, ReuseClass::UntilNewUsed, ReuseClass::Strict] {
        shown.debug(&reuse);
        shown.serialize(&reuse);
        shown.serialize(&Policy::new(reuse));
    }
    shown.debug(&later());
    shown.debug(&POSTGRESQL);
    shown.debug(&SQLITE.replicated());
    shown.debug(&REDIS);
    for version in [Version::from(7), Version::from("etag")] {
        shown.debug(&version);
        shown.debug(&Record::new(version.clone(), BODY));
        shown.debug(&Found::Record(Record::new(version.clone(), BODY)));
        shown.debug(&Swap::Conflict(Some(Record::new(version, BODY))));
    }
    shown.debug(&Found::Unknown);
    shown.debug(&Swap::Unknown);
}

fn faults(shown: &mut Shown, client: &Client<Confidential>) {
    let fine = worker(InClear);
    run(shown, &mut Memory::default(), fine.ask(client, "nobody").into());
    let other = other_client();
    let (mut store, _) = logged_in(shown, &fine, client);
    run(shown, &mut store, fine.ask(&other, "alice").into());
    run(shown, &mut store, fine.log_in(&other, "alice", imported(client)).into());

    // Records that cannot be read, and tokens that cannot be stored.
    for envelope in [Broken { seals: true }, Broken { seals: false }] {
        let broken = worker(envelope);
        run(shown, &mut store, broken.ask(client, "alice").into());
        run(shown, &mut Memory::default(), broken.log_in(client, "alice", imported(client)).into());
    }
    for bytes in [BODY.to_owned(), format!("{{\"{BODY}\":7}}\n{BODY}"), BODY.repeat(20_000)] {
        let found = || Found::Record(Record::new(1, bytes.clone()));
        if let Step::Stop(stopped) = fine.ask(client, "alice").finish(found(), later()) {
            end(shown, &stopped);
        }
        if let Step::Stop(stopped) = fine.log_in(client, "alice", imported(client)).finish(found(), later()) {
            end(shown, &stopped);
        }
    }
    // The store does not say whether it took the tokens of a login, and another login comes.
    let mut store = Memory::default();
    let login = fine.log_in(client, "alice", imported(client)).finish(Found::Absent, later());
    let Step::Swap(login) = login else { panic!() };
    let Step::Sleep(again) = login.finish(Swap::Unknown, later()) else { panic!() };
    drop(run(shown, &mut store, fine.log_in(client, "alice", imported(client)).into()));
    run(shown, &mut store, again.finish());
    // The user logs out while tokens are on their way.
    let (mut store, sending) = logged_in(shown, &fine, client);
    store.remove("alice");
    run(shown, &mut store, sending.finish(crate::stage::both_tokens(), later()));
}
