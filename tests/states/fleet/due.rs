//! When a token is due ahead of time: spread, and the same for all workers.

use std::collections::BTreeMap;

use oauth_proto::{Response, fleet::ReuseClass};

use super::*;

/// When the record of `key` is due, of tokens that end at `end` seconds.
fn due_at(worker: &Worker, client: &Client<Confidential>, key: &str, end: u64) -> Timestamp {
    let step = worker.log_in(client, key, tokens(1, end)).finish(Found::Absent, now(0));
    to_swap(step).due_at().expect("it ends")
}

#[test]
fn it_is_within_the_spread_before_ahead_and_the_same_for_all_workers() {
    let policy = strict().ahead(Duration::from_secs(60)).spread(Duration::from_secs(600));
    let (client, one, other) = (client(), worker(1, policy.clone()), worker(2, policy));
    let mut different = std::collections::BTreeSet::new();
    for number in 0..200 {
        let key = format!("user-{number}");
        let due = due_at(&one, &client, &key, 3600);
        assert_eq!(due, due_at(&other, &client, &key, 3600));
        assert!(at(3600 - 60 - 600) <= due && due <= at(3600 - 60), "{key}: {due:?}");
        different.insert(due);
    }
    assert!(different.len() > 190, "keys differ: {}", different.len());
}

#[test]
fn no_second_gets_much_more_than_its_share() {
    // A tenth where nothing is optimized: there it takes a second, and a second's share is as large.
    const KEYS: usize = if cfg!(debug_assertions) { 10_000 } else { 100_000 };
    const SPREAD: usize = KEYS / 1000;
    let policy = strict().spread(Duration::from_secs(SPREAD as u64));
    let (client, worker) = (client(), worker(1, policy));
    let set = tokens(1, 3600);
    let row = oauth_proto::stored::save(&set);
    let mut seconds = BTreeMap::<u64, usize>::new();
    for number in 0..KEYS {
        let key = format!("user-{number}");
        let set: TokenSet<Refreshable> = oauth_proto::stored::load(row.as_bytes()).unwrap();
        let step = worker.log_in(&client, &key, set).finish(Found::Absent, now(0));
        *seconds.entry(to_swap(step).due_at().unwrap().as_unix_millis() / 1000).or_default() += 1;
    }
    let most = seconds.values().max().unwrap();
    assert!(*most * SPREAD * 10 <= KEYS * 12, "{most} of {KEYS} in a second");
    assert!(seconds.len() >= SPREAD);
}

#[test]
fn it_is_never_before_the_server_wants_to_be_asked() {
    let (mut store, client, worker) = (Store::with(3600), client(), worker(1, strict()));
    let busy = Response::new(429, [("Retry-After", "300")], "");
    let swapping = to_swap(store.claim(&worker, &client, now(3550)).finish(busy.into(), now(3550)));
    assert_eq!(swapping.due_at(), Some(at(3850)));
}

#[test]
fn what_cannot_be_renewed_is_never_due() {
    let (mut store, client, worker) = (Store::with(3600), client(), worker(1, strict()));
    let dead = answer(400, r#"{"error":"invalid_grant"}"#);
    assert_eq!(to_swap(store.claim(&worker, &client, now(3550)).finish(dead, now(3550))).due_at(), None);
    let endless = client.import_refreshable_tokens_from_elsewhere("A1".into(), "R1".into(), None).unwrap();
    let step = worker.log_in(&client, "bob", endless).finish(Found::Absent, now(0));
    assert_eq!(to_swap(step).due_at(), None, "it has no end");
}

#[test]
fn who_goes_ahead_renews_what_is_due_by_the_schedule() {
    let policy = strict().spread(Duration::from_secs(600));
    let (client, worker) = (client(), worker(1, policy));
    let mut store = Store::default();
    let swapping = to_swap(store.read(worker.log_in(&client, "alice", tokens(1, 3600)), now(0)));
    let due = swapping.due_at().unwrap();
    store.takes(&swapping);
    let time = |wall: Timestamp| Moment { wall, monotonic: Duration::from_secs(1) };
    let ahead = |wall| store.read(worker.ask(&client, "alice").ahead_of_time(), time(wall));
    assert!(uses(ahead(due.minus(Duration::from_millis(1))), "A1"));
    drop(to_swap(ahead(due)));
    assert!(uses(store.read(worker.ask(&client, "alice"), time(due)), "A1"), "others wait for its end to come near");
}

/// What a renewal brought is not due before half of its life is over: who goes ahead would renew it for ever.
#[test]
fn short_lived_tokens_are_not_renewed_as_soon_as_they_come() {
    for life in [20, 60, 100, 180] {
        let (mut store, client, worker) = (Store::with(3600), client(), worker(1, policy(ReuseClass::Strict)));
        let step = store.read(worker.ask(&client, "alice").ahead_of_time(), now(3600));
        let members = format!(r#""access_token":"A2","refresh_token":"R2","expires_in":{life}"#);
        let body = format!(r#"{{{members},"token_type":"Bearer"}}"#);
        let swapping = to_swap(to_send(store.swap(step, now(3600))).1.finish(answer(200, &body), now(3600)));
        let due = swapping.due_at().unwrap();
        assert!(at(3600 + life / 2) <= due && due < at(3600 + life), "{life}: {due:?}");
        let swap = store.takes(&swapping);
        assert!(uses(swapping.finish(swap, now(3600)), "A2"));
    }
}
