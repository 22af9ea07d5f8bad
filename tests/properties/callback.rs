//! The browser's way back: forged, damaged, late, and read by another reader too.

use std::collections::BTreeMap;

use oauth_proto::Callback;
use proptest::{collection::vec, prelude::*};

use crate::{
    VSCHARS,
    scenario::{STATE, Scenario, at},
};

proptest! {
    #![proptest_config(crate::config())]

    #[test]
    fn a_callback_without_the_state_never_ends_a_login(
        text in "\\PC{0,60}|([?&#;=]|code|state|error|iss|%[0-9a-f]{2}|%z|\\+){0,20}|.{0,30}",
    ) {
        prop_assume!(!text.contains(STATE));
        let scenario = Scenario::new();
        for callback in [Callback::url(&text), Callback::query(&text), Callback::fragment(&text)] {
            drop((scenario.client.login_key(callback), format!("{callback:?}")));
            prop_assert!(!scenario.awaiting_code().matches(&scenario.client, callback));
            let error = scenario.awaiting_code().receive(&scenario.client, callback, at(1)).unwrap_err();
            prop_assert!(error.into_awaiting().is_some());
            let error = scenario.awaiting_token().receive(&scenario.client, callback, at(1)).unwrap_err();
            prop_assert!(error.into_awaiting().is_some());
        }
    }

    #[test]
    fn a_callback_with_the_state_hands_on_exactly_its_code(
        code in VSCHARS, noise in vec(("z[a-z]{0,5}", "\\PC{0,9}"), 0..4),
    ) {
        let scenario = Scenario::new();
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(&noise).append_pair("code", &code).append_pair("state", STATE);
        let query = query.finish();
        let (request, _) = scenario.awaiting_code().receive(&scenario.client, Callback::query(&query), at(1)).unwrap();
        let sent: BTreeMap<_, _> = url::form_urlencoded::parse(request.expose_body()).into_owned().collect();
        prop_assert_eq!(&sent["code"], &code);
    }
}
