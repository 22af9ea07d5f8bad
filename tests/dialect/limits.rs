//! How much is read: at each limit an input is taken, one beyond it is refused, and nothing is lost.

use oauth_proto::{
    AwaitingCode, Callback, CallbackError, FinishError, Limits, Response,
    error::{AnswerFault, CallbackFault, Doubt, Reason},
    stored,
};
use serde_json::{Value, json};

use crate::{
    field_of, provider, refused,
    scenario::{STATE, Scenario, answer, at},
    with,
};

fn limited(limits: Value) -> Scenario<oauth_proto::Confidential> {
    with(json!({ "limits": limits }))
}

/// What came of a callback. Where it was refused, the login is as it was.
fn received<K>(scenario: &Scenario<K>, callback: Callback<'_>) -> Option<CallbackFault> {
    let row = stored::save(&scenario.awaiting_code());
    match scenario.awaiting_code().receive(&scenario.client, callback, at(10)) {
        Ok(_) => None,
        Err(CallbackError::NotOurs { awaiting, fault, claimed: None }) => {
            assert_eq!(stored::save(&*awaiting), row, "the login as it was");
            Some(fault)
        }
        Err(error) => panic!("{error:?}"),
    }
}

/// What is wrong with an answer to a code. Where anything is, nobody knows what came of the code.
fn answered<K>(scenario: &Scenario<K>, response: Response) -> Option<AnswerFault> {
    match scenario.code_in_flight().1.finish(response.into()) {
        Ok(_) => None,
        Err(FinishError::InDoubt { doubt: Doubt::Unreadable(fault), .. }) => Some(fault),
        Err(error) => panic!("{error:?}"),
    }
}

fn json_answer(body: &str) -> Response {
    Response::new(200, [("Content-Type", "application/json")], body)
}

#[test]
fn the_defaults_are_safe_and_each_limit_has_its_bounds() {
    let said = json!({ "response_bytes": 262_144, "json_depth": 32, "members": 256, "callback_bytes": 262_144,
        "parameters": 64, "header_bytes": 8192, "challenges": 32 });
    assert_eq!(serde_json::to_value(Limits::default()).unwrap(), said);
    assert_eq!(provider(json!({ "limits": said })), provider(json!({})));
    for name in said.as_object().unwrap().keys() {
        let max = if name == "json_depth" { 127 } else { u32::MAX };
        let set = |value: u32| json!({ "limits": { name: value } });
        let out = (format!("limits.{name}"), Reason::OutOfRange { min: 1, max });
        assert_eq!(refused(set(0)), out);
        for value in [1, max] {
            provider(set(value)).check().unwrap();
        }
    }
    assert_eq!(refused(json!({ "limits": { "json_depth": 128 } })).0, "limits.json_depth");
    let misspelt = r#"{ "name": "x", "limits": { "depth": 3 } }"#;
    assert_eq!(field_of(oauth_proto::Provider::from_json(misspelt)).0, "limits.depth");
}

#[test]
fn a_callback() {
    let query = |parameters: usize| {
        let others: String = (2..parameters).map(|n| format!("&x{n}=1")).collect();
        format!("code=C1&state={STATE}{others}")
    };
    let usual = limited(json!({}));
    assert_eq!(received(&usual, Callback::query(&query(64))), None);
    assert_eq!(received(&usual, Callback::query(&query(65))), Some(CallbackFault::TooManyParameters));
    // What stands between two separators may be nothing, and counts for nothing.
    let empty = query(2) + &"&".repeat(1000);
    assert_eq!(received(&usual, Callback::query(&empty)), None);
    let most = limited(json!({ "parameters": 1000 }));
    assert_eq!(received(&most, Callback::query(&query(1000))), None);
    assert_eq!(received(&most, Callback::query(&query(1001))), Some(CallbackFault::TooManyParameters));

    let padded = |length: usize| {
        let query = query(2) + "&pad=";
        let missing = length - query.len();
        query + &"A".repeat(missing)
    };
    assert_eq!(received(&usual, Callback::query(&padded(262_144))), None);
    assert_eq!(received(&usual, Callback::query(&padded(262_145))), Some(CallbackFault::TooLong));
    let short = limited(json!({ "callback_bytes": 100 }));
    assert_eq!(received(&short, Callback::query(&padded(100))), None);
    assert_eq!(received(&short, Callback::query(&padded(101))), Some(CallbackFault::TooLong));
    // The fragment is a part of it, read or not.
    let both = format!("/cb?{}#x", padded(100));
    assert_eq!(received(&short, Callback::url(&both)), Some(CallbackFault::TooLong));
}

/// A refused callback does not say which login it is for.
#[test]
fn a_callback_beyond_its_limit_matches_no_login() {
    let short = limited(json!({ "callback_bytes": 60 }));
    let awaiting: AwaitingCode = short.awaiting_code();
    let within = format!("code=C1&state={STATE}");
    let beyond = within.clone() + "&more";
    assert!(awaiting.matches(&short.client, Callback::query(&within)));
    assert!(!awaiting.matches(&short.client, Callback::query(&beyond)));
}

#[test]
fn an_answer_in_json() {
    let scenario = limited(json!({ "response_bytes": 100, "json_depth": 3, "members": 5 }));
    let body = |rest: &str, length: usize| {
        let body = format!(r#"{{"access_token":"A","token_type":"Bearer"{rest}}}"#);
        let pad = " ".repeat(length.saturating_sub(body.len()));
        body + &pad
    };
    for (rest, length, fault) in [
        ("", 100, None),
        ("", 101, Some(AnswerFault::TooLarge)),
        (r#","x":[[]]"#, 0, None),
        (r#","x":[[[]]]"#, 0, Some(AnswerFault::TooDeep)),
        (r#","x":{"y":{"z":{}}}"#, 0, Some(AnswerFault::TooDeep)),
        (r#","scope":[[0,{}]]"#, 0, Some(AnswerFault::TooDeep)),
        (r#","x":1,"y":2,"z":3"#, 0, None),
        (r#","x":1,"y":2,"z":{"a":1}"#, 0, Some(AnswerFault::TooManyMembers)),
        (r#","x":[{"a":1},{"a":1}]"#, 0, None),
        (r#","x":[{"a":1},{"a":1},{"a":1}]"#, 0, Some(AnswerFault::TooManyMembers)),
    ] {
        assert_eq!(answered(&scenario, json_answer(&body(rest, length))), fault, "{rest}");
    }
}

/// As deep as the setting goes, and wherever it stands: under a member that is unknown, walked through, kept or a list.
#[test]
fn the_deepest_setting_is_met_exactly() {
    let scenario = with(json!({ "limits": { "json_depth": 127, "response_bytes": 1_000_000, "members": 1000 },
        "dialect": { "response": { "keep": ["kept", "inside.it"], "scope_format": "list" } } }));
    for name in ["unknown", "kept", "inside", "error_description", "scope"] {
        let nested = |levels: usize| {
            let (open, close) = ("[".repeat(levels), "]".repeat(levels));
            json_answer(&format!(r#"{{"access_token":"A","token_type":"Bearer","{name}":{open}{close}}}"#))
        };
        // A scope that is a list of lists is none, at any depth that is read.
        let read = (name == "scope").then_some(AnswerFault::Malformed("scope"));
        assert_eq!(answered(&scenario, nested(126)), read, "{name}");
        assert_eq!(answered(&scenario, nested(127)), Some(AnswerFault::TooDeep), "{name}");
    }
}

/// What is walked through to a member counts as well.
#[test]
fn a_path_that_is_too_deep() {
    let body = r#"{"token_type":"Bearer","a":{"b":{"token":"A1"}}}"#;
    let with_depth = |depth: u32| {
        let scenario = with(json!({ "limits": { "json_depth": depth },
            "dialect": { "response": { "rename": { "access_token": "a.b.token" } } } }));
        answered(&scenario, json_answer(body))
    };
    assert_eq!(with_depth(3), None);
    assert_eq!(with_depth(2), Some(AnswerFault::TooDeep));
    assert_eq!(with_depth(1), Some(AnswerFault::TooDeep));
}

/// It has as many names as an answer may have levels, however long they are.
#[test]
fn the_path_of_a_member() {
    let of = |names: usize| json!({ "dialect": { "response": { "keep": [vec!["name"; names].join(".")] } } });
    assert_eq!(provider(of(127)).check(), Ok(()));
    assert_eq!(refused(of(128)), ("dialect.response.keep".into(), Reason::TooMany { max: 127 }));
}

/// It is counted as it stands there, with the spaces that mean nothing.
#[test]
fn the_text_of_a_scope() {
    let scenario = with(json!({}));
    let of = |length: usize| {
        let scope = format!("{:<length$}", "read");
        json_answer(&json!({ "access_token": "A", "token_type": "Bearer", "scope": scope }).to_string())
    };
    assert_eq!(answered(&scenario, of(16 * 1024)), None);
    assert_eq!(answered(&scenario, of(16 * 1024 + 1)), Some(AnswerFault::Malformed("scope")));
}

#[test]
fn an_answer_that_is_a_form() {
    let scenario = with(json!({ "limits": { "members": 4 }, "dialect": { "response": { "format": "form" } } }));
    let end = |rest: &str| {
        let body = format!("access_token=A&token_type=bearer{rest}");
        answered(&scenario, Response::new(200, [("Content-Type", "application/x-www-form-urlencoded")], body))
    };
    assert_eq!(end("&x=1&&&y=2&"), None);
    assert_eq!(end("&x=1&y=2&z=3"), Some(AnswerFault::TooManyMembers));
    // Broken escapes are refused and never mended: two readers must not see two tokens.
    for broken in ["&x=%", "&x=%2", "&x=%zz", "&%=1", "&x=%FF", "&x=%C3%28", "&%ED%A0%80=1"] {
        assert_eq!(end(broken), Some(AnswerFault::NotAForm), "{broken}");
    }
    let bytes = b"access_token=A&token_type=bearer&x=\xff".to_vec();
    let response = Response::new(200, [("Content-Type", "application/x-www-form-urlencoded")], bytes);
    assert_eq!(answered(&scenario, response), Some(AnswerFault::NotAForm));
    assert_eq!(end("&x=%C3%A9+%2B"), None);
}

/// A header field that is too long to read is one that is not there.
#[test]
fn header_fields() {
    let scenario = limited(json!({ "header_bytes": 40 }));
    let body = r#"{"access_token":"A","token_type":"Bearer"}"#;
    let content_type = |length: usize| format!("{:<length$}", "application/json; x=");
    let of = |length: usize| Response::new(200, [("Content-Type", content_type(length))], body);
    assert_eq!(answered(&scenario, of(40)), None);
    assert_eq!(answered(&scenario, of(41)), Some(AnswerFault::ContentType));

    let wait = |length: usize| {
        let seconds = format!("{:0>length$}", 7);
        let fields = [("Content-Type", "application/json".to_owned()), ("Retry-After", seconds)];
        match scenario.code_in_flight().1.finish(Response::new(429, fields, "{}").into()) {
            Err(FinishError::Refused { response, .. }) => response.retry_after.map(|wait| wait.as_secs()),
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(wait(40), Some(7));
    assert_eq!(wait(41), None);
    // And no more is lost by it than the wait.
    assert!(scenario.code_in_flight().1.finish(answer(200, body)).is_ok());
}
