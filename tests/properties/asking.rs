//! What is asked for beyond a scope, and what an API's refusal means.

use oauth_proto::{
    AuthorizationDetails, AwaitingCode, Callback, Response, Standing,
    challenge::{Challenged, ResourceErrorCode},
    stored,
};
use proptest::{collection::vec, prelude::*};
use serde_json::Value;
use url::{Url, form_urlencoded};

use crate::scenario::{Scenario, at, entropy};

fn resource() -> impl Strategy<Value = String> {
    prop_oneof![
        "https://[a-z]{1,8}\\.example(/[a-zA-Z0-9._~-]{0,8}){0,3}(\\?[a-z]{0,6})?",
        "urn:[a-z]{2,8}:[a-zA-Z0-9._-]{1,12}",
        "[a-z]{2,8}://[a-z]{1,8}/[a-z]{0,4}",
    ]
}

/// Values of the parameter `resource`, in their order.
fn resources(form: &[u8]) -> Vec<String> {
    form_urlencoded::parse(form).filter(|(name, _)| name == "resource").map(|(_, value)| value.into_owned()).collect()
}

fn without_repeats(list: &[String]) -> Vec<String> {
    let mut once: Vec<String> = Vec::new();
    for each in list {
        if !once.contains(each) {
            once.push(each.clone());
        }
    }
    once
}

proptest! {
    #![proptest_config(crate::config())]

    #[test]
    fn each_request_of_a_login_names_the_resources_once_and_in_their_order(asked in vec(resource(), 0..6)) {
        let scenario = Scenario::new();
        let login = asked.iter().try_fold(scenario.login(), |login, resource| login.resource(resource)).unwrap();
        let (url, awaiting) = login.authorize(entropy(), at(0));
        let expected = without_repeats(&asked);
        let query = Url::parse(url.as_str()).unwrap().query().unwrap_or_default().to_owned();
        prop_assert_eq!(&resources(query.as_bytes()), &expected);
        let awaiting: AwaitingCode = stored::load(stored::save(&awaiting).as_bytes()).unwrap();
        prop_assert!(awaiting.intent().resources().eq(expected.iter().map(String::as_str)));
        let callback = format!("/cb?code=C1&state={}", awaiting.state().expose());
        let (request, in_flight) = awaiting.receive(&scenario.client, Callback::url(&callback), at(5)).unwrap();
        prop_assert_eq!(&resources(request.expose_body()), &expected);
        drop(in_flight);
    }

    #[test]
    fn details_are_taken_where_another_reader_sees_objects_with_types(
        json in prop_oneof![
            "\\PC{0,40}",
            "\\[(\\{\"type\":\"[a-z]{0,3}\"(,\"[a-z]{1,2}\":(1|null|\\[\\]|\"x\")){0,3}\\},?){0,3}\\]",
            "\\[(\\{\"(type|typ)\":(\"a\"|7|null)\\}|7|\\[\\]|null)(,\\{\"type\":\"b\"\\}){0,2}\\]",
        ],
    ) {
        let typed = |item: &Value| item.get("type").and_then(Value::as_str).is_some_and(|of| !of.is_empty());
        let list = serde_json::from_str::<Value>(&json).ok().and_then(|value| value.as_array().cloned());
        let is_list = list.is_some_and(|list| !list.is_empty() && list.iter().all(typed));
        match AuthorizationDetails::from_json(&json) {
            Ok(details) => {
                prop_assert!(is_list, "{}", json);
                prop_assert_eq!(details.as_json(), json);
            }
            // It may say something twice, which the other reader does not mind.
            Err(error) => prop_assert!(!is_list || error.to_string().contains("twice"), "{}: {}", json, error),
        }
    }

    #[test]
    fn a_token_is_handed_back_and_is_over_after_a_refusal_alone(
        status in prop_oneof![Just(401u16), Just(403), 100u16..600],
        field in prop_oneof![
            "\\PC{0,40}",
            "(Bearer|bearer|DPoP|Basic) (error=\"?(invalid_token|insufficient_scope|invalid_request|[a-z_]{1,9})\"?)?(, scope=\"[a-z ]{0,6}\")?",
            "Bearer error=\"insufficient_user_authentication\", acr_values=\"[a-z ]{0,5}\", max_age=\"?[0-9-]{0,22}\"?",
        ],
    ) {
        let scenario = Scenario::new();
        let response = Response::new(status, [("WWW-Authenticate", field.as_str())], "");
        let says_invalid = response.challenges(&oauth_proto::Limits::default()).is_ok_and(|challenges| {
            challenges.of_scheme("Bearer").next().and_then(|each| each.error()) == Some(ResourceErrorCode::InvalidToken)
        });
        let good = |tokens: oauth_proto::TokenSet<_>| matches!(tokens.at(at(20)), Standing::Authorized(_));
        match scenario.refreshable().challenged(&scenario.client, &response) {
            Challenged::Rejected(expired) => {
                prop_assert!(!good(expired.into_token_set()));
                prop_assert!(status == 401 || (status == 403 && says_invalid), "{} {}", status, field);
            }
            Challenged::InsufficientScope { authorized, .. } | Challenged::StepUp { authorized, .. } => {
                prop_assert!(good(authorized.into_token_set()));
                prop_assert!(matches!(status, 401 | 403));
            }
            Challenged::NotAboutTheToken(authorized) => {
                prop_assert!(good(authorized.into_token_set()));
                prop_assert!(!(status == 401 && says_invalid), "{}", field);
            }
        }
    }
}
