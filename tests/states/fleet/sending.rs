//! Sending: what became of the request, and that it is known to all.

use oauth_proto::{
    RenewalError, Response,
    fleet::{NotStored, ReuseClass, Step, Stopped, Swap},
};

use super::*;

fn header(store: &Store, name: &str) -> serde_json::Value {
    store.header()[name].clone()
}

#[test]
fn what_the_server_issued_is_stored_before_it_is_lent() {
    let (mut store, client, worker) = (Store::with(3600), client(), worker(1, strict()));
    let sending = store.claim(&worker, &client, now(3600));
    let step = sending.finish(issued(2), now(3604));
    assert!(matches!(step, Step::Swap(_)));
    let usable = to_use(store.swap(step, now(3605)));
    assert!(usable.access_token().matches("A2"));
    // From when the request was sent, and not from when its answer came.
    assert_eq!((usable.generation(), usable.expires_at()), (1, Some(at(7200))));
    assert_eq!(header(&store, "renewed_at"), millis(at(3604)));
    assert!(store.text().contains("R2") && !store.text().contains("R1"));
}

#[test]
fn what_was_issued_is_stored_though_the_store_did_not_answer() {
    for applied in [true, false] {
        for told in [true, false] {
            let (mut store, client, worker) = (Store::with(3600), client(), worker(1, strict()));
            let swapping = to_swap(store.claim(&worker, &client, now(3600)).finish(issued(2), now(3601)));
            if applied {
                assert!(matches!(store.takes(&swapping), Swap::Applied(_)));
            }
            let again = to_swap(to_sleep(swapping.finish(Swap::Unknown, now(3601))).1);
            let swap = match store.takes(&again) {
                Swap::Conflict(found) => Swap::Conflict(found.filter(|_| told)),
                swap => swap,
            };
            let step = match again.finish(swap, now(3602)) {
                Step::Get(getting) => store.read(getting, now(3602)),
                step => step,
            };
            assert!(uses(step, "A2"), "{applied} {told}");
        }
    }
}

/// The others took it for dead; it was slow.
#[test]
fn what_was_issued_comes_before_what_was_given_up() {
    let give_up = |store: &mut Store, client: &Client<Confidential>, dead: bool| {
        let (other, policy) = (worker(2, strict()), strict());
        let seen = to_use(store.read(other.ask(client, "alice"), now(3541))).seen();
        let step = store.read(other.ask(client, "alice").seen(seen), now(3541 + SUSPICION));
        drop(store.swap(step, now(3590)));
        if dead {
            let other = worker(3, policy);
            let spent = other.decide(client, "alice", oauth_proto::Decision::AssumeSpent);
            let step = store.read(spent, now(3591));
            drop(store.swap(step, now(3591)));
        }
    };
    for dead in [false, true] {
        for told in [true, false] {
            let (mut store, client, slow) = (Store::with(3600), client(), worker(1, strict()));
            let sending = store.claim(&slow, &client, now(3540));
            give_up(&mut store, &client, dead);
            let swapping = to_swap(sending.finish(issued(2), now(3600)));
            let Swap::Conflict(found) = store.takes(&swapping) else { panic!("it was another") };
            let step = match swapping.finish(Swap::Conflict(found.filter(|_| told)), now(3600)) {
                Step::Get(getting) => store.read(getting, now(3600)),
                step => step,
            };
            let usable = to_use(store.swap(step, now(3600)));
            assert!(usable.access_token().matches("A2") && usable.generation() == 1, "{dead} {told}");
            assert_eq!((header(&store, "presented"), header(&store, "over")), Default::default());
        }
    }
}

/// Two sent, as the policy lets them, and both got tokens: the first that is stored stays.
#[test]
fn the_slower_of_two_takes_the_tokens_of_the_other() {
    let (mut store, client, policy) = (Store::with(3600), client(), leeway(600));
    let (slow, quick) = (worker(1, policy.clone()), worker(2, policy));
    let sending = store.claim(&slow, &client, now(3540));
    let seen = to_use(store.read(quick.ask(&client, "alice"), now(3541))).seen();
    let step = store.read(quick.ask(&client, "alice").seen(seen), now(3541 + SUSPICION));
    let step = to_send(store.swap(step, now(3581))).1.finish(issued(3), now(3582));
    assert!(uses(store.swap(step, now(3582)), "A3"));
    let step = sending.finish(issued(2), now(3583));
    assert!(uses(store.swap(step, now(3583)), "A3"));
    assert_eq!(header(&store, "generation"), 1);
}

#[test]
fn a_logout_during_a_renewal_hands_the_tokens_back() {
    let (mut store, client, worker) = (Store::with(3600), client(), worker(1, strict()));
    let swapping = to_swap(store.claim(&worker, &client, now(3600)).finish(issued(2), now(3601)));
    store.0 = None;
    let swap = store.takes(&swapping);
    let Step::Get(getting) = swapping.finish(swap, now(3602)) else { panic!() };
    let stopped = to_stop(store.read(getting, now(3602)));
    let Stopped::NotStored { tokens, why: NotStored::Removed } = stopped else { panic!("{stopped}") };
    assert!(is(&tokens, "A2"));
}

/// Generations begin anew after a logout: that of the login is lower than that of the renewal which comes late.
#[test]
fn a_late_renewal_takes_the_place_of_no_later_login() {
    for over in [true, false] {
        let (mut store, client, worker) = (Store::with(3600), client(), worker(1, strict()));
        let late = to_swap(store.claim(&worker, &client, now(3600)).finish(issued(2), now(3601)));
        if !over {
            store.0 = None;
        }
        let login = store.read(worker.log_in(&client, "alice", tokens(7, 9000)), now(3602));
        assert!(uses(store.swap(login, now(3602)), "A7"));
        let swap = store.takes(&late);
        assert!(uses(late.finish(swap, now(3603)), "A7"), "the later login stays");
        assert!(store.text().contains("R7"));
    }
}

#[test]
fn nothing_was_sent_so_nothing_was_presented() {
    let (mut store, client, worker) = (Store::with(3600), client(), worker(1, strict()));
    let step = store.claim(&worker, &client, now(3600)).finish(Outcome::not_sent("no route"), now(3600));
    let (wait, next) = to_sleep(store.swap(step, now(3600)));
    assert_eq!(wait, Duration::from_secs(1));
    assert_eq!((header(&store, "presented"), header(&store, "sending")), Default::default());
    let Step::Get(getting) = next else { panic!() };
    drop(to_swap(store.read(getting, now(3601))));
}

#[test]
fn what_was_presented_before_is_counted_though_nothing_was_sent_now() {
    let (mut store, client, policy) = (Store::with(3600), client(), leeway(600).presentations(2));
    store.in_doubt(&policy, now(3600));
    let worker = worker(1, policy);
    let step = store.claim(&worker, &client, now(3610)).finish(Outcome::not_sent("no route"), now(3610));
    drop(store.swap(step, now(3610)));
    assert_eq!((header(&store, "presented"), header(&store, "presented_at")), (1.into(), millis(at(3600))));
}

#[test]
fn a_refusal_spends_nothing_and_is_shared() {
    for (response, wait) in [
        (Response::new::<&str, &str>(429, [], ""), 30),
        (Response::new(429, [("Retry-After", "7")], ""), 7),
        (Response::new(429, [("Retry-After", "0")], ""), 1),
    ] {
        let (mut store, client, worker) = (Store::with(3600), client(), worker(1, strict()));
        let step = store.claim(&worker, &client, now(3600)).finish(response.into(), now(3600));
        let (slept, _) = to_sleep(store.swap(step, now(3600)));
        assert_eq!(slept, Duration::from_secs(wait));
        assert_eq!(header(&store, "presented"), serde_json::Value::Null);
        assert_eq!(header(&store, "not_before"), millis(at(3600 + wait)));
    }
}

#[test]
fn a_dead_token_is_given_up_for_all() {
    let (mut store, client) = (Store::with(3600), client());
    let (one, other) = (worker(1, strict()), worker(2, strict()));
    let step = store.claim(&one, &client, now(3600)).finish(answer(400, r#"{"error":"invalid_grant"}"#), now(3600));
    let stopped = to_stop(store.swap(step, now(3600)));
    let Stopped::LogIn { intent, why: Some(why) } = stopped else { panic!("{stopped}") };
    assert!(matches!(*why, RenewalError::Dead(_)));
    assert_eq!(intent.server(), "example");
    assert!(!store.text().contains("R1"));
    assert!(matches!(to_stop(store.read(other.ask(&client, "alice"), now(3601))), Stopped::LogIn { why: None, .. }));
}

#[test]
fn a_lost_answer_is_in_doubt_and_counts_as_presented() {
    for outcome in [
        Outcome::lost("reset"),
        Response::new(503, [("Retry-After", "7")], "").into(),
        answer(200, r#"{"access_token":"#),
    ] {
        let (mut store, client, worker) = (Store::with(3600), client(), worker(1, strict()));
        let step = store.claim(&worker, &client, now(3550)).finish(outcome, now(3551));
        assert!(uses(store.swap(step, now(3551)), "A1"), "the old token is good yet");
        assert_eq!(header(&store, "presented"), 1);
        assert_eq!(header(&store, "presented_at"), millis(at(3550)));
        let stopped = to_stop(store.read(worker.ask(&client, "alice"), now(3600)));
        assert!(matches!(stopped, Stopped::InDoubt { .. }));
    }
}

#[test]
fn a_server_that_fails_is_asked_again_later_each_time() {
    let (mut store, client, worker) = (Store::with(3600), client(), worker(1, policy(ReuseClass::NonRotating)));
    let mut time = 3600;
    let mut step = store.read(worker.ask(&client, "alice"), now(time));
    for expected in [1, 2, 4, 8, 16, 30, 30] {
        let sending = to_send(store.swap(step, now(time))).1;
        let after = sending.finish(Response::new(503, [("Retry-After", "0")], "").into(), now(time));
        let after = store.swap(after, now(time));
        assert_eq!(header(&store, "not_before"), millis(at(time + expected)));
        time += expected;
        step = match after {
            Step::Sleep(sleeping) => {
                assert_eq!(sleeping.duration(), Duration::from_secs(expected));
                let Step::Get(getting) = sleeping.finish() else { panic!() };
                store.read(getting, now(time))
            }
            // It has been patient for as long as it is.
            after => {
                assert!(time > 3600 + SUSPICION, "it gave up after {} s", time - 3600);
                assert!(matches!(to_stop(after), Stopped::NotYet { why: Some(_), .. }));
                store.read(worker.ask(&client, "alice"), now(time))
            }
        };
    }
}

#[test]
fn tokens_without_life_are_not_renewed_at_once() {
    let (mut store, client, worker) = (Store::with(3600), client(), worker(1, strict()));
    let dead = answer(200, r#"{"access_token":"A2","refresh_token":"R2","token_type":"Bearer","expires_in":0}"#);
    let step = store.claim(&worker, &client, now(3600)).finish(dead, now(3600));
    let stopped = to_stop(store.swap(step, now(3600)));
    assert!(matches!(stopped, Stopped::NotYet { wait, .. } if wait == Duration::from_secs(1)), "{stopped}");
}

#[test]
fn a_client_that_asks_for_itself_has_nothing_to_spend() {
    let (scenario, worker) = (Scenario::new(), worker(1, strict()));
    let mut store = Store::reissuable(&scenario);
    let mut time = 3600;
    for _ in 0..3 {
        let step = store.read(worker.ask(&scenario.client, "alice"), now(time));
        let (request, sending) = to_send(store.swap(step, now(time)));
        assert!(String::from_utf8_lossy(request.expose_body()).contains("grant_type=client_credentials"));
        let step = sending.finish(Outcome::lost("reset"), now(time));
        assert_eq!(to_sleep(store.swap(step, now(time))).0, Duration::from_secs(1));
        time += 1;
    }
    // Who dies leaves no doubt either.
    drop(store.claim(&worker, &scenario.client, now(time)));
    let other = super::worker(2, strict());
    let (_, step) = to_sleep(store.read(other.ask(&scenario.client, "alice"), now(time)));
    let Step::Get(getting) = step else { panic!() };
    let step = store.read(getting, now(time + SUSPICION));
    let step = to_send(store.swap(step, now(time + SUSPICION))).1.finish(issued(2), now(time + SUSPICION));
    assert!(uses(store.swap(step, now(time + SUSPICION)), "A2"));
}
