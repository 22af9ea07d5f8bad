//! Pushed authorization requests: the same parameters by another way.

use std::time::Duration;

use oauth_proto::{
    Confidential, Entropy, Provider, Response, Scope, Unauthorized,
    dialect::{ClientAuthentication, ScopeEncoding},
    error::RequestFault,
    grant::FrontChannel,
};
use proptest::{
    collection::{btree_map, vec},
    option,
    prelude::*,
    sample::select,
};

use crate::{
    SCOPE_TOKEN, VSCHARS,
    knobs::{AUTHORIZE, knobs},
    scenario::{self, Scenario, at},
    wire::client,
};

const ENDPOINT: &str = "https://id.example/par";

/// What a login asks for.
#[derive(Clone, Debug)]
struct Wishes {
    scope: Vec<String>,
    data: Option<String>,
    extra: Vec<(String, String)>,
    form_post: bool,
}

impl Wishes {
    fn of<G: FrontChannel>(&self, mut login: Unauthorized<G>) -> Unauthorized<G> {
        login = login.scope(Scope::new(&self.scope).unwrap());
        if let Some(data) = &self.data {
            login = login.application_state(data).unwrap();
        }
        for (name, value) in &self.extra {
            login = login.parameter(name, value).unwrap();
        }
        if self.form_post { login.form_post().unwrap() } else { login }
    }
}

fn wishes() -> impl Strategy<Value = Wishes> {
    let extra = btree_map("x[!#-\\[\\]-~]{0,8}", "\\PC{0,20}", 0..4);
    (vec(SCOPE_TOKEN, 0..4), option::of(VSCHARS), extra, any::<bool>()).prop_map(|(scope, data, extra, form_post)| {
        Wishes { scope, data, extra: extra.into_iter().collect(), form_post }
    })
}

fn pairs(form: &[u8]) -> Vec<(String, String)> {
    url::form_urlencoded::parse(form).into_owned().collect()
}

fn provider(tweak: impl FnOnce(&mut Provider)) -> Scenario<Confidential> {
    let mut provider = scenario::provider();
    provider.pushed_authorization_request_endpoint = Some(ENDPOINT.into());
    tweak(&mut provider);
    Scenario { client: client(provider) }
}

fn created(request_uri: &str, expires_in: u64) -> Response {
    let body = serde_json::json!({ "request_uri": request_uri, "expires_in": expires_in }).to_string();
    Response::new(201, [("Content-Type", "application/json")], body)
}

proptest! {
    #![proptest_config(crate::config())]

    #[test]
    fn a_pushed_body_has_exactly_the_parameters_that_the_url_of_the_same_login_would_have(
        knobs in knobs(),
        wishes in wishes(),
        bytes in vec(any::<u8>(), 64),
        separator in "[ !#-*,-/:-@\\[\\]-`{-~]{1,2}",
        minimal in any::<bool>(),
        authentication in select(vec![ClientAuthentication::Basic, ClientAuthentication::Body]),
    ) {
        let scenario = provider(|provider| {
            let step = &mut provider.dialect.authorize;
            step.scope_separator = separator;
            if minimal {
                step.scope_encoding = ScopeEncoding::Minimal;
            }
            knobs.turn(&mut step.parameters, &AUTHORIZE, &["response_type", "redirect_uri", "scope"], false);
            provider.dialect.token.client_authentication = authentication;
        });
        let bytes: [u8; 64] = bytes.try_into().unwrap();
        let plain = wishes.of(scenario.login());
        let pushed = wishes.of(scenario.client.pushed_authorization_code().unwrap());
        let (url, _) = plain.authorize(Entropy::from_bytes(bytes), at(0));
        let (request, _) = pushed.push(Entropy::from_bytes(bytes), at(0));
        let (_, query) = url.as_str().split_once('?').unwrap();
        let mut expected = pairs(query.as_bytes());
        let mut found = pairs(request.expose_body());
        // The proof of who asks stands behind them, where it stands in the body at all.
        let mut proof = Vec::new();
        if authentication == ClientAuthentication::Body {
            if !expected.iter().any(|(name, _)| name == "client_id") {
                proof.push(("client_id".to_owned(), "app".to_owned()));
            }
            proof.push(("client_secret".to_owned(), "s3cr&t".to_owned()));
        }
        prop_assert_eq!(found.split_off(found.len() - proof.len()), proof);
        // Where the scope stands in the URL as it is, it stands at its end.
        expected.sort();
        found.sort();
        prop_assert_eq!(&found, &expected);
        found.dedup_by(|one, other| one.0 == other.0);
        prop_assert_eq!(found.len(), expected.len(), "each once");
        prop_assert!(!found.iter().any(|(name, _)| name == "request_uri"));
    }

    #[test]
    fn the_browser_carries_two_parameters_whatever_was_asked_for(
        wishes in wishes(),
        reference in "[!#-;=?-Z_a-z~]{1,40}",
        query in "(\\?|\\?q=%20&?)?",
    ) {
        let scenario = provider(|provider| {
            provider.authorization_endpoint = Some(format!("https://id.example/authorize{query}"));
        });
        let login = wishes.of(scenario.client.pushed_authorization_code().unwrap());
        let (_, pushing) = login.push(scenario::entropy(), at(0));
        let (url, _) = pushing.finish(created(&reference, 60).into()).unwrap().authorize(at(0)).unwrap();
        let (address, found) = url.as_str().split_once('?').unwrap();
        let mut expected = vec![("client_id".to_owned(), "app".to_owned()), ("request_uri".to_owned(), reference)];
        if query.contains('q') {
            expected.insert(0, ("q".into(), " ".into()));
        }
        prop_assert_eq!((address, pairs(found.as_bytes())), ("https://id.example/authorize", expected));
    }

    #[test]
    fn a_reference_lives_from_when_its_request_was_sent(
        sent in 0..=u64::MAX,
        lifetime in prop_oneof![1..100_000u64, any::<u64>().prop_map(|any| any.max(1))],
        asked in any::<u64>(),
        near in -2i64..3,
        exactly in any::<bool>(),
    ) {
        let scenario = provider(|_| {});
        let millis = oauth_proto::Timestamp::from_unix_millis;
        let login = scenario.client.pushed_authorization_code().unwrap();
        let (_, pushing) = login.push(scenario::entropy(), millis(sent));
        let pushed = pushing.finish(created("urn:a", lifetime).into()).unwrap();
        let end = millis(sent).plus(Duration::from_secs(lifetime));
        prop_assert_eq!(pushed.expires_at(), end);
        let now = if exactly { end.as_unix_millis().saturating_add_signed(near) } else { asked };
        match pushed.authorize(millis(now)) {
            Ok(_) => prop_assert!(millis(now) < end),
            Err(error) => {
                prop_assert!(millis(now) >= end);
                prop_assert_eq!(error.fault(), RequestFault::PushExpired(end));
            }
        }
    }

    #[test]
    fn an_answer_makes_a_url_or_hands_the_login_back(
        wishes in wishes(),
        status in select(vec![201u16, 201, 201, 200, 400, 429, 500]),
        body in "\\PC{0,40}|\\{\"request_uri\":(\"[ -~]{0,20}\"|7|null),\"expires_in\":(-?[0-9]{1,20}|\"[0-9]{0,9}\"|null)\\}",
    ) {
        let scenario = provider(|_| {});
        let login = wishes.of(scenario.client.pushed_authorization_code().unwrap());
        let bytes = [7; 64];
        let (request, pushing) = login.push(Entropy::from_bytes(bytes), at(0));
        let outcome = Response::new(status, [("Content-Type", "application/json")], body.as_bytes());
        match pushing.finish(outcome.into()) {
            Ok(pushed) => {
                prop_assert_eq!(status, 201);
                prop_assert!(pushed.expires_at() > at(0));
                let (url, awaiting) = pushed.authorize(at(0)).unwrap();
                prop_assert!(url.as_str().bytes().all(|byte| byte.is_ascii_graphic()), "{}", url.as_str());
                prop_assert_eq!(awaiting.application_state(), wishes.data.as_deref());
            }
            // Nothing is lost: the same again, byte for byte, with the same randomness.
            Err(error) => {
                let (again, _) = error.into_origin().push(Entropy::from_bytes(bytes), at(0));
                prop_assert_eq!(again.expose_body(), request.expose_body());
            }
        }
    }
}
