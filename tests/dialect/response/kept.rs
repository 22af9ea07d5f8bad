//! Members that are kept beside the tokens.

use super::*;

/// What is kept of an answer with these members.
fn kept(keep: &[&str], members: &str) -> Extras {
    let scenario = step(json!({ "keep": keep }));
    scenario.granted(&format!(r#"{{"access_token":"A1","token_type":"Bearer"{members}}}"#)).extras().clone()
}

#[test]
fn kept_members_of_each_type() {
    for (value, expected) in [
        (r#""T1""#, Some("T1")),
        (r#""""#, Some("")),
        (r#""a\nb \u00e4 \ud83d\ude00""#, Some("a\nb \u{e4} \u{1F600}")),
        ("7", Some("7")),
        ("-7", Some("-7")),
        ("18446744073709551615", Some("18446744073709551615")),
        ("1.5", Some("1.5")),
        ("true", Some("true")),
        ("false", Some("false")),
        ("null", None),
        ("[]", Some("[]")),
        (r#"[1, "a",null]"#, Some(r#"[1, "a",null]"#)),
        (r#"{ "b" : {"c":[]} }"#, Some(r#"{ "b" : {"c":[]} }"#)),
        // Nothing of this spoils the tokens beside it.
        ("123456789012345678901234567890", Some("123456789012345678901234567890")),
        ("1e999", Some("1e999")),
        (&format!("{}1{}", "[".repeat(29), "]".repeat(29)), Some(&format!("{}1{}", "[".repeat(29), "]".repeat(29)))),
        (r#""\ud800""#, None),
    ] {
        assert_eq!(kept(&["x"], &format!(r#","x":{value}"#)).get("x"), expected, "{value}");
        let nested = kept(&["a.b.x"], &format!(r#","a":{{"b":{{"x":{value}}}}}"#));
        assert_eq!(nested.get("a.b.x"), expected, "{value}");
    }
    assert!(kept(&["x", "a.b"], "").is_empty());
    assert!(kept(&["a.b"], r#","a":"text""#).is_empty());
    // What the protocol knows may be kept too, as it stood there.
    let standard = kept(&["scope", "token_type", "expires_in"], r#","scope":"a  b","expires_in":"60""#);
    assert_eq!(
        standard.iter().collect::<Vec<_>>(),
        [("expires_in", "60"), ("scope", "a  b"), ("token_type", "Bearer")]
    );
    // A form's are texts.
    let scenario = step(json!({ "format": "form", "keep": ["uid"] }));
    let body = "access_token=A&token_type=bearer&uid=a+%26b";
    let granted = scenario.code_in_flight().1.finish(typed(200, "application/x-www-form-urlencoded", body)).unwrap();
    assert_eq!(granted.extras().get("uid"), Some("a &b"));
}

/// To keep a member changes nothing of what is read of it.
#[test]
fn a_member_may_be_kept_and_read() {
    let scenario = step(json!({ "keep": ["expires_in", "scope", "error", "ok"],
        "error": { "ok": { "member": "ok", "value": -7 } } }));
    let body = |rest: &str| answer(200, &format!(r#"{{"access_token":"A1","token_type":"Bearer"{rest}}}"#));
    for value in ["60", "60.0", r#""60""#] {
        let flight = scenario.code_in_flight().1;
        let granted = flight.finish(body(&format!(r#","ok":-7,"scope":"b","expires_in":{value}"#))).unwrap();
        assert_eq!(granted.extras().get("expires_in"), Some(value.trim_matches('"')));
        assert_eq!((granted.extras().get("ok"), granted.scope().as_str()), (Some("-7"), "b"));
        assert_eq!(granted.into_any_token_set().expires_at(), Some(at(70)), "{value}");
    }
    for (value, fault) in [
        (r#""ok":-7,"expires_in":-60"#, r#"Malformed("expires_in")"#),
        (r#""ok":-7,"expires_in":1.5"#, r#"Malformed("expires_in")"#),
        (r#""ok":-7,"expires_in":true"#, r#"Malformed("expires_in")"#),
        (r#""ok":-7,"error":"x""#, "Contradiction"),
        (r#""ok":7"#, "Contradiction"),
    ] {
        assert_eq!(end(&scenario, body(&format!(",{value}"))), fault, "{value}");
    }

    let scenario = step(json!({ "format": "form", "keep": ["expires_in", "ok"],
        "error": { "ok": { "member": "ok", "value": "1" } } }));
    let form = |rest: &str| {
        typed(200, "application/x-www-form-urlencoded", &format!("access_token=A&token_type=bearer{rest}"))
    };
    let granted = scenario.code_in_flight().1.finish(form("&ok=1&expires_in=60")).unwrap();
    assert_eq!(granted.extras().iter().collect::<Vec<_>>(), [("expires_in", "60"), ("ok", "1")]);
    assert_eq!(granted.into_any_token_set().expires_at(), Some(at(70)));
    assert_eq!(end(&scenario, form("&ok=0&expires_in=60")), "Contradiction");
    assert_eq!(end(&scenario, form("&ok=1&expires_in=soon")), r#"Malformed("expires_in")"#);
}

/// The tokens are what matters: a value that is too long is not worth them.
#[test]
fn a_kept_member_that_is_too_long_is_left_out() {
    let long = |length: usize| kept(&["x", "y"], &format!(r#","x":{},"y":1"#, json!("a".repeat(length))));
    assert_eq!(long(8192).get("x").map(str::len), Some(8192));
    let less = long(8193);
    assert_eq!(less.iter().collect::<Vec<_>>(), [("y", "1")]);
    assert!(kept(&["x"], &format!(r#","x":[{}0]"#, "0,".repeat(4096))).is_empty());
}

#[test]
fn what_is_kept_is_stored_and_not_shown() {
    let scenario = step(json!({ "keep": ["webhook.url", "n"] }));
    let body = TOKENS.replace('}', r#","webhook":{"url":"https://hooks.example/CANARY"},"n":1}"#);
    let granted = scenario.granted(&body);
    assert!(!format!("{granted:?}").contains("CANARY"));
    assert_eq!(format!("{:?}", granted.extras()), r#"Extras("n", "webhook.url")"#);
    let row = stored::save(&granted.into_any_token_set());
    let back: oauth_proto::AnyTokenSet = stored::load(row.as_bytes()).unwrap();
    assert_eq!(back.extras().get("webhook.url"), Some("https://hooks.example/CANARY"));
    assert_eq!(stored::save(&back), row);
    // A reissue takes in what is newer, as a refresh does.
    let (_, flight) = scenario.client_credentials_in_flight();
    let authorized = flight.finish(answer(200, &body)).unwrap();
    let (_, flight) = authorized.reissue(&scenario.client, at(20)).unwrap();
    let authorized = flight.finish(answer(200, &TOKENS.replace('}', r#","n":2}"#))).unwrap();
    let extras: Vec<_> = authorized.extras().iter().collect();
    assert_eq!(extras, [("n", "2"), ("webhook.url", "https://hooks.example/CANARY")]);
}

/// What is kept outlives the tokens: a copy of one would be there after it was given up.
#[test]
fn tokens_are_not_kept_twice() {
    for (name, wire) in [("access_token", "access_token"), ("refresh_token", "refresh_token"), ("access_token", "d.t")]
    {
        let response = json!({ "rename": { name: wire }, "keep": [wire] });
        for at in ["response", "follow_up_response"] {
            let field = format!("dialect.{at}.keep.{wire}");
            assert_eq!(refused(json!({ "dialect": { at: response } })), (field, Reason::ReservedName));
        }
    }
    let keep = |name: &str| refused(json!({ "dialect": { "response": { "keep": [name] } } }));
    for name in ["client_id", "random"] {
        assert_eq!(keep(name), (format!("dialect.response.keep.{name}"), Reason::ReservedName));
    }
}
