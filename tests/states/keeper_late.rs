//! Keeper: tickets whose answer comes after somebody has decided, and what is said to a client that asks for itself.

use std::time::Duration;

use oauth_proto::{
    Confidential, Decision, Keeper, Outcome, Remedy, RenewalError, Request, Response, Ticket, Turn,
    dialect::RefreshAnswer, error::AnswerFault, stored,
};

use crate::scenario::{Scenario, answer, at};

const NEW: &str = r#"{"access_token":"A2","token_type":"Bearer","expires_in":3600,"refresh_token":"R2"}"#;
const DEAD: &str = r#"{"error":"invalid_grant"}"#;

fn send(keeper: &mut Keeper, scenario: &Scenario<Confidential>, now: u64) -> (Request, Ticket) {
    match keeper.poll(&scenario.client, at(now), Duration::from_secs(60)) {
        Turn::Send(request, ticket) => (request, ticket),
        turn => panic!("{turn:?}"),
    }
}

/// The keeper as another process finds it, a minute after a renewal of this one was sent, and the ticket of that.
fn found(scenario: &Scenario<Confidential>) -> (Keeper, Ticket) {
    let mut keeper = scenario.keeper();
    let (_, ticket) = send(&mut keeper, scenario, 3600);
    let mut found: Keeper = stored::load(stored::save(&keeper).as_bytes()).unwrap();
    let turn = found.poll(&scenario.client, at(3660), Duration::ZERO);
    assert!(matches!(turn, Turn::Decide { .. }), "{turn:?}");
    (found, ticket)
}

/// A strict server has spent the refresh token: what it issued is all that is left of the session.
#[test]
fn what_was_issued_is_taken_whatever_was_decided_meanwhile() {
    let scenario = Scenario::new();
    let decided: [fn(&mut Keeper, &Scenario<Confidential>); 5] = [
        |keeper, _| assert!(keeper.decide(Decision::AssumeUnspent)),
        |keeper, _| assert!(keeper.decide(Decision::AssumeSpent)),
        // And sent again, which is under way, refused, or the end of the refresh token.
        |keeper, scenario| {
            assert!(keeper.decide(Decision::AssumeUnspent));
            drop(send(keeper, scenario, 3661));
        },
        |keeper, scenario| {
            assert!(keeper.decide(Decision::AssumeUnspent));
            let (_, ticket) = send(keeper, scenario, 3661);
            keeper.handle(ticket, answer(429, ""), at(3661)).unwrap_err();
        },
        |keeper, scenario| {
            assert!(keeper.decide(Decision::AssumeUnspent));
            let (_, ticket) = send(keeper, scenario, 3661);
            let dead = keeper.handle(ticket, answer(400, DEAD), at(3661)).unwrap_err();
            assert!(matches!(dead, RenewalError::Dead(_)), "{dead}");
        },
    ];
    for decide in decided {
        let (mut keeper, late) = found(&scenario);
        decide(&mut keeper, &scenario);
        keeper.handle(late, answer(200, NEW), at(3662)).unwrap();
        let turn = keeper.poll(&scenario.client, at(3662), Duration::ZERO);
        assert!(matches!(&turn, Turn::Use(token) if token.matches("A2")), "{turn:?}");
        let (request, _ticket) = send(&mut keeper, &scenario, 7200);
        assert!(std::str::from_utf8(request.expose_body()).unwrap().ends_with("refresh_token=R2"), "it is renewable");
    }
}

/// What others went on from is newer than what comes late, though the refresh token is the same.
#[test]
fn what_comes_later_than_newer_tokens_is_not_taken() {
    let scenario = Scenario::new();
    for newer in [NEW.replace("A2", "A3"), NEW.replace("A2", "A3").replace(r#","refresh_token":"R2""#, "")] {
        let (mut keeper, late) = found(&scenario);
        assert!(keeper.decide(Decision::AssumeUnspent));
        let (_, ticket) = send(&mut keeper, &scenario, 3661);
        keeper.handle(ticket, answer(200, &newer), at(3661)).unwrap();
        let before = stored::save(&keeper);
        let error = keeper.handle(late, answer(200, NEW), at(3662)).unwrap_err();
        let RenewalError::ForeignTicket { outcome, .. } = error else { panic!("{error}") };
        assert!(matches!(*outcome, Outcome::Answered(response) if response.expose_body() == NEW.as_bytes()));
        assert_eq!(stored::save(&keeper), before);
    }
    // Where a renewal extends the token, which stays the same, the earlier one is not taken for the later.
    let extends = Scenario::with(|provider| provider.dialect.refresh.answer = RefreshAnswer::ExtendsSeconds(900));
    let (mut keeper, late) = found(&extends);
    assert!(keeper.decide(Decision::AssumeUnspent));
    let (_, ticket) = send(&mut keeper, &extends, 3661);
    keeper.handle(ticket, answer(200, "{}"), at(3661)).unwrap();
    assert_eq!(keeper.tokens().expires_at(), Some(at(3661 + 900)));
    assert!(keeper.handle(late, answer(200, "{}"), at(3662)).is_err());
    assert_eq!(keeper.tokens().expires_at(), Some(at(3661 + 900)));
}

/// Nothing can be learnt from it: whoever decided may have sent again.
#[test]
fn what_comes_late_without_tokens_changes_nothing() {
    let scenario = Scenario::new();
    let outcomes: [fn() -> Outcome; 5] = [
        || answer(400, DEAD),
        || answer(429, ""),
        || answer(200, r#"{"access_token":"A2","token_type":"mac"}"#),
        || Outcome::not_sent("dns"),
        || Outcome::lost("reset"),
    ];
    for outcome in outcomes {
        for decision in [Decision::AssumeUnspent, Decision::AssumeSpent] {
            let (mut keeper, late) = found(&scenario);
            assert!(keeper.decide(decision));
            let before = stored::save(&keeper);
            let error = keeper.handle(late, outcome(), at(3662)).unwrap_err();
            assert!(matches!(error, RenewalError::ForeignTicket { .. }), "{error}");
            assert_eq!(stored::save(&keeper), before);
        }
    }
}

/// It has no user, and no grant that could die.
#[test]
fn no_login_helps_a_client_that_asks_for_itself() {
    let scenario = Scenario::new();
    let fail = |outcome| {
        let mut keeper = Keeper::new(scenario.reissuable().into_token_set());
        let (_, ticket) = send(&mut keeper, &scenario, 3600);
        let error = keeper.handle(ticket, outcome, at(3600)).unwrap_err();
        assert!(!error.to_string().contains("log in") && !error.to_string().contains("refresh token"), "{error}");
        let again = match &error {
            RenewalError::ClientRefused(response) => response.retry_after.unwrap_or(Duration::from_secs(30)),
            _ => Duration::from_secs(30),
        };
        let turn = keeper.poll(&scenario.client, at(3600), Duration::ZERO);
        assert!(matches!(turn, Turn::Wait { until: Some(until) } if until == at(3600).plus(again)), "{turn:?}");
        error
    };
    for code in ["invalid_grant", "access_denied"] {
        let error = fail(answer(400, &format!(r#"{{"error":"{code}"}}"#)));
        assert!(matches!(&error, RenewalError::ClientRefused(response) if response.code.as_str() == code), "{error}");
        assert_eq!(error.remedy(), Remedy::Fix);
        let what = "the server refused a token to the client itself, and nothing was spent: ";
        let then =
            "; no login helps: the client's own right to ask must be mended at the server, or its answer in the data";
        assert_eq!(error.to_string(), format!("{what}{code} (status 400){then}"));
    }
    let fields = [("Retry-After", "7"), ("Content-Type", "application/json")];
    let error = fail(Response::new(400, fields, DEAD).into());
    assert!(matches!(&error, RenewalError::ClientRefused(_)), "{error}");
    let error = fail(answer(200, r#"{"access_token":"A2","token_type":"mac"}"#));
    assert!(matches!(&error, RenewalError::ClientUntrusted(AnswerFault::TokenType)), "{error}");
    assert_eq!(error.remedy(), Remedy::Fix);
    // What has to do with no user is as it is for any client.
    for (outcome, remedy) in [
        (answer(401, r#"{"error":"invalid_client"}"#), Remedy::Fix),
        (answer(400, r#"{"error":"temporarily_unavailable"}"#), Remedy::Retry { after: None }),
    ] {
        let error = fail(outcome);
        assert!(matches!(&error, RenewalError::Refused(_)), "{error}");
        assert_eq!(error.remedy(), remedy);
    }
}
