//! The authorization URL.

use std::collections::BTreeMap;

use oauth_proto::{
    CodeVerifier, Entropy, Scope,
    dialect::{Fragment, ScopeEncoding},
    error::Reason,
    stored,
};
use proptest::{
    collection::{btree_map, vec},
    option,
    prelude::*,
};

use crate::{
    SCOPE_TOKEN, VSCHARS,
    knobs::{AUTHORIZE, knobs},
    scenario::{self, CHALLENGE, STATE, Scenario, at},
    wire::{as_texts, client, form, percent_encoded},
};

proptest! {
    #![proptest_config(crate::config())]

    #[test]
    fn an_authorization_url_holds_each_parameter_once_and_unchanged(
        bytes in vec(any::<u8>(), 64),
        scope in vec(SCOPE_TOKEN, 0..4),
        data in option::of(VSCHARS),
        extra in btree_map("x[!#-\\[\\]-~]{0,8}", "\\PC{0,20}", 0..4),
        query in "(\\?|\\?q=%20&?)?",
    ) {
        let scenario = Scenario::with(|provider| {
            provider.authorization_endpoint = Some(format!("https://id.example/authorize{query}"));
        });
        let scope = Scope::new(&scope).unwrap();
        let mut login = scenario.login().scope(scope.clone());
        if let Some(data) = &data {
            login = login.application_state(data).unwrap();
        }
        for (name, value) in &extra {
            login = login.parameter(name, value).unwrap();
        }
        let (url, awaiting) = login.authorize(Entropy::from_bytes(bytes.try_into().unwrap()), at(0));
        let url = url::Url::parse(url.as_str()).unwrap();
        let found: Vec<_> = url.query_pairs().into_owned().collect();
        let mut expected = BTreeMap::from([
            ("response_type".to_owned(), "code".to_owned()),
            ("client_id".to_owned(), "app".to_owned()),
            ("redirect_uri".to_owned(), "https://app.example/cb".to_owned()),
            ("state".to_owned(), awaiting.state().expose().to_owned()),
            ("code_challenge_method".to_owned(), "S256".to_owned()),
        ]);
        expected.extend(extra);
        if !scope.is_empty() {
            expected.insert("scope".to_owned(), scope.to_string());
        }
        if query.contains('q') {
            expected.insert("q".to_owned(), " ".to_owned());
        }
        prop_assert_eq!(awaiting.application_state(), data.as_deref());
        // The challenge is the verifier's: the verifier is in the journal alone.
        let verifier: serde_json::Value = serde_json::from_str(&stored::save(&awaiting)).unwrap();
        let verifier = CodeVerifier::new(verifier["verifier"].as_str().unwrap()).unwrap();
        expected.insert("code_challenge".to_owned(), verifier.challenge().as_str().to_owned());
        prop_assert_eq!(found.len(), expected.len());
        prop_assert_eq!(found.into_iter().collect::<BTreeMap<_, _>>(), expected);
    }

    #[test]
    fn an_authorization_url_decodes_to_exactly_what_was_meant(
        knobs in knobs(),
        minimal in any::<bool>(),
        own_query in any::<bool>(),
        fragment in 0..3u8,
        separator in "\\+|[ !#-/:-@\\[\\]-`{-~]{1,2}",
        tokens in vec("[!#-\\[\\]-~]{1,6}", 0..4),
    ) {
        let mut provider = scenario::provider();
        let query = if own_query { "?own=%25" } else { "" };
        provider.authorization_endpoint = Some(format!("https://id.example/authorize{query}"));
        let step = &mut provider.dialect.authorize;
        step.scope_encoding = if minimal { ScopeEncoding::Minimal } else { ScopeEncoding::Form };
        step.scope_separator = separator.clone();
        step.fragment = match fragment {
            0 => None,
            1 => Some(Fragment::Route("/r".into())),
            _ => Some(Fragment::Suffix("s".into())),
        };
        knobs.turn(&mut step.parameters, &AUTHORIZE, &["response_type", "redirect_uri", "scope"], false);
        let parameters = step.parameters.clone();
        let scenario = Scenario { client: client(provider) };
        let scope = Scope::new(&tokens).unwrap();
        let (url, _) = scenario.login().scope(scope.clone()).authorize(scenario::entropy(), at(0));
        // Where little is encoded, a plus that separates stands as it is, and reads as a space.
        let read = if minimal && separator == "+" { " " } else { &*separator };
        let written = scope.iter().collect::<Vec<_>>().join(read);
        let mut values = vec![
            ("response_type", "code"),
            ("client_id", "app"),
            ("redirect_uri", "https://app.example/cb"),
            ("state", STATE),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
        ];
        if !scope.is_empty() {
            values.push(("scope", &written));
        }
        let [_, expected] = knobs.expected(&parameters, &AUTHORIZE, &values);
        let mut expected = as_texts(expected);
        // As a browser reads it: a space or anything else that ends a URL is not in it.
        prop_assert!(url.as_str().bytes().all(|byte| byte.is_ascii_graphic()), "{}", url.as_str());
        let (before, behind) = url.as_str().split_once('#').unwrap_or((url.as_str(), ""));
        let (address, query) = before.split_once('?').unwrap_or((before, ""));
        prop_assert_eq!(address, "https://id.example/authorize");
        if fragment == 1 {
            prop_assert_eq!(query, if own_query { "own=%25" } else { "" });
            let (route, pairs) = behind.split_once('?').unwrap();
            prop_assert_eq!((route, form(pairs)), ("/r", expected));
        } else {
            if own_query {
                expected.insert("own".into(), "%".into());
            }
            prop_assert_eq!((form(query), behind), (expected, if fragment == 2 { "s" } else { "" }));
        }
    }

    #[test]
    fn an_extra_parameter_is_there_beside_the_others_or_refused(
        name in prop_oneof![
            3 => prop::sample::select(&AUTHORIZE[..]).prop_map(str::to_owned),
            3 => prop::sample::select(vec!["id", "own", "added"]).prop_map(str::to_owned),
            1 => prop::sample::select(vec!["STATE", "state ", "%73tate", "state[]"]).prop_map(str::to_owned),
            1 => "[!-~]{0,6}|\\PC{0,3}",
        ],
        value in "\\PC{0,9}|.{0,5}",
    ) {
        let scenario = Scenario::with(|provider| {
            provider.authorization_endpoint = Some("https://id.example/authorize?own=1".into());
            provider.dialect.authorize.parameters.rename("client_id", "id").add("added", "2");
        });
        let pairs = |url: &str| -> Vec<_> { url::Url::parse(url).unwrap().query_pairs().into_owned().collect() };
        let without = pairs(scenario.login().authorize(scenario::entropy(), at(0)).0.as_str());
        // Sent or not, what this server takes for the protocol's is the protocol's; `client_id` it calls `id`.
        let protocol = AUTHORIZE.contains(&&*name) && name != "client_id";
        let taken = protocol || without.iter().any(|(each, _)| *each == name);
        match scenario.login().parameter(&name, &value) {
            Ok(login) => {
                prop_assert!(!taken, "{} was taken twice", name);
                let again = scenario.login().parameter(&name, "").unwrap().parameter(&name, &value);
                prop_assert!(again.is_err(), "{} was taken twice", name);
                let mut with = pairs(login.authorize(scenario::entropy(), at(0)).0.as_str());
                with.retain(|pair| *pair != (name.clone(), value.clone()));
                prop_assert_eq!(with, without);
            }
            Err(error) => {
                prop_assert_eq!(error.field(), "parameter");
                let allowed = |char| matches!(char, '!' | '#'..='[' | ']'..='~');
                let broken =
                    name.is_empty() || !name.chars().all(allowed) || value.chars().any(|char| char.is_ascii_control());
                prop_assert!(taken || broken, "{:?}={:?}: {}", name, value, error);
            }
        }
    }

    #[test]
    fn an_endpoint_whose_own_query_says_a_parameter_of_the_protocol_is_refused(
        name in prop::sample::select(&AUTHORIZE[..]),
        how in any::<u64>(),
        before in "([a-z]=1&){0,2}",
        after in "(=[a-z]{0,3})?(&q)?",
    ) {
        let mut provider = scenario::provider();
        let endpoint = format!("https://id.example/authorize?{before}{}{after}", percent_encoded(name, how));
        provider.authorization_endpoint = Some(endpoint.clone());
        let error = provider.check();
        prop_assert!(error.is_err(), "{} was taken", endpoint);
        let error = error.unwrap_err();
        prop_assert_eq!((error.field(), error.reason()), ("authorization_endpoint", &Reason::ReservedName));
    }
}
