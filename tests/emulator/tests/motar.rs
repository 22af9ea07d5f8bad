//! MOTAR, with its sandbox.

mod common;

use common::*;
use oauth_proto_emulator::{ClientKind, Emulator, ProviderTable, TestClient};

struct Motar(Emulator);

impl Motar {
    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.0.origin(self.0.table().hosts()[0]))
    }

    fn signin(&self, response_type: &str) -> String {
        let pairs = [
            ("clientId", self.0.client_id()),
            ("response_type", response_type),
            ("redirect_uri", self.0.redirect_uri()),
            ("state", "s1"),
            ("nonce", "n+1"),
            ("app_login", "true"),
        ];
        format!("{}?{}", self.url("/oauth/signin"), form(&pairs))
    }

    fn validate(&self, what: &str, token: &str) -> Reply {
        get(&self.url(&format!("/oauth/{what}/validate")), &[("Authentication", token)])
    }
}

#[test]
fn motar_from_signin_to_logout() {
    for table in [ProviderTable::motar(), ProviderTable::motar_sandbox()] {
        let motar = Motar(Emulator::start(table));
        let emulator = &motar.0;
        let landing = emulator.user().approve(&motar.signin("code"));
        assert_eq!(callback(&landing, "state").as_deref(), Some("s1"));
        let code = callback(&landing, "code").unwrap();
        let grant = [("clientId", emulator.client_id()), ("grant_type", "authorization_code"), ("code", &code)];
        let url = motar.url("/oauth/token");
        let tokens = post(&url, FORM, &form(&grant)).must(200);
        assert_eq!(tokens.text("nonce"), "n+1");
        let token = tokens.text("refresh_token");
        let refresh = [
            ("clientId", emulator.client_id()),
            ("client_secret", emulator.client_secret()),
            ("grant_type", "refresh_token"),
            ("refresh_token", &token),
        ];
        let fresh = post(&url, FORM, &form(&refresh)).must(200);
        assert!(fresh.json().get("nonce").is_none());
        let access = fresh.text("access_token");
        motar.validate("token", &access).must(200);
        motar.validate("session", &access).must(200);
        get(&emulator.api_url(), &[("Authentication", &access)]).must(200);
        let logout = motar.url("/oauth/logout");
        post(&logout, FORM, &form(&[("refresh_token", &token)])).says(400, "invalid_grant");
        motar.validate("session", &access).must(200);
        let token = fresh.text("refresh_token");
        post(&motar.url("/oauth/logout"), FORM, &form(&[("refresh_token", &token)])).must(200);
        motar.validate("token", &access).must(401);
        motar.validate("session", &access).must(401);
        get(&motar.url("/oauth/token/validate"), &[]).must(401);
        clean(emulator);
    }
}

#[test]
fn motar_implicit_brings_a_refresh_token() {
    for in_query in [false, true] {
        let table = ProviderTable::motar();
        let motar = Motar(Emulator::start(if in_query { table.implicit_in_query() } else { table }));
        let landing = motar.0.user().approve(&motar.signin("implicit"));
        assert_eq!(landing.url.contains('#'), !in_query);
        assert!(callback(&landing, "refresh_token").unwrap().starts_with("rt-"));
        assert_eq!(callback(&landing, "nonce").as_deref(), Some("n+1"));
        assert_eq!(callback(&landing, "expires_in").as_deref(), Some("3600"));
        motar.validate("session", &callback(&landing, "access_token").unwrap()).must(200);
        clean(&motar.0);
    }
}

#[test]
fn motar_refuses_what_its_tables_do_not_show() {
    let motar = Motar(Emulator::start(ProviderTable::motar()));
    let emulator = &motar.0;
    for (from, to, hint) in [
        ("clientId", "client_id", "`clientId` is missing"),
        ("state=s1&", "", "`state` is missing"),
        ("app_login=true", "app_login=false", "motar L15"),
        ("type=code", "type=token", "response_type `token` is not documented"),
    ] {
        let landing = emulator.user().approve(&motar.signin("code").replace(from, to));
        assert!(landing.refusal.unwrap().contains(hint));
    }
    let code = callback(&emulator.user().approve(&motar.signin("code")), "code").unwrap();
    let grant = [("clientId", emulator.client_id()), ("grant_type", "authorization_code"), ("code", &code)];
    let url = motar.url("/oauth/token");
    let with = |name, value| form(&[grant.as_slice(), &[(name, value)]].concat());
    post(&url, FORM, &with("client_secret", emulator.client_secret())).deviates("`client_secret` is not a parameter");
    post(&url, FORM, &with("redirect_uri", emulator.redirect_uri())).deviates("`redirect_uri` is not a parameter");
    let tokens = post(&url, FORM, &form(&grant)).must(200);
    let access = tokens.text("access_token");
    get(&emulator.api_url(), &[("authorization", &format!("Bearer {access}"))])
        .deviates("`authentication` is documented");
    get(&emulator.api_url(), &[("authentication", &format!("Bearer {access}"))]).deviates("without a scheme");
    let both = [("authentication", access.as_str()), ("authorization", access.as_str())];
    get(&emulator.api_url(), &both).deviates("`authorization`");
    get(&motar.url("/oauth/session/validate"), &[]).deviates("motar L46-47");
    let token = tokens.text("refresh_token");
    let logout = [("refresh_token", token.as_str()), ("clientId", emulator.client_id())];
    post(&motar.url("/oauth/logout"), FORM, &form(&logout)).deviates("`clientId` is not a parameter");
    let bare = form(&logout[..1]);
    let headers = [("content-type", FORM), ("authentication", access.as_str())];
    send("POST", &motar.url("/oauth/logout"), &headers, &bare).unwrap().deviates("where none is documented");
    let refresh = [("clientId", emulator.client_id()), ("grant_type", "refresh_token"), ("refresh_token", &token)];
    post(&url, FORM, &form(&refresh)).deviates("`client_secret` is missing");
}

#[test]
fn a_code_belongs_to_the_client_that_asked_for_it() {
    let other = TestClient {
        id: "other".to_owned(),
        secret: Some("other secret".to_owned()),
        redirect_uris: vec!["https://other.example/callback".to_owned()],
        kind: ClientKind::Confidential,
    };
    let motar = Motar(Emulator::start(ProviderTable::motar().client(other)));
    let code = callback(&motar.0.user().approve(&motar.signin("code")), "code").unwrap();
    let grant = |id| form(&[("clientId", id), ("grant_type", "authorization_code"), ("code", &code)]);
    post(&motar.url("/oauth/token"), FORM, &grant("other")).says(400, "invalid_grant");
    post(&motar.url("/oauth/token"), FORM, &grant("nobody")).says(401, "invalid_client");
    post(&motar.url("/oauth/token"), FORM, &grant(motar.0.client_id())).must(200);
}
