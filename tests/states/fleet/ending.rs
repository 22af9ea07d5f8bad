//! An ask comes to an end: at a server that refuses or fails, at tokens that hardly live, at a store that is too slow.

use oauth_proto::{
    Decision, RenewalError, Response,
    fleet::{NotStored, ReuseClass, Step, Stopped, Swap},
};

use super::*;

/// Goes on until there is an end, at a server that answers `outcome` each time. How often it was asked, and for how long.
fn to_the_end<'a>(
    store: &mut Store,
    step: impl Into<Step<'a>>,
    outcome: impl Fn() -> Outcome,
) -> (usize, u64, Step<'a>) {
    let (mut step, mut time, mut sent) = (step.into(), 3600, 0);
    loop {
        step = match step {
            Step::Get(getting) => store.read(getting, now(time)),
            Step::Swap(_) => store.swap(step, now(time)),
            Step::Send(_, sending) => {
                sent += 1;
                assert!(sent <= 100, "it never ends");
                sending.finish(outcome(), now(time))
            }
            Step::Sleep(sleeping) => {
                time += sleeping.duration().as_secs().max(1);
                sleeping.finish()
            }
            end => return (sent, time - 3600, end),
        };
    }
}

fn refused(error: &str) -> Outcome {
    answer(401, &format!(r#"{{"error":"{error}"}}"#))
}

#[test]
fn what_a_server_says_for_good_is_asked_once() {
    let (mut store, client, worker) = (Store::with(3600), client(), worker(1, strict()));
    let (sent, _, end) = to_the_end(&mut store, worker.ask(&client, "alice"), || refused("invalid_client"));
    let stopped = to_stop(end);
    assert_eq!((sent, stopped.remedy()), (1, oauth_proto::Remedy::Fix));
    let Stopped::NotYet { why: Some(why), until, .. } = stopped else { panic!("{stopped}") };
    assert!(matches!(*why, RenewalError::Refused(_)));
    assert_eq!(until, at(3630), "for the others too");
}

#[test]
fn what_may_pass_is_waited_for_no_longer_than_a_worker() {
    let failed = || Response::new(503, [("Retry-After", "0")], "").into();
    let lost: &dyn Fn() -> Outcome = &|| Outcome::lost("reset");
    let outcomes: [&dyn Fn() -> Outcome; 3] = [&|| Outcome::not_sent("no route"), &failed, lost];
    for outcome in outcomes {
        let (mut store, client) = (Store::with(3600), client());
        let worker = worker(1, policy(ReuseClass::NonRotating));
        let (sent, waited, end) = to_the_end(&mut store, worker.ask(&client, "alice"), outcome);
        let stopped = to_stop(end);
        assert!(matches!(&stopped, Stopped::NotYet { why: Some(_), .. }), "{stopped}");
        assert!(matches!(stopped.remedy(), oauth_proto::Remedy::Retry { after: Some(_) }));
        assert!(sent > 3 && waited <= SUSPICION, "{sent} times in {waited} s");
    }
}

#[test]
fn tokens_that_hardly_live_serve_who_renewed_them() {
    let (mut store, client) = (Store::with(3600), client());
    let worker = worker(1, strict().skew(Duration::from_secs(30)));
    let brief = || answer(200, r#"{"access_token":"A2","refresh_token":"R2","token_type":"Bearer","expires_in":50}"#);
    let (sent, waited, end) = to_the_end(&mut store, worker.ask(&client, "alice"), brief);
    assert!(uses(end, "A2"));
    assert_eq!((sent, waited), (1, 0));
    // The next ask leaves the server alone for a second.
    let (wait, _) = to_sleep(store.read(worker.ask(&client, "alice"), now(3600)));
    assert_eq!(wait, Duration::from_secs(1));
}

#[test]
fn a_store_that_is_always_too_slow_comes_to_an_end() {
    let (mut store, client) = (Store::with(3600), client());
    let worker = worker(1, strict().permit(Duration::ZERO));
    let (mut step, mut time, mut tries) = (Step::from(worker.ask(&client, "alice")), 3600, 0);
    let stopped = loop {
        step = match step {
            Step::Get(getting) => store.read(getting, now(time)),
            Step::Swap(swapping) => {
                let swap = store.takes(&swapping);
                tries += 1;
                assert!(tries < 100, "it never ends");
                time += 1;
                swapping.finish(swap, now(time))
            }
            Step::Sleep(sleeping) => {
                time += 1;
                sleeping.finish()
            }
            end => break to_stop(end),
        };
    };
    assert!(tries > 6, "it tries again");
    assert!(matches!(stopped, Stopped::NotYet { why: None, .. }), "{stopped}");
}

#[test]
fn a_client_that_asks_for_itself_leaves_a_failing_server_alone() {
    let (scenario, worker) = (Scenario::new(), worker(1, strict()));
    let mut store = Store::reissuable(&scenario);
    let busy = Response::new(503, [("Retry-After", "300")], "");
    let step = store.claim(&worker, &scenario.client, now(3600)).finish(busy.into(), now(3600));
    drop(store.swap(step, now(3600)));
    assert_eq!(store.header()["not_before"], millis(at(3900)));
}

/// A dead worker leaves nothing to decide on: what is assumed spent would be the client's own right to ask.
#[test]
fn a_client_that_asks_for_itself_is_never_given_up() {
    let (scenario, one, other) = (Scenario::new(), worker(1, strict()), worker(2, strict()));
    let mut store = Store::reissuable(&scenario);
    drop(store.claim(&one, &scenario.client, now(3600)));
    let (_, step) = to_sleep(store.read(other.ask(&scenario.client, "alice"), now(3600)));
    let Step::Get(getting) = step else { panic!() };
    let step = store.read(getting, now(3600 + SUSPICION));
    let sending = to_send(store.swap(step, now(3640))).1;
    let step = sending.finish(Outcome::not_sent("no route"), now(3640));
    drop(store.swap(step, now(3640)));
    assert_eq!(store.header()["presented"], serde_json::Value::Null);
    let step = store.read(other.decide(&scenario.client, "alice", Decision::AssumeSpent), now(3700));
    drop(to_send(store.swap(step, now(3700))));
}

/// What a worker knows for certain comes before what others made of its silence.
#[test]
fn who_sent_nothing_says_so_though_it_was_taken_for_dead() {
    for told in [true, false] {
        let (mut store, client) = (Store::with(3600), client());
        let (slow, other) = (worker(1, strict()), worker(2, strict()));
        let sending = store.claim(&slow, &client, now(3540));
        let seen = to_use(store.read(other.ask(&client, "alice"), now(3541))).seen();
        let step = store.read(other.ask(&client, "alice").seen(seen), now(3541 + SUSPICION));
        drop(store.swap(step, now(3582)));
        assert_eq!(store.header()["presented"], 1);
        let swapping = to_swap(sending.finish(Outcome::not_sent("no route"), now(3590)));
        let Swap::Conflict(found) = store.takes(&swapping) else { panic!("it was another") };
        let step = match swapping.finish(Swap::Conflict(found.filter(|_| told)), now(3590)) {
            Step::Get(getting) => store.read(getting, now(3590)),
            step => step,
        };
        drop(store.swap(step, now(3590)));
        assert_eq!(store.header()["presented"], serde_json::Value::Null);
        assert!(store.text().contains("R1"));
    }
}

/// What stands there is another's claim, or its end: it stays.
#[test]
fn who_sent_nothing_says_nothing_of_anothers_claim() {
    for ended in [true, false] {
        let policy = leeway(600);
        let (mut store, client) = (Store::with(3600), client());
        let (slow, other) = (worker(1, policy.clone()), worker(2, policy));
        let sending = store.claim(&slow, &client, now(3540));
        let seen = to_use(store.read(other.ask(&client, "alice"), now(3541))).seen();
        let step = store.read(other.ask(&client, "alice").seen(seen), now(3541 + SUSPICION));
        let others = to_send(store.swap(step, now(3581))).1;
        if ended {
            let step = others.finish(Outcome::lost("reset"), now(3582));
            drop(store.swap(step, now(3582)));
        }
        let before = store.header();
        assert_eq!(before["presented"], if ended { 2 } else { 1 });
        let swapping = to_swap(sending.finish(Outcome::not_sent("no route"), now(3590)));
        let swap = store.takes(&swapping);
        // Where the other has ended, this one asks again, and counts both.
        let next = swapping.finish(swap, now(3590));
        assert_eq!(matches!(next, Step::Swap(_)), ended, "{next:?}");
        if ended {
            drop(store.swap(next, now(3590)));
        }
        assert_eq!(store.header()["presented"], before["presented"]);
    }
}

#[test]
fn what_is_in_doubt_for_good_is_due_for_nobody() {
    let (mut store, client, worker) = (Store::with(3600), client(), worker(1, strict()));
    let swapping = to_swap(store.claim(&worker, &client, now(3600)).finish(Outcome::lost("reset"), now(3600)));
    assert_eq!(swapping.due_at(), None);
    store.takes(&swapping);
    // Somebody dares: it is due again.
    let step = store.read(worker.decide(&client, "alice", Decision::AssumeUnspent), now(3601));
    assert!(to_swap(step).due_at().is_some());
}

#[test]
fn who_gives_up_on_the_store_has_the_tokens() {
    let (mut store, client, worker) = (Store::with(3600), client(), worker(1, strict()));
    let login = worker.log_in(&client, "bob", tokens(5, 9000));
    let unknown = login.finish(Found::Unknown, now(0));
    assert!(is(&unknown.give_up().unwrap(), "A5"));

    let asks = store.read(worker.ask(&client, "alice"), now(3600));
    let claimed = store.swap(asks, now(3600));
    let swapping = to_swap(to_send(claimed).1.finish(issued(2), now(3601)));
    assert!(is(&swapping.finish(Swap::Unknown, now(3601)).give_up().unwrap(), "A2"));

    let stopped = Stopped::NotStored { tokens: Box::new(tokens(3, 9).into()), why: NotStored::Removed };
    assert!(Step::Stop(stopped).give_up().is_some());
    assert!(Step::from(worker.ask(&client, "alice")).give_up().is_none(), "what is in the store is not handed out");
}

/// At a provider that extends a token, an API that refuses it all the same does not have each ask extend it.
#[test]
fn a_token_that_was_extended_and_is_refused_is_not_extended_at_once() {
    use oauth_proto::dialect::RefreshAnswer;
    let scenario = Scenario::with(|provider| provider.dialect.refresh.answer = RefreshAnswer::ExtendsSeconds(3600));
    let (mut store, client, worker) = (Store::default(), &scenario.client, worker(1, strict()));
    let set = client.import_refreshable_tokens_from_elsewhere("A1".into(), "R1".into(), Some(at(3600))).unwrap();
    let step = store.read(worker.log_in(client, "alice", set), now(0));
    drop(store.swap(step, now(0)));
    let step = store.claim(&worker, client, now(3550)).finish(answer(200, "{}"), now(3550));
    let extended = to_use(store.swap(step, now(3550)));
    let (wait, next) = to_sleep(store.read(worker.ask(client, "alice").rejected(&extended), now(3551)));
    assert_eq!(wait, Duration::from_secs(29));
    let Step::Get(getting) = next else { panic!() };
    drop(to_swap(store.read(getting, now(3580))));
}

#[test]
fn a_refresh_that_opens_within_the_margin_is_waited_for() {
    let scenario = Scenario::with(|provider| provider.dialect.refresh.opens_seconds_before_expiry = Some(2));
    let mut store = Store::default();
    let (client, worker) = (&scenario.client, worker(1, strict().skew(Duration::from_secs(2))));
    let set = client.import_refreshable_tokens_from_elsewhere("A1".into(), "R1".into(), Some(at(3600))).unwrap();
    let step = store.read(worker.log_in(client, "alice", set), now(0));
    drop(store.swap(step, now(0)));
    let (wait, next) = to_sleep(store.read(worker.ask(client, "alice"), now(3597)));
    assert_eq!(wait, Duration::from_secs(1));
    let Step::Get(getting) = next else { panic!() };
    drop(to_swap(store.read(getting, now(3598))));
}
