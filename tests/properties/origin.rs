//! Where a request or a token goes.

use proptest::prelude::*;

use crate::scenario::Scenario;

proptest! {
    #![proptest_config(crate::config())]

    #[test]
    fn a_token_is_never_shown_to_another_origin(
        url in "(https?:|HTTPS:|)(//|/|\\\\\\\\|)(user@|@|)(api.example|API.example|evil.example|api.example.evil)\
                (:443|:80|\\.)?(/|\\?|#|@|\\\\)?[ -~]{0,12}",
    ) {
        let scenario = Scenario::new();
        if scenario.access_only().header_for(&scenario.client, &url).is_ok() {
            let parsed = url::Url::parse(&url).unwrap();
            prop_assert_eq!(parsed.origin().ascii_serialization(), "https://api.example");
            prop_assert!(url.get(..8).unwrap().eq_ignore_ascii_case("https://"));
        }
    }
}
