//! Expiry, and the instants that it is asked about.

use std::time::Duration;

use oauth_proto::{Standing, Timestamp};
use proptest::prelude::*;

use crate::scenario::{Scenario, at};

proptest! {
    #![proptest_config(crate::config())]

    #[test]
    fn a_longer_lifetime_never_ends_earlier_and_an_end_is_final(
        one in any::<u64>(), other in any::<u64>(), now in any::<u64>(), later in any::<u64>(),
    ) {
        let end = |seconds: u64| {
            let body = format!(r#"{{"access_token":"A","token_type":"Bearer","expires_in":{seconds}}}"#);
            Scenario::new().granted(&body).into_any_token_set().expires_at().unwrap()
        };
        prop_assert_eq!(one.cmp(&other).is_le() || end(one) >= end(other), true);
        let end = at(0).plus(Duration::from_secs(one));
        let set = || Scenario::new().client.import_access_token_from_elsewhere("A".into(), Some(end)).unwrap();
        let [now, later] = [now.min(later), now.max(later)].map(Timestamp::from_unix_millis);
        let expired = |instant| matches!(set().at(instant), Standing::Expired(_));
        prop_assert!(!expired(now) || expired(later));
        // Due is expired, some time ahead.
        let ahead = later.since(now);
        prop_assert_eq!(set().is_due(now, ahead), expired(later));
        prop_assert_eq!(set().access_token_at(now).is_none(), expired(now));
    }
}
