//! The two JSON dialects.

mod common;

use std::time::Duration;

use common::*;
use oauth_proto_emulator::{Emulator, ProviderTable};

const MARQ_AUTHORIZE: &str = "https://app.Marq.com/oauth2/authorize";
const MARQ_TOKEN: &str = "https://users.app.Marq.com/oauth2/token";
const MARQ_REFRESH: &str = "https://users.app.marq.com/oauth2/refreshToken";
const FIFTH_TOKEN: &str = "https://fifth.invalid/token";

fn marq_query(emulator: &Emulator, redirect_uri: &str) -> String {
    form(&[("client_id", emulator.client_id()), ("redirect_uri", redirect_uri), ("scope", "data-service.admin")])
}

fn marq_exchange(emulator: &Emulator, code: &str) -> Reply {
    let pairs = [
        ("code", code),
        ("client_id", emulator.client_id()),
        ("client_secret", emulator.client_secret()),
        ("grant_type", "authorization_code"),
    ];
    post(&emulator.local(MARQ_TOKEN), JSON, &json(&pairs))
}

fn refresh(emulator: &Emulator, url: &str, token: &str) -> Reply {
    let pairs = [
        ("refresh_token", token),
        ("client_id", emulator.client_id()),
        ("client_secret", emulator.client_secret()),
        ("grant_type", "refresh_token"),
    ];
    post(&emulator.local(url), JSON, &json(&pairs))
}

#[test]
fn marq_from_browser_to_the_refresh_deadline() {
    let emulator = Emulator::start(ProviderTable::marq());
    let query = marq_query(&emulator, emulator.redirect_uri());
    let landing = emulator.user().approve(&format!("{MARQ_AUTHORIZE}?{query}&state=s1"));
    assert!(landing.url.starts_with("http://127.0.0.1:4180/callback?keep=1&code=code-"), "{landing:?}");
    assert!(landing.url.ends_with("&state=s1"));
    let tokens = marq_exchange(&emulator, &callback(&landing, "code").unwrap()).must(200);
    assert_eq!(tokens.json().as_object().unwrap().len(), 3);
    assert_eq!(tokens.json()["expires"], emulator.now_ms() + 3_600_000);
    let bearer = |reply: &Reply| format!("Bearer {}", reply.text("access_token"));
    get(&emulator.api_url(), &[("authorization", &bearer(&tokens))]).must(200);
    emulator.advance(Duration::from_millis(3_599_999));
    let fresh = refresh(&emulator, MARQ_REFRESH, &tokens.text("refresh_token")).must(200);
    get(&emulator.api_url(), &[("authorization", &bearer(&tokens))]).must(401);
    get(&emulator.api_url(), &[("authorization", &bearer(&fresh))]).must(200);
    emulator.advance(Duration::from_secs(3600));
    refresh(&emulator, MARQ_REFRESH, &fresh.text("refresh_token")).says(400, "invalid_grant");
    assert!(!emulator.reuse_detected());
    assert_eq!(emulator.grants_ended_by_reuse(), 0);
    clean(&emulator);
}

#[test]
fn marq_shows_the_code_on_its_own_page() {
    let emulator = Emulator::start(ProviderTable::marq());
    let hosted = emulator.hosted_redirect_uri().unwrap();
    // As the document's example has it: nothing encoded.
    let raw = format!("client_id={}&redirect_uri={hosted}&scope=data-service.admin", emulator.client_id());
    let landing = emulator.user().approve(&format!("{MARQ_AUTHORIZE}?{raw}"));
    assert!(landing.url.starts_with(&hosted));
    marq_exchange(&emulator, &landing.displayed_code.unwrap()).must(200);
    let denied = emulator.user().deny(&format!("{MARQ_AUTHORIZE}?{}", marq_query(&emulator, &hosted)));
    assert_eq!(denied.displayed_code, None);
    assert_eq!(callback(&denied, "error").as_deref(), Some("access_denied"));
    clean(&emulator);
}

#[test]
fn marq_need_not_echo_the_state() {
    let emulator = Emulator::start(ProviderTable::marq().echo_state(false));
    let query = marq_query(&emulator, emulator.redirect_uri());
    let landing = emulator.user().approve(&format!("{MARQ_AUTHORIZE}?{query}&state=s1"));
    assert_eq!(callback(&landing, "state"), None);
    clean(&emulator);
}

#[test]
fn marq_refuses_what_other_providers_want() {
    let emulator = Emulator::start(ProviderTable::marq());
    let query = marq_query(&emulator, emulator.redirect_uri());
    for (wrong, hint) in [
        (format!("{query}&response_type=code"), "`response_type` is not a parameter"),
        (query.replace("data-service.admin", "other"), "marq L46"),
        (query.replace("%3Fkeep%3D1", ""), "byte for byte"),
        (query.replace("Fcallback", "FCallback"), "byte for byte"),
    ] {
        let landing = emulator.user().approve(&format!("{MARQ_AUTHORIZE}?{wrong}"));
        assert!(landing.refusal.as_deref().unwrap_or("").contains(hint), "{landing:?}");
    }
    let landing = emulator.user().approve(&format!("{MARQ_AUTHORIZE}?{query}"));
    let code = callback(&landing, "code").unwrap();
    let honest = [
        ("code", code.as_str()),
        ("client_id", emulator.client_id()),
        ("client_secret", emulator.client_secret()),
        ("grant_type", "authorization_code"),
    ];
    let url = emulator.local(MARQ_TOKEN);
    let body = json(&honest);
    post(&url, FORM, &form(&honest)).deviates("application/json is documented");
    post(&url, JSON, &form(&honest)).deviates("not the documented JSON object");
    post(&url, JSON, &format!("[{body}]")).deviates("not the documented JSON object");
    post(&url, JSON, &body.replacen('{', "{\"code\":\"x\",", 1)).deviates("`code` is repeated");
    post(&url, JSON, &body.replacen('{', "{\"x\":1,", 1)).deviates("not a string");
    post(&url, JSON, &body.replacen('{', "{\"redirect_uri\":\"x\",", 1)).deviates("`redirect_uri` is not a parameter");
    post(&emulator.local(MARQ_REFRESH), JSON, &body).deviates("not documented at /oauth2/refreshToken");
    post(&format!("{}/oauth2/token", emulator.origin("app.Marq.com")), JSON, &body).deviates("on users.app.Marq.com");
    let tokens = post(&url, JSON, &body).must(200);
    refresh(&emulator, MARQ_TOKEN, &tokens.text("refresh_token")).deviates("not documented at /oauth2/token");
    refresh(&emulator, MARQ_REFRESH, &tokens.text("refresh_token")).must(200);
}

fn fifth_grant(emulator: &Emulator, rest: &[(&str, &str)]) -> Reply {
    let client = [("client_id", emulator.client_id()), ("client_secret", emulator.client_secret())];
    post(&emulator.local(FIFTH_TOKEN), JSON, &json(&[rest, &client].concat()))
}

fn fifth_query(emulator: &Emulator, id: &str) -> String {
    form(&[("client_id", id), ("redirect_uri", emulator.redirect_uri()), ("state", "s1")])
}

#[test]
fn the_fifth_wants_its_percent_sequences_back() {
    let emulator = Emulator::start(ProviderTable::fifth());
    let query = fifth_query(&emulator, emulator.client_id());
    let landing = emulator.user().approve(&format!("https://fifth.invalid/login?{query}"));
    let (_, raw) = landing.url.split_once("?code=").unwrap();
    let (raw, _) = raw.split_once('&').unwrap();
    assert!(raw.ends_with("%3D"));
    let with = |code: &str| fifth_grant(&emulator, &[("grant_type", "authorization_code"), ("code", code)]);
    with(&raw.replace("%3D", "=")).deviates("fifth L15");
    with(&raw.replace("%3D", "%253D")).deviates("fifth L15");
    with(&raw.replace("%3D", "%3d")).deviates("fifth L15");
    with("code-never-issued").says(400, "invalid_grant");
    let tokens = with(raw).must(200);
    assert_eq!(tokens.json()["expires_in"], 1200);
    let token = tokens.text("refresh_token");
    assert!(token.ends_with("%3d"));
    let with = |token: &str| fifth_grant(&emulator, &[("grant_type", "refresh_token"), ("refresh_token", token)]);
    with(&token.replace("%3d", "%3D")).deviates("fifth L67");
    with(&token.replace("%3d", "=")).deviates("fifth L67");
    with(&token).must(200);
    assert!(!emulator.reuse_detected());
    assert_eq!(emulator.deviations().len(), 5);
}

#[test]
fn the_fifth_gives_refresh_tokens_for_everything_but_implicit() {
    for in_query in [false, true] {
        let table = ProviderTable::fifth();
        let emulator = Emulator::start(if in_query { table.implicit_in_query() } else { table });
        let password = [("grant_type", "password"), ("username", "jsmith"), ("password", "password123")];
        let own = fifth_grant(&emulator, &[("grant_type", "client_credentials")]).must(200);
        let users = fifth_grant(&emulator, &password).must(200);
        for tokens in [&own, &users] {
            assert!(tokens.text("refresh_token").ends_with("%3d"));
        }
        let wrong = [("grant_type", "password"), ("username", "jsmith"), ("password", "x")];
        fifth_grant(&emulator, &wrong).says(400, "invalid_grant");
        let query = fifth_query(&emulator, emulator.public_client_id());
        let landing = emulator.user().approve(&format!("https://fifth.invalid/login/implicit?{query}"));
        assert_eq!(landing.url.contains('#'), !in_query);
        assert_eq!(callback(&landing, "refresh_token"), None);
        assert_eq!(callback(&landing, "state").as_deref(), Some("s1"));
        let token = callback(&landing, "access_token").unwrap();
        get(&emulator.api_url(), &[("authorization", &token)]).must(200);
        // The user takes back what the user gave; the client's own token is not the user's.
        emulator.revoke_by_user();
        get(&emulator.api_url(), &[("authorization", &token)]).must(401);
        get(&emulator.api_url(), &[("authorization", &users.text("access_token"))]).must(401);
        get(&emulator.api_url(), &[("authorization", &own.text("access_token"))]).must(200);
        clean(&emulator);
        get(&emulator.api_url(), &[("authorization", &format!("Bearer {token}"))]).deviates("without a scheme");
        get(&emulator.api_url(), &[("authentication", &token)]).deviates("`authorization` is documented");
    }
}
