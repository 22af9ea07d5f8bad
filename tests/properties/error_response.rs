//! What a server says when it refuses.

use std::time::Duration;

use oauth_proto::{Remedy, Response};
use proptest::prelude::*;

use crate::scenario::{Scenario, answer};

proptest! {
    #![proptest_config(crate::config())]

    #[test]
    fn words_of_a_server_are_shown_without_control_characters(code in any::<String>(), words in any::<String>()) {
        let body = serde_json::json!({ "error": code, "error_description": words }).to_string();
        let error = Scenario::new().code_in_flight().1.finish(answer(400, &body)).unwrap_err();
        prop_assert!(!error.to_string().contains(|c: char| c.is_control()));
    }

    #[test]
    fn a_wait_is_never_longer_than_an_hour(field in "[0-9]{0,30}|\\PC{0,10}") {
        let response = Response::new(429, [("Retry-After", field.as_str())], "");
        let error = Scenario::new().code_in_flight().1.finish(response.into()).unwrap_err();
        let Remedy::Retry { after } = error.remedy() else { panic!() };
        let digits = !field.trim().is_empty() && field.trim().bytes().all(|byte| byte.is_ascii_digit());
        prop_assert_eq!(after.is_some(), digits);
        prop_assert!(after.is_none_or(|after| after <= Duration::from_secs(3600)));
    }
}
