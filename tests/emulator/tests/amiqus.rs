//! Amiqus, which stands for all form dialects: the honest flow, the state machine and every kind of refusal.

mod common;

use std::time::Duration;

use common::amiqus::*;
use common::*;
use oauth_proto_emulator::{ClientKind, Emulator, ProviderTable, TestClient};

fn start() -> Emulator {
    Emulator::start(ProviderTable::amiqus())
}

#[test]
fn the_honest_flow_leaves_no_complaint() {
    let emulator = start();
    let tokens = exchange(&emulator, &code(&emulator)).must(200);
    let mut names: Vec<String> = tokens.json().as_object().unwrap().keys().cloned().collect();
    names.sort();
    assert_eq!(names, ["access_token", "expires_in", "refresh_token", "token_type"]);
    assert_eq!(tokens.json()["expires_in"], 31_536_000);
    assert_eq!(tokens.header("cache-control"), "no-store");
    me(&emulator, &tokens.text("access_token")).must(200);
    let fresh = refresh(&emulator, &tokens.text("refresh_token")).must(200);
    me(&emulator, &tokens.text("access_token")).must(401);
    me(&emulator, &fresh.text("access_token")).must(200);
    emulator.advance(Duration::from_secs(31_536_000));
    let late = me(&emulator, &fresh.text("access_token")).must(401);
    assert!(late.header("www-authenticate").contains("invalid_token"));
    refresh(&emulator, &fresh.text("refresh_token")).must(200);
    clean(&emulator);
    assert!(!emulator.reuse_detected());
    assert_eq!(emulator.requests_to("/oauth/token"), 3);
}

#[test]
fn the_state_comes_back_byte_for_byte_and_a_denial_carries_it() {
    let emulator = start();
    let query = form(&[
        ("client_id", emulator.client_id()),
        ("redirect_uri", emulator.redirect_uri()),
        ("response_type", "code"),
        ("state", "a+b/c== &%41"),
    ]);
    let user = emulator.user();
    let landing = user.approve(&emulator.local(&format!("{AUTHORIZE}?{query}")));
    assert_eq!(callback(&landing, "state").as_deref(), Some("a+b/c== &%41"));
    // The second time the user is signed in already.
    let landing = user.deny(&format!("{AUTHORIZE}?{query}"));
    assert_eq!(callback(&landing, "error").as_deref(), Some("access_denied"));
    assert_eq!(callback(&landing, "state").as_deref(), Some("a+b/c== &%41"));
    assert_eq!(callback(&landing, "code"), None);
    clean(&emulator);
}

#[test]
fn a_code_works_once_and_for_ten_minutes() {
    let emulator = start();
    let first = code(&emulator);
    let tokens = exchange(&emulator, &first).must(200);
    exchange(&emulator, &first).says(400, "invalid_grant");
    assert!(emulator.code_replay_detected());
    me(&emulator, &tokens.text("access_token")).must(401);
    refresh(&emulator, &tokens.text("refresh_token")).says(400, "invalid_grant");

    let late = code(&emulator);
    emulator.advance(Duration::from_secs(600));
    exchange(&emulator, &late).says(400, "invalid_grant");
    let early = code(&emulator);
    emulator.advance(Duration::from_millis(599_999));
    exchange(&emulator, &early).must(200);
    clean(&emulator);
}

#[test]
fn a_used_refresh_token_ends_the_family() {
    let emulator = start();
    let tokens = exchange(&emulator, &code(&emulator));
    let fresh = refresh(&emulator, &tokens.text("refresh_token")).must(200);
    refresh(&emulator, &tokens.text("refresh_token")).says(400, "invalid_grant");
    assert!(emulator.reuse_detected());
    me(&emulator, &fresh.text("access_token")).must(401);
    refresh(&emulator, &fresh.text("refresh_token")).says(400, "invalid_grant");
    clean(&emulator);
}

#[test]
fn the_user_can_withdraw() {
    let emulator = start();
    let tokens = exchange(&emulator, &code(&emulator));
    emulator.revoke_by_user();
    me(&emulator, &tokens.text("access_token")).must(401);
    refresh(&emulator, &tokens.text("refresh_token")).says(400, "invalid_grant");
    exchange(&emulator, &code(&emulator)).must(200);
    assert!(!emulator.reuse_detected());
    clean(&emulator);
}

#[test]
fn every_deviation_of_a_token_request_is_refused_and_spends_nothing() {
    let emulator = start();
    let url = emulator.local(TOKEN);
    let code = code(&emulator);
    let honest = [
        ("grant_type", "authorization_code"),
        ("client_id", emulator.client_id()),
        ("client_secret", emulator.client_secret()),
        ("code", code.as_str()),
        ("redirect_uri", emulator.redirect_uri()),
    ];
    let body = form(&honest);
    for at in 0..honest.len() {
        let mut fewer = honest.to_vec();
        let (name, _) = fewer.remove(at);
        post(&url, FORM, &form(&fewer)).deviates(&format!("`{name}` is missing"));
        let mut emptied = honest.to_vec();
        emptied[at].1 = "";
        post(&url, FORM, &form(&emptied)).deviates("is empty");
        let twice = [honest.as_slice(), &honest[at..=at]].concat();
        post(&url, FORM, &form(&twice)).deviates("is repeated");
    }
    post(&url, FORM, &format!("{body}&scope=x")).deviates("`scope` is not a parameter");
    post(&url, FORM, &format!("{body}&state=x")).deviates("`state` is not a parameter");
    post(&url, FORM, &format!("{body}&x=%zz")).deviates("hexadecimal");
    post(&url, FORM, &format!("{body}&code_verifier={VERIFIER}")).deviates("no challenge");
    post(&url, FORM, &json(&honest)).deviates("amiqus L83");
    post(&url, JSON, &json(&honest)).deviates("Content-Type `application/json`");
    post(&url, JSON, &body).deviates("Content-Type");
    send("POST", &url, &[], &body).unwrap().deviates("Content-Type");
    send("PUT", &url, &[("content-type", FORM)], &body).unwrap().deviates("POST is documented");
    get(&format!("{url}?{body}"), &[]).deviates("POST is documented");
    post(&format!("{url}?a=b"), FORM, &body).deviates("a query");
    post(&format!("{url}/"), FORM, &body).deviates("/oauth/token on id.amiqus.co is documented (amiqus L69");
    for header in ["authorization", "authentication"] {
        let headers = [("content-type", FORM), (header, "Basic YTpi")];
        send("POST", &url, &headers, &body).unwrap().deviates("where none is documented");
    }
    post(&url, FORM, &body.replace(&form(&[("code", &code)]), &form(&[("code", &code.replace('+', " "))])))
        .deviates("decoded or encoded on its way");
    post(&url, FORM, &body.replace("%2541", "A")).says(401, "invalid_client");
    assert_eq!(emulator.deviations().len(), honest.len() * 3 + 15);
    // After all that the code is as good as new.
    post(&url, FORM, &body).must(200);
}

#[test]
fn the_refresh_follows_the_table_and_not_the_example() {
    let emulator = start();
    let url = emulator.local(TOKEN);
    let code = code(&emulator);
    let token = exchange(&emulator, &code).must(200).text("refresh_token");
    let body = refresh_body(&emulator, &token);
    post(&url, FORM, &format!("{body}&{}", form(&[("code", &code)]))).deviates("`code` is not a parameter");
    post(&url, FORM, &body.replace("refresh_token&", "refresh_token.&")).deviates("`refresh_token.` is not documented");
    let (short, _) = body.split_once("&redirect_uri").unwrap();
    post(&url, FORM, short).deviates("`redirect_uri` is missing");
    post(&url, FORM, &body.replace("callback", "other")).says(400, "invalid_grant");
    post(&url, FORM, &body).must(200);
}

#[test]
fn every_deviation_of_an_authorization_request_ends_on_an_error_page() {
    let emulator = start();
    let honest =
        [("client_id", emulator.client_id()), ("redirect_uri", emulator.redirect_uri()), ("response_type", "code")];
    let good = form(&honest);
    let refused = |query: &str, hint: &str| {
        let before = emulator.deviations().len();
        let landing = emulator.user().approve(&format!("{AUTHORIZE}?{query}"));
        let words = landing.refusal.unwrap_or_default();
        assert!(words.contains(hint), "{query}: {words}");
        assert_eq!(landing.url, "");
        assert_eq!(emulator.deviations().len(), before + 1);
    };
    for at in 0..honest.len() {
        let mut fewer = honest.to_vec();
        fewer.remove(at);
        refused(&form(&fewer), "is missing");
        refused(&form(&[honest.as_slice(), &honest[at..=at]].concat()), "is repeated");
    }
    refused(&format!("{good}&scope=x"), "`scope` is not a parameter");
    refused(&format!("{good}&code_verifier={VERIFIER}"), "`code_verifier` is not a parameter");
    refused(&format!("{good}&state="), "is empty");
    refused(&format!("{good}&code_challenge=short&code_challenge_method=S256"), "malformed");
    refused(&format!("{good}&code_challenge_method=S256"), "without `code_challenge`");
    refused(&good.replace("=code", "=token"), "response_type `token` is not documented");
    refused(&good.replace("callback", "callback%2F"), "not registered, byte for byte");
    refused(&good.replace("%3A", ":").replace("%2F", "/"), "not percent-encoded (amiqus L57)");
    let landing = emulator.user().approve(&format!("{AUTHORIZE}?{}", good.replace(emulator.client_id(), "nobody")));
    assert_eq!(landing.refusal.as_deref(), Some("unauthorized_client: the client is unknown"));
    // Any port of a loopback address.
    let landing = emulator.user().approve(&format!("{AUTHORIZE}?{}", good.replace("4180", "50999")));
    assert!(landing.url.starts_with("http://127.0.0.1:50999/callback?code="), "{landing:?}");
}

#[test]
fn an_authorization_request_is_a_bare_get() {
    let emulator = start();
    let query = form(&[
        ("client_id", emulator.client_id()),
        ("redirect_uri", emulator.redirect_uri()),
        ("response_type", "code"),
    ]);
    let url = emulator.local(&format!("{AUTHORIZE}?{query}"));
    get(&url, &[("authorization", "Basic YTpi")]).must(400);
    send("POST", &url, &[], "").unwrap().must(400);
    let agent = ureq::agent();
    let with_body = agent.get(&url).force_send_body().send(query.as_str());
    assert!(matches!(with_body, Err(ureq::Error::StatusCode(400))), "{with_body:?}");
    assert_eq!(emulator.deviations().len(), 3);
}

#[test]
fn a_refresh_token_belongs_to_one_client() {
    let other = TestClient {
        id: "other".to_owned(),
        secret: Some("other secret".to_owned()),
        redirect_uris: vec!["https://other.example/callback".to_owned()],
        kind: ClientKind::Confidential,
    };
    let emulator = Emulator::start(ProviderTable::amiqus().client(other));
    let token = exchange(&emulator, &code(&emulator)).must(200).text("refresh_token");
    let thief = form(&[
        ("grant_type", "refresh_token"),
        ("client_id", "other"),
        ("client_secret", "other secret"),
        ("refresh_token", &token),
        ("redirect_uri", emulator.redirect_uri()),
    ]);
    post(&emulator.local(TOKEN), FORM, &thief).says(400, "invalid_grant");
    refresh(&emulator, &token).must(200);
    post(&emulator.local(TOKEN), FORM, &thief).says(400, "invalid_grant");
    assert!(!emulator.reuse_detected());
    clean(&emulator);
}

#[test]
fn a_challenge_binds_even_where_the_document_knows_none() {
    let emulator = start();
    let pairs = [
        ("client_id", emulator.client_id()),
        ("redirect_uri", emulator.redirect_uri()),
        ("response_type", "code"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ];
    let code = approved(&emulator, AUTHORIZE, &pairs, "code");
    let pairs = [
        ("grant_type", "authorization_code"),
        ("client_id", emulator.client_id()),
        ("client_secret", emulator.client_secret()),
        ("code", &code),
        ("redirect_uri", emulator.redirect_uri()),
        ("code_verifier", VERIFIER),
    ];
    let body = form(&pairs);
    post(&emulator.local(TOKEN), FORM, &body.replace("dBjf", "xBjf")).says(400, "invalid_grant");
    post(&emulator.local(TOKEN), FORM, &body).must(200);
    clean(&emulator);
}

#[test]
fn the_api_takes_the_token_in_one_place_only() {
    let emulator = start();
    let url = emulator.api_url();
    let token = exchange(&emulator, &code(&emulator)).text("access_token");
    let bearer = format!("Bearer {token}");
    get(&url, &[("authorization", &token)]).deviates("amiqus L143");
    get(&url, &[("authorization", &format!("bearer {token}"))]).deviates("amiqus L143");
    get(&url, &[("authentication", &token)]).deviates("`authentication`");
    get(&url, &[("authorization", &bearer), ("authorization", &bearer)]).deviates("repeated");
    get(&format!("{url}?{}", form(&[("access_token", &token)])), &[]).deviates("a query");
    let nothing = get(&url, &[]).must(401);
    assert_eq!(nothing.header("www-authenticate"), "Bearer realm=\"amiqus\"");
    me(&emulator, "at-wrong").must(401);
    me(&emulator, &token).must(200);
    assert_eq!(emulator.deviations().len(), 5);
}

#[test]
fn a_form_from_elsewhere_is_refused() {
    let emulator = start();
    let url = emulator.local(&format!(
        "{AUTHORIZE}?{}",
        form(&[
            ("client_id", emulator.client_id()),
            ("redirect_uri", emulator.redirect_uri()),
            ("response_type", "code")
        ])
    ));
    let page = get(&url, &[]).must(200);
    let cookie = page.header("set-cookie").split(';').next().unwrap().to_owned();
    let field = |name: &str| {
        let (_, rest) = page.body.split_once(&format!("name=\"{name}\" value=\"")).unwrap();
        rest.split_once('"').unwrap().0.to_owned()
    };
    let (ticket, csrf) = (field("ticket"), field("csrf"));
    let origin = emulator.origin("id.amiqus.co");
    let fill = |path: &str, csrf: &str, cookie: &str, rest: &str| {
        let body = format!("ticket={ticket}&csrf={csrf}&{rest}");
        let headers = [("content-type", FORM), ("cookie", cookie)];
        send("POST", &format!("{origin}{path}"), &headers, &body).unwrap()
    };
    let password = "username=jsmith&password=password123";
    fill("/-/login", "wrong", &cookie, password).must(400);
    fill("/-/login", &csrf, "other=1", password).must(400);
    fill("/-/consent", &csrf, &cookie, "decision=approve").must(400);
    assert!(fill("/-/login", &csrf, &cookie, "username=jsmith&password=x").must(200).body.contains("wrong"));
    let signed_in = fill("/-/login", &csrf, &cookie, password).must(200);
    assert!(signed_in.body.contains("Approve"));
    // Neither the old cookie nor the old proof is good for the next form, and that form is good once.
    let fresh_cookie = signed_in.header("set-cookie").split(';').next().unwrap();
    let (_, rest) = signed_in.body.split_once("name=\"csrf\" value=\"").unwrap();
    let fresh_csrf = rest.split_once('"').unwrap().0;
    fill("/-/consent", &csrf, fresh_cookie, "decision=approve").must(400);
    fill("/-/consent", fresh_csrf, &cookie, "decision=approve").must(400);
    fill("/-/consent", fresh_csrf, fresh_cookie, "decision=approve").must(302);
    fill("/-/consent", fresh_csrf, fresh_cookie, "decision=approve").must(400);
}
