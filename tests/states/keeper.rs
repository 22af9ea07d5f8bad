//! Keeper: one renewal at a time, and what is kept after each ending.

use std::time::Duration;

use oauth_proto::{
    Confidential, Decision, Keeper, Outcome, Remedy, RenewalError, Request, Response, Ticket, Timestamp, Turn,
    dialect::RefreshDeadline,
    error::{AnswerFault, Doubt, RequestFault},
    stored,
};

use crate::scenario::{ACCESS_ONLY, Scenario, TOKENS, answer, at, wire};

const AHEAD: Duration = Duration::from_secs(60);
const NEW: &str = r#"{"access_token":"A2","token_type":"Bearer","expires_in":3600,"refresh_token":"R2"}"#;
/// When the token of the scenario (good until 3610 s) is due.
const DUE: u64 = 3550;

/// What a turn says, without what it carries.
fn said(turn: &Turn) -> String {
    match turn {
        Turn::Use(token) => format!("use {}", token.expose()),
        Turn::Send(..) => "send".into(),
        Turn::Wait { until } => format!("wait {until:?}"),
        Turn::Decide { sent_at } => format!("decide {}", sent_at.as_unix_millis()),
        Turn::LogIn => "log in".into(),
        Turn::Fix(fault) => format!("fix {fault:?}"),
        turn => panic!("{turn:?}"),
    }
}

fn poll(keeper: &mut Keeper, scenario: &Scenario<Confidential>, now: Timestamp) -> String {
    said(&keeper.poll(&scenario.client, now, AHEAD))
}

fn send(keeper: &mut Keeper, scenario: &Scenario<Confidential>, now: Timestamp) -> (Request, Ticket) {
    match keeper.poll(&scenario.client, now, AHEAD) {
        Turn::Send(request, ticket) => (request, ticket),
        turn => panic!("{turn:?}"),
    }
}

#[test]
fn a_token_is_used_until_it_is_due() {
    let (scenario, mut keeper) = (Scenario::new(), Scenario::new().keeper());
    let last = Timestamp::from_unix_millis(at(DUE).as_unix_millis() - 1);
    assert_eq!(poll(&mut keeper, &scenario, at(0)), "use A1");
    assert_eq!(poll(&mut keeper, &scenario, last), "use A1");
    let (request, _ticket) = send(&mut keeper, &scenario, at(DUE));
    assert_eq!(wire(&request), wire(&scenario.refresh_in_flight().0));
}

#[test]
fn while_a_renewal_is_under_way_nobody_sends_another() {
    let (scenario, mut keeper) = (Scenario::new(), Scenario::new().keeper());
    let (_, ticket) = send(&mut keeper, &scenario, at(DUE));
    assert_eq!(poll(&mut keeper, &scenario, at(3609)), "use A1");
    assert_eq!(poll(&mut keeper, &scenario, at(3610)), "wait None");
    assert!(!keeper.decide(Decision::AssumeUnspent) && !keeper.decide(Decision::AssumeSpent));
    assert_eq!(poll(&mut keeper, &scenario, at(3610)), "wait None");
    keeper.handle(ticket, answer(200, NEW)).unwrap();
    assert_eq!(poll(&mut keeper, &scenario, at(3610)), "use A2");
    // Counted from the sending of the renewal.
    assert_eq!(keeper.tokens().expires_at(), Some(at(DUE + 3600)));
    let (request, _ticket) = send(&mut keeper, &scenario, at(DUE + 3600));
    assert!(wire(&request).ends_with("\n\ngrant_type=refresh_token&refresh_token=R2"));
}

#[test]
fn a_dropped_ticket_is_noticed() {
    let scenario = Scenario::new();
    let expected = format!("decide {}", at(DUE).as_unix_millis());
    for decision in [Decision::AssumeUnspent, Decision::AssumeSpent] {
        let mut keeper = scenario.keeper();
        drop(send(&mut keeper, &scenario, at(DUE)));
        assert_eq!(poll(&mut keeper, &scenario, at(DUE)), expected);
        assert_eq!(keeper.access_token_at(at(3609)).unwrap().expose(), "A1");
        assert!(keeper.decide(decision));
        assert!(!keeper.decide(decision), "nothing is left to decide");
        match decision {
            Decision::AssumeUnspent => assert_eq!(poll(&mut keeper, &scenario, at(DUE)), "send"),
            Decision::AssumeSpent => {
                assert_eq!(poll(&mut keeper, &scenario, at(3609)), "use A1");
                assert_eq!(poll(&mut keeper, &scenario, at(3610)), "log in");
            }
        }
    }
}

#[test]
fn a_renewal_of_another_process_is_to_be_decided() {
    let (scenario, mut keeper) = (Scenario::new(), Scenario::new().keeper());
    let (_, ticket) = send(&mut keeper, &scenario, at(DUE));
    let row = stored::save(&keeper);
    let mut copy: Keeper = stored::load(row.as_bytes()).unwrap();
    assert_eq!(stored::save(&copy), row);
    assert_eq!(poll(&mut copy, &scenario, at(DUE)), format!("decide {}", at(DUE).as_unix_millis()));
    // The ticket is not the copy's, and comes back with the outcome for the right one.
    let error = copy.handle(ticket, answer(200, NEW)).unwrap_err();
    assert_eq!(error.remedy(), Remedy::Fix);
    let RenewalError::ForeignTicket { ticket, outcome } = error else { panic!("{error}") };
    assert_eq!(stored::save(&copy), row);
    keeper.handle(*ticket, *outcome).unwrap();
    assert_eq!(poll(&mut keeper, &scenario, at(DUE)), "use A2");
}

#[test]
fn where_each_ending_of_a_renewal_leads() {
    let decide = format!("decide {}", at(DUE).as_unix_millis());
    let later = "wait Some(Timestamp(1800003670000))"; // `DUE` and 120 s
    let busy = || Response::new(429, [("Retry-After", "120")], "").into();
    let untrusted = r#"{"access_token":"A2","token_type":"mac"}"#;
    // The outcome, the remedy, and what the next poll says while the old token is good and when it is not.
    let rows: [(Outcome, &str, &str, &str); 9] = [
        (Outcome::not_sent("refused"), "Retry { after: None }", "send", "send"),
        (Outcome::lost("reset"), "Decide", &decide, &decide),
        (answer(400, r#"{"error":"invalid_grant"}"#), "LogIn", "use A1", "log in"),
        (answer(401, r#"{"error":"invalid_client"}"#), "Fix", "send", "send"),
        (busy(), "Retry { after: Some(120s) }", "use A1", later),
        (answer(503, ""), "Decide", &decide, &decide),
        (answer(302, ""), "Decide", &decide, &decide),
        (answer(200, "{}"), "Decide", &decide, &decide),
        (answer(200, untrusted), "LogIn", "use A1", "log in"),
    ];
    for (outcome, remedy, young, old) in rows {
        let (scenario, mut keeper) = (Scenario::new(), Scenario::new().keeper());
        let words = format!("{outcome:?}");
        let (_, ticket) = send(&mut keeper, &scenario, at(DUE));
        let error = keeper.handle(ticket, outcome).unwrap_err();
        assert_eq!(format!("{:?}", error.remedy()), remedy, "{words}");
        // What is stored says the same.
        let mut copy: Keeper = stored::load(stored::save(&keeper).as_bytes()).unwrap();
        assert_eq!(poll(&mut copy, &scenario, at(3609)), young, "{words}");
        let mut copy: Keeper = stored::load(stored::save(&keeper).as_bytes()).unwrap();
        assert_eq!(poll(&mut copy, &scenario, at(3610)), old, "{words}");
        assert_eq!(poll(&mut keeper, &scenario, at(3609)), young, "{words}");
    }
}

#[test]
fn the_errors_of_a_renewal_say_what_happened() {
    let fail = |outcome| {
        let (scenario, mut keeper) = (Scenario::new(), Scenario::new().keeper());
        let (_, ticket) = send(&mut keeper, &scenario, at(DUE));
        keeper.handle(ticket, outcome).unwrap_err()
    };
    assert_eq!(fail(Outcome::not_sent("dns")).to_string(), "the renewal was not sent (dns)");
    let lost = fail(Outcome::lost("reset"));
    assert!(matches!(lost, RenewalError::InDoubt(Doubt::Lost(_))));
    assert_eq!(std::error::Error::source(&lost).unwrap().to_string(), "reset");
    assert!(matches!(fail(answer(302, "")), RenewalError::InDoubt(Doubt::UnexpectedStatus(302))));
    let fault = fail(answer(200, r#"{"access_token":"A2","token_type":"mac"}"#));
    assert!(matches!(fault, RenewalError::Untrusted(AnswerFault::TokenType)));
    let dead = fail(answer(400, r#"{"error":"invalid_grant"}"#));
    assert_eq!(dead.to_string(), "the refresh token is dead: invalid_grant (status 400)");
}

#[test]
fn a_server_that_asks_to_wait_is_not_asked_before() {
    let (scenario, mut keeper) = (Scenario::new(), Scenario::new().keeper());
    let (_, ticket) = send(&mut keeper, &scenario, at(DUE));
    let busy = Response::new(429, [("Retry-After", "120")], "");
    drop(keeper.handle(ticket, busy.into()));
    let last = Timestamp::from_unix_millis(at(DUE + 120).as_unix_millis() - 1);
    assert_eq!(poll(&mut keeper, &scenario, last), "wait Some(Timestamp(1800003670000))");
    let (_, ticket) = send(&mut keeper, &scenario, at(DUE + 120));
    assert!(!stored::save(&keeper).contains("not_before"), "the wait is over");
    keeper.handle(ticket, answer(200, NEW)).unwrap();
}

#[test]
fn a_401_from_an_api_counts_for_the_token_that_was_used() {
    let (scenario, mut keeper) = (Scenario::new(), Scenario::new().keeper());
    assert!(!keeper.rejected(&"A0".into()));
    assert_eq!(poll(&mut keeper, &scenario, at(20)), "use A1");
    assert!(keeper.rejected(&"A1".into()));
    let mut copy: Keeper = stored::load(stored::save(&keeper).as_bytes()).unwrap();
    assert!(copy.access_token_at(at(20)).is_none());
    assert_eq!(poll(&mut copy, &scenario, at(20)), "send");
    let (_, ticket) = send(&mut keeper, &scenario, at(20));
    assert_eq!(poll(&mut keeper, &scenario, at(20)), "wait None");
    keeper.handle(ticket, answer(200, NEW)).unwrap();
    // A late 401 to the old one says nothing of the new one.
    assert!(!keeper.rejected(&"A1".into()));
    assert_eq!(poll(&mut keeper, &scenario, at(20)), "use A2");
}

#[test]
fn tokens_that_cannot_be_renewed() {
    let scenario = Scenario::new();
    let mut keeper = Keeper::new(scenario.access_only().into_token_set());
    assert_eq!(poll(&mut keeper, &scenario, at(3609)), "use A1");
    assert_eq!(poll(&mut keeper, &scenario, at(3610)), "log in");
    assert_eq!(keeper.into_intent().scope().as_str(), "read write");

    let late = Scenario::with(|provider| provider.dialect.refresh.deadline = RefreshDeadline::AccessTokenExpiry);
    assert_eq!(poll(&mut late.keeper(), &late, at(3609)), "send");
    assert_eq!(poll(&mut late.keeper(), &late, at(3610)), "log in");

    let other = Scenario::with(|provider| provider.name = "elsewhere".into());
    assert_eq!(poll(&mut scenario.keeper(), &other, at(20)), "fix WrongClient");

    let public = Scenario::public_with(|provider| provider.dialect.refresh.needs_secret = true);
    let mut keeper = public.keeper();
    assert_eq!(said(&keeper.poll(&public.client, at(DUE), AHEAD)), "use A1");
    let turn = keeper.poll(&public.client, at(3610), AHEAD);
    assert!(matches!(turn, Turn::Fix(RequestFault::SecretRequired)), "{turn:?}");
}

#[test]
fn tokens_of_the_client_itself_are_issued_again() {
    let scenario = Scenario::new();
    let mut keeper = Keeper::new(scenario.reissuable().into_token_set());
    let (request, ticket) = send(&mut keeper, &scenario, at(3540));
    assert_eq!(wire(&request), wire(&scenario.reissue_in_flight().0));
    keeper.handle(ticket, answer(200, &ACCESS_ONLY.replace("A1", "A2"))).unwrap();
    assert_eq!(poll(&mut keeper, &scenario, at(3600)), "use A2");
    // Nothing single use was in doubt: what is assumed makes no difference.
    drop(send(&mut keeper, &scenario, at(7140)));
    assert!(keeper.decide(Decision::AssumeSpent));
    assert_eq!(poll(&mut keeper, &scenario, at(7140)), "send");
}

#[test]
fn a_clock_that_goes_back_does_no_harm() {
    let (scenario, mut keeper) = (Scenario::new(), Scenario::new().keeper());
    let (_, ticket) = send(&mut keeper, &scenario, at(DUE));
    assert_eq!(poll(&mut keeper, &scenario, at(0)), "use A1");
    keeper.handle(ticket, answer(200, TOKENS)).unwrap();
    assert_eq!(poll(&mut keeper, &scenario, at(0)), "use A1");
}
