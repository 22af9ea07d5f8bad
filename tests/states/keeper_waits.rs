//! Keeper, at a server that refuses, fails or does not answer: it is not asked at every turn.

use std::time::Duration;

use oauth_proto::{Confidential, Decision, Keeper, Outcome, Turn};

use crate::scenario::{Scenario, answer, at};

const AHEAD: Duration = Duration::from_secs(60);

#[test]
fn fifty_polls_at_one_instant_send_once() {
    let refusals: [fn() -> Outcome; 5] = [
        || Outcome::not_sent("dns"),
        || answer(401, r#"{"error":"invalid_client"}"#),
        || answer(429, ""),
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
