//! Token responses of any bytes and of any JSON.

use std::collections::BTreeMap;

use oauth_proto::{AnyTokenSet, FinishError, Response, dialect::Nonce, stored};
use proptest::{
    collection::{btree_map, vec},
    option,
    prelude::*,
};
use serde_json::{Value, json};

use crate::{
    json::{any_json, pointers},
    scenario::{Scenario, answer},
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

proptest! {
    #![proptest_config(crate::config())]

    #[test]
    fn a_token_response_of_any_bytes_ends_in_a_token_or_an_error(
        status in 0u16..700, body in vec(any::<u8>(), 0..200),
    ) {
        let response = Response::new(status, [("Content-Type", "application/json")], body);
        let end = Scenario::new().code_in_flight().1.finish(response.into());
        prop_assert!(end.is_err(), "random bytes are no JSON object with two members");
        let refused = matches!(end, Err(FinishError::Refused { .. } | FinishError::Dead { .. }));
        prop_assert_eq!(refused, (400..500).contains(&status) && status != 408);
    }

    #[test]
    fn a_token_response_of_any_json_issues_what_it_says_or_nothing(
        usual in any::<bool>(), mut members in vec((member_name(), member_value()), 0..4),
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
        usual in any::<bool>(), mut members in btree_map(member_name(), member_value(), 0..5),
        status in prop::sample::select(vec![200u16, 400]), nonce in any::<bool>(),
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
        changes in vec((any::<prop::sample::Index>(), any_json()), 0..4), whole in option::weighted(0.2, any_json()),
        expiry in prop::sample::select(vec![json!("date"), json!("seconds_from_now"), json!("milliseconds_since_epoch")]),
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
}
