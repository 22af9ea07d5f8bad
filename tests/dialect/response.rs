//! The token response: where its members stand, how they are written, and what tells success from error.

mod expiry;
mod kept;

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

#[test]
fn an_error_inside_an_object() {
    let refusal = json!({ "error": { "code": "invalid_scope", "text": "no \u{1b}", "more": "u" } }).to_string();
    let Err(FinishError::Refused { response, .. }) = nested().code_in_flight().1.finish(answer(400, &refusal)) else {
        panic!()
    };
    assert_eq!((response.code.as_str(), response.status), ("invalid_scope", Some(400)));
    assert_eq!((response.description.as_deref(), response.uri.as_deref()), (Some("no \u{1b}"), Some("u")));
    assert_eq!(end(&nested(), answer(200, &refusal)), "refused `invalid_scope`");
    assert_eq!(end(&nested(), answer(400, &refusal.replace("scope", "grant"))), "dead `invalid_grant`");
    // A text where an object is told is none that this provider states.
    assert_eq!(end(&nested(), answer(400, r#"{"error":"invalid_grant"}"#)), "refused ``");
    let both = json!({ "error": { "code": "x" }, "data": { "token": { "value": "A1", "type": "Bearer" } } });
    assert_eq!(end_of(&nested(), &both), "Contradiction");
    let none = json!({ "error": { "code": null }, "data": { "token": { "value": "A1", "type": "Bearer" } } });
    assert_eq!(end_of(&nested(), &none), "issued A1");
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
fn a_member_that_tells_success_from_error() {
    let ok = |value: Value| step(json!({ "error": { "ok": { "member": "ok", "value": value } } }));
    let tokens = |ok: &str| format!(r#"{{"access_token":"A1","token_type":"Bearer"{ok}}}"#);
    let rows = [
        (json!(true), vec!["true"], vec!["false", "1", r#""true""#, "null", "[]", "[true]", "{}", r#"{"ok":true}"#]),
        (json!(false), vec!["false"], vec!["true", "0", r#""false""#, "null", r#""""#]),
        (json!(0), vec!["0"], vec!["1", "-1", "0.5", r#""0""#, "false", "18446744073709551616", "null"]),
        (json!(-7), vec!["-7"], vec!["7", r#""-7""#, "-7.5"]),
        (json!(i64::MAX), vec!["9223372036854775807"], vec!["9223372036854775808", "9223372036854775806"]),
        (
            json!("success"),
            vec![r#""success""#, r#""succ\u0065ss""#],
            vec![r#""Success""#, r#""success ""#, r#""""#, "true", "null"],
        ),
    ];
    for (value, well, ill) in rows {
        let scenario = ok(value.clone());
        for said in well {
            let body = tokens(&format!(r#","ok":{said}"#));
            assert_eq!(end(&scenario, answer(200, &body)), "issued A1", "{value} {said}");
        }
        for said in ill.into_iter().map(|said| format!(r#","ok":{said}"#)).chain([String::new()]) {
            // Tokens beside it are not taken; that they were issued is in doubt.
            assert_eq!(end(&scenario, answer(200, &tokens(&said))), "Contradiction", "{value} {said}");
            let refusal = format!(r#"{{"error":"invalid_client"{said}}}"#);
            assert_eq!(end(&scenario, answer(200, &refusal)), "refused `invalid_client`", "{value} {said}");
            let unstated = format!(r#"{{"x":0{said}}}"#);
            // The status says yes: only a word that says no makes it a refusal.
            let silent = said.is_empty() || said.ends_with("null");
            let expected = if silent { r#"Missing("access_token")"# } else { "refused ``" };
            assert_eq!(end(&scenario, answer(200, &unstated)), expected, "{value} {said}");
            let renewed = format!(r#"{{"refresh_token":"R2"{said}}}"#);
            assert_eq!(end(&scenario, answer(200, &renewed)), "Contradiction", "{value} {said}");
        }
    }
    // The status of an error is one, whatever the member says.
    let scenario = ok(json!(true));
    assert_eq!(end(&scenario, answer(400, &tokens(r#","ok":true"#))), "refused ``");
    assert_eq!(
        end(&scenario, answer(500, &tokens(r#","ok":true"#))),
        "in doubt: the server failed: a refusal that names no OAuth error (status 500)"
    );
    // Success that states an error contradicts itself; a null states none.
    assert_eq!(end(&scenario, answer(200, &tokens(r#","ok":true,"error":"x""#))), "Contradiction");
    assert_eq!(end(&scenario, answer(200, r#"{"ok":true,"error":"invalid_client"}"#)), "refused `invalid_client`");
    assert_eq!(end(&scenario, answer(200, &tokens(r#","ok":true,"error":null"#))), "issued A1");
    assert_eq!(end(&scenario, answer(200, r#"{"ok":true}"#)), r#"Missing("access_token")"#);
    assert_eq!(end(&scenario, answer(200, &tokens(r#","ok":true,"ok":true"#))), "Repeated");
    // It can be read, or nothing is known.
    assert_eq!(end(&scenario, answer(200, "[]")), "NotAnObject");
    assert_eq!(end(&scenario, typed(200, "text/html", "<html>")), "ContentType");
    // A form has texts alone.
    let scenario = step(json!({ "format": "form", "error": { "ok": { "member": "ok", "value": "1" } } }));
    let form = |ok: &str| {
        end(
            &scenario,
            typed(200, "application/x-www-form-urlencoded", &format!("access_token=A&token_type=bearer{ok}")),
        )
    };
    // Tokens that come without the word of success were issued all the same: what was presented is spent.
    assert_eq!((&*form("&ok=1"), &*form("&ok=0"), &*form("")), ("issued A", "Contradiction", "Contradiction"));
}

#[test]
fn a_code_that_tells_success_too() {
    let scenario =
        step(json!({ "error": { "code": "code", "description": "msg", "ok": { "member": "code", "value": 0 },
        "invalid_grant": ["40001", "-1"] } }));
    let tokens = |code: &str| format!(r#"{{"access_token":"A1","token_type":"Bearer","code":{code}}}"#);
    assert_eq!(end(&scenario, answer(200, &tokens("0"))), "issued A1");
    let refusal = |code: &str| end(&scenario, answer(200, &format!(r#"{{"code":{code},"msg":"no"}}"#)));
    assert_eq!(refusal("40002"), "refused `40002`");
    assert_eq!(refusal(r#""40002""#), "refused `40002`");
    assert_eq!(refusal("40001"), "dead `40001`");
    assert_eq!(refusal(r#""40001""#), "dead `40001`");
    assert_eq!(refusal("-1"), "dead `-1`");
    assert_eq!(refusal(r#""invalid_grant""#), "dead `invalid_grant`");
    assert_eq!(refusal("18446744073709551615"), "refused `18446744073709551615`");
    // Nothing says no, and the status says yes.
    assert_eq!(refusal("null"), r#"Missing("access_token")"#);
    for other in ["true", "1.5", "[]", "{}", r#""""#, r#""a\nb""#] {
        assert_eq!(refusal(other), "refused ``", "{other}");
    }
    assert!(!end(&scenario, answer(200, &tokens(r#""0""#))).starts_with("issued"), "a text is no number");
    let Err(FinishError::Refused { response, .. }) =
        scenario.code_in_flight().1.finish(answer(200, r#"{"code":40002,"msg":"no"}"#))
    else {
        panic!()
    };
    assert_eq!(response.to_string(), r#"40002 (status 200): "no""#);
}

#[test]
fn codes_that_mean_a_dead_grant() {
    let scenario =
        step(json!({ "error": { "invalid_grant": ["token_revoked", "1002", "invalid_request", "server_error"] } }));
    let refusal = |status, code: &str| end(&scenario, answer(status, &json!({ "error": code }).to_string()));
    assert_eq!(refusal(400, "token_revoked"), "dead `token_revoked`");
    assert_eq!(refusal(200, "token_revoked"), "dead `token_revoked`");
    assert_eq!(refusal(401, "1002"), "dead `1002`");
    assert_eq!(refusal(400, "Token_Revoked"), "refused `Token_Revoked`");
    assert_eq!(refusal(400, "invalid_grant"), "dead `invalid_grant`");
    assert_eq!(refusal(400, "invalid_client"), "refused `invalid_client`");
    // The RFC's own words count too, where this provider means that by them.
    assert_eq!(refusal(400, "invalid_request"), "dead `invalid_request`");
    assert_eq!(refusal(400, "server_error"), "dead `server_error`");
    // What came of it is not known after a 5xx, whatever it says.
    assert!(refusal(500, "token_revoked").starts_with("in doubt"), "{}", refusal(500, "token_revoked"));
    // An answer that names none is none of them.
    let empty = step(json!({ "error": { "invalid_grant": [""] } }));
    assert_eq!(end(&empty, answer(400, r#"{"error":""}"#)), "refused ``");
    // A refresh that dies so leaves the access token.
    let error = scenario.refresh_in_flight().1.finish(answer(400, r#"{"error":"token_revoked"}"#)).unwrap_err();
    let FinishError::Dead { remains, .. } = error else { panic!("{error}") };
    assert!(remains.access_token_at(at(20)).is_some());
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
fn another_status_of_success() {
    let scenario = step(json!({ "status": 201 }));
    assert_eq!(end(&scenario, answer(201, TOKENS)), "issued A1 with refresh");
    assert_eq!(end(&scenario, answer(200, TOKENS)), "in doubt: unexpected status 200");
    assert_eq!(end(&scenario, answer(202, TOKENS)), "in doubt: unexpected status 202");
    assert_eq!(end(&scenario, answer(201, r#"{"error":"invalid_grant"}"#)), "dead `invalid_grant`");
    assert_eq!(end(&scenario, answer(400, r#"{"error":"invalid_grant"}"#)), "dead `invalid_grant`");
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
fn a_scope_as_a_list() {
    let scenario = step(json!({ "scope_format": "list" }));
    let scope = |value: &str| {
        let body = format!(r#"{{"access_token":"A1","token_type":"Bearer","scope":{value}}}"#);
        match scenario.code_in_flight().1.finish(answer(200, &body)) {
            Ok(granted) => Ok(granted.scope().to_string()),
            Err(FinishError::InDoubt { doubt: Doubt::Unreadable(fault), .. }) => Err(fault),
            Err(error) => panic!("{error}"),
        }
    };
    for (value, expected) in [
        (r#"["read"]"#, "read"),
        (r#"["read","user:email",1000,-1]"#, "read user:email 1000 -1"),
        (r#"["read","","read"]"#, "read"),
        // One scope may come as a text, and a callback has no lists.
        (r#""read""#, "read"),
        ("[]", ""),
        (r#"[""]"#, ""),
        ("null", "read write"),
    ] {
        assert_eq!(scope(value).as_deref(), Ok(expected), "{value}");
    }
    let many = |count: usize| json!((0..count).collect::<Vec<_>>()).to_string();
    assert!(scope(&many(256)).is_ok());
    for value in [
        "1",
        "true",
        "{}",
        r#"[true]"#,
        r#"[null]"#,
        r#"[["read"]]"#,
        r#"[{"a":1}]"#,
        "[1.5]",
        r#"["two words"]"#,
        r#"["a\"b"]"#,
        r#"["\u00e4"]"#,
        r#"["a\n"]"#,
        &many(257),
    ] {
        assert_eq!(scope(value), Err(AnswerFault::Malformed("scope")), "{value}");
    }
}

#[test]
fn a_scope_that_cannot_be_read_is_taken_as_it_was_asked_for() {
    let scenario = step(json!({ "scope_format": "ignored" }));
    for value in [r#""less""#, "7", "[]", "{}", "true", "null", r#""a\nb""#] {
        let body = format!(r#"{{"access_token":"A1","token_type":"Bearer","scope":{value}}}"#);
        assert_eq!(scenario.granted(&body).scope().as_str(), "read write", "{value}");
    }
}

#[test]
fn a_scope_with_a_separator_of_the_answers_own() {
    let scope = |asked: &str, answered: Value, text: &str| {
        let scenario = with(json!({ "dialect": { "authorize": { "scope_separator": asked },
            "response": { "scope_separator": answered } } }));
        let body = json!({ "access_token": "A1", "token_type": "Bearer", "scope": text }).to_string();
        scenario.granted(&body).scope().to_string()
    };
    // By default, the request's.
    assert_eq!(scope(",", Value::Null, "a,b"), "a b");
    assert_eq!(scope(" ", Value::Null, "a,b c"), "a,b c");
    assert_eq!(scope(" ", json!(","), "repo,gist,"), "repo gist");
    assert_eq!(scope(",", json!(" "), "a,b c"), "a,b c");
    assert_eq!(scope(" ", json!(", "), "a, b,c"), "a b,c");
    assert_eq!(scope(" ", json!("||"), "a||b|c"), "a b|c");
    assert_eq!(scope(" ", json!(","), ""), "");
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

#[test]
fn answers_that_bring_nothing() {
    let response = |fields: Value| refused(json!({ "dialect": { "response": fields } }));
    for status in [204, 205] {
        let reason = Reason::GoesOnlyWith("an answer that has a body");
        assert_eq!(response(json!({ "status": status })), ("dialect.response.status".into(), reason));
    }
    let over = json!({ "expiry": { "constant_seconds": 0 } });
    assert_eq!(response(over), ("dialect.response.expiry.constant_seconds".into(), Reason::Empty));
}
