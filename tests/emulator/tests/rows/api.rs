//! How a token is shown to the API.

use serde_json::json;

use crate::client::*;

#[test]
fn a_bearer_token_stands_in_one_place() {
    let scene = scene(json!({}));
    let token = scene.tokens().text("access_token");
    let bearer = format!("Bearer {token}");
    let get = |url: &str, headers: &[(&str, &str)]| scene.send("GET", url, headers, "");
    get(API, &[("authorization", &token)]).deviates("at the API");
    get(API, &[("authorization", &format!("bearer {token}"))]).deviates("is not to hold `bearer");
    get(API, &[("authorization", &bearer), ("authorization", &bearer)]).deviates("repeated");
    get(&format!("{API}?a=b"), &[("authorization", &bearer)]).deviates("a query");
    scene.send("POST", API, &[("authorization", &bearer)], "a=b").deviates("and not a bare GET");
    scene.send("POST", API, &[("authorization", &bearer)], "").deviates("and not a bare GET");
    get("https://id.example.com/me", &[("authorization", &bearer)]).deviates("the row has https://api.example.com/me");
    assert_eq!(scene.server.deviations().len(), 7);
    get(API, &[]).must(401);
    scene.me("at-unknown").must(401);
    assert_eq!(scene.me(&token).must(200).json(), json!({ "ok": true }));
    assert_eq!((scene.server.deviations().len(), scene.server.api_calls()), (7, 1));
}

#[test]
fn a_bare_token_has_a_header_of_its_own() {
    let scene = scene(json!({ "token_use": { "header": "X-Access-Token", "scheme": null } }));
    let token = scene.tokens().text("access_token");
    let bearer = format!("Bearer {token}");
    scene.send("GET", API, &[("x-access-token", &bearer)], "").deviates("`x-access-token` is not to hold");
    scene.send("GET", API, &[("authorization", &bearer)], "").deviates("where the token stands elsewhere");
    let both = [("x-access-token", token.as_str()), ("authorization", bearer.as_str())];
    scene.send("GET", API, &both, "").deviates("where the token stands elsewhere");
    scene.send("GET", API, &both[..1], "").must(200);
}

#[test]
fn a_token_may_be_a_user_name_without_a_password() {
    let scene = scene(json!({ "token_use": {
        "header": "authorization", "scheme": "Basic", "form": "access_token as username, empty password",
    }}));
    let token = scene.tokens().text("access_token");
    scene.me(&token).deviates("not Basic");
    scene.send("GET", API, &[("authorization", &basic(&token, "x"))], "").deviates("and not the token and a colon");
    scene.send("GET", API, &[("authorization", &format!("Basic {token}"))], "").deviates("base64");
    scene.send("GET", API, &[("authorization", &basic(&token, ""))], "").must(200);
}

#[test]
fn a_token_may_stand_in_the_query() {
    let scene = scene(json!({ "token_use": { "query": "auth" } }));
    let token = scene.tokens().text("access_token");
    let url = |name: &str| format!("{API}?{}", form(&pairs(&[(name, &token)])));
    scene.me(&token).deviates("where the token stands elsewhere");
    scene.send("GET", &url("access_token"), &[], "").deviates("`access_token` has no place");
    scene.send("GET", &format!("{}&a=b", url("auth")), &[], "").deviates("`a` has no place");
    scene.send("GET", API, &[], "").must(401);
    scene.send("GET", &url("auth"), &[], "").must(200);
}
