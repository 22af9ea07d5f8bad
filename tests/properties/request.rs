//! Requests to the token endpoint: what goes in comes out of another reader, and each name stands there once.

use oauth_proto::{
    Granted,
    dialect::{BodyFormat, ClientAuthentication},
};
use proptest::prelude::*;
use serde_json::Value;

use crate::{
    SECRET,
    knobs::{FOLLOW_UP, OMITTABLE, REFRESH, TOKEN, knobs},
    scenario::{self, Scenario, at},
    wire::{any_format, check_request, client, client_with, members},
};

proptest! {
    #![proptest_config(crate::config())]

    #[test]
    fn a_json_body_decodes_to_any_secret_name_and_password(
        secret in SECRET,
        name in any::<String>(),
        password in any::<String>(),
    ) {
        let client = client_with(BodyFormat::Json, ClientAuthentication::Body, &secret);
        let (request, _) = client.password().unwrap().request(&name, &password.as_str().into(), at(0)).unwrap();
        let expected = [
            ("grant_type", "password"),
            ("username", &name),
            ("password", &password),
            ("scope", "read write"),
            ("client_id", "app"),
            ("client_secret", &secret),
        ];
        let expected = expected.map(|(name, value)| (name.to_owned(), Value::from(value)));
        prop_assert_eq!(members(request.expose_body()), expected.into());
    }

    #[test]
    fn a_token_request_decodes_to_exactly_what_was_meant(
        knobs in knobs(),
        format in any_format(),
        basic in any::<bool>(),
        own_query in any::<bool>(),
        username in "\\PC{0,9}",
        password in "\\PC{1,9}",
    ) {
        let mut provider = scenario::provider();
        let query = if own_query { "?own=%25" } else { "" };
        provider.token_endpoint = Some(format!("https://id.example/token{query}"));
        let step = &mut provider.dialect.token;
        step.body = format;
        step.client_authentication = if basic { ClientAuthentication::Basic } else { ClientAuthentication::Body };
        knobs.turn(&mut step.parameters, &TOKEN, &OMITTABLE, true);
        let parameters = step.parameters.clone();
        let client = client(provider);
        let (request, _) = client.password().unwrap().request(&username, &password.as_str().into(), at(0)).unwrap();
        let mut values = vec![
            ("grant_type", "password"),
            ("username", &*username),
            ("password", &*password),
            ("scope", "read write"),
        ];
        if !basic {
            values.extend([("client_id", "app"), ("client_secret", "s3cr&t")]);
        }
        check_request(&request, own_query, format, knobs.expected(&parameters, &TOKEN, &values));
        let scenario = Scenario { client };
        let (request, _) = scenario.code_in_flight();
        let mut values = vec![
            ("grant_type", "authorization_code"),
            ("code", "C1"),
            ("code_verifier", scenario::VERIFIER),
            ("redirect_uri", "https://app.example/cb"),
        ];
        if !basic {
            values.extend([("client_id", "app"), ("client_secret", "s3cr&t")]);
        }
        check_request(&request, own_query, format, knobs.expected(&parameters, &TOKEN, &values));
    }

    #[test]
    fn a_refresh_and_a_follow_up_decode_to_exactly_what_was_meant(
        knobs in knobs(),
        format in any_format(),
        basic in any::<bool>(),
        send_redirect_uri in any::<bool>(),
        own_query in any::<bool>(),
    ) {
        let mut provider = scenario::provider();
        let query = if own_query { "?own=%25" } else { "" };
        provider.refresh_endpoint = Some(format!("https://id.example/refresh{query}"));
        provider.follow_up_endpoint = Some(format!("https://id.example/long{query}"));
        let proof = if basic { ClientAuthentication::Basic } else { ClientAuthentication::Body };
        let step = &mut provider.dialect.refresh;
        (step.body, step.client_authentication, step.send_redirect_uri) = (format, proof, send_redirect_uri);
        knobs.turn(&mut step.parameters, &REFRESH, &["grant_type", "client_id"], true);
        let refresh = step.parameters.clone();
        let step = provider.dialect.follow_up.get_or_insert_default();
        (step.body, step.client_authentication) = (format, proof);
        knobs.turn(&mut step.parameters, &FOLLOW_UP, &["client_id"], true);
        let follow_up = step.parameters.clone();
        let scenario = Scenario { client: client(provider) };

        let proof = [("client_id", "app"), ("client_secret", "s3cr&t")];
        let mut values = vec![("grant_type", "refresh_token"), ("refresh_token", "R1")];
        values.extend(send_redirect_uri.then_some(("redirect_uri", "https://app.example/cb")));
        values.extend(proof.iter().filter(|_| !basic));
        check_request(&scenario.refresh_in_flight().0, own_query, format, knobs.expected(&refresh, &REFRESH, &values));
        let mut values = vec![("access_token", "A1")];
        values.extend(proof.iter().filter(|_| !basic));
        let granted: Granted = scenario.granted(scenario::TOKENS);
        let (request, _) = granted.follow_up(&scenario.client, at(20)).unwrap();
        check_request(&request, own_query, format, knobs.expected(&follow_up, &FOLLOW_UP, &values));
    }
}
