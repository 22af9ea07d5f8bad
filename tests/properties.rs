//! What holds for every input. Each property says its invariant on line 1.

mod scenario;

#[path = "properties/dialect.rs"]
mod dialect;
#[path = "properties/keeper.rs"]
mod keeper;

use std::{collections::BTreeMap, time::Duration};

use base64::{Engine, engine::general_purpose::STANDARD};
use keeper::{Run, step};
use oauth_proto::{
    AnyTokenSet, AwaitingCode, Callback, Client, Confidential, Entropy, FinishError, InDoubt, Keeper, RedirectUri,
    Refreshable, Response, Scope, Standing, Timestamp, TokenSet,
    dialect::{BodyFormat, ClientAuthentication, Nonce},
    grant, stored,
};
use proptest::{collection::vec, prelude::*};
use scenario::{STATE, Scenario, answer, at};

fn config() -> ProptestConfig {
    ProptestConfig { failure_persistence: None, ..ProptestConfig::default() }
}

/// `1*VSCHAR`: the grammar of tokens, codes and states.
const VSCHARS: &str = "[ -~]{1,40}";
const SECRET: &str = "\\PC{1,30}|.{1,9}";
const SCOPE_TOKEN: &str = "[!#-\\[\\]-~]{1,8}";

fn client_with(body: BodyFormat, authentication: ClientAuthentication, secret: &str) -> Client<Confidential> {
    let mut provider = scenario::provider();
    provider.dialect.token.body = body;
    provider.dialect.token.client_authentication = authentication;
    Client::confidential(provider, scenario::registration(), secret.into()).unwrap()
}

fn password_request(client: &Client<Confidential>, username: &str, password: &str) -> oauth_proto::Request {
    client.password().unwrap().request(username, &password.into(), at(0)).unwrap().0
}

fn expected_password(secret: &str, username: &str, password: &str) -> BTreeMap<String, String> {
    let pairs = [
        ("grant_type", "password"),
        ("username", username),
        ("password", password),
        ("scope", "read write"),
        ("client_id", "app"),
        ("client_secret", secret),
    ];
    pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).into()
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn an_authorization_url_holds_each_parameter_once_and_unchanged(
        bytes in vec(any::<u8>(), 64), scope in vec(SCOPE_TOKEN, 0..4), data in proptest::option::of(VSCHARS),
        extra in proptest::collection::btree_map("x[!#-\\[\\]-~]{0,8}", "\\PC{0,20}", 0..4),
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
        let verifier = oauth_proto::CodeVerifier::new(verifier["verifier"].as_str().unwrap()).unwrap();
        expected.insert("code_challenge".to_owned(), verifier.challenge().as_str().to_owned());
        prop_assert_eq!(found.len(), expected.len());
        prop_assert_eq!(found.into_iter().collect::<BTreeMap<_, _>>(), expected);
    }

    #[test]
    fn a_form_body_decodes_to_any_secret_and_password(
        secret in SECRET, name in any::<String>(), password in any::<String>(),
    ) {
        let client = client_with(BodyFormat::Form, ClientAuthentication::Body, &secret);
        let request = password_request(&client, &name, &password);
        let found: Vec<_> = url::form_urlencoded::parse(request.expose_body()).into_owned().collect();
        prop_assert_eq!(found.len(), 6);
        let found: BTreeMap<_, _> = found.into_iter().collect();
        prop_assert_eq!(found, expected_password(&secret, &name, &password));
    }

    #[test]
    fn a_json_body_decodes_to_any_secret_and_password(
        secret in SECRET, name in any::<String>(), password in any::<String>(),
    ) {
        let client = client_with(BodyFormat::Json, ClientAuthentication::Body, &secret);
        let request = password_request(&client, &name, &password);
        let found: BTreeMap<String, String> = serde_json::from_slice(request.expose_body()).unwrap();
        prop_assert_eq!(found, expected_password(&secret, &name, &password));
    }

    #[test]
    fn a_basic_header_decodes_to_the_id_and_the_secret(id in VSCHARS, secret in SECRET) {
        let registration = oauth_proto::Registration::new(id.as_str()).unwrap();
        let client = Client::confidential(scenario::provider(), registration, secret.as_str().into()).unwrap();
        let (request, _) = client.client_credentials().unwrap().request(at(0)).unwrap();
        let header = request.headers().iter().find(|header| header.name() == "Authorization").unwrap();
        let pair = STANDARD.decode(header.value().expose().strip_prefix("Basic ").unwrap()).unwrap();
        let pair = String::from_utf8(pair).unwrap();
        let (found_id, found_secret) = pair.split_once(':').unwrap();
        let decode = |text: &str| {
            let form = format!("x={text}");
            url::form_urlencoded::parse(form.as_bytes()).next().unwrap().1.into_owned()
        };
        prop_assert!(!found_id.contains('&') && !found_secret.contains(['&', ':']));
        prop_assert_eq!((decode(found_id), decode(found_secret)), (id, secret));
    }

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

    #[test]
    fn a_scope_is_a_set_whatever_the_order_and_the_repeats(tokens in vec("[a-e]", 0..8), others in vec("[a-e]", 0..8)) {
        let set = |tokens: &[String]| tokens.iter().cloned().collect::<std::collections::BTreeSet<_>>();
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
    fn a_callback_without_the_state_never_ends_a_login(
        text in "\\PC{0,60}|([?&#;=]|code|state|error|iss|%[0-9a-f]{2}|%z|\\+){0,20}|.{0,30}",
    ) {
        prop_assume!(!text.contains(STATE));
        let scenario = Scenario::new();
        for callback in [Callback::url(&text), Callback::query(&text), Callback::fragment(&text)] {
            drop((scenario.client.login_key(callback), format!("{callback:?}")));
            prop_assert!(!scenario.awaiting_code().matches(&scenario.client, callback));
            let error = scenario.awaiting_code().receive(&scenario.client, callback, at(1)).unwrap_err();
            prop_assert!(error.into_awaiting().is_some());
            let error = scenario.awaiting_token().receive(&scenario.client, callback, at(1)).unwrap_err();
            prop_assert!(error.into_awaiting().is_some());
        }
    }

    #[test]
    fn a_callback_with_the_state_hands_on_exactly_its_code(
        code in VSCHARS, noise in vec(("z[a-z]{0,5}", "\\PC{0,9}"), 0..4),
    ) {
        let scenario = Scenario::new();
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(&noise).append_pair("code", &code).append_pair("state", STATE);
        let query = query.finish();
        let (request, _) = scenario.awaiting_code().receive(&scenario.client, Callback::query(&query), at(1)).unwrap();
        let sent: BTreeMap<_, _> = url::form_urlencoded::parse(request.expose_body()).into_owned().collect();
        prop_assert_eq!(&sent["code"], &code);
    }

    #[test]
    fn each_login_has_the_key_of_its_callback(one in vec(any::<u8>(), 64), other in vec(any::<u8>(), 64)) {
        let scenario = Scenario::new();
        let login = |bytes: &[u8]| scenario.login().authorize(Entropy::from_bytes(bytes.try_into().unwrap()), at(0)).1;
        let (one_login, other_login) = (login(&one), login(&other));
        let query = format!("state={}", one_login.state().expose());
        prop_assert_eq!(scenario.client.login_key(Callback::query(&query)), Some(one_login.key()));
        prop_assert_eq!(one_login.key() == other_login.key(), one[..32] == other[..32]);
    }

    #[test]
    fn a_token_response_of_any_bytes_ends_in_a_token_or_an_error(
        status in 0u16..700, body in vec(any::<u8>(), 0..200),
    ) {
        let response = Response::new(status, [("Content-Type", "application/json")], body);
        let end = Scenario::new().code_in_flight().1.finish(response.into());
        prop_assert!(end.is_err(), "random bytes are no JSON object with two members");
        let refused = matches!(end, Err(FinishError::Refused { .. } | FinishError::Dead { .. }));
        prop_assert_eq!(refused, (400..500).contains(&status) && status != 408);
    }

    #[test]
    fn a_token_response_of_any_json_issues_what_it_says_or_nothing(
        usual in any::<bool>(), mut members in vec((member_name(), member_value()), 0..4),
        cut in proptest::option::weighted(0.1, 0usize..100),
    ) {
        if usual {
            // Most random objects are no answer; these are nearly one.
            members.splice(0..0, [("access_token", r#""A""#.to_owned()), ("token_type", r#""bearer""#.to_owned())]);
        }
        let body = members.iter().map(|(name, value)| format!("{name:?}:{value}")).collect::<Vec<_>>().join(",");
        let body: String = format!("{{{body}}}").chars().take(cut.unwrap_or(usize::MAX)).collect();
        let Ok(granted) = Scenario::new().code_in_flight().1.finish(answer(200, &body)) else {
            return Ok(());
        };
        let Ok(parsed) = serde_json::from_str::<BTreeMap<String, serde_json::Value>>(&body) else {
            // What is ignored is not decoded: half a surrogate may stand there.
            prop_assert!(body.contains("\"x\":"));
            return Ok(());
        };
        prop_assert_eq!(parsed.len(), members.len(), "no member stands there twice");
        prop_assert_eq!(parsed["access_token"].as_str().unwrap(), granted.access_token().expose());
        prop_assert!(granted.access_token().expose().bytes().all(|byte| (0x20..0x7f).contains(&byte)));
        prop_assert!(parsed["token_type"].as_str().unwrap().eq_ignore_ascii_case("bearer"));
        prop_assert!(parsed.get("error").is_none_or(serde_json::Value::is_null));
        let set = granted.into_any_token_set();
        let said = |name: &str| parsed.get(name).is_some_and(|value| !value.is_null());
        prop_assert_eq!(said("refresh_token"), matches!(set, AnyTokenSet::Refreshable(_)));
        prop_assert_eq!(said("expires_in"), set.expires_at().is_some());
    }

    #[test]
    fn a_null_says_what_an_absent_member_says(
        usual in any::<bool>(), mut members in proptest::collection::btree_map(member_name(), member_value(), 0..5),
        status in prop::sample::select(vec![200u16, 400]), nonce in any::<bool>(),
    ) {
        if usual {
            members.extend([("access_token", r#""A""#.to_owned()), ("token_type", r#""bearer""#.to_owned())]);
        }
        let scenario = Scenario::with(|provider| {
            provider.dialect.authorize.nonce = if nonce { Nonce::EchoedWithTokens } else { Nonce::Off };
        });
        let end = |members: &BTreeMap<&str, String>| {
            let body = members.iter().map(|(name, value)| format!("{name:?}:{value}")).collect::<Vec<_>>().join(",");
            let (_, flight) = scenario.code_in_flight();
            // What can be seen of the end: tokens, or the error with its words, and the state in it.
            match flight.finish(answer(status, &format!("{{{body}}}"))) {
                Ok(granted) => stored::save(&granted.into_any_token_set()),
                Err(error) => format!("{error:?}"),
            }
        };
        let less = members.iter().filter(|(_, value)| *value != "null").map(|(name, value)| (*name, value.clone()));
        prop_assert_eq!(end(&members), end(&less.collect()));
    }

    #[test]
    fn words_of_a_server_are_shown_without_control_characters(code in any::<String>(), words in any::<String>()) {
        let body = serde_json::json!({ "error": code, "error_description": words }).to_string();
        let error = Scenario::new().code_in_flight().1.finish(answer(400, &body)).unwrap_err();
        prop_assert!(!error.to_string().contains(|c: char| c.is_control()));
    }

    #[test]
    fn a_wait_is_never_longer_than_an_hour(field in "[0-9]{0,30}|\\PC{0,10}") {
        let response = Response::new(429, [("Retry-After", field.as_str())], "");
        let error = Scenario::new().code_in_flight().1.finish(response.into()).unwrap_err();
        let oauth_proto::Remedy::Retry { after } = error.remedy() else { panic!() };
        let digits = !field.trim().is_empty() && field.trim().bytes().all(|byte| byte.is_ascii_digit());
        prop_assert_eq!(after.is_some(), digits);
        prop_assert!(after.is_none_or(|after| after <= Duration::from_secs(3600)));
    }

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

    #[test]
    fn a_token_is_never_shown_to_another_origin(
        url in "(https?:|HTTPS:|)(//|/|\\\\\\\\|)(user@|@|)(api.example|API.example|evil.example|api.example.evil)\
                (:443|:80|\\.)?(/|\\?|#|@|\\\\)?[ -~]{0,12}",
    ) {
        let scenario = Scenario::new();
        if scenario.access_only().header_for(&scenario.client, &url).is_ok() {
            let parsed = url::Url::parse(&url).unwrap();
            prop_assert_eq!(parsed.origin().ascii_serialization(), "https://api.example");
            prop_assert!(url.get(..8).unwrap().eq_ignore_ascii_case("https://"));
        }
    }

    #[test]
    fn a_keeper_sends_each_refresh_token_once_and_loses_none(steps in vec(step(), 1..60)) {
        let mut run = Run::new();
        for step in steps {
            run.step(step);
        }
    }
}

fn member_name() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "access_token",
        "token_type",
        "refresh_token",
        "expires_in",
        "scope",
        "error",
        "x",
        "nonce",
    ])
}

fn member_value() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => Just(r#""Bearer""#.to_owned()),
        2 => Just(r#""3600""#.to_owned()),
        1 => any::<String>().prop_map(|text| serde_json::Value::from(text).to_string()),
        1 => any::<i64>().prop_map(|number| number.to_string()),
        2 => Just("null".to_owned()),
        1 => prop::sample::select(vec!["1.5", "1e999", "[]", "{}", "true", "[[", "\"\\ud800\""])
            .prop_map(str::to_owned),
    ]
}
