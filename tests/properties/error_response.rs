//! What errors say: a server's words are kept as they are, and shown so that they break and fill no log.

use std::{error::Error, fmt::Debug, time::Duration};

use oauth_proto::{
    AwaitingCode, Callback, CallbackError, ErrorCode, FinishError, Outcome, PresentError, Provider, Remedy, Response,
    Scope,
    error::{Mismatch, RequestFault},
    stored,
};
use proptest::{option, prelude::*, sample::select};
use serde_json::json;
use url::form_urlencoded::Serializer;

use crate::scenario::{STATE, Scenario, answer, at};

/// Words of any kind and length.
fn any_words() -> impl Strategy<Value = String> {
    prop_oneof![
        "\\PC{0,20}",
        ".{0,9}",
        any::<String>(),
        "[\\x00-\\x1f\\x7f\u{80}-\u{9f}\u{202a}-\u{202e}\u{2028}\u{feff}]{1,9}",
        ("\\PC|.", 0usize..3000).prop_map(|(char, times)| char.repeat(times)),
    ]
}

/// As long as a line of a log may be: two texts of 200 characters, each escaped as `\u{10ffff}` at most.
const LINE: usize = 2 * 200 * 10 + 400;

/// What an error and its sources say, which must break no line and fill none.
fn shown(error: &(dyn Error + 'static)) -> Vec<String> {
    let mut words = vec![error.to_string()];
    let mut next = error.source();
    while let Some(source) = next {
        words.push(source.to_string());
        next = source.source();
    }
    for line in &words {
        // Nor may one turn around what stands behind it, or end the line where a reader knows Unicode.
        let harms = |char: char| char.is_control() || matches!(char, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        assert!(!line.contains(harms), "{line:?}");
        assert!(line.len() <= LINE, "{} bytes: {line}", line.len());
        assert!(!line.is_empty());
    }
    words
}

/// The same, of an error that must not quote `value`.
fn shown_without(value: &str, error: &(dyn Error + 'static)) {
    shown(error);
    let all = format!("{error} {error:?}");
    assert!(!all.contains(&value[..12]), "{all}");
}

/// The remedy of a callback's error follows from what is left of the login.
fn check_callback<W: Debug + 'static>(error: CallbackError<W>) {
    shown(&error);
    let remedy = error.remedy();
    match &error {
        CallbackError::NotOurs { .. } => assert_eq!(remedy, Remedy::Ignore),
        CallbackError::WrongClient { .. } => assert_eq!(remedy, Remedy::Fix),
        CallbackError::Refused { response, .. } => assert_eq!(remedy, response.remedy()),
        CallbackError::TooLate { .. } | CallbackError::Unusable { .. } => assert_eq!(remedy, Remedy::LogIn),
    }
    let alive = matches!(remedy, Remedy::Ignore) || matches!(error, CallbackError::WrongClient { .. });
    assert_eq!(error.into_awaiting().is_some(), alive);
}

proptest! {
    #![proptest_config(crate::config())]

    #[test]
    fn the_words_of_a_refusing_server_are_kept_and_shown_without_harm(
        status in select(vec![200u16, 400, 401, 429, 500, 503]),
        code in any_words(),
        words in any_words(),
        uri in any_words(),
    ) {
        let body = json!({ "error": code, "error_description": words, "error_uri": uri }).to_string();
        let error = Scenario::new().code_in_flight().1.finish(answer(status, &body)).unwrap_err();
        shown(&error);
        let response = match &error {
            FinishError::Refused { response, .. } | FinishError::Dead { response, .. } => response,
            FinishError::InDoubt { doubt: oauth_proto::error::Doubt::ServerFailed(response), .. } => response,
            error => panic!("{error:?}"),
        };
        prop_assert_eq!((response.description.as_deref(), response.uri.as_deref()), (Some(&*words), Some(&*uri)));
        // RFC 6749 section A.7: a code is `1*NQSCHAR`.
        let is_code = !code.is_empty() && code.chars().all(|char| matches!(char, ' ' | '!' | '#'..='[' | ']'..='~'));
        prop_assert_eq!(response.code.as_str(), if is_code { &*code } else { "" });
        prop_assert_eq!(response.code == ErrorCode::Unstated, !is_code);
        prop_assert_eq!(response.status, Some(status));
    }

    #[test]
    fn the_words_of_a_callback_are_kept_and_shown_without_harm(
        code in any_words(),
        words in option::of(any_words()),
        state in option::of(prop_oneof![Just(STATE.to_owned()), any_words()]),
    ) {
        let scenario = Scenario::new();
        let mut query = Serializer::new(String::new());
        query.append_pair("error", &code);
        query.extend_pairs(words.iter().map(|words| ("error_description", words)));
        query.extend_pairs(state.iter().map(|state| ("state", state)));
        let query = query.finish();
        let error = scenario.awaiting_code().receive(&scenario.client, Callback::query(&query), at(1)).unwrap_err();
        let ours = state.as_deref() == Some(STATE) && !code.is_empty();
        match &error {
            CallbackError::Refused { response, .. } => {
                prop_assert!(ours);
                prop_assert_eq!(
                    (response.code.as_str(), &response.description.as_deref()),
                    (&*code, &words.as_deref())
                );
            }
            // What nobody has proved is shown as a claim.
            CallbackError::NotOurs { claimed, .. } => {
                prop_assert!(!ours);
                prop_assert_eq!(claimed.is_some(), !code.is_empty());
            }
            error => prop_assert!(false, "{}", error),
        }
        check_callback(error);
        let error =
            scenario.awaiting_token().receive(&scenario.client, Callback::fragment(&query), at(700)).unwrap_err();
        check_callback(error);
    }

    #[test]
    fn a_wait_is_what_the_server_asks_for_and_never_longer_than_an_hour(
        field in "[0-9]{0,30}|\\PC{0,10}|[ \t]?[0-9]{1,4} ?",
    ) {
        let response = Response::new(429, [("Retry-After", field.as_str())], "");
        let error = Scenario::new().code_in_flight().1.finish(response.into()).unwrap_err();
        let Remedy::Retry { after } = error.remedy() else { panic!() };
        let text = field.trim();
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let expected = digits.then(|| Duration::from_secs(text.parse::<u64>().unwrap_or(u64::MAX).min(3600)));
        prop_assert_eq!(after, expected);
    }

    #[test]
    fn a_refusal_says_retry_log_in_or_fix_by_its_code_its_status_and_its_wait(
        code in select(vec![
            "invalid_request",
            "invalid_client",
            "unauthorized_client",
            "unsupported_grant_type",
            "unsupported_response_type",
            "invalid_scope",
            "access_denied",
            "temporarily_unavailable",
            "slow_down",
            "",
        ]),
        status in select(vec![400u16, 401, 403, 429]),
        wait in option::of(0u64..5000),
    ) {
        let fields = [("Content-Type".to_owned(), "application/json".to_owned())];
        let wait_field = wait.map(|wait| ("Retry-After".to_owned(), wait.to_string()));
        let response =
            Response::new(status, fields.into_iter().chain(wait_field), json!({ "error": code }).to_string());
        let error = Scenario::new().refresh_in_flight().1.finish(response.into()).unwrap_err();
        let after = wait.map(|wait| Duration::from_secs(wait.min(3600)));
        let expected = match code {
            _ if after.is_some() || status == 429 || code == "temporarily_unavailable" => Remedy::Retry { after },
            "access_denied" => Remedy::LogIn,
            _ => Remedy::Fix,
        };
        prop_assert_eq!(error.remedy(), expected);
        let FinishError::Refused { response, .. } = error else { panic!("{error:?}") };
        prop_assert_eq!(response.code.as_str(), code);
    }

    #[test]
    fn a_transport_s_reason_is_the_source_of_the_error_and_not_in_its_words(why in "[A-Z]{12}", sent in any::<bool>()) {
        let outcome = if sent { Outcome::lost(why.clone()) } else { Outcome::not_sent(why.clone()) };
        let error = Scenario::new().refresh_in_flight().1.finish(outcome).unwrap_err();
        let words = shown(&error);
        prop_assert_eq!(words.len(), 2);
        prop_assert!(!words[0].contains(&why) && words[1] == why, "{:?}", words);
    }

    #[test]
    fn an_error_about_data_names_its_field_and_quotes_no_value(
        name in any_words(),
        value in "[A-Z]{12}\\PC{0,3}[\\x00-\\x1f]?",
    ) {
        let mut file =
            json!({ "name": "example", "token_endpoint": value, "authorization_endpoint": "https://id.example/a" });
        let error = Provider::from_json(&file.to_string()).unwrap_err();
        prop_assert_eq!(error.field(), "token_endpoint");
        shown_without(&value, &error);
        // A name from a file may be anything; it is shown, and harms no log.
        file[&name] = value.clone().into();
        file["token_endpoint"] = "https://id.example/t".into();
        if let Err(error) = Provider::from_json(&file.to_string()) {
            shown_without(&value, &error);
        }
        for error in [
            Scope::new([format!("{value}\n")]).map(drop).unwrap_err(),
            oauth_proto::RedirectUri::new(format!("{value} ")).map(drop).unwrap_err(),
            oauth_proto::CodeVerifier::new(&value).map(drop).unwrap_err(),
            oauth_proto::Registration::new(format!("{value}\u{7f}")).map(drop).unwrap_err(),
        ] {
            shown_without(&value, &error);
        }
    }

    #[test]
    fn an_error_about_a_row_quotes_no_value_and_harms_no_log(
        name in any_words(),
        value in "[A-Z]{12}\\PC{0,3}[\\x00-\\x1f]?",
        place in select(vec!["", "/login", "/login/intent", "/kind"]),
    ) {
        let mut row: serde_json::Value = serde_json::from_str(&stored::save(&Scenario::new().awaiting_code())).unwrap();
        match row.pointer_mut(place).unwrap() {
            serde_json::Value::Object(members) => drop(members.insert(name, value.clone().into())),
            other => *other = value.clone().into(),
        }
        if let Err(error) = stored::load::<AwaitingCode>(row.to_string().as_bytes()) {
            shown_without(&value, &error);
        }
    }

    #[test]
    fn a_step_that_is_refused_says_what_to_do(now in any::<u32>(), wait in any::<u32>(), which in 0usize..6) {
        use RequestFault::{DeadlinePassed, NoEndpoint, NotBound, SecretRequired, TooEarly, WrongClient};
        let wait = Duration::from_secs(wait.into());
        let opens = at(now.into()).plus(wait);
        let (fault, remedy) = [
            (WrongClient(Mismatch::Server), Remedy::Fix),
            (NoEndpoint("token_endpoint"), Remedy::Fix),
            (SecretRequired, Remedy::Fix),
            (DeadlinePassed(at(now.into())), Remedy::LogIn),
            (NotBound, Remedy::LogIn),
            (TooEarly { opens, wait }, Remedy::Retry { after: Some(wait) }),
        ][which];
        prop_assert_eq!(fault.remedy(), remedy);
        shown(&fault);
        for error in
            [PresentError::NotAUrl, PresentError::ForeignOrigin, PresentError::Expired, PresentError::WrongClient(Mismatch::Server)]
        {
            shown(&error);
            prop_assert_eq!(error.remedy() == Remedy::Retry { after: None }, error == PresentError::Expired);
        }
    }
}
