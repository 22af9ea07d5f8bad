//! The exchange, and client credentials: formats, places, credentials, headers.

use serde_json::json;

use crate::client::*;

#[test]
fn a_row_without_oddities_is_rfc_6749() {
    let scene = scene(json!({}));
    let tokens = scene.tokens().must(200);
    let mut names: Vec<String> = tokens.json().as_object().unwrap().keys().cloned().collect();
    names.sort();
    assert_eq!(names, ["access_token", "expires_in", "refresh_token", "token_type"]);
    assert_eq!((tokens.json()["expires_in"].clone(), tokens.text("token_type")), (json!(3600), "Bearer".to_owned()));
    assert_eq!(tokens.content_type, JSON);
    scene.me(&tokens.text("access_token")).must(200);
    let fresh = scene.post_form(&scene.refreshing(&tokens.text("refresh_token"))).must(200);
    scene.me(&tokens.text("access_token")).must(200);
    scene.wait(3600);
    scene.me(&fresh.text("access_token")).must(401);
    let fresh = scene.post_form(&scene.refreshing(&fresh.text("refresh_token"))).must(200);
    scene.me(&fresh.text("access_token")).must(200);
    let server = &scene.server;
    assert_eq!((server.redemptions(), server.refreshes(), server.api_calls()), (1, 2, 3));
    assert_eq!((server.requests_to("/token"), server.exchanges().len()), (3, 8));
    scene.clean();
}

#[test]
fn every_deviation_of_a_form_is_refused_and_spends_nothing() {
    let scene = scene(json!({}));
    let code = scene.code();
    let honest = scene.exchange(&code);
    for (at, (name, value)) in honest.iter().enumerate() {
        scene.post_form(&without(&honest, name)).deviates(&format!("`{name}` is missing"));
        scene.post_form(&with(&honest, name, "")).deviates(&format!("`{name}` is empty"));
        scene.post_form(&[honest.as_slice(), &honest[at..=at]].concat()).deviates(&format!("`{name}` is repeated"));
        let moved = format!("{TOKEN}?{}", form(&pairs(&[(name, value)])));
        scene.post(&moved, FORM, &form(&without(&honest, name))).deviates(&format!("`{name}`"));
    }
    for name in ["client_id", "client_secret", "redirect_uri", "grant_type"] {
        scene.post_form(&with(&honest, name, "other")).deviates(&format!("`{name}` is `other`"));
    }
    scene.post_form(&with(&honest, "scope", "write")).deviates("`scope` has no place in the body");
    scene.post_form(&with(&honest, "code", &code.replace('+', " "))).deviates("decoded or encoded on its way");
    scene.post_form(&with(&honest, "code", "code-unknown")).says("invalid_grant");
    scene.post_form(&with(&honest, "code_verifier", &VERIFIER.replace('d', "e"))).says("invalid_grant");
    scene.post(&format!("{TOKEN}?"), FORM, &form(&honest)).deviates("an empty query");
    scene.post_with(&basic(ID, SECRET), &honest).deviates("`authorization`, where the row has none");
    scene.post(TOKEN, JSON, &json_text(&honest)).deviates("the Content-Type is `application/json`");
    scene.send("POST", TOKEN, &[], &form(&honest)).deviates("the Content-Type is ``");
    scene.send("PUT", TOKEN, &[("content-type", FORM)], &form(&honest)).deviates("PUT where the row has POST");
    scene.post(&format!("{TOKEN}/"), FORM, &form(&honest)).deviates("the row has https://id.example.com/token");
    scene.post(&format!("{TOKEN}?a=b"), FORM, &form(&honest)).deviates("`a` has no place in the query");
    scene.post("https://other.example.com/token", FORM, &form(&honest)).deviates("no /token on `other.example.com`");
    assert_eq!((scene.server.redemptions(), scene.server.code_replay_detected()), (0, false));
    // After all that the code is as good as new.
    scene.post_form(&honest).must(200);
}

#[test]
fn a_code_works_once_and_for_five_minutes() {
    let scene = scene(json!({}));
    let code = scene.code();
    let tokens = scene.post_form(&scene.exchange(&code)).must(200);
    scene.post_form(&scene.exchange(&code)).says("invalid_grant");
    assert!(scene.server.code_replay_detected());
    scene.me(&tokens.text("access_token")).must(401);
    scene.post_form(&scene.refreshing(&tokens.text("refresh_token"))).says("invalid_grant");
    let late = scene.code();
    scene.wait(300);
    scene.post_form(&scene.exchange(&late)).says("invalid_grant");
    scene.clean();
}

#[test]
fn json_bodies_tell_text_from_numbers() {
    let scene = scene(json!({ "body_format": "json", "extra_token_params": { "expiring": 1, "session": false } }));
    let honest = json_text(&scene.exchange(&scene.code()));
    let body = |extras: &str| format!("{},{extras}}}", honest.trim_end_matches('}'));
    scene.post(TOKEN, JSON, &body(r#""expiring":"1","session":false"#)).deviates("`expiring` is `\"1\"`, and not `1`");
    scene.post(TOKEN, JSON, &body(r#""expiring":1,"session":"no""#)).deviates("`session` is `\"no\"`");
    scene.post(TOKEN, JSON, &body(r#""expiring":1"#)).deviates("`session` is missing");
    scene.post(TOKEN, FORM, &form(&scene.exchange("x"))).deviates("and not application/json");
    let numeric = body(r#""expiring":1,"session":false"#);
    let wrong = numeric.replace(&format!("{:?}", VERIFIER), "1234567890");
    scene.post(TOKEN, JSON, &wrong).deviates("`code_verifier` is not a JSON string");
    scene.post(TOKEN, JSON, &numeric).must(200);
}

#[test]
fn numbers_and_truth_values_are_text_in_a_form() {
    let scene = scene(json!({ "extra_token_params": { "expiring": 1, "session": false } }));
    let honest = with(&with(&scene.exchange(&scene.code()), "expiring", "1"), "session", "false");
    scene.post_form(&with(&honest, "expiring", "true")).deviates("`expiring` is `true`, and not `1`");
    scene.post_form(&honest).must(200);
}

#[test]
fn a_query_takes_the_place_of_the_body() {
    let scene = scene(json!({ "body_format": "query", "token_url": format!("{TOKEN}?v=1") }));
    let honest = form(&scene.exchange(&scene.code()));
    scene.post(&format!("{TOKEN}?v=1"), FORM, &honest).deviates("there is a body");
    scene.send("POST", &format!("{TOKEN}?{honest}&v=1"), &[], "").deviates("does not begin with the URL's own `v=1`");
    scene.send("POST", &format!("{TOKEN}?v=1{honest}"), &[], "").deviates("does not begin with the URL's own");
    scene.send("GET", &format!("{TOKEN}?v=1&{honest}"), &[], "").deviates("GET where the row has POST");
    scene.send("POST", &format!("{TOKEN}?v=1&{honest}"), &[], "").must(200);
}

#[test]
fn the_redirect_uri_may_stand_in_the_query() {
    let scene = scene(json!({ "body_format": "json", "special": ["redirect_uri_in_token_query"] }));
    let all = scene.exchange(&scene.code());
    let rest = json_text(&without(&all, "redirect_uri"));
    let queried = |redirect: &str| format!("{TOKEN}?{}", form(&pairs(&[("redirect_uri", redirect)])));
    scene.post(TOKEN, JSON, &json_text(&all)).deviates("`redirect_uri` is missing from the query");
    scene.post(&queried(REDIRECT), JSON, &json_text(&all)).deviates("`redirect_uri` has no place in the body");
    scene.post(&queried("https://other.example"), JSON, &rest).deviates("`redirect_uri` is `https://other.example`");
    let tokens = scene.post(&queried(REDIRECT), JSON, &rest).must(200);
    // A refresh has none, wherever it would stand.
    let refresh = json_text(&scene.refreshing(&tokens.text("refresh_token")));
    scene.post(&queried(REDIRECT), JSON, &refresh).deviates("`redirect_uri` has no place in the query");
    scene.post(TOKEN, JSON, &refresh).must(200);
}

#[test]
fn names_are_changed_and_left_out() {
    let scene = scene(json!({
        "renamed_params": { "token": { "client_id": "app_id", "client_secret": "secret", "code": "auth_code" } },
        "omitted_params": { "token": ["grant_type", "redirect_uri"] },
        "extra_token_params": { "type": "web_server" },
    }));
    let all = scene.exchange(&scene.code());
    let honest = without(&without(&with(&all, "type", "web_server"), "grant_type"), "redirect_uri");
    let honest =
        renamed(&renamed(&renamed(&honest, "client_id", "app_id"), "client_secret", "secret"), "code", "auth_code");
    scene.post_form(&renamed(&honest, "auth_code", "code")).deviates("`auth_code` is missing");
    scene.post_form(&with(&honest, "client_id", ID)).deviates("`client_id` has no place");
    scene.post_form(&with(&honest, "grant_type", "authorization_code")).deviates("`grant_type` has no place");
    scene.post_form(&with(&honest, "redirect_uri", REDIRECT)).deviates("`redirect_uri` has no place");
    scene.post_form(&without(&honest, "type")).deviates("`type` is missing");
    scene.post_form(&honest).must(200);
}

#[test]
fn without_pkce_no_verifier_may_come() {
    let scene = scene(json!({ "pkce": false }));
    let plain = without(&without(&scene.asking(), "code_challenge"), "code_challenge_method");
    scene.refuses_asking(&scene.asking(), "`code_challenge` has no place");
    let all = scene.exchange(&scene.code_for(&plain));
    scene.post_form(&all).deviates("`code_verifier` has no place in the body");
    scene.post_form(&without(&all, "code_verifier")).must(200);
}

#[test]
fn headers_are_there_once_with_their_values() {
    let odd = json!({
        "token_headers": { "x-api-key": "{key}", "WM_CORRELATION": "{random}", "x-app": "{client_id}", "x-seller": "{seller}" },
        "callback_extras": ["seller"],
    });
    let mut connection = connection();
    connection.client_id = "plain".to_owned();
    connection.variables = map(&[("key", "k 1")]);
    connection.callback = map(&[("seller", "s-9")]);
    let scene = scene_with(odd, connection);
    let code = scene.code();
    let honest = [
        ("content-type", FORM),
        ("x-api-key", "k 1"),
        ("wm_correlation", "0123456789abcdef"),
        ("x-app", "plain"),
        ("x-seller", "s-9"),
    ];
    let body = form(&scene.exchange(&code));
    for at in 1..honest.len() {
        let mut changed = honest.to_vec();
        changed[at].1 = "other";
        scene.send("POST", TOKEN, &changed, &body).deviates(
            &format!("`{}` is `other`", honest[at].0).to_lowercase().replace("wm_correlation", "WM_CORRELATION"),
        );
        scene.send("POST", TOKEN, &[honest.as_slice(), &honest[at..=at]].concat(), &body).deviates("2 times");
        changed.remove(at);
        scene.send("POST", TOKEN, &changed, &body).deviates("0 times");
    }
    let tokens = scene.send("POST", TOKEN, &honest, &body).must(200);
    // The same headers at the refresh, but for a value that is the client's own.
    let body = form(&scene.refreshing(&tokens.text("refresh_token")));
    scene.send("POST", TOKEN, &honest, &body).deviates("it was sent before");
    let fresh = honest.map(|(name, value)| (name, if value.starts_with('0') { "0123456789abcdeF" } else { value }));
    scene.send("POST", TOKEN, &fresh[..4], &body).deviates("`x-seller` is there 0 times");
    scene.send("POST", TOKEN, &fresh, &body).must(200);
}

#[test]
fn two_random_values_are_two() {
    let scene =
        scene(json!({ "token_headers": { "x-id": "id-{random}" }, "extra_token_params": { "nonce": "{random}" } }));
    let body = form(&with(&scene.exchange(&scene.code()), "nonce", "0123456789abcdef"));
    let send = |id: &str| scene.send("POST", TOKEN, &[("content-type", FORM), ("x-id", id)], &body);
    send("0123456789abcdef").deviates("`x-id` is `0123456789abcdef`");
    send("id-0123456789abcde").deviates("no 16 characters");
    send("id-0123456789abcdef").deviates("it was sent before");
    send("id-fedcba9876543210").must(200);
}

#[test]
fn a_row_may_have_an_authorization_of_its_own() {
    let scene = scene(json!({ "token_headers": { "Authorization": "Key {client_id}" } }));
    let honest = scene.exchange(&scene.code());
    scene.post_form(&honest).deviates("`Authorization` is there 0 times");
    scene.post_with(&basic(ID, SECRET), &honest).deviates("`Authorization` is `Basic");
    scene.post_with(&format!("Key {ID}"), &honest).must(200);
}

#[test]
fn the_client_speaks_for_itself() {
    let odd = json!({
        "grant": "client_credentials", "grant_type_sent": "account_credentials", "authorize_url": null,
        "response_type": null, "callback_code_param": null, "extra_token_params": { "account_id": "{account}" },
    });
    let mut connection = connection();
    connection.variables = map(&[("account", "a&b")]);
    let scene = scene_with(odd, connection);
    let honest = pairs(&[
        ("grant_type", "account_credentials"),
        ("scope", "read:all write"),
        ("client_id", ID),
        ("client_secret", SECRET),
        ("account_id", "a&b"),
    ]);
    scene.post_form(&with(&honest, "grant_type", "client_credentials")).deviates("`grant_type` is");
    scene.post_form(&with(&honest, "redirect_uri", REDIRECT)).deviates("`redirect_uri` has no place");
    scene.post_form(&with(&honest, "code_verifier", VERIFIER)).deviates("`code_verifier` has no place");
    scene.post_form(&without(&honest, "scope")).deviates("`scope` is missing");
    let tokens = scene.post_form(&honest).must(200);
    assert_eq!(tokens.json().get("refresh_token"), None);
    scene.me(&tokens.text("access_token")).must(200);
    scene.post_form(&honest).must(200);
    assert_eq!((scene.server.credentials_grants(), scene.server.can_refresh()), (2, false));
    scene.post_form(&scene.refreshing("x")).deviates("`grant_type` is `refresh_token`");
}

#[test]
fn the_grant_type_may_stand_in_the_url() {
    let scene = scene(json!({
        "grant": "client_credentials", "grant_type_sent": null, "body_format": "json",
        "client_auth": "basic", "basic_encoding": "raw",
        "token_url": format!("{TOKEN}?grant_type=client_credentials"), "omitted_params": { "token": ["grant_type"] },
        "special": ["scope_not_used", "token_url_has_query"],
    }));
    let url = format!("{TOKEN}?grant_type=client_credentials");
    let authorization = basic(ID, SECRET);
    let headers = [("content-type", JSON), ("authorization", authorization.as_str())];
    scene.send("POST", TOKEN, &headers, "{}").deviates("does not begin with the URL's own");
    scene.send("POST", &url, &headers, r#"{"grant_type":"client_credentials"}"#).deviates("`grant_type` has no place");
    scene.send("POST", &url, &headers, r#"{"scope":"write"}"#).deviates("`scope` has no place");
    scene.send("POST", &url, &headers, "").deviates("the body is not");
    scene.send("POST", &url, &headers, "{}").must(200);
}
