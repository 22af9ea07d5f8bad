//! Stored states.

use std::collections::BTreeMap;

use oauth_proto::{AnyTokenSet, AwaitingCode, InDoubt, Keeper, Refreshable, Timestamp, TokenSet, grant, stored};
use proptest::{collection::vec, prelude::*};

use crate::{
    VSCHARS,
    scenario::{self, Scenario, at},
};

proptest! {
    #![proptest_config(crate::config())]

    #[test]
    fn a_stored_state_of_any_secrets_is_read_as_it_was_written(
        access in VSCHARS, refresh in VSCHARS, end in any::<Option<u64>>(), return_to in "(?s).{1,40}",
    ) {
        let client = Scenario::new().client;
        let end = end.map(Timestamp::from_unix_millis);
        let set = client.import_refreshable_tokens_from_elsewhere(access.as_str().into(), refresh.as_str().into(), end).unwrap();
        let row = stored::save(&set);
        let back: TokenSet<Refreshable> = stored::load(row.as_bytes()).unwrap();
        prop_assert_eq!(stored::save(&back), row);
        let (request, _) = back.rejected().refresh(&client, at(0)).unwrap();
        let sent: BTreeMap<_, _> = url::form_urlencoded::parse(request.expose_body()).into_owned().collect();
        prop_assert_eq!(&sent["refresh_token"], &refresh);
        let (_, awaiting) = Scenario::new().login().return_to(return_to.as_str()).unwrap().authorize(scenario::entropy(), at(0));
        let back: AwaitingCode = stored::load(stored::save(&awaiting).as_bytes()).unwrap();
        prop_assert_eq!(back.intent().return_to(), Some(return_to.as_str()));
    }

    #[test]
    fn stored_bytes_with_a_few_changed_load_to_a_whole_state_or_not_at_all(
        changes in vec((any::<prop::sample::Index>(), any::<u8>()), 1..4), which in 0usize..4,
    ) {
        fn check<S: stored::Stored + serde::Serialize + serde::de::DeserializeOwned>(bytes: &[u8]) {
            if let Ok(state) = stored::load::<S>(bytes) {
                let row = stored::save(&state);
                assert_eq!(stored::save(&stored::load::<S>(row.as_bytes()).unwrap()), row);
            }
        }
        let scenario = Scenario::new();
        let mut bytes = match which {
            0 => stored::save(&scenario.awaiting_code()),
            1 => stored::save(&scenario.refresh_in_flight().1),
            2 => stored::save(&scenario.refreshable().into_token_set()),
            _ => stored::save(&scenario.keeper()),
        }
        .into_bytes();
        for (index, byte) in changes {
            let index = index.index(bytes.len());
            bytes[index] = byte;
        }
        check::<AwaitingCode>(&bytes);
        check::<InDoubt<grant::RefreshToken>>(&bytes);
        check::<AnyTokenSet>(&bytes);
        check::<Keeper>(&bytes);
    }
}
