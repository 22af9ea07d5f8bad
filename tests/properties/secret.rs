//! Secrets: what they are made of, and that nothing shows them.

use oauth_proto::{Callback, Entropy};
use proptest::{collection::vec, prelude::*};

use crate::scenario::{Scenario, at};

proptest! {
    #![proptest_config(crate::config())]

    #[test]
    fn each_login_has_the_key_of_its_callback(one in vec(any::<u8>(), 64), other in vec(any::<u8>(), 64)) {
        let scenario = Scenario::new();
        let login = |bytes: &[u8]| scenario.login().authorize(Entropy::from_bytes(bytes.try_into().unwrap()), at(0)).1;
        let (one_login, other_login) = (login(&one), login(&other));
        let query = format!("state={}", one_login.state().expose());
        prop_assert_eq!(scenario.client.login_key(Callback::query(&query)), Some(one_login.key()));
        prop_assert_eq!(one_login.key() == other_login.key(), one[..32] == other[..32]);
    }
}
