//! Keeper: one renewal at a time, and what is kept after each ending.

use std::time::Duration;

use oauth_proto::{
    Confidential, Decision, Granted, Keeper, Outcome, PresentError, Provider, Remedy, RenewalError, Request, Response,
    Ticket, Timestamp, Turn,
    dialect::RefreshDeadline,
    error::{AnswerFault, Doubt, Mismatch, RequestFault},
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
    keeper.handle(ticket, answer(200, NEW), at(3611)).unwrap();
    assert_eq!(poll(&mut keeper, &scenario, at(3611)), "use A2");
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

/// The row of a keeper, loaded.
fn loaded(keeper: &Keeper) -> Keeper {
    let row = stored::save(keeper);
    let copy = stored::load(row.as_bytes()).unwrap();
    assert_eq!(stored::save(&copy), row);
    copy
}

#[test]
fn a_renewal_of_another_process_gets_the_time_that_it_may_take() {
    for (tweak, deadline) in
        [((|_| {}) as fn(&mut Provider), 30), (|provider| provider.deadline_seconds = Some(90), 90)]
    {
        let (scenario, mut keeper) = (Scenario::with(tweak), Scenario::new().keeper());
        let _ticket = send(&mut keeper, &scenario, at(DUE));
        let mut copy = loaded(&keeper);
        let end = at(DUE + deadline);
        let last = Timestamp::from_unix_millis(end.as_unix_millis() - 1);
        // Good until 3610 s: usable at the last moment of 30 s, and not at that of 90 s.
        let waits = if deadline == 30 { "use A1".to_owned() } else { format!("wait {:?}", Some(end)) };
        assert_eq!(poll(&mut copy, &scenario, at(DUE)), "use A1");
        assert_eq!(poll(&mut copy, &scenario, last), waits);
        assert_eq!(poll(&mut copy, &scenario, end), format!("decide {}", at(DUE).as_unix_millis()));
        // The process that sent it waits for its ticket, however long that takes.
        assert_eq!(poll(&mut keeper, &scenario, at(3610)), "wait None");
    }
}

#[test]
fn a_keeper_that_was_stored_and_loaded_takes_the_ticket() {
    let scenario = Scenario::new();
    let mut keeper = scenario.keeper();
    let (_, ticket) = send(&mut keeper, &scenario, at(DUE));
    let mut copy = loaded(&keeper);
    drop(keeper);
    copy.handle(ticket, answer(200, NEW), at(DUE + 40)).unwrap();
    assert_eq!(poll(&mut copy, &scenario, at(DUE + 40)), "use A2");
    assert_eq!(copy.tokens().expires_at(), Some(at(DUE + 3600)));

    // A refusal and a loss as well; and a loss that the holder of the ticket reports needs no more waiting.
    let mut keeper = scenario.keeper();
    let (_, ticket) = send(&mut keeper, &scenario, at(DUE));
    let mut copy = loaded(&keeper);
    assert!(copy.handle(ticket, answer(400, r#"{"error":"invalid_grant"}"#), at(DUE)).is_err());
    assert_eq!(poll(&mut copy, &scenario, at(3610)), "log in");
    let (_, ticket) = send(&mut scenario.keeper(), &scenario, at(DUE));
    let mut copy = loaded(&keeper);
    assert!(copy.handle(ticket, Outcome::lost("reset"), at(DUE + 1)).is_err());
    assert_eq!(poll(&mut copy, &scenario, at(DUE + 1)), format!("decide {}", at(DUE).as_unix_millis()));
}

#[test]
fn a_ticket_of_other_tokens_or_of_another_instant_is_foreign() {
    let scenario = Scenario::new();
    let sending = |tokens: &str, now| {
        let Granted::Refreshable(tokens) = scenario.granted(tokens) else { panic!() };
        let mut keeper = Keeper::new(tokens.into_token_set());
        let ticket = send(&mut keeper, &scenario, now).1;
        (keeper, ticket)
    };
    let (_, other_tokens) = sending(&TOKENS.replace("R1", "R9"), at(DUE));
    let (_, other_instant) = sending(TOKENS, at(DUE + 1));
    let (mut keeper, own) = sending(TOKENS, at(DUE));
    let before = stored::save(&keeper);
    let no = r#"{"error":"invalid_grant"}"#;
    for (foreign, status, body) in [(other_tokens, 200, NEW), (other_instant, 400, no)] {
        let error = keeper.handle(foreign, answer(status, body), at(DUE + 2)).unwrap_err();
        assert_eq!(error.remedy(), Remedy::Fix);
        let RenewalError::ForeignTicket { outcome, .. } = error else { panic!("{error}") };
        assert!(matches!(*outcome, Outcome::Answered(response) if response.expose_body() == body.as_bytes()));
        assert_eq!(stored::save(&keeper), before);
    }
    // And as it comes back, it is the right one's.
    let (mut other, _) = sending(&TOKENS.replace("R1", "R9"), at(DUE));
    let error = other.handle(own, answer(200, NEW), at(DUE + 2)).unwrap_err();
    let RenewalError::ForeignTicket { ticket, outcome } = error else { panic!("{error}") };
    keeper.handle(*ticket, *outcome, at(DUE + 2)).unwrap();
    assert_eq!(poll(&mut keeper, &scenario, at(DUE + 2)), "use A2");
}

#[test]
fn where_each_ending_of_a_renewal_leads() {
    let decide = format!("decide {}", at(DUE).as_unix_millis());
    let wait = |until| format!("wait {:?}", Some(at(until)));
    let invalid_grant = r#"{"error":"invalid_grant"}"#;
    let busy = || Response::new(429, [("Retry-After", "120")], "").into();
    let untrusted = r#"{"access_token":"A2","token_type":"mac"}"#;
    // The outcome at 3609 s, the remedy, and what the next poll says while the old token is good and when it is not.
    let rows: [(Outcome, &str, &str, &str); 11] = [
        (Outcome::not_sent("refused"), "Retry { after: None }", "use A1", "send"),
        (Outcome::lost("reset"), "Decide", &decide, &decide),
        (answer(400, invalid_grant), "LogIn", "use A1", "log in"),
        (answer(401, r#"{"error":"invalid_client"}"#), "Fix", "use A1", &wait(3639)),
        (answer(400, r#"{"error":"temporarily_unavailable"}"#), "Retry { after: None }", "use A1", &wait(3639)),
        (busy(), "Retry { after: Some(120s) }", "use A1", &wait(3729)),
        (answer(400, r#"{"error":"server_error"}"#), "Decide", &decide, &decide),
        (answer(503, ""), "Decide", &decide, &decide),
        (answer(302, ""), "Decide", &decide, &decide),
        (answer(200, "{}"), "Decide", &decide, &decide),
        (answer(200, untrusted), "LogIn", "use A1", "log in"),
    ];
    for (outcome, remedy, young, old) in rows {
        let (scenario, mut keeper) = (Scenario::new(), Scenario::new().keeper());
        let words = format!("{outcome:?}");
        let (_, ticket) = send(&mut keeper, &scenario, at(DUE));
        let error = keeper.handle(ticket, outcome, at(3609)).unwrap_err();
        assert_eq!(format!("{:?}", error.remedy()), remedy, "{words}");
        // What is stored says the same; the sending is so long ago that nobody waits for its ticket any more.
        assert_eq!(poll(&mut loaded(&keeper), &scenario, at(3609)), young, "{words}");
        assert_eq!(poll(&mut loaded(&keeper), &scenario, at(3610)), old, "{words}");
        assert_eq!(poll(&mut keeper, &scenario, at(3609)), young, "{words}");
        assert_eq!(poll(&mut keeper, &scenario, at(3610)), old, "{words}");
    }
}

#[test]
fn the_errors_of_a_renewal_say_what_happened() {
    let fail = |outcome| {
        let (scenario, mut keeper) = (Scenario::new(), Scenario::new().keeper());
        let (_, ticket) = send(&mut keeper, &scenario, at(DUE));
        keeper.handle(ticket, outcome, at(DUE + 1)).unwrap_err()
    };
    // What the source says is not said twice.
    let not_sent = fail(Outcome::not_sent("dns"));
    assert_eq!(not_sent.to_string(), "the renewal was not sent, and nothing was spent; `poll` sends it again");
    assert_eq!(std::error::Error::source(&not_sent).unwrap().to_string(), "dns");
    let lost = fail(Outcome::lost("reset"));
    assert!(matches!(lost, RenewalError::InDoubt(Doubt::Lost(_))));
    assert_eq!(
        lost.to_string(),
        "the renewal may have arrived (the connection was lost after something was sent), and the refresh token may be \
         spent; `poll`, and `decide` if it says so"
    );
    assert_eq!(std::error::Error::source(&lost).unwrap().to_string(), "reset");
    assert!(matches!(fail(answer(302, "")), RenewalError::InDoubt(Doubt::UnexpectedStatus(302))));
    let fault = fail(answer(200, r#"{"access_token":"A2","token_type":"mac"}"#));
    assert!(matches!(fault, RenewalError::Untrusted(AnswerFault::TokenType)));
    let dead = fail(answer(400, r#"{"error":"invalid_grant"}"#));
    assert_eq!(
        dead.to_string(),
        "the refresh token is dead, and was given up: invalid_grant (status 400); the access token is used to its end, \
         then log in again"
    );
}

#[test]
fn after_a_refusal_nothing_is_sent_before_its_time() {
    let answer_after = |status, wait: &str, body: &str| -> Outcome {
        Response::new(status, [("Retry-After", wait), ("Content-Type", "application/json")], body).into()
    };
    let client = r#"{"error":"invalid_client"}"#;
    for (outcome, seconds) in [
        (answer_after(429, "120", ""), 120),
        (answer_after(400, "5", client), 5),
        // A server that wants no time at all gets a second.
        (answer_after(403, "0", ""), 1),
        (answer_after(429, "soon", ""), 30),
        (answer_after(429, "99999", ""), 3600),
        (answer(400, client), 30),
        (answer(429, ""), 30),
        (answer(404, "<html>"), 30),
        (Outcome::not_sent("dns"), 1),
    ] {
        let (scenario, mut keeper) = (Scenario::new(), Scenario::new().keeper());
        let words = format!("{outcome:?}");
        let (_, ticket) = send(&mut keeper, &scenario, at(DUE));
        // It counts from the answer, which may come long after the sending.
        let answered = 3700;
        assert!(keeper.handle(ticket, outcome, at(answered)).is_err(), "{words}");
        let until = at(answered + seconds);
        let last = Timestamp::from_unix_millis(until.as_unix_millis() - 1);
        for now in [at(answered), last] {
            assert_eq!(poll(&mut keeper, &scenario, now), format!("wait {:?}", Some(until)), "{words}");
            assert_eq!(poll(&mut loaded(&keeper), &scenario, now), format!("wait {:?}", Some(until)), "{words}");
        }
        let (_, ticket) = send(&mut keeper, &scenario, until);
        assert!(!stored::save(&keeper).contains("not_before"), "the wait is over");
        keeper.handle(ticket, answer(200, NEW), until).unwrap();
        assert_eq!(poll(&mut keeper, &scenario, until), "use A2", "{words}");
    }
}

#[test]
fn a_server_that_fails_and_asks_to_wait_is_not_asked_before_whatever_is_assumed() {
    let scenario = Scenario::new();
    let failed = |keeper: &mut Keeper, status| {
        let (_, ticket) = send(keeper, &scenario, at(DUE));
        let fields = [("Retry-After", "120"), ("Content-Type", "application/json")];
        let outcome = Response::new(status, fields, r#"{"error":"server_error"}"#).into();
        let error = keeper.handle(ticket, outcome, at(DUE + 1)).unwrap_err();
        assert!(matches!(&error, RenewalError::InDoubt(Doubt::ServerFailed(_))), "{error}");
        assert_eq!(poll(keeper, &scenario, at(3610)), format!("decide {}", at(DUE).as_unix_millis()));
    };
    for status in [200, 400, 500, 503] {
        let mut keeper = scenario.keeper();
        failed(&mut keeper, status);
        let mut copy = loaded(&keeper);
        for keeper in [&mut keeper, &mut copy] {
            assert!(keeper.decide(Decision::AssumeUnspent));
            assert_eq!(poll(keeper, &scenario, at(3610)), format!("wait {:?}", Some(at(DUE + 121))));
            assert_eq!(poll(keeper, &scenario, at(DUE + 121)), "send");
        }
    }
    // What was spent is given up; a client that asks for itself waits all the same.
    let mut keeper = scenario.keeper();
    failed(&mut keeper, 503);
    assert!(keeper.decide(Decision::AssumeSpent));
    assert_eq!(poll(&mut keeper, &scenario, at(3610)), "log in");
    let mut keeper = Keeper::new(scenario.reissuable().into_token_set());
    failed(&mut keeper, 503);
    assert!(keeper.decide(Decision::AssumeSpent));
    assert_eq!(poll(&mut keeper, &scenario, at(3610)), format!("wait {:?}", Some(at(DUE + 121))));
}

#[test]
fn new_tokens_end_the_wait() {
    let scenario = Scenario::new();
    let mut keeper = scenario.keeper();
    let (_, first) = send(&mut keeper, &scenario, at(DUE));
    let mut copy = loaded(&keeper);
    // Sent again at the same instant, by choice: both tickets count.
    assert!(copy.decide(Decision::AssumeUnspent));
    let (_, second) = send(&mut copy, &scenario, at(DUE));
    drop(copy.handle(first, Response::new(503, [("Retry-After", "3600")], "").into(), at(DUE)));
    copy.handle(second, answer(200, NEW), at(DUE)).unwrap();
    assert!(copy.rejected(&"A2".into()));
    assert_eq!(poll(&mut copy, &scenario, at(DUE + 1)), "send");
}

#[test]
fn a_header_for_an_api() {
    let (scenario, mut keeper) = (Scenario::new(), Scenario::new().keeper());
    let other = Scenario::with(|provider| provider.name = "elsewhere".into());
    let header = keeper.header_for(&scenario.client, "https://api.example/me", at(3609)).unwrap();
    assert_eq!((header.name(), header.expose_value()), ("Authorization", "Bearer A1"));
    let refused = |keeper: &Keeper, client: &Scenario<Confidential>, url: &str, now| {
        keeper.header_for(&client.client, url, now).map(drop).unwrap_err()
    };
    let api = "https://api.example/";
    assert_eq!(refused(&keeper, &scenario, "https://evil.example/", at(20)), PresentError::ForeignOrigin);
    assert_eq!(refused(&keeper, &scenario, "http://api.example/", at(20)), PresentError::NotAUrl);
    assert_eq!(refused(&keeper, &other, api, at(20)), PresentError::WrongClient(Mismatch::Server));
    assert_eq!(refused(&keeper, &scenario, api, at(3610)), PresentError::Expired);
    assert!(keeper.rejected(&"A1".into()));
    assert_eq!(refused(&keeper, &scenario, api, at(20)), PresentError::Expired);
}

#[test]
fn the_tokens_are_handed_out_unless_they_are_in_doubt() {
    let scenario = Scenario::new();
    let before = stored::save(&scenario.refreshable().into_token_set());
    assert_eq!(stored::save(&scenario.keeper().into_tokens().unwrap()), before);
    let mut keeper = scenario.keeper();
    let (_, ticket) = send(&mut keeper, &scenario, at(DUE));
    let row = stored::save(&keeper);
    let keeper = keeper.into_tokens().unwrap_err();
    assert_eq!(stored::save(&*keeper), row);
    let mut keeper = *keeper;
    drop(keeper.handle(ticket, Outcome::lost("reset"), at(DUE)));
    let mut keeper = keeper.into_tokens().unwrap_err();
    assert!(keeper.decide(Decision::AssumeUnspent));
    assert_eq!(stored::save(&keeper.into_tokens().unwrap()), before);
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
    keeper.handle(ticket, answer(200, NEW), at(20)).unwrap();
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
    assert_eq!(poll(&mut scenario.keeper(), &other, at(20)), "fix WrongClient(Server)");

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
    keeper.handle(ticket, answer(200, &ACCESS_ONLY.replace("A1", "A2")), at(3541)).unwrap();
    assert_eq!(poll(&mut keeper, &scenario, at(3600)), "use A2");
    // It has no grant that could die: it is told no, and asks again later.
    let (_, ticket) = send(&mut keeper, &scenario, at(7080));
    let refused = keeper.handle(ticket, answer(400, r#"{"error":"invalid_grant"}"#), at(7081)).unwrap_err();
    assert!(matches!(&refused, RenewalError::ClientRefused(_)), "{refused}");
    assert_eq!(poll(&mut keeper, &scenario, at(7110)), "use A2");
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
    keeper.handle(ticket, answer(200, TOKENS), at(0)).unwrap();
    assert_eq!(poll(&mut keeper, &scenario, at(0)), "use A1");
}

#[test]
fn a_short_life_is_not_renewed_at_every_turn() {
    let (scenario, mut keeper) = (Scenario::new(), Scenario::new().keeper());
    let (_, ticket) = send(&mut keeper, &scenario, at(DUE));
    // Half a minute, and renewal is asked for a minute ahead.
    keeper.handle(ticket, answer(200, &NEW.replace("3600", "30")), at(DUE)).unwrap();
    let sends = (0..50).filter(|_| poll(&mut keeper, &scenario, at(DUE)) != "use A2").count();
    assert_eq!(sends, 0);
    assert_eq!(poll(&mut keeper, &scenario, at(DUE + 14)), "use A2");
    // In the second half of its life it is due; and at once when an API rejects it.
    let row = stored::save(&keeper);
    assert_eq!(poll(&mut keeper, &scenario, at(DUE + 15)), "send");
    let mut keeper: Keeper = stored::load(row.as_bytes()).unwrap();
    assert!(keeper.rejected(&"A2".into()));
    assert_eq!(poll(&mut keeper, &scenario, at(DUE + 1)), "send");
}

#[test]
fn a_token_with_no_life_in_it_is_waited_for() {
    let (scenario, mut keeper) = (Scenario::new(), Scenario::new().keeper());
    let (_, ticket) = send(&mut keeper, &scenario, at(DUE));
    keeper.handle(ticket, answer(200, &NEW.replace("3600", "0")), at(DUE)).unwrap();
    assert_eq!(poll(&mut keeper, &scenario, at(DUE)), format!("wait {:?}", Some(at(DUE + 1))));
    assert_eq!(poll(&mut keeper, &scenario, at(DUE + 1)), "send");
}
