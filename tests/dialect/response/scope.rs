//! The scope of an answer: its form, its separator, and where it is ignored.

use super::*;

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

/// What was asked for is read at a glance where it comes back as it was, and only there: with another separator, the same
/// text is another scope.
#[test]
fn what_was_asked_for_with_another_separator_is_no_scope() {
    let scenario = with(json!({ "dialect": { "response": { "scope_separator": "," } } }));
    let body = r#"{"access_token":"A1","token_type":"Bearer","scope":"read write"}"#;
    let error = scenario.code_in_flight().1.finish(answer(200, body)).unwrap_err();
    let FinishError::InDoubt { doubt: Doubt::Unreadable(fault), .. } = error else { panic!("{error}") };
    assert_eq!(fault, AnswerFault::Malformed("scope"));
}
