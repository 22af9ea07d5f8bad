//! The refresh request: where it goes, when it may, what it presents, and what it brings.

use std::time::Duration;

use oauth_proto::{
    AnyTokenSet, Authorized, Confidential, Granted, InDoubt, Keeper, Outcome, Refreshable, Remedy, Standing, Timestamp,
    Turn,
    dialect::{RefreshAnswer, RefreshCredential, RefreshStep},
    error::{AnswerFault, Doubt, Reason, RequestFault},
    grant, stored,
};
use serde_json::{Value, json};

use crate::{
    provider, refused,
    scenario::{ACCESS_ONLY, BASIC, Scenario, TOKENS, answer, at, wire},
    with,
};

fn step(step: Value) -> Scenario<Confidential> {
    with(json!({ "dialect": { "refresh": step } }))
}

fn millis(instant: Timestamp, less: u64) -> Timestamp {
    Timestamp::from_unix_millis(instant.as_unix_millis() - less)
}

#[test]
fn the_default_of_each_field_is_the_rfc() {
    let default = RefreshStep::default();
    assert_eq!((default.opens_seconds_before_expiry, default.credential), (None, RefreshCredential::Refresh));
    assert_eq!((default.answer, default.send_redirect_uri), (RefreshAnswer::NewTokens, false));
    let said = json!({ "method": "POST", "body": "form", "client_authentication": "basic", "basic_encoding": "form",
        "headers": {}, "parameters": {}, "send_redirect_uri": false, "needs_secret": false, "deadline": "none",
        "opens_seconds_before_expiry": null, "credential": "refresh_token", "answer": "new_tokens" });
    assert_eq!(provider(json!({ "dialect": { "refresh": said } })), provider(json!({})));
}

#[test]
fn each_field_of_a_token_request_is_there_too() {
    let scenario = with(json!({ "refresh_endpoint": "https://id.example:8443/r?v=1", "dialect": { "refresh": {
        "method": "GET", "body": "query", "client_authentication": "body", "send_redirect_uri": true,
        "headers": { "X-Client": "{client_id}" },
        "parameters": { "rename": { "refresh_token": "old" }, "omit": ["grant_type"],
                        "add": { "grant_type": "fixed", "n": 1, "what": "{scope}" } } } } }));
    let expected = "GET https://id.example:8443/r?v=1&old=R1&redirect_uri=https%3A%2F%2Fapp.example%2Fcb&client_id=app\
         &client_secret=s3cret&grant_type=fixed&n=1&what=read+write\nAccept: application/json\nX-Client: app\n\n";
    let (request, _) = scenario.refresh_in_flight();
    assert_eq!(wire(&request), expected);
    assert_eq!(request.contract().origin(), "https://id.example:8443");
    let scenario =
        step(json!({ "body": "json", "parameters": { "in_query": ["grant_type", "client_id", "redirect_uri"],
        "add": { "b": true, "n": -1 } }, "client_authentication": "basic_and_client_id", "send_redirect_uri": true }));
    let expected = format!(
        "POST https://id.example/token?grant_type=refresh_token&redirect_uri=https%3A%2F%2Fapp.example%2Fcb&client_id=app\n\
         Content-Type: application/json\nAccept: application/json\nAuthorization: {BASIC}\n\n\
         {}",
        r#"{"refresh_token":"R1","b":true,"n":-1}"#
    );
    assert_eq!(wire(&scenario.refresh_in_flight().0), expected);
    // The code goes out by the token step's rules.
    assert_eq!(wire(&scenario.code_in_flight().0), wire(&with(json!({})).code_in_flight().0));
}

#[test]
fn a_scope_in_a_refresh_is_the_one_that_was_asked_for() {
    let scenario = with(json!({ "dialect": { "authorize": { "scope_separator": "," },
        "refresh": { "parameters": { "add": { "scope": "{scope}" } } } } }));
    let text = wire(&scenario.refresh_in_flight().0);
    assert!(text.ends_with("&scope=read%2Cwrite"), "{text}");
    let imported = scenario.client.import_refreshable_tokens_from_elsewhere("A".into(), "R".into(), None).unwrap();
    let text = wire(&imported.rejected().refresh(&scenario.client, at(0)).unwrap().0);
    assert!(text.ends_with("&scope=read%2Cwrite"), "{text}");
}

#[test]
fn a_random_value_is_new_in_each_refresh() {
    let scenario = step(json!({ "parameters": { "add": { "r": "{random}" } } }));
    let random = |token: Authorized<Refreshable>, seconds| {
        let text = wire(&token.refresh(&scenario.client, at(seconds)).unwrap().0);
        text.rsplit_once("&r=").unwrap().1.to_owned()
    };
    let rotated = scenario.refresh_in_flight().1.finish(answer(200, &TOKENS.replace("R1", "R2"))).unwrap();
    let seen = std::collections::BTreeSet::from([
        random(scenario.refreshable(), 20),
        random(scenario.refreshable(), 21),
        random(rotated, 21),
    ]);
    assert!(seen.len() == 3 && seen.iter().all(|random| random.len() == 43), "{seen:?}");
}

/// From when on a refresh that was too early is not.
fn opens(fault: RequestFault) -> Timestamp {
    match fault {
        RequestFault::TooEarly { opens, .. } => opens,
        fault => panic!("{fault:?}"),
    }
}

/// Opens 600 s before the tokens of `refreshable` expire at 3610 s.
fn window() -> Scenario<Confidential> {
    step(json!({ "opens_seconds_before_expiry": 600 }))
}

#[test]
fn a_refresh_before_its_window_hands_the_tokens_back() {
    let scenario = window();
    let before = stored::save(&scenario.refreshable().into_token_set());
    for early in [at(0), at(11), millis(at(3010), 1)] {
        let error = scenario.refreshable().refresh(&scenario.client, early).unwrap_err();
        assert_eq!(opens(error.fault()), at(3010));
        assert_eq!(error.remedy(), Remedy::Retry { after: Some(at(3010).since(early)) });
        assert_eq!(error.to_string(), format!("no request was made and nothing was spent: {}", error.fault()));
        assert_eq!(stored::save(&error.into_origin()), before);
    }
    for open in [at(3010), at(3609), at(3610), at(99_999)] {
        assert!(scenario.refreshable().rejected().refresh(&scenario.client, open).is_ok());
    }
    // A rejected token waits for the window as any other does.
    let error = scenario.expired().refresh(&scenario.client, at(3009)).unwrap_err();
    assert_eq!(opens(error.fault()), at(3010));
    let Standing::Expired(expired) = error.into_origin().at(at(3009)) else { panic!("it was rejected") };
    assert!(expired.refresh(&scenario.client, at(3010)).is_ok());
    // Without an expiry there is no window; longer than the token's life, it is always open.
    let body = r#"{"access_token":"A","token_type":"Bearer","refresh_token":"R"}"#;
    let Granted::Refreshable(forever) = scenario.granted(body) else { panic!() };
    assert!(forever.refresh(&scenario.client, at(11)).is_ok());
    let always = step(json!({ "opens_seconds_before_expiry": u32::MAX }));
    assert!(always.refreshable().refresh(&always.client, at(11)).is_ok());
    let never_early = step(json!({ "opens_seconds_before_expiry": 0 }));
    let error = never_early.refreshable().refresh(&never_early.client, millis(at(3610), 1)).unwrap_err();
    assert_eq!(opens(error.fault()), at(3610));
    assert!(never_early.expired().refresh(&never_early.client, at(3610)).is_ok());
}

#[test]
fn a_window_that_closes_at_the_expiry() {
    let scenario = step(json!({ "opens_seconds_before_expiry": 60, "deadline": "access_token_expiry" }));
    let fault = |now| scenario.expired().refresh(&scenario.client, now).map(drop).map_err(|error| error.fault());
    assert_eq!(fault(at(3549)).map_err(opens), Err(at(3550)));
    assert_eq!(fault(at(3550)), Ok(()));
    assert_eq!(fault(millis(at(3610), 1)), Ok(()));
    assert_eq!(fault(at(3610)), Err(RequestFault::DeadlinePassed(at(3610))));
}

/// What a keeper does at an instant.
fn poll(keeper: &mut Keeper, scenario: &Scenario<Confidential>, now: Timestamp, ahead: u64) -> String {
    match keeper.poll(&scenario.client, now, Duration::from_secs(ahead)) {
        Turn::Use(token) => format!("use {}", token.expose()),
        Turn::Send(..) => "send".into(),
        Turn::Wait { until } => format!("wait {:?}", until.map(|until| until.as_unix_millis() / 1000 - 1_800_000_000)),
        Turn::LogIn => "log in".into(),
        turn => format!("{turn:?}"),
    }
}

#[test]
fn a_keeper_waits_for_the_window() {
    let scenario = window();
    // Renewal is asked for an hour ahead, which this provider does not allow.
    let mut keeper = scenario.keeper();
    assert_eq!(poll(&mut keeper, &scenario, at(20), 3600), "use A1");
    assert_eq!(poll(&mut keeper, &scenario, millis(at(3010), 1), 3600), "use A1");
    assert!(!stored::save(&keeper).contains("sent_at"), "nothing was sent");
    assert_eq!(poll(&mut keeper, &scenario, at(3010), 3600), "send");
    // In the window, `ahead` counts again.
    let mut keeper = scenario.keeper();
    assert_eq!(poll(&mut keeper, &scenario, at(3020), 30), "use A1");
    assert_eq!(poll(&mut keeper, &scenario, at(3580), 30), "send");
    // A token that an API rejected is not used. Nothing can be done for its user before the window opens; then it can.
    let mut keeper = scenario.keeper();
    assert!(keeper.rejected(&"A1".into()));
    assert_eq!(poll(&mut keeper, &scenario, at(20), 60), "log in");
    let mut keeper: Keeper = stored::load(stored::save(&keeper).as_bytes()).unwrap();
    assert_eq!(poll(&mut keeper, &scenario, at(3009), 60), "log in");
    assert_eq!(poll(&mut keeper, &scenario, at(3010), 60), "send");
}

#[test]
fn a_retry_keeps_to_the_window_too() {
    let scenario = window();
    let (_, flight) = scenario.refreshable().refresh(&scenario.client, at(3010)).unwrap();
    let in_doubt: InDoubt<grant::RefreshToken> = stored::load(stored::save(&flight).as_bytes()).unwrap();
    let error = in_doubt.retry(&scenario.client, at(3009)).unwrap_err();
    assert_eq!(opens(error.fault()), at(3010));
    assert!(error.into_origin().retry(&scenario.client, at(3011)).is_ok());
}

fn by_access_token() -> Scenario<Confidential> {
    step(json!({ "credential": "access_token", "parameters": { "rename": { "refresh_token": "access_token" },
        "omit": ["grant_type"], "add": { "grant_type": "ig_refresh_token" } } }))
}

#[test]
fn an_access_token_that_renews_itself() {
    let scenario = by_access_token();
    let Granted::Refreshable(authorized) = scenario.granted(ACCESS_ONLY) else { panic!("it renews itself") };
    let (request, flight) = authorized.refresh(&scenario.client, at(1000)).unwrap();
    assert!(wire(&request).ends_with("\n\naccess_token=A1&grant_type=ig_refresh_token"), "{}", wire(&request));
    // What it brings renews itself in turn.
    let authorized = flight.finish(answer(200, &ACCESS_ONLY.replace("A1", "A2"))).unwrap();
    assert_eq!(authorized.expires_at(), Some(at(4600)));
    let row = stored::save(&authorized.into_token_set());
    let AnyTokenSet::Refreshable(tokens) = stored::load(row.as_bytes()).unwrap() else { panic!() };
    let Standing::Authorized(authorized) = tokens.at(at(1001)) else { panic!() };
    let (request, _) = authorized.refresh(&scenario.client, at(1001)).unwrap();
    assert!(wire(&request).contains("access_token=A2&"));
    // A refresh token that comes all the same is not what this provider takes.
    let Granted::Refreshable(authorized) = scenario.granted(TOKENS) else { panic!() };
    let (request, _) = authorized.refresh(&scenario.client, at(1000)).unwrap();
    assert!(wire(&request).contains("\n\naccess_token=A1&"));
    // The keeper does the same.
    let mut keeper = Keeper::new(scenario.refreshable().into_token_set());
    let Turn::Send(request, ticket) = keeper.poll(&scenario.client, at(3600), Duration::from_secs(60)) else {
        panic!()
    };
    assert!(wire(&request).contains("\n\naccess_token=A1&"));
    keeper.handle(ticket, answer(200, &ACCESS_ONLY.replace("A1", "A3")), at(3600)).unwrap();
    let Turn::Send(request, _) = keeper.poll(&scenario.client, at(7150), Duration::from_secs(60)) else { panic!() };
    assert!(wire(&request).contains("\n\naccess_token=A3&"));
}

fn extends() -> Scenario<Confidential> {
    step(json!({ "answer": { "extends_seconds": 2_592_000 } }))
}

#[test]
fn an_answer_without_tokens_extends_the_old_ones() {
    let scenario = extends();
    for body in [
        "{}",
        r#"{"status":"ok","expires_in":1,"scope":"less"}"#,
        r#"{"access_token":"A1","token_type":"mac"}"#,
        r#"{"access_token":"A1","refresh_token":"R1"}"#,
        r#"{"refresh_token":"R1"}"#,
    ] {
        let authorized = scenario.refresh_in_flight().1.finish(answer(200, body)).unwrap();
        assert_eq!(authorized.access_token().expose(), "A1", "{body}");
        // Counted from the sending of the request at 1000 s.
        assert_eq!(authorized.expires_at(), Some(at(2_593_000)));
        assert_eq!(authorized.scope().as_str(), "read write");
        let (request, _) = authorized.refresh(&scenario.client, at(1001)).unwrap();
        assert!(wire(&request).ends_with("refresh_token=R1"));
    }
    // Only a refresh is answered so.
    let error = scenario.code_in_flight().1.finish(answer(200, "{}")).unwrap_err();
    assert_eq!(error.remedy(), Remedy::Decide);
    // An error is one, and what cannot be read says nothing.
    let dead = scenario.refresh_in_flight().1.finish(answer(400, r#"{"error":"invalid_grant"}"#)).unwrap_err();
    assert!(matches!(dead, oauth_proto::FinishError::Dead { .. }), "{dead}");
    let dead = scenario.refresh_in_flight().1.finish(answer(200, r#"{"error":"invalid_grant"}"#)).unwrap_err();
    assert!(matches!(dead, oauth_proto::FinishError::Dead { .. }), "{dead}");
    for (outcome, fault) in [
        (answer(200, ""), AnswerFault::NotJson),
        (answer(200, "[]"), AnswerFault::NotAnObject),
        (answer(200, r#"{"error":"x","access_token":"A"}"#), AnswerFault::Contradiction),
        // New tokens where none are expected: nobody knows whether the old ones are still good.
        (answer(200, r#"{"access_token":"A9","token_type":"Bearer"}"#), AnswerFault::Contradiction),
        (answer(200, r#"{"access_token":"A1","refresh_token":"R9"}"#), AnswerFault::Contradiction),
        (answer(200, r#"{"access_token":"R1"}"#), AnswerFault::Contradiction),
        (answer(200, r#"{"access_token":"A1","refresh_token":7}"#), AnswerFault::Contradiction),
        (oauth_proto::Response::new(200, [("Content-Type", "text/html")], "{}").into(), AnswerFault::ContentType),
    ] {
        let error = scenario.refresh_in_flight().1.finish(outcome).unwrap_err();
        let oauth_proto::FinishError::InDoubt { doubt: Doubt::Unreadable(found), .. } = error else {
            panic!("{error}")
        };
        assert_eq!(found, fault);
    }
}

#[test]
fn a_keeper_takes_the_extension_in() {
    let scenario = extends();
    let mut keeper = scenario.keeper();
    let Turn::Send(_, ticket) = keeper.poll(&scenario.client, at(3600), Duration::from_secs(60)) else { panic!() };
    keeper.handle(ticket, answer(200, "{}"), at(3605)).unwrap();
    assert_eq!(keeper.tokens().expires_at(), Some(at(3600 + 2_592_000)));
    let mut keeper: Keeper = stored::load(stored::save(&keeper).as_bytes()).unwrap();
    assert_eq!(poll(&mut keeper, &scenario, at(3610), 60), "use A1");
    assert_eq!(poll(&mut keeper, &scenario, at(3600 + 2_592_000 - 60), 60), "send");
    // An answer that was lost extends nothing.
    let mut keeper = scenario.keeper();
    let Turn::Send(_, ticket) = keeper.poll(&scenario.client, at(3600), Duration::from_secs(60)) else { panic!() };
    assert!(keeper.handle(ticket, Outcome::lost("reset"), at(3601)).is_err());
    assert_eq!(keeper.tokens().expires_at(), Some(at(3610)));
}

#[test]
fn an_extension_of_the_access_token_itself() {
    let scenario = step(json!({ "credential": "access_token", "answer": { "extends_seconds": 60 } }));
    let Granted::Refreshable(authorized) = scenario.granted(ACCESS_ONLY) else { panic!() };
    let (_, flight) = authorized.refresh(&scenario.client, at(1000)).unwrap();
    let authorized = flight.finish(answer(200, "{}")).unwrap();
    assert_eq!((authorized.access_token().expose(), authorized.expires_at()), ("A1", Some(at(1060))));
    let (request, _) = authorized.refresh(&scenario.client, at(1001)).unwrap();
    assert!(wire(&request).ends_with("refresh_token=A1"));
}

#[test]
fn a_refresh_keeps_what_came_along_and_takes_in_what_is_new() {
    let scenario = with(json!({ "dialect": { "response": { "keep": ["team.id", "url"] } } }));
    let body = TOKENS.replace('}', r#","team":{"id":"T1"},"url":"https://a.example"}"#);
    let Granted::Refreshable(authorized) = scenario.granted(&body) else { panic!() };
    let extras = |token: &Authorized<Refreshable>| {
        token.extras().iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(extras(&authorized), "team.id=T1 url=https://a.example");
    let (_, flight) = authorized.refresh(&scenario.client, at(20)).unwrap();
    let authorized = flight.finish(answer(200, TOKENS)).unwrap();
    assert_eq!(extras(&authorized), "team.id=T1 url=https://a.example");
    // The journal has them too.
    let (_, flight) = authorized.refresh(&scenario.client, at(30)).unwrap();
    let in_doubt: InDoubt<grant::RefreshToken> = stored::load(stored::save(&flight).as_bytes()).unwrap();
    assert_eq!(in_doubt.assume_spent().extras().get("team.id"), Some("T1"));
    let authorized = flight.finish(answer(200, &body.replace("T1", "T2").replace("https://a.example", ""))).unwrap();
    assert_eq!(extras(&authorized), "team.id=T2 url=");
    // A keeper, the same; and what it gives up keeps them.
    let mut keeper = Keeper::new(authorized.into_token_set());
    let Turn::Send(_, ticket) = keeper.poll(&scenario.client, at(9999), Duration::ZERO) else { panic!() };
    keeper.handle(ticket, answer(200, &TOKENS.replace('}', r#","url":null,"team":{"id":3}}"#)), at(9999)).unwrap();
    assert_eq!(keeper.tokens().extras().iter().collect::<Vec<_>>(), [("team.id", "3"), ("url", "")]);
    let Turn::Send(_, ticket) = keeper.poll(&scenario.client, at(99_999), Duration::ZERO) else { panic!() };
    assert!(keeper.handle(ticket, answer(400, r#"{"error":"invalid_grant"}"#), at(99_999)).is_err());
    assert_eq!(keeper.tokens().extras().get("team.id"), Some("3"));
}

/// What an API refuses is not extended at every turn: the token stays the same.
#[test]
fn a_rejected_token_that_is_extended() {
    let scenario = extends();
    let mut keeper = scenario.keeper();
    assert!(keeper.rejected(&"A1".into()));
    let Turn::Send(_, ticket) = keeper.poll(&scenario.client, at(20), Duration::ZERO) else { panic!() };
    keeper.handle(ticket, answer(200, "{}"), at(21)).unwrap();
    assert_eq!(poll(&mut keeper, &scenario, at(21), 0), "use A1", "its life may have been over");
    assert!(keeper.rejected(&"A1".into()));
    assert_eq!(poll(&mut keeper, &scenario, at(22), 0), "wait Some(51)");
    assert_eq!(poll(&mut keeper, &scenario, at(51), 0), "send");
}

/// The token that is refused is all that there is to renew with.
#[test]
fn a_rejected_token_that_renews_itself() {
    let scenario = by_access_token();
    let mut keeper = scenario.keeper();
    assert_eq!(poll(&mut keeper, &scenario, at(20), 0), "use A1");
    assert!(keeper.rejected(&"A1".into()));
    for now in [at(20), at(3600), at(99_999)] {
        assert_eq!(poll(&mut keeper, &scenario, now, 60), "log in");
    }
}

#[test]
fn fields_that_would_never_refresh() {
    let refresh = |fields: Value| refused(json!({ "dialect": { "refresh": fields } }));
    let never = json!({ "opens_seconds_before_expiry": 0, "deadline": "access_token_expiry" });
    assert_eq!(refresh(never), ("dialect.refresh.opens_seconds_before_expiry".into(), Reason::Empty));
    let nothing = json!({ "answer": { "extends_seconds": 0 } });
    assert_eq!(refresh(nothing), ("dialect.refresh.answer.extends_seconds".into(), Reason::Empty));
}
