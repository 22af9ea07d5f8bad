//! Forms: the bodies that go out, and the answers that come in.

use std::collections::BTreeMap;

use oauth_proto::{
    AnyTokenSet, Confidential, FinishError, Response,
    dialect::{BodyFormat, ClientAuthentication, ResponseFormat},
    error::{AnswerFault, Doubt},
    stored,
};
use proptest::{
    collection::{btree_map, vec},
    option,
    prelude::*,
    sample::{Index, select},
};
use url::form_urlencoded::{Serializer, parse};

use crate::{
    SECRET, VSCHARS,
    scenario::{Scenario, answer, at},
    wire::{client_with, percent_encoded},
};

/// A provider whose answers are forms.
fn form_answers() -> Scenario<Confidential> {
    Scenario::with(|provider| {
        provider.dialect.response.format = ResponseFormat::Form;
        provider.dialect.response.keep = vec!["kept".into()];
    })
}

fn form_answer(body: impl Into<Vec<u8>>) -> Response {
    Response::new(200, [("Content-Type", "application/x-www-form-urlencoded")], body)
}

proptest! {
    #![proptest_config(crate::config())]

    #[test]
    fn a_form_body_decodes_to_any_secret_name_and_password(
        secret in SECRET,
        name in any::<String>(),
        password in any::<String>(),
    ) {
        let client = client_with(BodyFormat::Form, ClientAuthentication::Body, &secret);
        let (request, _) = client.password().unwrap().request(&name, &password.as_str().into(), at(0)).unwrap();
        let found: Vec<_> = parse(request.expose_body()).into_owned().collect();
        let expected = [
            ("grant_type", "password"),
            ("username", &name),
            ("password", &password),
            ("scope", "read write"),
            ("client_id", "app"),
            ("client_secret", &secret),
        ];
        prop_assert_eq!(found, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
    }

    #[test]
    fn a_form_answer_says_what_a_json_answer_says(
        access in VSCHARS,
        refresh in option::of(VSCHARS),
        expires_in in option::of("[0-9]{1,25}"),
        scope in option::of("[a-c ]{0,9}"),
        kept in option::of("\\PC{0,9}"),
        others in btree_map("x[a-z]{0,4}", "\\PC{0,9}", 0..3),
    ) {
        let mut members = others;
        members.extend([("access_token".to_owned(), access), ("token_type".to_owned(), "bearer".to_owned())]);
        let optional = [("refresh_token", refresh), ("expires_in", expires_in), ("scope", scope), ("kept", kept)];
        members.extend(optional.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))));
        let json = serde_json::to_string(&members).unwrap();
        let form = Serializer::new(String::new()).extend_pairs(&members).finish();
        let row = |set: AnyTokenSet| stored::save(&set);
        let from_json = Scenario::with(|provider| provider.dialect.response.keep = vec!["kept".into()]);
        let from_json = from_json.code_in_flight().1.finish(answer(200, &json)).unwrap().into_any_token_set();
        let from_form =
            form_answers().code_in_flight().1.finish(form_answer(form).into()).unwrap().into_any_token_set();
        prop_assert_eq!(row(from_form), row(from_json));
    }

    #[test]
    fn a_form_answer_that_says_a_name_twice_is_refused_wherever_it_says_it(
        name in select(vec![
            "access_token",
            "token_type",
            "refresh_token",
            "expires_in",
            "scope",
            "nonce",
            "error",
            "x",
        ]),
        how in any::<u64>(),
        places in [any::<Index>(), any::<Index>()],
        same in any::<bool>(),
    ) {
        let mut pairs = vec!["access_token=A1".to_owned(), "token_type=Bearer".to_owned(), "y=1".to_owned()];
        if !name.starts_with("access") && !name.starts_with("token") {
            pairs.insert(places[0].index(pairs.len() + 1), format!("{name}=1"));
        }
        let value = if !same {
            "2"
        } else if name == "access_token" {
            "A1"
        } else {
            "1"
        };
        pairs.insert(places[1].index(pairs.len() + 1), format!("{}={value}", percent_encoded(name, how)));
        let end = form_answers().code_in_flight().1.finish(form_answer(pairs.join("&")).into());
        let repeated =
            matches!(&end, Err(FinishError::InDoubt { doubt: Doubt::Unreadable(AnswerFault::Repeated), .. }));
        prop_assert!(repeated, "{:?}", end);
    }

    #[test]
    fn a_form_answer_of_any_bytes_issues_the_token_that_another_reader_sees_or_none(
        body in prop_oneof![
            vec(any::<u8>(), 0..60),
            "(access_token=[%A-F0-9+]{0,6}|token_type=[Bb]earer|&|=|%[0-9a-f]{2}|x){0,9}"
                .prop_map(String::into_bytes),
            "access_token=[ -~]{1,9}&token_type=Bearer(&[ -~]{0,9})?".prop_map(String::into_bytes),
        ],
    ) {
        if let Ok(granted) = form_answers().code_in_flight().1.finish(form_answer(body.clone()).into()) {
            let pairs: Vec<_> = parse(&body).into_owned().collect();
            let found: BTreeMap<_, _> = pairs.iter().cloned().collect();
            prop_assert_eq!(pairs.len(), found.len(), "no name stands there twice");
            prop_assert_eq!(&found["access_token"], granted.access_token().expose());
            prop_assert!(found["token_type"].eq_ignore_ascii_case("bearer"));
            prop_assert!(!found.contains_key("error"));
        }
    }
}
