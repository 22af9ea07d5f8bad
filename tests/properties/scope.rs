//! Scopes: sets of tokens, however they are written.

use std::collections::BTreeSet;

use oauth_proto::{Confidential, Granted, Scope, dialect::ScopeFormat};
use proptest::{collection::vec, option, prelude::*};
use serde_json::{Value, json};

use crate::{
    SCOPE_TOKEN,
    scenario::{self, Scenario, answer, at},
};

fn set(tokens: &[String]) -> BTreeSet<String> {
    tokens.iter().cloned().collect()
}

fn answer_with(scope: &Value) -> String {
    json!({ "access_token": "A1", "token_type": "Bearer", "refresh_token": "R1", "scope": scope }).to_string()
}

/// What a login that asked for `asked` gets, where the server answers with this scope.
fn granted(scenario: &Scenario<Confidential>, asked: &Scope, body: &str) -> Granted {
    let (_, awaiting) = scenario.login().scope(asked.clone()).authorize(scenario::entropy(), at(0));
    let query = format!("code=C1&state={}", scenario::STATE);
    let callback = oauth_proto::Callback::query(&query);
    awaiting.receive(&scenario.client, callback, at(1)).unwrap().1.finish(answer(200, body)).unwrap()
}

proptest! {
    #![proptest_config(crate::config())]

    #[test]
    fn a_scope_is_a_set_whatever_the_order_and_the_repeats(tokens in vec("[a-e]", 0..8), others in vec("[a-e]", 0..8)) {
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

    #[test]
    fn a_scope_token_is_taken_only_in_its_grammar(token in "[!-~]{0,6}|[ -~]{1,4}|\\PC{0,4}|.{0,3}") {
        // RFC 6749 section 3.3: `1*( %x21 / %x23-5B / %x5D-7E )`.
        let allowed = |char| matches!(char, '\u{21}' | '\u{23}'..='\u{5B}' | '\u{5D}'..='\u{7E}');
        prop_assert_eq!(Scope::new([&token]).is_ok(), !token.is_empty() && token.chars().all(allowed));
    }

    #[test]
    fn a_scope_comes_back_through_any_separator_as_it_was_asked_for(
        tokens in vec("[a-zA-Z0-9]{1,6}", 1..6),
        separator in "[ -/:-@\\[-`{-~]{1,2}",
    ) {
        let scenario = Scenario::with(|provider| provider.dialect.authorize.scope_separator = separator.clone());
        let asked = Scope::new(&tokens).unwrap();
        let (url, _) = scenario.login().scope(asked.clone()).authorize(scenario::entropy(), at(0));
        let url = url::Url::parse(url.as_str()).unwrap();
        let written = url.query_pairs().find(|(name, _)| name == "scope").unwrap().1.into_owned();
        prop_assert_eq!(&written, &asked.iter().collect::<Vec<_>>().join(&separator));
        // The server says what it was asked for, in the words that it was asked with.
        let granted = granted(&scenario, &Scope::default(), &answer_with(&json!(written)));
        prop_assert_eq!(granted.scope().as_str(), asked.as_str());
    }

    #[test]
    fn the_scope_of_an_answer_is_a_set_whatever_its_order_its_repeats_and_its_spaces(
        tokens in vec(SCOPE_TOKEN, 0..6),
        repeats in vec(any::<prop::sample::Index>(), 0..3),
        spaces in vec(1usize..4, 10),
    ) {
        let mut written: Vec<_> =
            repeats.iter().filter(|_| !tokens.is_empty()).map(|at| at.get(&tokens).clone()).collect();
        written.extend(tokens.iter().rev().cloned());
        let text: String =
            written.iter().zip(spaces).map(|(token, spaces)| format!("{}{token}", " ".repeat(spaces))).collect();
        let granted = granted(&Scenario::new(), &Scope::default(), &answer_with(&json!(text + " ")));
        prop_assert_eq!(granted.scope(), &Scope::new(&tokens).unwrap());
    }

    #[test]
    fn a_list_of_scope_tokens_says_what_their_text_says(
        list in vec(prop_oneof![SCOPE_TOKEN.prop_map(Value::from), any::<u32>().prop_map(Value::from)], 0..6),
    ) {
        let scenario = Scenario::with(|provider| provider.dialect.response.scope_format = ScopeFormat::List);
        let texts: Vec<_> = list.iter().map(|each| each.as_str().map_or(each.to_string(), str::to_owned)).collect();
        let from_list = granted(&scenario, &Scope::default(), &answer_with(&json!(list)));
        prop_assert_eq!(from_list.scope(), &Scope::new(&texts).unwrap());
        let from_text = granted(&scenario, &Scope::default(), &answer_with(&json!(texts.join(" "))));
        prop_assert_eq!(from_text.scope(), from_list.scope());
    }

    #[test]
    fn an_absent_scope_is_the_one_before_it(
        asked in vec("[a-c]", 0..4),
        first in option::of(vec("[a-c]", 0..3)),
        second in option::of(vec("[a-c]", 0..3)),
    ) {
        let scenario = Scenario::new();
        let scope =
            |tokens: &Option<Vec<String>>| tokens.as_ref().map_or(Value::Null, |tokens| json!(tokens.join(" ")));
        let asked = Scope::new(&asked).unwrap();
        let granted = granted(&scenario, &asked, &answer_with(&scope(&first)));
        // RFC 6749 section 5.1: absent means as requested.
        let expected = first.map_or(asked, |first| Scope::new(first).unwrap());
        prop_assert_eq!(granted.scope(), &expected);
        let Granted::Refreshable(authorized) = granted else { panic!("no refresh token") };
        let (_, flight) = authorized.refresh(&scenario.client, at(2)).unwrap();
        // Section 6: absent means as granted before.
        let refreshed = flight.finish(answer(200, &answer_with(&scope(&second)))).unwrap();
        prop_assert_eq!(refreshed.scope(), &second.map_or(expected, |second| Scope::new(second).unwrap()));
    }
}
