//! What tells success from error.

use super::*;

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
fn another_status_of_success() {
    let scenario = step(json!({ "status": 201 }));
    assert_eq!(end(&scenario, answer(201, TOKENS)), "issued A1 with refresh");
    assert_eq!(
        end(&scenario, answer(200, TOKENS)),
        "in doubt: unexpected status 200: check the endpoint's URL, and `dialect.response.status`"
    );
    assert_eq!(
        end(&scenario, answer(202, TOKENS)),
        "in doubt: unexpected status 202: check the endpoint's URL, and `dialect.response.status`"
    );
    assert_eq!(end(&scenario, answer(201, r#"{"error":"invalid_grant"}"#)), "dead `invalid_grant`");
    assert_eq!(end(&scenario, answer(400, r#"{"error":"invalid_grant"}"#)), "dead `invalid_grant`");
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
