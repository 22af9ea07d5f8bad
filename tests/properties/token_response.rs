//! Token responses of any bytes and of any JSON.

use std::collections::BTreeMap;

use oauth_proto::{
    AnyTokenSet, FinishError, Response,
    dialect::Nonce,
    error::{AnswerFault, Doubt},
    stored,
};
use proptest::{
    collection::{btree_map, vec},
    option,
    prelude::*,
    sample::{Index, select},
};
use serde_json::{Value, json};

use crate::{
    json::{any_json, pointers},
    scenario::{NONCE, Scenario, answer, at},
};

fn member_name() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "access_token",
        "token_type",
        "refresh_token",
        "expires_in",
        "scope",
        "error",
        "x",
        "nonce",
    ])
}

fn member_value() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => Just(r#""Bearer""#.to_owned()),
        2 => Just(r#""3600""#.to_owned()),
        1 => any::<String>().prop_map(|text| Value::from(text).to_string()),
        1 => any::<i64>().prop_map(|number| number.to_string()),
        2 => Just("null".to_owned()),
        1 => prop::sample::select(vec!["1.5", "1e999", "[]", "{}", "true", "[[", "\"\\ud800\""])
            .prop_map(str::to_owned),
    ]
}

/// A JSON string with each character as it is or as `\uXXXX`, as the bits of `how` say.
fn escaped(text: &str, how: u64) -> String {
    let mut written = String::from("\"");
    for (at, char) in text.chars().enumerate() {
        if how >> (at % 64) & 1 == 0 && char != '"' && char != '\\' && !char.is_control() {
            written.push(char);
        } else {
            let mut units = [0; 2];
            written.extend(char.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04x}")));
        }
    }
    written + "\""
}

proptest! {
    #![proptest_config(crate::config())]

    #[test]
    fn a_token_response_of_any_bytes_ends_in_a_token_or_an_error(
        status in 0u16..700,
        body in vec(any::<u8>(), 0..200),
    ) {
        let response = Response::new(status, [("Content-Type", "application/json")], body);
        let end = Scenario::new().code_in_flight().1.finish(response.into());
        prop_assert!(end.is_err(), "random bytes are no JSON object with two members");
        let refused = matches!(end, Err(FinishError::Refused { .. } | FinishError::Dead { .. }));
        prop_assert_eq!(refused, (400..500).contains(&status) && status != 408);
    }

    #[test]
    fn a_token_response_of_any_json_issues_what_it_says_or_nothing(
        usual in any::<bool>(),
        mut members in vec((member_name(), member_value()), 0..4),
        cut in option::weighted(0.1, 0usize..100),
    ) {
        if usual {
            // Most random objects are no answer; these are nearly one.
            members.splice(0..0, [("access_token", r#""A""#.to_owned()), ("token_type", r#""bearer""#.to_owned())]);
        }
        let body = members.iter().map(|(name, value)| format!("{name:?}:{value}")).collect::<Vec<_>>().join(",");
        let body: String = format!("{{{body}}}").chars().take(cut.unwrap_or(usize::MAX)).collect();
        let Ok(granted) = Scenario::new().code_in_flight().1.finish(answer(200, &body)) else {
            return Ok(());
        };
        let Ok(parsed) = serde_json::from_str::<BTreeMap<String, Value>>(&body) else {
            // What is ignored is not decoded: half a surrogate may stand there.
            prop_assert!(body.contains("\"x\":"));
            return Ok(());
        };
        prop_assert_eq!(parsed.len(), members.len(), "no member stands there twice");
        prop_assert_eq!(parsed["access_token"].as_str().unwrap(), granted.access_token().expose());
        prop_assert!(granted.access_token().expose().bytes().all(|byte| (0x20..0x7f).contains(&byte)));
        prop_assert!(parsed["token_type"].as_str().unwrap().eq_ignore_ascii_case("bearer"));
        prop_assert!(parsed.get("error").is_none_or(Value::is_null));
        let set = granted.into_any_token_set();
        let said = |name: &str| parsed.get(name).is_some_and(|value| !value.is_null());
        prop_assert_eq!(said("refresh_token"), matches!(set, AnyTokenSet::Refreshable(_)));
        prop_assert_eq!(said("expires_in"), set.expires_at().is_some());
    }

    #[test]
    fn a_null_says_what_an_absent_member_says(
        usual in any::<bool>(),
        mut members in btree_map(member_name(), member_value(), 0..5),
        status in prop::sample::select(vec![200u16, 400]),
        nonce in any::<bool>(),
    ) {
        if usual {
            members.extend([("access_token", r#""A""#.to_owned()), ("token_type", r#""bearer""#.to_owned())]);
        }
        let scenario = Scenario::with(|provider| {
            provider.dialect.authorize.nonce = if nonce { Nonce::EchoedWithTokens } else { Nonce::Off };
        });
        let end = |members: &BTreeMap<&str, String>| {
            let body = members.iter().map(|(name, value)| format!("{name:?}:{value}")).collect::<Vec<_>>().join(",");
            let (_, flight) = scenario.code_in_flight();
            // What can be seen of the end: tokens, or the error with its words, and the state in it.
            match flight.finish(answer(status, &format!("{{{body}}}"))) {
                Ok(granted) => stored::save(&granted.into_any_token_set()),
                Err(error) => format!("{error:?}"),
            }
        };
        let less = members.iter().filter(|(_, value)| *value != "null").map(|(name, value)| (*name, value.clone()));
        prop_assert_eq!(end(&members), end(&less.collect()));
    }

    #[test]
    fn an_answer_of_any_json_to_any_dialect_never_panics(
        changes in vec((any::<prop::sample::Index>(), any_json()), 0..4),
        whole in option::weighted(0.2, any_json()),
        expiry in prop::sample::select(vec![
            json!("date"),
            json!("seconds_from_now"),
            json!("milliseconds_since_epoch"),
        ]),
        scope in prop::sample::select(vec!["text", "list", "ignored"]),
    ) {
        let step = json!({ "rename": { "access_token": "d.t.v", "token_type": "d.t.k", "scope": "d.s" }, "expiry": expiry,
            "scope_format": scope, "keep": ["d.k", "all"],
            "error": { "code": "e.c", "description": "e.d", "ok": { "member": "e.ok", "value": true } } });
        let scenario = Scenario::with(|provider| provider.dialect.response = serde_json::from_value(step).unwrap());
        let mut body = json!({ "d": { "t": { "v": "A1", "k": "Bearer" }, "s": "read", "k": 1 }, "expires_in": 60,
            "e": { "ok": true }, "all": [{}] });
        for (at, value) in changes {
            let mut all = Vec::new();
            pointers(&body, "", &mut all);
            *body.pointer_mut(&all[at.index(all.len())]).unwrap() = value;
        }
        let body = whole.unwrap_or(body);
        if let Ok(granted) = scenario.code_in_flight().1.finish(answer(200, &body.to_string())) {
            prop_assert_eq!(body.pointer("/d/t/v").and_then(Value::as_str), Some(granted.access_token().expose()));
            prop_assert_eq!(body.pointer("/e/ok"), Some(&json!(true)));
            prop_assert!(body.pointer("/e/c").is_none_or(Value::is_null));
        }
    }

    #[test]
    fn a_token_of_printable_ascii_is_taken_byte_for_byte_and_any_other_refused(
        token in "[ -~]{1,20}|\\PC{0,6}|.{0,5}|[ -~]{0,9}[\0-\x1f\x7f][ -~]{0,9}",
        place in 0usize..3,
        escape in any::<u64>(),
    ) {
        // RFC 6749 sections A.12 and A.17.
        let allowed = !token.is_empty() && token.chars().all(|char| matches!(char, ' '..='~'));
        let scenario = Scenario::with(|provider| provider.dialect.authorize.nonce = Nonce::EchoedWithTokens);
        let value = |at| if at == place { escaped(&token, escape) } else { escaped(["A1", "R1", NONCE][at], 0) };
        let body = format!(
            r#"{{"access_token":{},"refresh_token":{},"nonce":{},"token_type":"Bearer"}}"#,
            value(0),
            value(1),
            value(2),
        );
        match scenario.code_in_flight().1.finish(answer(200, &body)) {
            Ok(granted) => {
                prop_assert!(allowed && (place != 2 || token == NONCE));
                let row: Value = serde_json::from_str(&stored::save(&granted.into_any_token_set())).unwrap();
                let found = [&row["access_token"], &row["capability"]["refreshable"]];
                prop_assert!(place == 2 || found[place] == &token);
            }
            Err(FinishError::Untrusted { fault, .. }) => {
                prop_assert_eq!((fault, place, allowed), (AnswerFault::NonceMismatch, 2, true));
            }
            Err(FinishError::InDoubt { doubt: Doubt::Unreadable(fault), in_doubt }) => {
                prop_assert!(!allowed, "{:?}", token);
                prop_assert_eq!(fault, AnswerFault::Malformed(["access_token", "refresh_token", "nonce"][place]));
                prop_assert_eq!(in_doubt.sent_at(), at(10));
            }
            Err(error) => prop_assert!(false, "{}", error),
        }
    }

    #[test]
    fn a_member_that_stands_there_twice_is_refused_wherever_it_stands(
        name in select(vec![
            "access_token",
            "token_type",
            "refresh_token",
            "expires_in",
            "scope",
            "error",
            "kept",
            "x",
            "",
        ]),
        escapes in any::<u64>(),
        places in [any::<Index>(), any::<Index>()],
        depth in 0usize..3,
        same in any::<bool>(),
    ) {
        // At the top, or in one of the objects that the dialect leads down into.
        let path = ["", "d.", "d.t."][depth];
        let scenario = Scenario::with(|provider| {
            let rename = &mut provider.dialect.response.rename;
            for standard in ["access_token", "token_type", "refresh_token", "expires_in", "scope"] {
                rename.rename(standard, format!("{path}{standard}"));
            }
            provider.dialect.response.error.code = format!("{path}error");
            provider.dialect.response.keep = vec![format!("{path}kept")];
        });
        let mut members =
            vec![r#""access_token":"A1""#.to_owned(), r#""token_type":"Bearer""#.to_owned(), r#""y":[1]"#.to_owned()];
        if !name.starts_with("access") && !name.starts_with("token") {
            members.insert(places[0].index(members.len() + 1), format!("{name:?}:null"));
        }
        let first = members.iter().find_map(|member| member.strip_prefix(&format!("{name:?}:"))).unwrap();
        let second = format!("{}:{}", escaped(name, escapes), if same { first } else { "\"other\"" });
        members.insert(places[1].index(members.len() + 1), second);
        let members = format!("{{{}}}", members.join(","));
        let body = ["", r#"{"d":"#, r#"{"d":{"t":"#][depth].to_owned() + &members + &"}".repeat(depth);
        let end = scenario.code_in_flight().1.finish(answer(200, &body));
        let repeated =
            matches!(&end, Err(FinishError::InDoubt { doubt: Doubt::Unreadable(AnswerFault::Repeated), .. }));
        prop_assert!(repeated, "{} {:?}", body, end);
    }

    #[test]
    fn an_error_together_with_a_token_is_always_a_contradiction(
        error in prop_oneof![
            "\\PC{0,9}".prop_map(Value::from),
            any_json().prop_filter("null says nothing", |json| !json.is_null())
        ],
        access in any::<bool>(),
        reversed in any::<bool>(),
        others in btree_map("x[a-z]?", any_json(), 0..3),
    ) {
        let token = if access { r#""access_token":"A1""# } else { r#""refresh_token":"R1""# };
        let mut members = vec![token.to_owned(), r#""token_type":"Bearer""#.to_owned(), format!(r#""error":{error}"#)];
        members.extend(others.iter().map(|(name, value)| format!("{name:?}:{value}")));
        if reversed {
            members.reverse();
        }
        let scenario = Scenario::new();
        let end = scenario.code_in_flight().1.finish(answer(200, &format!("{{{}}}", members.join(","))));
        // What was presented is spent, so nothing is handed back to be sent again.
        let contradicts =
            matches!(&end, Err(FinishError::InDoubt { doubt: Doubt::Unreadable(AnswerFault::Contradiction), .. }));
        prop_assert!(contradicts, "{:?}", end);
    }

    #[test]
    fn a_token_of_another_type_is_never_issued(
        kind in "[bB][eE][aA][rR][eE][rR]|[a-zA-Z]{0,8}|\\PC{0,4}| ?[Bb]earer ?",
    ) {
        let scenario = Scenario::new();
        let body = json!({ "access_token": "A1", "token_type": kind, "refresh_token": "R1" });
        let end = scenario.code_in_flight().1.finish(answer(200, &body.to_string()));
        // RFC 6749 section 7.1; section 5.1: the value is case insensitive.
        match end {
            Ok(_) => prop_assert!(kind.eq_ignore_ascii_case("bearer")),
            Err(FinishError::Untrusted { fault: AnswerFault::TokenType, remains }) => {
                prop_assert!(!kind.eq_ignore_ascii_case("bearer"));
                let login = scenario.login();
                prop_assert_eq!((remains.scope(), remains.client_id()), (login.intent().scope(), "app"));
            }
            Err(error) => prop_assert!(kind.is_empty(), "{}", error),
        }
    }
}
