//! What a server does not know it does not serve.

use oauth_proto_emulator::rows::RowServer;
use serde_json::{Value, json};

use crate::client::*;

#[test]
fn what_is_not_known_is_named() {
    let cases = [
        (json!({ "inexpressible": "why" }), "inexpressible: why"),
        (json!({ "grant": "password" }), "grant: `password`"),
        (json!({ "grant": null }), "grant: `null`"),
        (json!({ "grant": "client_credentials" }), "grant_type_sent: `authorization_code`"),
        (json!({ "client_auth": "private_key_jwt" }), "client_auth: `private_key_jwt`"),
        (json!({ "client_auth": "basic" }), "basic_encoding: `null`"),
        (json!({ "client_auth": "basic", "basic_encoding": "hex" }), "basic_encoding: `hex`"),
        (
            json!({ "client_auth": "basic", "basic_encoding": "raw", "omitted_params": { "token": ["client_secret"] } }),
            "omitted_params: no `client_secret`",
        ),
        (json!({ "body_format": "xml" }), "body_format: `xml`"),
        (json!({ "token_method": "GET" }), "token_method: `GET` with body_format `form`"),
        (json!({ "token_url": "http://id.example.com/token" }), "token_url: `http://id.example.com/token`"),
        (json!({ "token_url": null }), "token_url: ``"),
        (json!({ "token_url": "https://{host}/token" }), "token_url: `https://{host}/token` needs a value for `host`"),
        (json!({ "token_url": "https://{host/token" }), "token_url: `https://{host/token` has a brace"),
        (json!({ "authorize_url": "https://id.example.com/{client_id}" }), "authorize_url: `client+1/2 x`, the value"),
        (json!({ "renamed_params": { "exchange": {} } }), "renamed_params or omitted_params: `exchange`"),
        (json!({ "omitted_params": { "token": ["secret"] } }), "renamed_params or omitted_params: `secret`"),
        (json!({ "omitted_params": { "token": ["code"] } }), "omitted_params.token: a request without `code`"),
        (json!({ "extra_token_params": { "a": [1] } }), "extra_token_params: `a` is [1]"),
        (json!({ "extra_token_params": { "a": "{b}" } }), "extra_token_params: `a` needs `b`"),
        (
            json!({ "token_headers": { "a": "{now_ms}" } }),
            "token_headers: `a`: the connection has no value for `now_ms`",
        ),
        (
            json!({ "token_headers": { "AUTHORIZATION": "Key" }, "client_auth": "basic", "basic_encoding": "raw" }),
            "token_headers: `authorization`, and client_auth `basic`",
        ),
        (json!({ "callback_code_param": "webhook:data.code" }), "callback_code_param: `webhook:data.code`"),
        (json!({ "special": ["client_assertion"] }), "special: `client_assertion`"),
        (json!({ "special": ["refresh_only_in_last_minute"] }), "special: `refresh_only_in_last_minute`"),
        (json!({ "special": ["refresh_returns_no_token"] }), "token_response.refresh: None"),
        (json!({ "token_use": {} }), "token_use: "),
        (json!({ "token_use": { "header": "a", "form": "doubled" } }), "token_use.form: `doubled`"),
        (
            json!({ "token_use": { "header": "a", "form": "access_token as username, empty password" } }),
            "token_use.form: `access_token as username, empty password` is not known here with this scheme",
        ),
        (json!({ "scope_in_response": {} }), "scope_in_response: "),
        (json!({ "response_content_type": FORM }), "response_content_type: `application/x-www-form-urlencoded`"),
    ];
    for (odd, hint) in cases {
        refused(odd, hint);
    }
}

#[test]
fn what_is_not_known_of_an_answer_is_named() {
    let cases = [
        (json!({ "alternate": "authed_user" }), "token_response.alternate"),
        (json!({ "status": 404 }), "token_response.status: 404"),
        (json!({ "access_token": "a | b" }), "token_response: `a | b` is no path"),
        (json!({ "extras": ["access_token.id"] }), "token_response: `access_token.id` has another value in its way"),
        (json!({ "expires": { "encoding": "lunar" } }), "token_response.expires.encoding: `lunar`"),
        (json!({ "expires": { "encoding": "constant_s" } }), "token_response.expires: `constant_s`"),
        (json!({ "error": { "code": "" } }), "token_response.error: "),
        (json!({ "error": { "code": "result", "ok_field": "ok" } }), "token_response.error: "),
        (json!({ "refresh": "sometimes" }), "token_response.refresh: Some(\"sometimes\")"),
        (json!({ "step1": {} }), "token_response.step2: null"),
        (
            json!({ "step2": { "method": "GET", "params": ["access_token"] } }),
            "token_response.step2.url: the row does not say",
        ),
        (json!({ "step2": { "url": API, "params": ["access_token"] } }), "token_response.step2.method: `null`"),
        (
            json!({ "step2": { "url": API, "method": "GET", "params": ["code"] } }),
            "token_response.step2.params: `code`",
        ),
        (json!({ "step2": { "url": API, "method": "GET" } }), "token_response.step2.params: no `access_token`"),
    ];
    for (response, hint) in cases {
        refused(json!({ "token_response": response }), hint);
    }
}

#[track_caller]
fn refused(odd: Value, hint: &str) {
    let why = RowServer::start(row(odd.clone()), connection()).err();
    assert!(why.as_ref().is_some_and(|why| why.starts_with(hint)), "{odd}: {why:?}");
}

#[test]
fn a_connection_brings_what_the_row_asks_for_and_no_more() {
    let mut stranger = connection();
    stranger.callback = map(&[("realmId", "1")]);
    let why = RowServer::start(row(json!({})), stranger).unwrap_err();
    assert!(why.starts_with("callback_extras: the connection's callback has `realmId`"), "{why}");
    let mut no_secret = connection();
    no_secret.client_secret.clear();
    let why = RowServer::start(row(json!({})), no_secret.clone()).unwrap_err();
    assert!(why.starts_with("client_auth: `body` needs a secret"), "{why}");
    RowServer::start(row(json!({ "client_auth": "none" })), no_secret).unwrap();
    let mut odd_scope = connection();
    odd_scope.scope.push("caf\u{e9}".to_owned());
    let why = RowServer::start(row(json!({ "special": ["scope_sent_unencoded"], "scope_separator": "," })), odd_scope);
    assert!(why.unwrap_err().starts_with("special: `scope_sent_unencoded`"));
}
