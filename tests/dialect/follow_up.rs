//! One more exchange after a login: a short-lived token for a long-lived one.

use oauth_proto::{
    AnyTokenSet, Confidential, FinishError, Granted, InDoubt, InFlight, Outcome, Remedy, Request, Standing,
    error::{Doubt, Mismatch, Reason, RequestFault},
    grant, stored,
};
use serde_json::{Value, json};

use crate::{
    provider, public, refused,
    scenario::{ACCESS_ONLY, BASIC, STATE, Scenario, TOKENS, answer, at, wire},
    with,
};

const LONG: &str = r#"{"access_token":"L1","token_type":"Bearer","expires_in":5184000}"#;

fn step(step: Value) -> Scenario<Confidential> {
    with(json!({ "follow_up_endpoint": "https://id.example/long", "dialect": { "follow_up": step } }))
}

/// At 20 s.
fn in_flight(scenario: &Scenario<Confidential>, body: &str) -> (Request, InFlight<grant::FollowUp>) {
    scenario.granted(body).follow_up(&scenario.client, at(20)).unwrap()
}

#[test]
fn there_is_none_by_default() {
    assert_eq!(provider(json!({ "dialect": { "follow_up": null } })), provider(json!({})));
    for scenario in [
        with(json!({})),
        with(json!({ "follow_up_endpoint": "https://id.example/long" })),
        with(json!({ "dialect": { "follow_up": {} } })),
    ] {
        let before = stored::save(&scenario.granted(TOKENS).into_any_token_set());
        let error = scenario.granted(TOKENS).follow_up(&scenario.client, at(20)).unwrap_err();
        assert_eq!((error.fault(), error.remedy()), (RequestFault::NoEndpoint("follow_up_endpoint"), Remedy::Fix));
        assert_eq!(stored::save(&error.into_origin()), before);
    }
}

#[test]
fn its_request_by_default_and_with_each_field() {
    let (request, flight) = in_flight(&step(json!({})), ACCESS_ONLY);
    assert_eq!(flight.sent_at(), at(20));
    let form = "Content-Type: application/x-www-form-urlencoded\nAccept: application/json";
    let expected = format!("POST https://id.example/long\n{form}\nAuthorization: {BASIC}\n\naccess_token=A1");
    assert_eq!(wire(&request), expected);
    let scenario = step(json!({ "method": "GET", "body": "query", "client_authentication": "body",
        "parameters": { "rename": { "access_token": "fb_exchange_token", "client_secret": "secret" }, "omit": ["client_id"],
                        "add": { "grant_type": "ig_exchange_token", "n": 1, "s": "{scope}" } },
        "headers": { "X-A": "{client_id}" } }));
    let expected = "GET https://id.example/long?fb_exchange_token=A1&secret=s3cret&grant_type=ig_exchange_token&n=1\
         &s=read+write\nAccept: application/json\nX-A: app\n\n";
    assert_eq!(wire(&in_flight(&scenario, ACCESS_ONLY).0), expected);
    let scenario = step(json!({ "body": "json", "client_authentication": "body",
        "parameters": { "in_query": ["client_id"], "add": { "long": true } } }));
    let expected = "POST https://id.example/long?client_id=app\nContent-Type: application/json\nAccept: application/json\
         \n\n{\"access_token\":\"A1\",\"client_secret\":\"s3cret\",\"long\":true}";
    assert_eq!(wire(&in_flight(&scenario, ACCESS_ONLY).0), expected);
    // A client without a secret asks as itself.
    let scenario = public(json!({ "follow_up_endpoint": "https://id.example/long", "dialect": { "follow_up": {} } }));
    let (request, _) = scenario.access_only().follow_up(&scenario.client, at(20)).unwrap();
    assert!(wire(&request).ends_with("\n\naccess_token=A1&client_id=app"), "{}", wire(&request));
    // Each request has its own random value.
    let scenario = step(json!({ "parameters": { "add": { "r": "{random}" } } }));
    let random = |at| wire(&scenario.granted(TOKENS).follow_up(&scenario.client, at).unwrap().0);
    assert_ne!(random(at(20)), random(at(21)));
}

#[test]
fn a_long_lived_token_takes_the_place_of_the_short_lived_one() {
    let scenario = step(json!({}));
    let Ok(Granted::AccessOnly(long)) = in_flight(&scenario, ACCESS_ONLY).1.finish(answer(200, LONG)) else { panic!() };
    assert_eq!((long.access_token().expose(), long.expires_at()), ("L1", Some(at(5_184_020))));
    assert_eq!(long.scope().as_str(), "read write");
    // A refresh token that comes makes it refreshable; one that was there stays, or is replaced.
    let refresh = |before: &str, body: &str| match in_flight(&scenario, before).1.finish(answer(200, body)).unwrap() {
        Granted::AccessOnly(_) => "none".to_owned(),
        Granted::Refreshable(long) => {
            let text = wire(&long.refresh(&scenario.client, at(30)).unwrap().0);
            text.rsplit_once("refresh_token=").unwrap().1.to_owned()
        }
    };
    let with_refresh = LONG.replace('}', r#","refresh_token":"R2","scope":"read"}"#);
    assert_eq!(refresh(ACCESS_ONLY, LONG), "none");
    assert_eq!(refresh(ACCESS_ONLY, &with_refresh), "R2");
    assert_eq!(refresh(TOKENS, LONG), "R1");
    assert_eq!(refresh(TOKENS, &with_refresh), "R2");
    let narrower = in_flight(&scenario, ACCESS_ONLY).1.finish(answer(200, &with_refresh)).unwrap();
    assert_eq!(narrower.scope().as_str(), "read");
    // Its lifetime is its own: none that comes is none.
    let forever = in_flight(&scenario, TOKENS).1.finish(answer(200, r#"{"access_token":"L","token_type":"bearer"}"#));
    assert_eq!(forever.unwrap().into_any_token_set().expires_at(), None);
}

/// As Instagram has it: the long-lived token renews itself, the short-lived one does not.
#[test]
fn a_short_lived_token_is_traded_and_the_long_lived_one_renews_itself() {
    let scenario = with(json!({ "follow_up_endpoint": "https://id.example/long",
        "dialect": { "follow_up": {}, "refresh": { "credential": "access_token" } } }));
    let Granted::AccessOnly(short) = scenario.granted(ACCESS_ONLY) else { panic!("it is to be traded first") };
    let (_, flight) = short.follow_up(&scenario.client, at(20)).unwrap();
    let Ok(Granted::Refreshable(long)) = flight.finish(answer(200, LONG)) else { panic!() };
    let (request, flight) = long.refresh(&scenario.client, at(30)).unwrap();
    assert!(wire(&request).ends_with("refresh_token=L1"));
    let long = flight.finish(answer(200, &LONG.replace("L1", "L2"))).unwrap();
    assert!(wire(&long.refresh(&scenario.client, at(40)).unwrap().0).ends_with("refresh_token=L2"));
    // Even where a refresh token comes along with the short-lived one.
    assert!(matches!(scenario.granted(TOKENS), Granted::AccessOnly(_)));
}

#[test]
fn each_way_to_fail_keeps_the_tokens() {
    let scenario = step(json!({}));
    for before in [ACCESS_ONLY, TOKENS] {
        let row = stored::save(&scenario.granted(before).into_any_token_set());
        let end = |outcome| in_flight(&scenario, before).1.finish(outcome).unwrap_err();
        let kept = |tokens: AnyTokenSet| assert_eq!(stored::save(&tokens), row);

        let FinishError::NotSent { origin, .. } = end(Outcome::not_sent("dns")) else { panic!() };
        kept(*origin);
        let FinishError::Refused { origin, .. } = end(answer(400, r#"{"error":"invalid_client"}"#)) else { panic!() };
        kept(*origin);
        // Nothing single use was sent: the token lives on, whatever is said of it.
        let FinishError::Dead { remains, .. } = end(answer(400, r#"{"error":"invalid_grant"}"#)) else { panic!() };
        kept(*remains);
        let FinishError::Untrusted { remains, .. } = end(answer(200, &LONG.replace("Bearer", "mac"))) else { panic!() };
        kept(*remains);
        for outcome in [Outcome::lost("reset"), answer(503, ""), answer(302, ""), answer(200, "{}")] {
            let FinishError::InDoubt { in_doubt, doubt } = end(outcome) else { panic!() };
            assert_eq!(matches!(doubt, Doubt::Lost(_)), doubt.to_string().contains("lost"));
            kept(in_doubt.assume_spent());
        }
        let FinishError::InDoubt { in_doubt, .. } = end(Outcome::lost("reset")) else { panic!() };
        kept(in_doubt.assume_unspent());
    }
}

#[test]
fn its_journal_is_found_again() {
    let scenario = step(json!({}));
    for before in [ACCESS_ONLY, TOKENS] {
        let (request, flight) = in_flight(&scenario, before);
        let row = stored::save(&flight);
        assert_eq!(stored::kind(row.as_bytes()).as_deref(), Ok("in_flight/follow_up/1"));
        let load = || stored::load::<InDoubt<grant::FollowUp>>(row.as_bytes()).unwrap();
        assert_eq!((load().sent_at(), stored::save(&load())), (at(20), row.clone()));
        let tokens = stored::save(&scenario.granted(before).into_any_token_set());
        assert_eq!(stored::save(&load().assume_unspent()), tokens);
        assert_eq!(stored::save(&load().assume_spent()), tokens);
        // The same request, from a new instant.
        let (again, flight) = load().retry(&scenario.client, at(50)).unwrap();
        assert_eq!((wire(&again), flight.sent_at()), (wire(&request), at(50)));
        let granted = flight.finish(answer(200, LONG)).unwrap();
        assert_eq!(granted.into_any_token_set().expires_at(), Some(at(5_184_050)));
        // By another client there is none, and the doubt is handed back.
        let other = with(json!({ "name": "elsewhere", "follow_up_endpoint": "https://id.example/long",
            "dialect": { "follow_up": {} } }));
        let error = load().retry(&other.client, at(50)).unwrap_err();
        assert_eq!(error.fault(), RequestFault::WrongClient(Mismatch::Server));
        assert_eq!(stored::save(&error.into_origin()), row);
    }
}

/// Nothing but a journal that was changed has a client's own tokens in it.
#[test]
fn a_journal_with_a_clients_own_tokens_issues_what_cannot_be_renewed() {
    let scenario = step(json!({}));
    let row = stored::save(&in_flight(&scenario, ACCESS_ONLY).1);
    let changed = row.replace(r#""access_only""#, r#"{"reissuable":null}"#);
    assert_ne!(changed, row);
    let in_doubt: InDoubt<grant::FollowUp> = stored::load(changed.as_bytes()).unwrap();
    let (_, flight) = in_doubt.retry(&scenario.client, at(20)).unwrap();
    assert!(matches!(flight.finish(answer(200, LONG)), Ok(Granted::AccessOnly(_))));
}

#[test]
fn another_client_trades_nothing() {
    let (one, other) = (
        step(json!({})),
        with(json!({ "name": "elsewhere", "follow_up_endpoint": "https://id.example/long",
        "dialect": { "follow_up": {} } })),
    );
    let before = stored::save(&one.granted(TOKENS).into_any_token_set());
    let error = one.granted(TOKENS).follow_up(&other.client, at(20)).unwrap_err();
    assert_eq!(error.fault(), RequestFault::WrongClient(Mismatch::Server));
    assert_eq!(stored::save(&error.into_origin()), before);
}

#[test]
fn tokens_of_each_login_may_be_traded() {
    let scenario = step(json!({}));
    let fragment = format!("access_token=A1&token_type=Bearer&state={STATE}");
    let implicit =
        scenario.awaiting_token().receive(&scenario.client, oauth_proto::Callback::fragment(&fragment), at(10));
    assert!(implicit.unwrap().follow_up(&scenario.client, at(20)).is_ok());
    let granted = scenario.password_in_flight().1.finish(answer(200, ACCESS_ONLY)).unwrap();
    assert!(granted.follow_up(&scenario.client, at(20)).is_ok());
    // After a restart, too.
    let row = stored::save(&scenario.granted(TOKENS).into_any_token_set());
    let AnyTokenSet::Refreshable(tokens) = stored::load(row.as_bytes()).unwrap() else { panic!() };
    let Standing::Authorized(authorized) = tokens.at(at(20)) else { panic!() };
    assert!(authorized.follow_up(&scenario.client, at(20)).is_ok());
}

#[test]
fn what_came_along_makes_the_request_and_survives_it() {
    let scenario = with(json!({
        "follow_up_endpoint": "https://id.example/{org}/long",
        "dialect": { "callback": { "keep": { "org": "path_segment" } }, "response": { "keep": ["user.id", "shop"] },
            "follow_up": { "parameters": { "add": { "user": "{user.id}" } }, "headers": { "X-Org": "{org}" } } },
    }));
    let query = format!("code=C1&state={STATE}&org=acme");
    let granted = |body: &str| {
        let callback = oauth_proto::Callback::query(&query);
        let (_, flight) = scenario.awaiting_code().receive(&scenario.client, callback, at(10)).unwrap();
        flight.finish(answer(200, body)).unwrap()
    };
    let body = ACCESS_ONLY.replace('}', r#","user":{"id":178414},"shop":"a"}"#);
    let (request, flight) = granted(&body).follow_up(&scenario.client, at(20)).unwrap();
    assert_eq!(request.url(), "https://id.example/acme/long");
    let text = wire(&request);
    assert!(text.contains("\nX-Org: acme\n") && text.ends_with("access_token=A1&user=178414"), "{text}");
    let row = stored::save(&flight);
    assert!(row.contains(r#""extras":{"org":"acme","shop":"a","user.id":"178414"}"#), "{row}");
    let long = flight.finish(answer(200, &LONG.replace('}', r#","shop":"b"}"#))).unwrap();
    assert_eq!(long.extras().iter().collect::<Vec<_>>(), [("org", "acme"), ("shop", "b"), ("user.id", "178414")]);
    // A journal that was changed goes to no other place.
    let in_doubt: InDoubt<grant::FollowUp> = stored::load(row.replace("acme", "a/../b").as_bytes()).unwrap();
    assert_eq!(in_doubt.retry(&scenario.client, at(20)).unwrap_err().fault(), RequestFault::NotBound);
    // The server did not say what the request is made of.
    let error = granted(ACCESS_ONLY).follow_up(&scenario.client, at(20)).unwrap_err();
    assert_eq!((error.fault(), error.remedy()), (RequestFault::NotBound, Remedy::LogIn));
    // What it says cannot break a header field, either.
    let scenario = with(json!({ "follow_up_endpoint": "https://id.example/long", "dialect": {
        "response": { "keep": ["x"] }, "follow_up": { "headers": { "X-X": "{x}" } } } }));
    for value in ["a\r\nX-Evil: 1", "\u{e4}", "\0"] {
        let body = ACCESS_ONLY.replace('}', &format!(r#","x":{}}}"#, json!(value)));
        let error = scenario.granted(&body).follow_up(&scenario.client, at(20)).unwrap_err();
        assert_eq!(error.fault(), RequestFault::NotBound, "{value:?}");
    }
}

/// A follow-up whose answer has a shape of its own.
fn of_its_own() -> Scenario<Confidential> {
    with(json!({ "follow_up_endpoint": "https://id.example/long", "dialect": {
        "authorize": { "scope_separator": ";" }, "follow_up": {}, "response": { "keep": ["x"] },
        "follow_up_response": {
            "status": 201, "media_types": ["text/plain"], "rename": { "access_token": "data.long", "expires_in": "data.ttl" },
            "expiry": "milliseconds_from_now", "token_type_optional": true, "token_types": ["long"], "scope_format": "list",
            "keep": ["data.user"], "error": { "code": "fault", "ok": { "member": "ok", "value": 1 }, "invalid_grant": ["gone"] },
        } } }))
}

#[test]
fn its_answer_may_have_a_shape_of_its_own() {
    let scenario = of_its_own();
    let plain = |status: u16, body: Value| -> Outcome {
        oauth_proto::Response::new(status, [("Content-Type", "text/plain")], body.to_string()).into()
    };
    let body =
        json!({ "ok": 1, "data": { "long": "L1", "ttl": 60_000, "user": { "id": 7 } }, "scope": ["a", 1], "x": "no" });
    let before = TOKENS.replace('}', r#","x":"kept"}"#);
    let long = in_flight(&scenario, &before).1.finish(plain(201, body.clone())).unwrap();
    assert_eq!((long.access_token().expose(), long.scope().as_str()), ("L1", "a 1"));
    // What is kept of it is its own list; what came before stays.
    assert_eq!(long.extras().iter().collect::<Vec<_>>(), [("data.user", r#"{"id":7}"#), ("x", "kept")]);
    let Granted::Refreshable(long) = long else { panic!() };
    assert_eq!(long.expires_at(), Some(at(80)));
    // A refresh is answered as a login is, and not so.
    let (_, flight) = long.refresh(&scenario.client, at(30)).unwrap();
    assert_eq!(flight.finish(answer(200, LONG)).unwrap().access_token().expose(), "L1");
    let end = |outcome| in_flight(&scenario, &before).1.finish(outcome).map(drop).unwrap_err();
    assert!(matches!(end(plain(200, body.clone())), FinishError::InDoubt { doubt: Doubt::UnexpectedStatus(200), .. }));
    assert!(matches!(end(answer(201, &body.to_string())), FinishError::InDoubt { .. }), "of another media type");
    assert!(matches!(end(answer(200, LONG)), FinishError::InDoubt { .. }));
    assert!(matches!(end(plain(201, json!({ "ok": 0, "fault": "gone" }))), FinishError::Dead { .. }));
    assert!(matches!(end(plain(400, json!({ "fault": "gone" }))), FinishError::Dead { .. }));
    assert!(matches!(end(plain(400, json!({ "error": "invalid_grant" }))), FinishError::Refused { .. }));
    let mut typed = body;
    typed["token_type"] = json!("Bearer");
    assert!(matches!(end(plain(201, typed)), FinishError::Untrusted { .. }));
    // Nor is a login answered so.
    assert!(scenario.code_in_flight().1.finish(plain(201, json!({ "ok": 1, "data": { "long": "L1" } }))).is_err());
}

#[test]
fn a_shape_of_its_own_is_checked_by_its_own_name() {
    for (step, field, reason) in [
        (json!({ "status": 300 }), "status", Reason::OutOfRange { min: 200, max: 299 }),
        (json!({ "media_types": [] }), "media_types", Reason::NotAMediaType),
        (json!({ "token_types": [] }), "token_types", Reason::Empty),
        (json!({ "scope_separator": "a" }), "scope_separator", Reason::ForbiddenCharacter { at: 0 }),
        (json!({ "keep": ["a b"] }), "keep", Reason::ForbiddenCharacter { at: 1 }),
        (json!({ "keep": ["a", "a.b"] }), "keep", Reason::Repeated),
        (json!({ "rename": { "access_token": "a", "scope": "a.b" } }), "rename.scope", Reason::Repeated),
        (json!({ "error": { "code": "" } }), "error.code", Reason::Empty),
        (json!({ "error": { "ok": { "member": "error.x", "value": 1 } } }), "error.ok.member", Reason::Repeated),
    ] {
        let found = refused(json!({ "dialect": { "follow_up_response": step } }));
        assert_eq!(found, (format!("dialect.follow_up_response.{field}"), reason));
    }
    // By default it has that of the others.
    assert_eq!(provider(json!({ "dialect": { "follow_up_response": null } })), provider(json!({})));
}

/// What the follow-up alone brings makes the requests after it, and says which APIs there are.
#[test]
fn what_its_answer_keeps_may_stand_in_what_comes_after() {
    let scenario =
        with(json!({ "follow_up_endpoint": "https://id.example/long", "api_origins": ["{url}"], "dialect": {
        "follow_up": {}, "follow_up_response": { "keep": ["url", "user.id"] },
        "refresh": { "parameters": { "add": { "user": "{user.id}" } }, "headers": { "X-U": "{user.id}" } } } }));
    let body = LONG.replace('}', r#","url":"https://na1.example","user":{"id":7}}"#);
    let Ok(Granted::Refreshable(long)) = in_flight(&scenario, TOKENS).1.finish(answer(200, &body)) else { panic!() };
    assert!(long.header_for(&scenario.client, "https://na1.example/me").is_ok());
    let text = wire(&long.refresh(&scenario.client, at(30)).unwrap().0);
    assert!(text.contains("\nX-U: 7\n") && text.ends_with("&user=7"), "{text}");
    // Before it there is nothing of it.
    let Granted::Refreshable(short) = scenario.granted(TOKENS) else { panic!() };
    assert!(short.header_for(&scenario.client, "https://na1.example/me").is_err());
    let error = short.refresh(&scenario.client, at(20)).unwrap_err();
    assert_eq!(error.fault(), RequestFault::NotBound);
    for step in ["token", "follow_up"] {
        let found = refused(json!({ "follow_up_endpoint": "https://id.example/long", "dialect": {
            "follow_up": {}, "follow_up_response": { "keep": ["y"] }, step: { "headers": { "X-Y": "{y}" } } } }));
        assert_eq!(found, (format!("dialect.{step}"), Reason::NotYetKnown));
    }
    let taken = refused(json!({ "variables": { "y": "x" }, "dialect": { "follow_up_response": { "keep": ["y"] } } }));
    assert_eq!(taken, ("variables.y".into(), Reason::Repeated));
}
