//! Redirect URIs.

use oauth_proto::{AwaitingCode, RedirectUri, stored};
use proptest::prelude::*;

use crate::scenario::{self, Scenario, at};

proptest! {
    #![proptest_config(crate::config())]

    #[test]
    fn a_redirect_uri_is_kept_byte_for_byte_or_refused(
        uri in "(https|HTTP|http|com\\.app|)(://|:)(App.EXAMPLE|localhost|\\[::1\\]|@|)(:443|:99)?[!-~]{0,12}",
    ) {
        if let Ok(kept) = RedirectUri::new(uri.as_str()) {
            prop_assert_eq!(kept.as_str(), &uri);
            let (url, awaiting) = Scenario::new().login().redirect_uri(kept).authorize(scenario::entropy(), at(0));
            let url = url::Url::parse(url.as_str()).unwrap();
            prop_assert!(url.query_pairs().any(|(name, value)| name == "redirect_uri" && value == uri.as_str()));
            let back: AwaitingCode = stored::load(stored::save(&awaiting).as_bytes()).unwrap();
            prop_assert_eq!(back.intent().redirect_uri().unwrap().as_str(), uri);
        }
    }
}
