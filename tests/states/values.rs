//! Values that stand in configurations and messages: how serde writes them, and what it refuses to read.

use std::{collections::HashMap, fmt::Debug, time::Duration};

use oauth_proto::{
    Decision, ErrorCode, ErrorResponse, FinishError, LoginKey, Remedy, Response,
    fleet::{Policy, ReuseClass},
    providers::{self, FifthUrls},
    registration::AuthMethod,
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::json;

use crate::scenario::{Scenario, at, entropy};

/// Writes it as this, and reads it back.
fn is_written<T: Serialize + DeserializeOwned + PartialEq + Debug>(value: T, written: serde_json::Value) {
    assert_eq!(serde_json::to_value(&value).unwrap(), written);
    assert_eq!(serde_json::from_value::<T>(written).unwrap(), value);
}

#[test]
fn a_remedy_is_a_flat_object() {
    is_written(Remedy::Ignore, json!({"remedy": "ignore"}));
    is_written(Remedy::LogIn, json!({"remedy": "log_in"}));
    is_written(Remedy::Decide, json!({"remedy": "decide"}));
    is_written(Remedy::Fix, json!({"remedy": "fix"}));
    is_written(Remedy::Retry { after: None }, json!({"remedy": "retry"}));
    let after = Some(Duration::from_millis(1500));
    is_written(Remedy::Retry { after }, json!({"remedy": "retry", "after_ms": 1500}));
    for stranger in [json!({"remedy": "again"}), json!("fix"), json!({}), json!({"remedy": "retry", "after_ms": -1})] {
        assert!(serde_json::from_value::<Remedy>(stranger.clone()).is_err(), "{stranger}");
    }
}

#[test]
fn an_error_code_is_the_text_on_the_wire() {
    is_written(ErrorCode::InvalidGrant, json!("invalid_grant"));
    is_written(ErrorCode::TemporarilyUnavailable, json!("temporarily_unavailable"));
    is_written(ErrorCode::Other("slow_down".into()), json!("slow_down"));
    is_written(ErrorCode::Unstated, json!(""));
}

#[test]
fn a_servers_refusal_can_be_sent_on() {
    let scenario = Scenario::<oauth_proto::Confidential>::new();
    let refusal = |headers: &[(&str, &str)], body: &str| -> ErrorResponse {
        let (_, flight) = scenario.client.client_credentials().unwrap().request(at(0)).unwrap();
        let response = Response::new(429, headers.iter().copied(), body);
        let FinishError::Refused { response, .. } = flight.finish(response.into()).unwrap_err() else { panic!() };
        *response
    };
    let fields = [("Content-Type", "application/json"), ("Retry-After", "30")];
    let body = r#"{"error":"slow","error_description":"later","error_uri":"https://id.example/slow"}"#;
    is_written(
        refusal(&fields, body),
        json!({
            "code": "slow", "description": "later", "uri": "https://id.example/slow", "status": 429,
            "retry_after_ms": 30000,
        }),
    );
    is_written(refusal(&[], ""), json!({"code": "", "status": 429}));
    assert!(serde_json::from_str::<ErrorResponse>(r#"{"code":"slow","stranger":1}"#).is_err());
}

#[test]
fn a_session_keeps_its_logins_by_their_keys() {
    let scenario = Scenario::<oauth_proto::Confidential>::new();
    let (_, awaiting) = scenario.client.authorization_code().unwrap().authorize(entropy(), at(0));
    let session = HashMap::from([(awaiting.key(), 7)]);
    let text = serde_json::to_string(&session).unwrap();
    assert_eq!(text, format!("{{\"{}\":7}}", awaiting.key().as_str()));
    assert_eq!(serde_json::from_str::<HashMap<LoginKey, u8>>(&text).unwrap(), session);
    let whole = awaiting.key().as_str().to_owned();
    for stranger in ["", &whole[1..], &(whole.clone() + "A"), &whole.replace(&whole[3..4], "!")] {
        assert!(serde_json::from_value::<LoginKey>(json!(stranger)).is_err(), "{stranger}");
    }
}

#[test]
fn decisions_and_methods_are_words() {
    is_written(Decision::AssumeSpent, json!("assume_spent"));
    is_written(Decision::AssumeUnspent, json!("assume_unspent"));
    is_written(AuthMethod::ClientSecretBasic, json!("client_secret_basic"));
    is_written(AuthMethod::None, json!("none"));
    is_written(AuthMethod::Other("private_key_jwt".into()), json!("private_key_jwt"));
}

#[test]
fn the_urls_of_the_fifth_stand_in_a_file() {
    let file = r#"{"code_login":"https://a.example/c","implicit_login":"https://a.example/i",
        "token_endpoint":"https://a.example/token","api_origin":"https://api.example"}"#;
    let urls: FifthUrls = serde_json::from_str(file).unwrap();
    providers::fifth(urls.clone()).check().unwrap();
    assert_eq!(serde_json::to_value(&urls).unwrap(), serde_json::from_str::<serde_json::Value>(file).unwrap());
    let stranger = file.replacen("api_origin", "api", 1);
    assert!(serde_json::from_str::<FifthUrls>(&stranger).is_err());
}

#[test]
fn a_fleet_reads_its_policy() {
    is_written(ReuseClass::Strict, json!("strict"));
    is_written(ReuseClass::NonRotating, json!("non_rotating"));
    is_written(ReuseClass::UntilNewUsed, json!("until_new_used"));
    is_written(ReuseClass::Leeway(Duration::from_secs(60)), json!({"leeway_ms": 60000}));

    let written = |policy: &Policy| serde_json::to_value(policy).unwrap();
    let read = |file: serde_json::Value| serde_json::from_value::<Policy>(file);
    for reuse in [ReuseClass::Strict, ReuseClass::NonRotating, ReuseClass::Leeway(Duration::from_secs(9))] {
        let least = read(json!({ "reuse": reuse })).unwrap();
        assert_eq!(written(&least), written(&Policy::new(reuse)), "what is not said");
        let second = Duration::from_secs(1);
        let other = Policy::new(reuse).probe().access_token_dies_at_refresh().ahead(second * 2).spread(second * 3);
        let other = other.skew(second * 4).permit(second * 5).settle(second * 6);
        let file = written(&other);
        assert_eq!(written(&read(file.clone()).unwrap()), file);
        for (name, millis) in [("ahead", 2000), ("spread", 3000), ("skew", 4000), ("permit", 5000), ("settle", 6000)] {
            assert_eq!(file[format!("{name}_ms")], millis);
        }
        assert_eq!(file["access_token_survives"], false);
    }
    assert_eq!(written(&read(json!({"reuse": "strict", "presentations": 2})).unwrap())["presentations"], 2, "a probe");
    for wrong in [
        json!({"reuse": "strict", "presentations": 3}),
        json!({"reuse": "non_rotating", "presentations": 0}),
        json!({"reuse": "strict", "ahead": 60}),
        json!({"reuse": "unknown"}),
        json!({}),
    ] {
        assert!(read(wrong.clone()).is_err(), "{wrong}");
    }
}
