//! The token response: where its members stand, and how they are written.

mod expiry;
mod kept;
mod scope;
mod success;

use oauth_proto::{
    Confidential, Extras, FinishError, Granted, Outcome, Response, Timestamp,
    dialect::{ErrorMembers, ExpiryEncoding, ResponseStep, ScopeFormat},
    error::{AnswerFault, Doubt, Reason},
    stored,
};
use serde_json::{Value, json};

use crate::{
    provider, refused,
    scenario::{STATE, Scenario, TOKENS, answer, at},
    with,
};

fn step(step: Value) -> Scenario<Confidential> {
    with(json!({ "dialect": { "response": step } }))
}

fn typed(status: u16, content_type: &str, body: &str) -> Outcome {
    Response::new(status, [("Content-Type", content_type)], body).into()
}

/// Where a code exchange ends, in few words.
fn end(scenario: &Scenario<Confidential>, outcome: Outcome) -> String {
    match scenario.code_in_flight().1.finish(outcome) {
        Ok(Granted::Refreshable(authorized)) => format!("issued {} with refresh", authorized.access_token().expose()),
        Ok(Granted::AccessOnly(authorized)) => format!("issued {}", authorized.access_token().expose()),
        Err(FinishError::Refused { response, .. }) => format!("refused `{}`", response.code.as_str()),
        Err(FinishError::Dead { response, .. }) => format!("dead `{}`", response.code.as_str()),
        Err(FinishError::InDoubt { doubt: Doubt::Unreadable(fault), .. }) => format!("{fault:?}"),
        Err(FinishError::InDoubt { doubt, .. }) => format!("in doubt: {doubt}"),
        Err(FinishError::Untrusted { fault, .. }) => format!("untrusted {fault:?}"),
        Err(FinishError::NotSent { why, .. }) => format!("not sent: {why}"),
    }
}

fn end_of(scenario: &Scenario<Confidential>, body: &Value) -> String {
    end(scenario, answer(200, &body.to_string()))
}

#[test]
fn the_default_of_each_field_is_the_rfc() {
    let default = ResponseStep::default();
    assert_eq!((default.status, &default.media_types, &default.scope_separator), (200, &None, &None));
    assert_eq!((default.expiry, default.scope_format), (ExpiryEncoding::SecondsFromNow, ScopeFormat::Text));
    assert_eq!((&*default.token_types, &*default.keep), (&["Bearer".to_owned()][..], &[][..]));
    let ErrorMembers { code, description, uri, ok, invalid_grant, .. } = default.error;
    assert_eq!((&*code, &*description, &*uri, ok), ("error", "error_description", "error_uri", None));
    assert!(invalid_grant.is_empty());
    let said = json!({ "status": 200, "format": "json", "media_types": null, "rename": {}, "expiry": "seconds_from_now",
        "token_type_optional": false, "token_types": ["Bearer"], "scope_separator": null, "scope_format": "text", "keep": [],
        "error": { "code": "error", "description": "error_description", "uri": "error_uri", "ok": null, "invalid_grant": [] } });
    assert_eq!(provider(json!({ "dialect": { "response": said } })), provider(json!({})));
    // The strict reader sees no member inside another, and no other name.
    let nested = json!({ "data": { "access_token": "A", "token_type": "Bearer" } });
    assert_eq!(end_of(&with(json!({})), &nested), r#"Missing("access_token")"#);
    let dotted = json!({ "access_token": "A", "token_type": "Bearer", "a.b": 1 });
    assert_eq!(end_of(&with(json!({})), &dotted), "issued A");
}

/// Everything inside something else.
fn nested() -> Scenario<Confidential> {
    step(json!({
        "rename": { "access_token": "data.token.value", "refresh_token": "data.refresh", "token_type": "data.token.type",
                    "expires_in": "data.ttl", "scope": "meta.scope" },
        "error": { "code": "error.code", "description": "error.text", "uri": "error.more" },
        "keep": ["meta.team.id", "meta.team.name", "data.token.id"],
    }))
}

#[test]
fn members_inside_objects() {
    let body = json!({
        "x": { "data": 1 }, "data": { "ttl": 60, "token": { "type": "Bearer", "value": "A1", "id": 7, "data": {} },
        "refresh": "R1", "value": "none" }, "meta": { "scope": "read", "team": { "id": "T1", "name": { "full": "a" } } },
        "access_token": 1, "error_description": "of no meaning",
    });
    let granted = nested().granted(&body.to_string());
    assert_eq!(granted.scope().as_str(), "read");
    let extras: Vec<_> = granted.extras().iter().collect();
    assert_eq!(extras, [("data.token.id", "7"), ("meta.team.id", "T1"), ("meta.team.name", r#"{"full":"a"}"#)]);
    let Granted::Refreshable(authorized) = granted else { panic!() };
    assert_eq!((authorized.access_token().expose(), authorized.expires_at()), ("A1", Some(at(70))));
    // What is null, or no object, has nothing in it.
    let missing = r#"Missing("access_token")"#;
    for (data, expected) in [
        (json!(null), missing),
        (json!(1), missing),
        (json!(-1), missing),
        (json!(1.5), missing),
        (json!("A1"), missing),
        (json!(true), missing),
        (json!(["A1", { "token": { "value": "A1" } }]), missing),
        (json!({}), missing),
        (json!({ "token": null }), missing),
        (json!({ "token": "A1" }), missing),
        (json!({ "token": { "value": null } }), missing),
        (json!({ "token": { "value": "A1" } }), r#"Missing("token_type")"#),
        (json!({ "token": { "value": { "value": "A1" }, "type": "Bearer" } }), r#"Malformed("access_token")"#),
        (json!({ "token": { "value": "A1", "type": "mac" } }), "untrusted TokenType"),
        (json!({ "token": { "value": "A1", "type": "bearer" } }), "issued A1"),
    ] {
        assert_eq!(end_of(&nested(), &json!({ "data": data })), expected, "{data}");
    }
    assert_eq!(end_of(&nested(), &json!({})), missing);
}

/// Two readers of one text must not see two tokens (RFC 8259 section 4), however deep.
#[test]
fn a_repeated_member_at_each_level() {
    let body = |data: &str, token: &str, top: &str| {
        format!(r#"{{"data":{{"token":{{"value":"A1","type":"Bearer"{token}}}{data}}}{top}}}"#)
    };
    assert_eq!(end(&nested(), answer(200, &body("", "", ""))), "issued A1");
    for (data, token, top) in [
        ("", r#","value":"A1""#, ""),
        ("", r#","v\u0061lue":"B1""#, ""),
        ("", r#","type":"Bearer""#, ""),
        ("", r#","x":1,"x":1"#, ""),
        ("", r#","id":1,"id":2"#, ""),
        (r#","token":{"value":"B1","type":"Bearer"}"#, "", ""),
        (r#","token":null"#, "", ""),
        (r#","x":1,"x":2"#, "", ""),
        (r#","ttl":1,"ttl":1"#, "", ""),
        ("", "", r#","data":{}"#),
        ("", "", r#","data":null"#),
        ("", "", r#","meta":{},"meta":{}"#),
        ("", "", r#","meta":{"team":{},"team":{}}"#),
        ("", "", r#","meta":{"team":{"id":1,"id":2}}"#),
        ("", "", r#","x":1,"x":1"#),
        ("", "", r#","error":{},"error":null"#),
    ] {
        assert_eq!(end(&nested(), answer(200, &body(data, token, top))), "Repeated", "{data}{token}{top}");
    }
    // The same name at another level is another member.
    let other = body(r#","value":"B1","x":{"data":1}"#, r#","data":{},"token":"C1""#, r#","x":1,"value":"D1""#);
    assert_eq!(end(&nested(), answer(200, &other)), "issued A1");
    // A form has one level.
    let scenario = step(json!({ "format": "form", "keep": ["team"] }));
    let form = |rest: &str| {
        end(
            &scenario,
            typed(200, "application/x-www-form-urlencoded", &format!("access_token=A&token_type=bearer{rest}")),
        )
    };
    assert_eq!(form("&team=1"), "issued A");
    for rest in ["&access_token=A", "&team=1&team=1", "&x=1&%78=2"] {
        assert_eq!(form(rest), "Repeated", "{rest}");
    }
}

#[test]
fn members_are_counted_over_all_levels() {
    let many = |count: usize| (0..count).map(|n| format!(r#","x{n}":0"#)).collect::<String>();
    let body = |inner: usize, outer: usize| {
        format!(r#"{{"data":{{"token":{{"value":"A1","type":"Bearer"{}}}}}{}}}"#, many(inner), many(outer))
    };
    assert_eq!(end(&nested(), answer(200, &body(152, 100))), "issued A1");
    assert_eq!(end(&nested(), answer(200, &body(153, 100))), "TooManyMembers");
}

#[test]
fn paths_that_contradict_each_other_are_refused_when_the_client_is_made() {
    let of = |step: Value| refused(json!({ "dialect": { "response": step } }));
    let field = |field: &str, reason| (format!("dialect.response.{field}"), reason);
    let rows = [
        // One leads through what another one takes whole.
        (json!({ "rename": { "scope": "access_token.scope" } }), field("rename.scope", Reason::Repeated)),
        (
            json!({ "rename": { "access_token": "a", "token_type": "a.b" } }),
            field("rename.token_type", Reason::Repeated),
        ),
        (
            json!({ "rename": { "access_token": "a.b", "token_type": "a" } }),
            field("rename.token_type", Reason::Repeated),
        ),
        (
            json!({ "error": { "code": "error.code", "description": "error" } }),
            field("error.description", Reason::Repeated),
        ),
        (json!({ "error": { "code": "a", "uri": "a.b.c" } }), field("error.uri", Reason::Repeated)),
        (
            json!({ "error": { "ok": { "member": "error.ok", "value": true } } }),
            field("error.ok.member", Reason::Repeated),
        ),
        (json!({ "keep": ["team", "team.id"] }), field("keep", Reason::Repeated)),
        (json!({ "keep": ["team.id", "team"] }), field("keep", Reason::Repeated)),
        (json!({ "keep": ["access_token.x"] }), field("keep", Reason::Repeated)),
        // Two have one path.
        (
            json!({ "rename": { "access_token": "a.b", "refresh_token": "a.b" } }),
            field("rename.access_token", Reason::Repeated),
        ),
        (json!({ "error": { "code": "a", "description": "a" } }), field("error.description", Reason::Repeated)),
        (json!({ "error": { "code": "access_token" } }), field("error.code", Reason::Repeated)),
        (json!({ "keep": ["x", "x"] }), field("keep", Reason::Repeated)),
        // What is no path.
        (json!({ "rename": { "access_token": ".a" } }), field("rename.access_token", Reason::Empty)),
        (json!({ "rename": { "access_token": "a." } }), field("rename.access_token", Reason::Empty)),
        (json!({ "rename": { "access_token": "a..b" } }), field("rename.access_token", Reason::Empty)),
        (json!({ "keep": ["."] }), field("keep", Reason::Empty)),
        (json!({ "keep": [""] }), field("keep", Reason::Empty)),
        (json!({ "keep": ["a b"] }), field("keep", Reason::ForbiddenCharacter { at: 1 })),
        (json!({ "error": { "code": "" } }), field("error.code", Reason::Empty)),
        (
            json!({ "error": { "description": "\u{e4}" } }),
            field("error.description", Reason::ForbiddenCharacter { at: 0 }),
        ),
        (json!({ "error": { "uri": "a\"" } }), field("error.uri", Reason::ForbiddenCharacter { at: 1 })),
        (json!({ "error": { "ok": { "member": "", "value": 0 } } }), field("error.ok.member", Reason::Empty)),
        // The rest.
        (json!({ "status": 199 }), field("status", Reason::OutOfRange { min: 200, max: 299 })),
        (json!({ "status": 300 }), field("status", Reason::OutOfRange { min: 200, max: 299 })),
        (json!({ "status": 0 }), field("status", Reason::OutOfRange { min: 200, max: 299 })),
        (json!({ "media_types": [] }), field("media_types", Reason::NotAMediaType)),
        (json!({ "media_types": ["text/plain", "text"] }), field("media_types", Reason::NotAMediaType)),
        (json!({ "media_types": ["text/"] }), field("media_types", Reason::NotAMediaType)),
        (json!({ "media_types": ["/plain"] }), field("media_types", Reason::NotAMediaType)),
        (json!({ "media_types": ["text/plain; charset=utf-8"] }), field("media_types", Reason::NotAMediaType)),
        (json!({ "media_types": [""] }), field("media_types", Reason::NotAMediaType)),
        (json!({ "scope_separator": "" }), field("scope_separator", Reason::Empty)),
        (json!({ "scope_separator": "a" }), field("scope_separator", Reason::ForbiddenCharacter { at: 0 })),
        (
            json!({ "keep": (0..33).map(|n| format!("k{n}")).collect::<Vec<_>>() }),
            field("keep", Reason::TooMany { max: 32 }),
        ),
    ];
    for (step, expected) in rows {
        assert_eq!(of(step.clone()), expected, "{step}");
    }
    let found = refused(json!({ "dialect": { "callback": { "keep":
        (0..33).map(|n| (format!("k{n}"), "text")).collect::<std::collections::BTreeMap<_, _>>() } } }));
    assert_eq!(found, ("dialect.callback.keep".into(), Reason::TooMany { max: 32 }));
    // The same member may be kept too, and may tell success.
    for step in [
        json!({ "keep": ["scope", "expires_in", "error"] }),
        json!({ "error": { "code": "code", "ok": { "member": "code", "value": 0 } }, "keep": ["code"] }),
        json!({ "error": { "code": "s.code", "ok": { "member": "s.ok", "value": true } }, "keep": ["s.text"] }),
        json!({ "keep": (0..32).map(|n| format!("k{n}")).collect::<Vec<_>>() }),
        json!({ "status": 299, "media_types": ["text/plain", "application/vnd.x+json"] }),
    ] {
        assert_eq!(provider(json!({ "dialect": { "response": step } })).check(), Ok(()));
    }
}

#[test]
fn media_types_of_the_providers_own() {
    let scenario = step(json!({ "media_types": ["text/plain", "text/JavaScript"] }));
    for (content_type, expected) in [
        ("text/plain", "issued A1 with refresh"),
        ("TEXT/Plain; charset=utf-8", "issued A1 with refresh"),
        (" text/javascript ;x", "issued A1 with refresh"),
        // They stand in place of the format's own.
        ("application/json", "ContentType"),
        ("text/html", "ContentType"),
        ("text/plainer", "ContentType"),
        ("", "ContentType"),
    ] {
        assert_eq!(end(&scenario, typed(200, content_type, TOKENS)), expected, "{content_type:?}");
    }
    assert_eq!(end(&scenario, Response::new(200, [("X", "y")], TOKENS).into()), "ContentType");
    // They are read as the format says, in an error too.
    assert_eq!(end(&scenario, typed(200, "text/plain", "access_token=A")), "NotJson");
    assert_eq!(end(&scenario, typed(400, "text/plain", r#"{"error":"invalid_grant"}"#)), "dead `invalid_grant`");
    assert_eq!(end(&scenario, typed(400, "application/json", r#"{"error":"invalid_grant"}"#)), "refused ``");
    let form = step(json!({ "format": "form", "media_types": ["text/html"] }));
    assert_eq!(end(&form, typed(200, "text/html;charset=x", "access_token=A&token_type=bearer")), "issued A");
}

#[test]
fn token_types_of_the_providers_own() {
    let scenario = step(json!({ "token_types": ["bot", "User"] }));
    let typed = |kind: &str| end(&scenario, answer(200, &format!(r#"{{"access_token":"A"{kind}}}"#)));
    assert_eq!((&*typed(r#","token_type":"BOT""#), &*typed(r#","token_type":"user""#)), ("issued A", "issued A"));
    assert_eq!(typed(r#","token_type":"Bearer""#), "untrusted TokenType");
    assert_eq!(typed(""), r#"Missing("token_type")"#);
}

#[test]
fn members_of_other_names_in_an_implicit_callback() {
    let scenario = step(json!({ "rename": { "access_token": "token", "expires_in": "ttl" },
        "expiry": "milliseconds_from_now", "scope_separator": ",", "token_types": ["user"] }));
    let fragment = format!("token=A1&token_type=user&ttl=60000&scope=a,b&state={STATE}");
    let callback = oauth_proto::Callback::fragment(&fragment);
    let authorized = scenario.awaiting_token().receive(&scenario.client, callback, at(10)).unwrap();
    assert_eq!((authorized.access_token().expose(), authorized.expires_at()), ("A1", Some(at(70))));
    assert_eq!(authorized.scope().as_str(), "a b");
    // A path leads nowhere in a callback.
    let fragment = format!("data.token.value=A1&data.token.type=Bearer&state={STATE}");
    let callback = oauth_proto::Callback::fragment(&fragment);
    assert!(nested().awaiting_token().receive(&nested().client, callback, at(10)).is_err());
}
