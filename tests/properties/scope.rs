//! Scopes.

use std::collections::BTreeSet;

use oauth_proto::Scope;
use proptest::{collection::vec, prelude::*};

proptest! {
    #![proptest_config(crate::config())]

    #[test]
    fn a_scope_is_a_set_whatever_the_order_and_the_repeats(tokens in vec("[a-e]", 0..8), others in vec("[a-e]", 0..8)) {
        let set = |tokens: &[String]| tokens.iter().cloned().collect::<BTreeSet<_>>();
        let (one, other) = (Scope::new(&tokens).unwrap(), Scope::new(&others).unwrap());
        prop_assert_eq!(one == other, set(&tokens) == set(&others));
        prop_assert_eq!(one.is_subset_of(&other), set(&tokens).is_subset(&set(&others)));
        prop_assert_eq!(one.is_empty(), tokens.is_empty());
        prop_assert_eq!(one.iter().count(), set(&tokens).len());
        prop_assert!(tokens.iter().all(|token| one.contains(token)));
        prop_assert_eq!(&Scope::new(tokens.iter().rev()).unwrap(), &one);
        prop_assert_eq!(&Scope::new(one.iter()).unwrap(), &one);
        let json = serde_json::to_string(&one).unwrap();
        let back: Scope = serde_json::from_str(&json).unwrap();
        prop_assert_eq!(back.as_str(), one.as_str());
    }
}
