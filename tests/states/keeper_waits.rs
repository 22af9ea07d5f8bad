//! Keeper, at a server that refuses, fails or does not answer: it is not asked at every turn.

use std::time::Duration;

use oauth_proto::{Confidential, Decision, Keeper, Outcome, Response, Turn, dialect::RefreshCredential};

use crate::scenario::{Scenario, answer, at};

const AHEAD: Duration = Duration::from_secs(60);

#[test]
fn fifty_polls_at_one_instant_send_once() {
    let refusals: [fn() -> Outcome; 6] = [
        || Outcome::not_sent("dns"),
        || answer(401, r#"{"error":"invalid_client"}"#),
        || answer(429, ""),
        // A server that names no time at all is not asked at every turn either.
        || Response::new(429, [("Retry-After", "0")], "").into(),
        || answer(400, r#"{"error":"invalid_grant"}"#),
        || answer(200, r#"{"access_token":"A2","token_type":"mac"}"#),
    ];
    let scenario = Scenario::new();
    let keepers =
        [|s: &Scenario<_>| s.keeper(), |s: &Scenario<Confidential>| Keeper::new(s.reissuable().into_token_set())];
    for (refusal, keeper) in refusals.iter().flat_map(|refusal| keepers.map(|keeper| (refusal, keeper))) {
        // While the old token is good, and when it is not.
        for now in [at(3599), at(3700)] {
            let (mut keeper, mut sent) = (keeper(&scenario), 0);
            for _ in 0..50 {
                if let Turn::Send(_, ticket) = keeper.poll(&scenario.client, now, AHEAD) {
                    sent += 1;
                    assert!(keeper.handle(ticket, refusal(), now).is_err());
                }
            }
            assert_eq!(sent, 1);
        }
    }
}

/// A refresh token is another matter: some servers take it again, for a moment.
#[test]
fn a_client_that_asks_for_itself_waits_after_a_doubt() {
    let broken = || Outcome::lost("cut");
    let failed = || answer(500, "{}");
    let garbage = || answer(200, "<html>");
    let doubts: [(fn() -> Outcome, u64); 3] = [(broken, 1), (failed, 30), (garbage, 30)];
    for (doubt, seconds) in doubts {
        let scenario = Scenario::new();
        let mut keeper = Keeper::new(scenario.reissuable().into_token_set());
        let mut sent = Vec::new();
        for second in 0..90 {
            let now = at(4000 + second);
            match keeper.poll(&scenario.client, now, Duration::ZERO) {
                Turn::Send(_, ticket) => {
                    sent.push(second);
                    keeper.handle(ticket, doubt(), now).unwrap_err();
                    assert!(keeper.decide(Decision::AssumeSpent));
                }
                Turn::Wait { until } => assert!(until.is_some()),
                turn => panic!("{turn:?}"),
            }
        }
        let expected: Vec<u64> = (0..90).step_by(usize::try_from(seconds).unwrap()).collect();
        assert_eq!(sent, expected);
    }
}

/// Also where what was sent is in doubt, and the one who decides takes it for unspent each time.
#[test]
fn a_server_that_fails_and_names_no_time_is_not_asked_at_every_turn() {
    let scenario = Scenario::new();
    for (keeper, retry_after) in [
        (scenario.keeper(), "0"),
        (Keeper::new(scenario.reissuable().into_token_set()), "0"),
        (Keeper::new(scenario.reissuable().into_token_set()), "1"),
    ] {
        let (mut keeper, mut sent, now) = (keeper, 0, at(3700));
        for _ in 0..50 {
            if let Turn::Send(_, ticket) = keeper.poll(&scenario.client, now, AHEAD) {
                sent += 1;
                let failed = Response::new(503, [("Retry-After", retry_after)], "");
                keeper.handle(ticket, failed.into(), now).unwrap_err();
                assert!(keeper.decide(Decision::AssumeUnspent));
            }
        }
        assert_eq!(sent, 1);
        assert!(matches!(keeper.poll(&scenario.client, at(3701), AHEAD), Turn::Send(..)), "{retry_after}");
    }
}

/// Where the access token is what refreshes, one that an API rejected refreshes nothing. A client that asks for itself
/// presents none, and gets another.
#[test]
fn a_rejected_token_that_would_refresh_itself_is_over_and_one_of_the_clients_own_is_not() {
    let scenario = Scenario::with(|provider| provider.dialect.refresh.credential = RefreshCredential::Access);
    let mut keeper = scenario.keeper();
    assert!(keeper.rejected(&"A1".into()));
    assert!(matches!(keeper.poll(&scenario.client, at(20), AHEAD), Turn::LogIn));
    let mut keeper = Keeper::new(scenario.reissuable().into_token_set());
    assert!(keeper.rejected(&"A1".into()));
    assert!(matches!(keeper.poll(&scenario.client, at(20), AHEAD), Turn::Send(..)));
}
