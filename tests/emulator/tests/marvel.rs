//! Marvel: public and confidential clients, PKCE, implicit.

mod common;

use std::time::Duration;

use base64::Engine as _;
use common::*;
use oauth_proto_emulator::{Emulator, ProviderTable};

const MARVEL_AUTHORIZE: &str = "https://marvelapp.com/oauth/authorize";
const MARVEL_TOKEN: &str = "https://marvelapp.com/oauth/token/";

fn marvel_code(emulator: &Emulator, id: &str, more: &[(&str, &str)]) -> String {
    let base = [
        ("response_type", "code"),
        ("client_id", id),
        ("redirect_uri", emulator.redirect_uri()),
        ("scope", "user:read projects:read"),
        ("state", "s1"),
    ];
    approved(emulator, MARVEL_AUTHORIZE, &[base.as_slice(), more].concat(), "code")
}

fn marvel_post(emulator: &Emulator, basic: Option<(&str, &str)>, pairs: &[(&str, &str)]) -> Reply {
    let encoded = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let header = basic.map(|(id, secret)| {
        let joined = format!("{}:{}", encoded(id), encoded(secret));
        format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(joined))
    });
    let mut headers = vec![("content-type", FORM)];
    if let Some(header) = &header {
        headers.push(("authorization", header));
    }
    send("POST", &emulator.local(MARVEL_TOKEN), &headers, &form(pairs)).unwrap()
}

#[test]
fn marvel_authenticates_the_client_in_one_place() {
    let emulator = Emulator::start(ProviderTable::marvel());
    let (id, secret) = (emulator.client_id(), emulator.client_secret());
    let code = marvel_code(&emulator, id, &[]);
    let grant = [("grant_type", "authorization_code"), ("code", &code), ("redirect_uri", emulator.redirect_uri())];
    let in_body = [grant.as_slice(), &[("client_id", id), ("client_secret", secret)]].concat();
    marvel_post(&emulator, Some((id, secret)), &in_body).deviates("in the body and in the header");
    marvel_post(&emulator, None, &grant).deviates("identifies the client");
    marvel_post(&emulator, None, &[grant.as_slice(), &[("client_id", id)]].concat()).says(401, "invalid_client");
    let wrong = marvel_post(&emulator, Some((id, "wrong")), &grant);
    wrong.says(401, "invalid_client");
    assert_eq!(wrong.header("www-authenticate"), "Basic realm=\"marvel\"");
    marvel_post(&emulator, Some((id, secret)), &grant[..2]).deviates("the authorization request had one");
    let headers = [("content-type", FORM)];
    let named = |id| [grant.as_slice(), &[("client_id", id)]].concat();
    marvel_post(&emulator, Some((id, secret)), &named("x")).deviates("names another client");
    let slashless = emulator.local(MARVEL_TOKEN.trim_end_matches('/'));
    send("POST", &slashless, &headers, &form(&in_body)).unwrap().deviates("/oauth/token/ on marvelapp.com");
    let tokens = marvel_post(&emulator, Some((id, secret)), &named(id)).must(200);
    assert_eq!(tokens.json()["expires_in"], 36_000);
    assert_eq!(tokens.text("scope"), "user:read projects:read");
    assert_eq!(tokens.json().as_object().unwrap().len(), 5);
    marvel_post(&emulator, Some((id, secret)), &grant).says(401, "invalid_grant");

    let code = marvel_code(&emulator, id, &[]);
    let grant = [("grant_type", "authorization_code"), ("code", &code), ("redirect_uri", emulator.redirect_uri())];
    let tokens =
        marvel_post(&emulator, None, &[grant.as_slice(), &[("client_id", id), ("client_secret", secret)]].concat())
            .must(200);
    emulator.advance(Duration::from_secs(36_000));
    let token = tokens.text("refresh_token");
    let refresh = [("grant_type", "refresh_token"), ("refresh_token", token.as_str())];
    let wider = [refresh.as_slice(), &[("scope", "user:read company:read")]].concat();
    marvel_post(&emulator, Some((id, secret)), &wider).says(400, "invalid_scope");
    let narrower = [refresh.as_slice(), &[("scope", "user:read")]].concat();
    let fresh = marvel_post(&emulator, Some((id, secret)), &narrower).must(200);
    assert_eq!(fresh.text("scope"), "user:read");
    get(&emulator.api_url(), &[("authorization", &format!("Bearer {}", fresh.text("access_token")))]).must(200);
}

#[test]
fn marvel_demands_pkce_of_public_clients() {
    let emulator = Emulator::start(ProviderTable::marvel());
    let id = emulator.public_client_id();
    let query = form(&[("response_type", "code"), ("client_id", id), ("redirect_uri", emulator.redirect_uri())]);
    for plain in [String::new(), format!("&code_challenge={CHALLENGE}&code_challenge_method=plain")] {
        let landing = emulator.user().approve(&format!("{MARVEL_AUTHORIZE}?{query}{plain}"));
        assert!(landing.refusal.as_deref().unwrap_or("").contains("marvel L46"), "{landing:?}");
    }
    let code = marvel_code(&emulator, id, &[("code_challenge", CHALLENGE), ("code_challenge_method", "S256")]);
    let grant = [
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("redirect_uri", emulator.redirect_uri()),
        ("client_id", id),
    ];
    marvel_post(&emulator, None, &grant).deviates("`code_verifier` is missing");
    let other = VERIFIER.replace('d', "e");
    marvel_post(&emulator, None, &[grant.as_slice(), &[("code_verifier", &other)]].concat()).says(401, "invalid_grant");
    let secret = [grant.as_slice(), &[("code_verifier", VERIFIER), ("client_secret", "x")]].concat();
    marvel_post(&emulator, None, &secret).deviates("a public client sends a `client_secret`");
    let tokens = marvel_post(&emulator, None, &[grant.as_slice(), &[("code_verifier", VERIFIER)]].concat()).must(200);
    let token = tokens.text("refresh_token");
    let refresh = [("grant_type", "refresh_token"), ("refresh_token", token.as_str()), ("client_id", id)];
    marvel_post(&emulator, None, &refresh).must(200);
    marvel_post(&emulator, None, &refresh).says(401, "invalid_grant");
    assert!(emulator.reuse_detected());
    assert_eq!(emulator.grants_ended_by_reuse(), 1);
}

#[test]
fn marvel_gives_implicit_tokens_to_public_clients_only() {
    let emulator = Emulator::start(ProviderTable::marvel().denial_without_state());
    let query = |id: &str| form(&[("response_type", "token"), ("client_id", id), ("state", "s1")]);
    let public = format!("{MARVEL_AUTHORIZE}?{}", query(emulator.public_client_id()));
    let landing = emulator.user().approve(&public);
    assert!(landing.url.starts_with("http://127.0.0.1:4180/callback#access_token="));
    assert_eq!(callback(&landing, "refresh_token"), None);
    assert_eq!(callback(&landing, "state").as_deref(), Some("s1"));
    assert_eq!(emulator.user().deny(&public).url, "http://127.0.0.1:4180/callback#error=access_denied");
    clean(&emulator);
    let landing = emulator.user().approve(&format!("{MARVEL_AUTHORIZE}?{}", query(emulator.client_id())));
    assert!(landing.refusal.unwrap().contains("marvel L44-46"));
    let query = query(emulator.public_client_id());
    for scope in ["user:read,projects:read", "user:read++projects:read", "admin", "user:read+user:read"] {
        let landing = emulator.user().approve(&format!("{MARVEL_AUTHORIZE}?{query}&scope={scope}"));
        assert!(landing.refusal.unwrap().contains("marvel L60"));
    }
}

#[test]
fn marvel_has_personal_tokens_that_do_not_expire() {
    let emulator = Emulator::start(ProviderTable::marvel());
    let bearer = format!("Bearer {}", emulator.personal_access_token());
    emulator.advance(Duration::from_secs(1_000_000_000));
    get(&emulator.api_url(), &[("authorization", &bearer)]).must(200);
    emulator.revoke_by_user();
    get(&emulator.api_url(), &[("authorization", &bearer)]).must(401);
    clean(&emulator);
}
