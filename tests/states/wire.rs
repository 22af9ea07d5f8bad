//! Each request as it stands on the wire: by the RFC, and with each knob of a dialect turned.

use std::time::Duration;

use oauth_proto::{
    Provider, Request, Scope,
    dialect::{BodyFormat, ClientAuthentication, ResponseFormat},
};

use crate::scenario::{BASIC, CHALLENGE, NONCE, STATE, Scenario, VERIFIER, at, entropy, wire};

/// The same head for every token request that proves itself by a header.
fn by_basic(body: &str) -> String {
    format!(
        "POST https://id.example/token\nContent-Type: application/x-www-form-urlencoded\nAccept: application/json\n\
         Authorization: {BASIC}\n\n{body}"
    )
}

fn by_body(body: &str) -> String {
    format!(
        "POST https://id.example/token\nContent-Type: application/x-www-form-urlencoded\nAccept: application/json\n\n\
         {body}"
    )
}

fn json(body: &str) -> String {
    format!("POST https://id.example/token\nContent-Type: application/json\nAccept: application/json\n\n{body}")
}

const REDIRECT: &str = "redirect_uri=https%3A%2F%2Fapp.example%2Fcb";

fn code_body() -> String {
    format!("grant_type=authorization_code&code=C1&{REDIRECT}&code_verifier={VERIFIER}")
}

#[test]
fn a_confidential_client_by_the_rfc() {
    let scenario = Scenario::new();
    assert_eq!(wire(&scenario.code_in_flight().0), by_basic(&code_body()));
    assert_eq!(wire(&scenario.refresh_in_flight().0), by_basic("grant_type=refresh_token&refresh_token=R1"));
    let credentials = by_basic("grant_type=client_credentials&scope=read+write");
    assert_eq!(wire(&scenario.client_credentials_in_flight().0), credentials);
    assert_eq!(wire(&scenario.reissue_in_flight().0), credentials);
    let password = by_basic("grant_type=password&username=ada&password=pa55&scope=read+write");
    assert_eq!(wire(&scenario.password_in_flight().0), password);
}

#[test]
fn a_public_client_by_the_rfc_says_who_it_is_and_proves_nothing() {
    let scenario = Scenario::public();
    assert_eq!(wire(&scenario.code_in_flight().0), by_body(&(code_body() + "&client_id=app")));
    let refresh = by_body("grant_type=refresh_token&refresh_token=R1&client_id=app");
    assert_eq!(wire(&scenario.refresh_in_flight().0), refresh);
    let password = by_body("grant_type=password&username=ada&password=pa55&scope=read+write&client_id=app");
    assert_eq!(wire(&scenario.password_in_flight().0), password);
}

#[test]
fn a_login_without_pkce_sends_no_verifier() {
    let scenario = Scenario::new();
    let login = scenario.client.authorization_code_without_pkce_for_a_server_that_refuses_it().unwrap();
    let (url, awaiting) = login.authorize(entropy(), at(0));
    let start = "https://id.example/authorize?response_type=code&client_id=app";
    assert_eq!(url.as_str(), format!("{start}&{REDIRECT}&scope=read+write&state={STATE}"));
    let (request, _) = awaiting.receive_pasted_code_without_state_check(&scenario.client, " C1\n", at(10)).unwrap();
    assert_eq!(wire(&request), by_basic(&format!("grant_type=authorization_code&code=C1&{REDIRECT}")));
}

#[test]
fn names_and_passwords_of_any_alphabet() {
    let scenario = Scenario::with(|provider| provider.dialect.token.body = BodyFormat::Json);
    let request = |scenario: &Scenario<_>| {
        let password = "\"\\ \u{1}\u{1F600}&=+%".into();
        wire(&scenario.client.password().unwrap().scope(Scope::default()).request("ä b", &password, at(0)).unwrap().0)
    };
    let body = r#"{"grant_type":"password","username":"ä b","password":"\"\\ \u0001😀&=+%"}"#;
    let head = "POST https://id.example/token\nContent-Type: application/json\nAccept: application/json\n";
    assert_eq!(request(&scenario), format!("{head}Authorization: {BASIC}\n\n{body}"));
    let body = "grant_type=password&username=%C3%A4+b&password=%22%5C+%01%F0%9F%98%80%26%3D%2B%25";
    assert_eq!(request(&Scenario::new()), by_basic(body));
}

/// One knob turned, and what becomes of the code exchange and of the refresh.
fn with(tweak: impl FnOnce(&mut Provider)) -> (String, String) {
    let scenario = Scenario::with(tweak);
    (wire(&scenario.code_in_flight().0), wire(&scenario.refresh_in_flight().0))
}

fn plain() -> (String, String) {
    with(|_| {})
}

#[test]
fn token_body_json() {
    let (code, refresh) = with(|provider| {
        provider.dialect.token.body = BodyFormat::Json;
        provider.dialect.token.client_authentication = ClientAuthentication::Body;
    });
    let body = format!(
        r#"{{"grant_type":"authorization_code","code":"C1","redirect_uri":"https://app.example/cb","code_verifier":"{VERIFIER}","client_id":"app","client_secret":"s3cret"}}"#
    );
    assert_eq!(code, json(&body));
    assert_eq!(refresh, plain().1);
}

#[test]
fn token_client_authentication() {
    let (code, refresh) = with(|provider| provider.dialect.token.client_authentication = ClientAuthentication::Body);
    assert_eq!(code, by_body(&(code_body() + "&client_id=app&client_secret=s3cret")));
    assert_eq!(refresh, plain().1);
    let (code, _) = with(|provider| provider.dialect.token.client_authentication = ClientAuthentication::None);
    assert_eq!(code, by_body(&(code_body() + "&client_id=app")));
}

#[test]
fn token_parameters() {
    let (code, refresh) = with(|provider| {
        let parameters = &mut provider.dialect.token.parameters;
        parameters.rename("code", "auth_code").omit("redirect_uri").add("resource", "https://api.example/");
    });
    let body = "grant_type=authorization_code&auth_code=C1&code_verifier=";
    assert_eq!(code, by_basic(&format!("{body}{VERIFIER}&resource=https%3A%2F%2Fapi.example%2F")));
    assert_eq!(refresh, plain().1);
    // A standard parameter that is left out may be sent with a fixed value.
    let scenario = Scenario::with(|provider| {
        provider.dialect.token.parameters.omit("scope").add("scope", "fixed");
    });
    let credentials = by_basic("grant_type=client_credentials&scope=fixed");
    assert_eq!(wire(&scenario.client_credentials_in_flight().0), credentials);
}

#[test]
fn refresh_body_and_authentication() {
    let (code, refresh) = with(|provider| {
        provider.dialect.refresh.body = BodyFormat::Json;
        provider.dialect.refresh.client_authentication = ClientAuthentication::Body;
    });
    assert_eq!(code, plain().0);
    let body = r#"{"grant_type":"refresh_token","refresh_token":"R1","client_id":"app","client_secret":"s3cret"}"#;
    assert_eq!(refresh, json(body));
    let (_, refresh) = with(|provider| provider.dialect.refresh.client_authentication = ClientAuthentication::None);
    assert_eq!(refresh, by_body("grant_type=refresh_token&refresh_token=R1&client_id=app"));
}

#[test]
fn refresh_parameters_and_redirect_uri() {
    let (code, refresh) = with(|provider| {
        provider.dialect.refresh.send_redirect_uri = true;
        let parameters = &mut provider.dialect.refresh.parameters;
        parameters.rename("refresh_token", "token").omit("grant_type").add("a", "1");
    });
    assert_eq!(code, plain().0);
    assert_eq!(refresh, by_basic(&format!("token=R1&{REDIRECT}&a=1")));
}

#[test]
fn refresh_endpoint() {
    let scenario = Scenario::with(|provider| provider.refresh_endpoint = Some("https://id.example:8443/r?v=1".into()));
    assert_eq!(wire(&scenario.code_in_flight().0), plain().0);
    let (request, _) = scenario.refresh_in_flight();
    assert_eq!(wire(&request), plain().1.replace("https://id.example/token", "https://id.example:8443/r?v=1"));
    assert_eq!(request.contract().origin(), "https://id.example:8443");
}

#[test]
fn response_format_is_what_is_accepted() {
    let scenario = Scenario::with(|provider| provider.dialect.response.format = ResponseFormat::Form);
    let accept = "Accept: application/x-www-form-urlencoded";
    assert_eq!(wire(&scenario.code_in_flight().0), plain().0.replace("Accept: application/json", accept));
}

#[test]
fn the_contract_that_each_request_carries() {
    fn terms(request: &Request) -> (String, usize, Duration, bool) {
        let contract = request.contract();
        assert!(!contract.follows_redirects() && !contract.retries() && !contract.early_data());
        let origin = contract.origin().to_owned();
        (origin, contract.max_response_bytes(), contract.deadline(), contract.tls_required())
    }
    let plain = ("https://id.example".to_owned(), 262_144, Duration::from_secs(30), true);
    assert_eq!(terms(&Scenario::new().code_in_flight().0), plain);
    let scenario = Scenario::with(|provider| {
        provider.allow_plaintext_on_loopback = true;
        provider.token_endpoint = Some("http://127.0.0.1:8080/token".into());
        provider.limits.response_bytes = 1000;
        provider.deadline_seconds = Some(5);
    });
    let local = ("http://127.0.0.1:8080".to_owned(), 1000, Duration::from_secs(5), false);
    assert_eq!(terms(&scenario.refresh_in_flight().0), local);
}

/// The authorization URL behind `https://id.example/authorize?`, as code and as implicit login.
fn urls(tweak: impl FnOnce(&mut Provider)) -> (String, String) {
    let scenario = Scenario::with(tweak);
    let code = scenario.login().authorize(entropy(), at(0)).0.into_string();
    (code, scenario.client.implicit().unwrap().authorize(entropy(), at(0)).0.into_string())
}

fn code_url(pairs: &str) -> String {
    format!("https://id.example/authorize?{pairs}&code_challenge={CHALLENGE}&code_challenge_method=S256")
}

fn implicit_url(pairs: &str) -> String {
    format!("https://id.example/authorize?{pairs}")
}

#[test]
fn the_authorization_request_by_the_rfc() {
    let (code, implicit) = urls(|_| {});
    let rest = format!("client_id=app&{REDIRECT}&scope=read+write&state={STATE}");
    assert_eq!(code, code_url(&format!("response_type=code&{rest}")));
    assert_eq!(implicit, implicit_url(&format!("response_type=token&{rest}")));
}

#[test]
fn authorize_parameters() {
    let (code, implicit) = urls(|provider| {
        let parameters = &mut provider.dialect.authorize.parameters;
        parameters.rename("client_id", "clientId").omit("scope").add("access_type", "off line");
    });
    let rest = format!("clientId=app&{REDIRECT}&state={STATE}");
    let added = "&access_type=off+line";
    assert_eq!(code, code_url(&format!("response_type=code&{rest}")) + added);
    assert_eq!(implicit, implicit_url(&format!("response_type=token&{rest}")) + added);
}

#[test]
fn authorize_response_types_separator_and_nonce() {
    let (code, implicit) = urls(|provider| {
        let step = &mut provider.dialect.authorize;
        step.response_type_code = "code2".into();
        step.response_type_token = "implicit".into();
        step.scope_separator = ",".into();
        step.nonce = oauth_proto::dialect::Nonce::EchoedWithTokens;
    });
    let rest = format!("client_id=app&{REDIRECT}&scope=read%2Cwrite&state={STATE}&nonce={NONCE}");
    assert_eq!(code, code_url(&format!("response_type=code2&{rest}")));
    assert_eq!(implicit, implicit_url(&format!("response_type=implicit&{rest}")));
}

#[test]
fn authorization_endpoints_with_a_query_of_their_own() {
    for (endpoint, start) in [("?", "?"), ("?tenant=7", "?tenant=7&"), ("?tenant=7&", "?tenant=7&")] {
        let (code, implicit) = urls(|provider| {
            provider.implicit_authorization_endpoint = Some(format!("https://id.example/implicit{endpoint}"));
        });
        assert_eq!(code, urls(|_| {}).0);
        let plain = urls(|_| {}).1;
        assert_eq!(
            implicit,
            plain.replace("https://id.example/authorize?", &format!("https://id.example/implicit{start}"))
        );
    }
}
