//! What a record means for who wants a token: each row of the table.

use oauth_proto::{
    Outcome, Remedy,
    fleet::{ReuseClass, Step, Stopped},
};

use super::*;

#[test]
fn a_token_that_is_good_is_lent_after_one_read() {
    let (store, worker, client) = (Store::with(3600), worker(1, strict()), client());
    let usable = to_use(store.read(worker.ask(&client, "alice"), now(3539)));
    assert!(usable.access_token().matches("A1"));
    assert_eq!((usable.generation(), usable.expires_at(), usable.seen()), (0, Some(at(3600)), None));
}

#[test]
fn a_token_is_used_to_twice_the_skew_before_its_end() {
    let client = client();
    // Nothing is left to renew it with, so that it is lent to the end.
    let mut store = Store::with(3600);
    let quick = worker(1, strict());
    let step = store.claim(&quick, &client, now(3550)).finish(answer(400, r#"{"error":"invalid_grant"}"#), now(3551));
    assert!(uses(store.swap(step, now(3551)), "A1"));
    let careful = worker(2, strict().skew(Duration::from_secs(3)));
    assert!(uses(store.read(careful.ask(&client, "alice"), now(3593)), "A1"));
    let stopped = to_stop(store.read(careful.ask(&client, "alice"), now(3594)));
    assert!(matches!(stopped, Stopped::LogIn { why: None, .. }), "{stopped}");
    assert!(uses(store.read(quick.ask(&client, "alice"), now(3599)), "A1"));
}

#[test]
fn a_token_that_is_due_is_claimed_and_then_sent() {
    let (mut store, worker, client) = (Store::with(3600), worker(1, strict()), client());
    let before = store.0.clone().unwrap();
    let swapping = to_swap(store.read(worker.ask(&client, "alice"), now(3540)));
    assert_eq!((swapping.key(), swapping.expected()), ("alice", Some(&before.version)));
    let swap = store.takes(&swapping);
    let header = store.header();
    assert_eq!(header["sending"]["at"], millis(at(3540)));
    assert_eq!((&header["generation"], &header["presented"]), (&0.into(), &serde_json::Value::Null));
    let (request, _) = to_send(swapping.finish(swap, now(3541)));
    assert!(String::from_utf8_lossy(request.expose_body()).contains("refresh_token=R1"));
}

#[test]
fn while_another_sends_the_old_token_is_used() {
    let (mut store, client) = (Store::with(3600), client());
    let (one, other) = (worker(1, strict()), worker(2, strict()));
    let _sending = store.claim(&one, &client, now(3540));
    let usable = to_use(store.read(other.ask(&client, "alice"), now(3541)));
    assert!(usable.access_token().matches("A1"));
    assert!(usable.seen().is_some());
}

#[test]
fn while_another_sends_a_token_that_dies_with_it_is_not_used() {
    let (mut store, client) = (Store::with(3600), client());
    let policy = strict().access_token_dies_at_refresh();
    let (one, other) = (worker(1, policy.clone()), worker(2, policy));
    let _sending = store.claim(&one, &client, now(3540));
    let (_, step) = to_sleep(store.read(other.ask(&client, "alice"), now(3541)));
    assert!(matches!(step, Step::Get(_)));
}

#[test]
fn while_another_sends_and_the_old_token_is_over_one_sleeps_longer_each_time() {
    let (mut store, client) = (Store::with(3600), client());
    let (one, other) = (worker(1, strict()), worker(2, strict()));
    let _sending = store.claim(&one, &client, now(3600));
    let mut step = store.read(other.ask(&client, "alice"), now(3600));
    let mut total = Duration::ZERO;
    for turn in 0..8 {
        let (wait, next) = to_sleep(step);
        let most = Duration::from_millis(50 << turn).min(Duration::from_secs(2));
        assert!(most / 2 <= wait && wait <= most, "{turn}: {wait:?}");
        total += wait;
        let Step::Get(getting) = next else { panic!() };
        step = store.read(getting, now(3600));
    }
    assert!(total > Duration::from_secs(3));
}

/// The one that was sending is taken for dead: by the watcher's own clock, whatever the time of day is.
#[test]
fn at_a_strict_server_a_dead_workers_renewal_is_in_doubt() {
    let (mut store, client) = (Store::with(3600), client());
    let (one, other) = (worker(1, strict()), worker(2, strict()));
    drop(store.claim(&one, &client, now(3540)));
    let seen = to_use(store.read(other.ask(&client, "alice"), now(3541))).seen();
    // A day later by the time of day, and no second later by the monotonic clock.
    let jumped = Moment { wall: at(90_000), monotonic: now(3541).monotonic };
    let (_, step) = to_sleep(store.read(other.ask(&client, "alice").seen(seen.clone()), jumped));
    drop(step);

    let almost = now(3541 + SUSPICION - 1);
    assert!(uses(store.read(other.ask(&client, "alice").seen(seen.clone()), almost), "A1"));
    let step = store.read(other.ask(&client, "alice").seen(seen), now(3541 + SUSPICION));
    assert!(uses(store.swap(step, now(3582)), "A1"), "it is in doubt, and its access token still good");
    let header = store.header();
    assert_eq!((&header["presented"], &header["presented_at"]), (&1.into(), &millis(at(3540))));
    assert_eq!(header["sending"], serde_json::Value::Null);

    let stopped = to_stop(store.read(other.ask(&client, "alice"), now(3600)));
    assert!(matches!(stopped, Stopped::InDoubt { sent_at: Some(sent_at), why: None } if sent_at == at(3540)));
    assert_eq!(stopped.remedy(), Remedy::Decide);
}

#[test]
fn a_claim_that_was_made_anew_is_watched_anew() {
    let (mut store, client) = (Store::with(3600), client());
    let (one, other) = (worker(1, strict()), worker(2, strict()));
    let sending = store.claim(&one, &client, now(3540));
    let seen = to_use(store.read(other.ask(&client, "alice"), now(3541))).seen();
    let step = sending.finish(Outcome::not_sent("no route"), now(3570));
    drop(store.swap(step, now(3570)));
    let _again = store.claim(&one, &client, now(3580));
    let step = store.read(other.ask(&client, "alice").seen(seen), now(3541 + SUSPICION));
    assert!(uses(step, "A1"), "who is sending now has been for a second");
}

/// Two rows of one store may have the same version.
#[test]
fn what_was_seen_of_one_record_is_nothing_of_another() {
    let (mut store, client) = (Store::with(3600), client());
    let (one, other) = (worker(1, strict()), worker(2, strict()));
    drop(store.claim(&one, &client, now(3540)));
    let seen = to_use(store.read(other.ask(&client, "alice"), now(3541))).seen();
    let step = store.read(other.ask(&client, "bob").seen(seen), now(3541 + SUSPICION));
    assert!(uses(step, "A1"), "nobody has seen that of bob for so long");
}

#[test]
fn where_it_may_be_sent_again_a_dead_workers_place_is_taken() {
    for policy in [leeway(600), policy(ReuseClass::UntilNewUsed), policy(ReuseClass::NonRotating), strict().probe()] {
        let (mut store, client) = (Store::with(3600), client());
        let (one, other) = (worker(1, policy.clone()), worker(2, policy.clone()));
        drop(store.claim(&one, &client, now(3540)));
        let seen = to_use(store.read(other.ask(&client, "alice"), now(3541))).seen();
        let step = store.read(other.ask(&client, "alice").seen(seen), now(3581));
        drop(to_send(store.swap(step, now(3581))));
        assert_eq!(store.header()["presented"], 1, "{policy:?}");
    }
}

#[test]
fn a_refresh_token_is_presented_as_often_as_the_policy_says() {
    for (policy, most) in [(leeway(6000), 3), (leeway(6000).presentations(2), 2), (strict().probe(), 2), (strict(), 1)]
    {
        let (mut store, client) = (Store::with(3600), client());
        let worker = worker(1, policy.clone());
        let mut sent = 0;
        for turn in 0..6 {
            let time = now(3600 + 100 * turn);
            let step = store.read(worker.ask(&client, "alice"), time);
            let Step::Swap(_) = step else {
                assert!(matches!(to_stop(step), Stopped::InDoubt { .. }));
                break;
            };
            sent += 1;
            let step = to_send(store.swap(step, time)).1.finish(Outcome::lost("reset"), time);
            drop(store.swap(step, time));
        }
        assert_eq!(sent, most, "{policy:?}");
    }
}

/// The first may have been sent when it was claimed, by a clock that was ahead; this one may be behind. It must arrive in
/// time, however long it takes.
#[test]
fn a_leeway_counts_from_the_first_presentation() {
    let policy = leeway(120).skew(Duration::from_secs(2));
    let last = 3600 + 120 - (5 + 30 + 2 * 2);
    for (time, again) in [(last, true), (last + 1, false)] {
        let (mut store, client) = (Store::with(3600), client());
        store.in_doubt(&policy, now(3600));
        store.in_doubt(&policy, now(3660));
        assert_eq!(store.header()["presented_at"], millis(at(3600)));
        let worker = worker(1, policy.clone());
        let step = store.read(worker.ask(&client, "alice"), now(time));
        assert_eq!(matches!(step, Step::Swap(_)), again, "{step:?}");
    }
}

#[test]
fn what_is_in_doubt_is_decided_on_by_who_knows() {
    let (mut store, client, worker) = (Store::with(3600), client(), worker(1, strict()));
    store.in_doubt(&strict(), now(3600));
    let doubt = store.clone();

    let step = store.read(worker.decide(&client, "alice", oauth_proto::Decision::AssumeUnspent), now(3700));
    let step = store.swap(step, now(3700));
    drop(to_send(store.swap(step, now(3700))));

    let mut store = doubt;
    let step = store.read(worker.decide(&client, "alice", oauth_proto::Decision::AssumeSpent), now(3700));
    assert!(matches!(to_stop(store.swap(step, now(3700))), Stopped::LogIn { .. }));
    assert!(!store.text().contains("R1"), "it is given up");
    let again = store.read(worker.decide(&client, "alice", oauth_proto::Decision::AssumeUnspent), now(3700));
    assert!(matches!(to_stop(again), Stopped::LogIn { .. }), "an end is final");
}

#[test]
fn what_is_not_in_doubt_is_not_decided_on() {
    let (mut store, client, worker) = (Store::with(3600), client(), worker(1, strict()));
    let step = store.read(worker.decide(&client, "alice", oauth_proto::Decision::AssumeSpent), now(10));
    assert!(uses(step, "A1"));
    let other = super::worker(2, strict());
    let _sending = store.claim(&other, &client, now(3540));
    let step = store.read(worker.decide(&client, "alice", oauth_proto::Decision::AssumeSpent), now(3541));
    assert!(uses(step, "A1"), "somebody is sending, and will tell");
}

#[test]
fn what_the_server_asked_for_is_shared() {
    let (mut store, client) = (Store::with(3600), client());
    let (one, other) = (worker(1, strict()), worker(2, strict()));
    let busy = oauth_proto::Response::new(429, [("Retry-After", "100")], "");
    let step = store.claim(&one, &client, now(3550)).finish(busy.into(), now(3551));
    assert!(uses(store.swap(step, now(3551)), "A1"));
    assert_eq!(store.header()["not_before"], millis(at(3651)));
    let lent = to_use(store.read(other.ask(&client, "alice"), now(3599)));
    assert!(lent.access_token().matches("A1"), "due, and not asked for");
    let stopped = to_stop(store.read(other.ask(&client, "alice"), now(3600)));
    assert!(matches!(stopped, Stopped::NotYet { until, why: None, .. } if until == at(3651)));
    assert_eq!(stopped.remedy(), oauth_proto::Remedy::Retry { after: Some(Duration::from_secs(51)) });
    let (wait, _) = to_sleep(store.read(other.ask(&client, "alice"), now(3611)));
    assert_eq!(wait, Duration::from_secs(40), "no longer than for another worker");
    drop(to_swap(store.read(other.ask(&client, "alice"), now(3651))));
    // A clock that went back by more than a server's wait makes nobody wait for it.
    drop(to_swap(store.read(other.ask(&client, "alice").rejected(&lent), now(40))));
}

#[test]
fn a_token_that_an_api_refused_is_renewed_once() {
    let (mut store, client) = (Store::with(3600), client());
    let (one, other) = (worker(1, strict()), worker(2, strict()));
    let first = to_use(store.read(one.ask(&client, "alice"), now(9)));
    let step = store.read(one.ask(&client, "alice").rejected(&first), now(10));
    let step = to_send(store.swap(step, now(10))).1.finish(issued(2), now(11));
    let waits = store.read(other.ask(&client, "alice").rejected(&first), now(11));
    assert!(matches!(waits, Step::Sleep(_)), "not lent, and not sent for by another");
    let usable = to_use(store.swap(step, now(11)));
    assert!(usable.access_token().matches("A2"));
    assert_eq!(usable.generation(), 1);
    assert!(uses(store.read(other.ask(&client, "alice").rejected(&first), now(12)), "A2"));
    drop(to_swap(store.read(other.ask(&client, "alice").rejected(&usable), now(12))));
}

/// Generations begin anew after a logout.
#[test]
fn a_401_to_a_token_of_an_earlier_login_says_nothing_of_the_new_one() {
    let (mut store, client, worker) = (Store::with(3600), client(), worker(1, strict()));
    let earlier = to_use(store.read(worker.ask(&client, "alice"), now(9)));
    store.0 = None;
    let only = client.import_access_token_from_elsewhere("A7".into(), None).unwrap();
    let step = store.read(worker.log_in(&client, "alice", only), now(10));
    let later = to_use(store.swap(step, now(10)));
    assert_eq!(earlier.generation(), later.generation());
    assert!(uses(store.read(worker.ask(&client, "alice").rejected(&earlier), now(11)), "A7"));
    let stopped = to_stop(store.read(worker.ask(&client, "alice").rejected(&later), now(11)));
    assert!(matches!(stopped, Stopped::LogIn { .. }));
}

#[test]
fn another_clients_tokens_are_not_touched() {
    let store = Store::with(3600);
    let other = Scenario::with(|provider| provider.name = "elsewhere".into()).client;
    let worker = worker(1, strict());
    let stopped = to_stop(store.read(worker.ask(&other, "alice"), now(3600)));
    assert!(matches!(stopped, Stopped::Fix(_)) && stopped.remedy() == Remedy::Fix, "{stopped}");
}

#[test]
fn where_nothing_is_there_nobody_logged_in() {
    let (client, worker) = (client(), worker(1, strict()));
    let stopped = to_stop(worker.ask(&client, "alice").finish(Found::Absent, now(0)));
    assert!(matches!(stopped, Stopped::Absent) && stopped.remedy() == Remedy::LogIn);
}

#[test]
fn a_store_that_does_not_answer_is_read_again() {
    let (store, client, worker) = (Store::with(3600), client(), worker(1, strict()));
    let (wait, step) = to_sleep(worker.ask(&client, "alice").finish(Found::Unknown, now(0)));
    assert!(!wait.is_zero());
    let Step::Get(getting) = step else { panic!() };
    assert_eq!(getting.key(), "alice");
    assert!(uses(store.read(getting, now(1)), "A1"));
}
