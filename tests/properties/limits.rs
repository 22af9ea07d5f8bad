//! Limits are exact: what is at one is taken, what is one beyond is refused as a whole, and nothing is lost by it.

use std::time::Duration;

use oauth_proto::{
    Callback, CallbackError, Confidential, FinishError, Outcome, Remedy, Response,
    dialect::ResponseFormat,
    error::{AnswerFault, Doubt},
    stored,
};
use proptest::{prelude::*, sample::select};

use crate::scenario::{STATE, Scenario, answer, at};

const TOKENS: &str = r#""access_token":"A1","token_type":"Bearer""#;

/// Whether the tokens of an answer are taken; where they are not, what was presented is in doubt, as before.
#[track_caller]
fn is_taken(scenario: &Scenario<Confidential>, outcome: Outcome) -> bool {
    let (_, flight) = scenario.code_in_flight();
    let journal = stored::save(&flight);
    match flight.finish(outcome) {
        Ok(granted) => granted.access_token().matches("A1"),
        Err(FinishError::InDoubt { doubt: Doubt::Unreadable(_), in_doubt }) => {
            assert_eq!(stored::save(&*in_doubt), journal);
            false
        }
        Err(error) => panic!("{error}"),
    }
}

/// Whether a callback is taken; where it is not, the login is alive, and takes a right one.
#[track_caller]
fn is_received(scenario: &Scenario<Confidential>, callback: Callback<'_>) -> bool {
    let awaiting = scenario.awaiting_code();
    let matches = awaiting.matches(&scenario.client, callback);
    let received = awaiting.receive(&scenario.client, callback, at(1));
    assert_eq!(matches, received.is_ok(), "what cannot be read matches nothing");
    assert_eq!(scenario.client.login_key(callback).is_some(), received.is_ok());
    let error = match received {
        Ok(_) => return true,
        Err(error) => error,
    };
    assert_eq!(error.remedy(), Remedy::Ignore);
    let CallbackError::NotOurs { awaiting, .. } = error else { panic!("the login is over: {error:?}") };
    let right = format!("code=C1&state={STATE}");
    assert!(awaiting.receive(&scenario.client, Callback::query(&right), at(2)).is_ok());
    false
}

/// Lists and objects in each other, `depth` of them.
fn nested(depth: usize, objects: u64) -> String {
    let is_object = |level: usize| objects >> (level % 64) & 1 == 1;
    let opens = (0..depth).map(|level| if is_object(level) { "{\"a\":" } else { "[" });
    let closes = (0..depth).rev().map(|level| if is_object(level) { "}" } else { "]" });
    opens.chain(["1"]).chain(closes).collect()
}

proptest! {
    #![proptest_config(crate::config())]

    #[test]
    fn an_answer_is_read_up_to_its_limit_of_bytes_and_not_beyond(
        limit in 60u32..3000,
        beyond in 1usize..4,
        inside in any::<bool>(),
    ) {
        let scenario = Scenario::with(|provider| provider.limits.response_bytes = limit);
        let limit = limit as usize;
        let (request, _) = scenario.code_in_flight();
        prop_assert_eq!(request.contract().max_response_bytes(), limit);
        let of_length = |length: usize| {
            let space = " ".repeat(length - TOKENS.len() - 2);
            if inside { format!("{{{TOKENS}{space}}}") } else { format!("{{{TOKENS}}}{space}") }
        };
        prop_assert!(is_taken(&scenario, answer(200, &of_length(limit))));
        prop_assert!(!is_taken(&scenario, answer(200, &of_length(limit + beyond))));
        let end = scenario.code_in_flight().1.finish(answer(200, &of_length(limit + beyond)));
        let too_large =
            matches!(&end, Err(FinishError::InDoubt { doubt: Doubt::Unreadable(AnswerFault::TooLarge), .. }));
        prop_assert!(too_large, "{:?}", end);
    }

    #[test]
    fn an_answer_is_read_down_to_its_limit_of_depth_and_not_below(
        limit in 1u32..=127,
        beyond in 1usize..300,
        objects in any::<u64>(),
        kept in any::<bool>(),
        last in any::<bool>(),
    ) {
        let scenario = Scenario::with(|provider| {
            provider.limits.json_depth = limit;
            if kept {
                provider.dialect.response.keep = vec!["x".into()];
            }
        });
        // The object of the answer is the first level.
        let of_depth = |depth: usize| {
            let member = format!(r#""x":{}"#, nested(depth - 1, objects));
            answer(200, &if last { format!("{{{TOKENS},{member}}}") } else { format!("{{{member},{TOKENS}}}") })
        };
        prop_assert!(is_taken(&scenario, of_depth(limit as usize)));
        prop_assert!(!is_taken(&scenario, of_depth(limit as usize + beyond)));
    }

    #[test]
    fn an_answer_is_read_up_to_its_limit_of_members_wherever_they_stand_and_not_beyond(
        limit in 3u32..300,
        beyond in 1usize..4,
        inner in 0usize..300,
        list in any::<bool>(),
        last in any::<bool>(),
    ) {
        let scenario = Scenario::with(|provider| provider.limits.members = limit);
        // Those of all objects together: some at the top, some in another object, perhaps in a list.
        let of_members = |count: usize| {
            let others = count - 3;
            let inner = inner.min(others);
            let members =
                |name: &str, count: usize| (0..count).map(|n| format!(r#""{name}{n}":1"#)).collect::<Vec<_>>();
            let inside = format!("{{{}}}", members("i", inner).join(","));
            let inside = if list { format!("[{inside}]") } else { inside };
            let mut all = members("o", others - inner);
            all.push(format!(r#""x":{inside}"#));
            all.insert(if last { all.len() } else { 0 }, TOKENS.to_owned());
            answer(200, &format!("{{{}}}", all.join(",")))
        };
        prop_assert!(is_taken(&scenario, of_members(limit as usize)));
        prop_assert!(!is_taken(&scenario, of_members(limit as usize + beyond)));
    }

    #[test]
    fn a_form_answer_is_read_up_to_its_limit_of_parameters_and_not_beyond(limit in 2u32..300, beyond in 1usize..4) {
        let scenario = Scenario::with(|provider| {
            provider.limits.members = limit;
            provider.dialect.response.format = ResponseFormat::Form;
        });
        let of_members = |count: usize| {
            let others: String = (2..count).map(|n| format!("&o{n}=1")).collect();
            let body = format!("access_token=A1&token_type=Bearer{others}");
            Response::new(200, [("Content-Type", "application/x-www-form-urlencoded")], body).into()
        };
        prop_assert!(is_taken(&scenario, of_members(limit as usize)));
        prop_assert!(!is_taken(&scenario, of_members(limit as usize + beyond)));
    }

    #[test]
    fn a_callback_is_read_up_to_its_limit_of_bytes_and_a_longer_one_leaves_the_login_alive(
        limit in 70u32..2000,
        beyond in 1usize..4,
        fragment in 0usize..10,
        name in select(vec!["x", "code"]),
    ) {
        let scenario = Scenario::with(|provider| provider.limits.callback_bytes = limit);
        // Those of the query and of the fragment together; the way to them does not count.
        let of_length = |length: usize| {
            let start =
                if name == "code" { format!("state={STATE}&code=") } else { format!("code=C1&state={STATE}&x=") };
            let query = format!("{start}{}", "a".repeat(length - start.len() - fragment));
            format!("https://app.example/cb?{query}#{}", "f".repeat(fragment))
        };
        prop_assert!(is_received(&scenario, Callback::url(&of_length(limit as usize))));
        prop_assert!(!is_received(&scenario, Callback::url(&of_length(limit as usize + beyond))));
    }

    #[test]
    fn a_callback_is_read_up_to_its_limit_of_parameters_and_one_with_more_leaves_the_login_alive(
        limit in 2u32..200,
        beyond in 1usize..4,
        last in any::<bool>(),
        repeated in any::<bool>(),
    ) {
        let scenario = Scenario::with(|provider| provider.limits.parameters = limit);
        let of_parameters = |count: usize| {
            let ours = [format!("code=C1&state={STATE}")];
            let others: Vec<_> =
                (2..count).map(|n| if repeated { "x=1".to_owned() } else { format!("x{n}=1") }).collect();
            if last { [&others[..], &ours].concat().join("&") } else { [&ours, &others[..]].concat().join("&") }
        };
        prop_assert!(is_received(&scenario, Callback::query(&of_parameters(limit as usize))));
        prop_assert!(!is_received(&scenario, Callback::query(&of_parameters(limit as usize + beyond))));
    }

    #[test]
    fn a_header_field_is_read_up_to_its_limit_and_a_longer_one_is_taken_to_be_absent(
        limit in 30u32..9000,
        beyond in 1usize..4,
    ) {
        let scenario = Scenario::with(|provider| provider.limits.header_bytes = limit);
        let limit = limit as usize;
        let wait = |length: usize| {
            let field = format!("{}30", "0".repeat(length - 2));
            let response = Response::new(429, [("Retry-After", field)], "");
            scenario.code_in_flight().1.finish(response.into()).unwrap_err().remedy()
        };
        prop_assert_eq!(wait(limit), Remedy::Retry { after: Some(Duration::from_secs(30)) });
        prop_assert_eq!(wait(limit + beyond), Remedy::Retry { after: None });
        let typed = |length: usize| {
            let field = format!("application/json; x={}", "a".repeat(length - "application/json; x=".len()));
            Response::new(200, [("Content-Type", field)], format!("{{{TOKENS}}}")).into()
        };
        prop_assert!(is_taken(&scenario, typed(limit)));
        prop_assert!(!is_taken(&scenario, typed(limit + beyond)));
    }
}
