//! What comes along with the tokens.

use oauth_proto::{AnyTokenSet, Extras, stored};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::{json::any_json, scenario::Scenario};

proptest! {
    #![proptest_config(crate::config())]

    #[test]
    fn kept_members_of_any_json_are_kept_as_they_are(value in any_json(), deep in any_json()) {
        let scenario = Scenario::with(|provider| {
            provider.dialect.response.keep = vec!["x".into(), "o.p".into()];
            provider.dialect.response.error.ok = None;
        });
        let body = json!({ "access_token": "A1", "token_type": "Bearer", "x": value, "o": { "p": deep, "q": deep } });
        let granted = scenario.granted(&body.to_string());
        let said = |value: &Value| match value {
            Value::Null => None,
            Value::String(text) => Some(text.clone()),
            other => Some(other.to_string()),
        };
        prop_assert_eq!(granted.extras().get("x").map(str::to_owned), said(&body["x"]));
        prop_assert_eq!(granted.extras().get("o.p").map(str::to_owned), said(&body["o"]["p"]));
        let all = |extras: &Extras| {
            extras.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect::<Vec<_>>()
        };
        let before = all(granted.extras());
        let row = stored::save(&granted.into_any_token_set());
        let back: AnyTokenSet = stored::load(row.as_bytes()).unwrap();
        prop_assert_eq!(all(back.extras()), before);
        prop_assert_eq!(stored::save(&back), row);
    }
}
