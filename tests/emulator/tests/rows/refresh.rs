//! Refreshes, in all their kinds, and the follow-up exchange.

use serde_json::json;

use crate::client::*;

#[test]
fn every_deviation_of_a_refresh_is_refused_and_spends_nothing() {
    let scene = scene(json!({}));
    let token = scene.tokens().text("refresh_token");
    let honest = scene.refreshing(&token);
    for (at, (name, _)) in honest.iter().enumerate() {
        if name != "grant_type" {
            scene.post_form(&without(&honest, name)).deviates(&format!("`{name}` is missing"));
        }
        scene.post_form(&with(&honest, name, "")).deviates(&format!("`{name}` is empty"));
        scene.post_form(&[honest.as_slice(), &honest[at..=at]].concat()).deviates(&format!("`{name}` is repeated"));
    }
    scene
        .post_form(&without(&honest, "grant_type"))
        .deviates("`grant_type` is missing from the body, in the refresh request");
    scene.post_form(&with(&honest, "redirect_uri", REDIRECT)).deviates("`redirect_uri` has no place");
    scene.post_form(&with(&honest, "scope", "write")).deviates("`scope` has no place");
    scene
        .post_form(&with(&honest, "refresh_token", &token.replace('+', "%2B")))
        .deviates("decoded or encoded on its way");
    scene.post_form(&with(&honest, "refresh_token", "unknown")).says("invalid_grant");
    scene.post_form(&honest).must(200);
    assert_eq!(scene.server.refreshes(), 1);
}

#[test]
fn a_used_refresh_token_ends_the_grant() {
    let scene = scene(json!({}));
    let tokens = scene.tokens();
    let fresh = scene.post_form(&scene.refreshing(&tokens.text("refresh_token"))).must(200);
    assert_ne!(fresh.text("refresh_token"), tokens.text("refresh_token"));
    scene.post_form(&scene.refreshing(&tokens.text("refresh_token"))).says("invalid_grant");
    assert!(scene.server.reuse_detected());
    scene.me(&fresh.text("access_token")).must(401);
    scene.post_form(&scene.refreshing(&fresh.text("refresh_token"))).says("invalid_grant");
    scene.clean();
}

#[test]
fn the_old_refresh_token_may_stay() {
    for special in ["refresh_token_not_returned_keep_old", "refresh_token_maybe_missing_keep_old"] {
        let scene = scene(json!({ "special": [special] }));
        let token = scene.tokens().text("refresh_token");
        for _ in 0..2 {
            let fresh = scene.post_form(&scene.refreshing(&token)).must(200);
            assert_eq!(fresh.json().get("refresh_token"), None);
            scene.me(&fresh.text("access_token")).must(200);
        }
        assert!(!scene.server.reuse_detected());
        scene.clean();
    }
}

#[test]
fn the_access_token_can_be_taken_back() {
    let scene = scene(json!({}));
    let tokens = scene.tokens();
    scene.server.expire_access_tokens();
    scene.me(&tokens.text("access_token")).must(401);
    let fresh = scene.post_form(&scene.refreshing(&tokens.text("refresh_token"))).must(200);
    scene.me(&fresh.text("access_token")).must(200);
    assert_eq!(scene.server.api_calls(), 1);
    scene.clean();
}

#[test]
fn some_connections_have_no_refresh_token() {
    let odd = json!({ "special": ["refresh_token_needs_scope:offline_access,offline"] });
    let without_scope = scene(odd.clone());
    assert_eq!(without_scope.tokens().must(200).json().get("refresh_token"), None);
    assert!(!without_scope.server.can_refresh());
    let mut with_scope = connection();
    with_scope.scope.push("offline".to_owned());
    let with_scope = scene_with(odd, with_scope);
    with_scope.tokens().must(200).text("refresh_token");
    for special in ["no_refresh_token", "non_expiring"] {
        let scene = scene(json!({ "special": [special] }));
        assert_eq!(scene.tokens().must(200).json().get("refresh_token"), None);
        scene.post_form(&scene.refreshing("x")).deviates("`grant_type` is `refresh_token`");
    }
}

#[test]
fn a_refresh_has_its_own_address_names_and_parameters() {
    let url = "https://api.example.com/refresh";
    let scene = scene(json!({
        "refresh_url": url,
        "renamed_params": { "refresh": { "refresh_token": "token" } },
        "omitted_params": { "refresh": ["client_secret"] },
        "extra_refresh_params": { "grant_type": "renew", "scope": "{scope}", "expiring": 1 },
    }));
    let token = scene.tokens().must(200).text("refresh_token");
    let honest = renamed(&without(&scene.refreshing(&token), "client_secret"), "refresh_token", "token");
    let honest = with(&with(&with(&honest, "grant_type", "renew"), "scope", "read:all write"), "expiring", "1");
    scene.post(TOKEN, FORM, &form(&honest)).deviates("in the token request");
    scene.post(url, FORM, &form(&renamed(&honest, "token", "refresh_token"))).deviates("`token` is missing");
    scene.post(url, FORM, &form(&with(&honest, "client_secret", SECRET))).deviates("`client_secret` has no place");
    scene.post(url, FORM, &form(&with(&honest, "grant_type", "refresh_token"))).deviates("and not `renew`");
    scene.post(url, FORM, &form(&with(&honest, "scope", "write"))).deviates("`scope` is `write`");
    scene.post(url, FORM, &form(&without(&honest, "expiring"))).deviates("`expiring` is missing");
    let authorization = basic(ID, SECRET);
    let headers = [("content-type", FORM), ("authorization", authorization.as_str())];
    scene.send("POST", url, &headers, &form(&honest)).deviates("`authorization`, where the row has none");
    scene.post(url, FORM, &form(&honest)).must(200);
}

#[test]
fn a_refresh_may_be_let_in_only_at_the_end() {
    let scene = scene(json!({ "special": ["refresh_only_in_last_30s"] }));
    let tokens = scene.tokens();
    assert_eq!(tokens.json()["expires_in"], 600);
    let honest = scene.refreshing(&tokens.text("refresh_token"));
    scene.wait(569);
    scene.post_form(&honest).says("temporarily_unavailable");
    scene.wait(1);
    let fresh = scene.post_form(&honest).must(200);
    let honest = scene.refreshing(&fresh.text("refresh_token"));
    scene.post_form(&honest).says("temporarily_unavailable");
    // Long after the end is no worse, and a token that was taken back is at its end.
    scene.wait(6000);
    let fresh = scene.post_form(&honest).must(200);
    scene.server.expire_access_tokens();
    scene.post_form(&scene.refreshing(&fresh.text("refresh_token"))).must(200);
    assert_eq!((scene.server.refreshes(), scene.server.reuse_detected()), (3, false));
    scene.clean();
}

#[test]
fn a_refresh_may_answer_without_tokens() {
    let scene = scene(json!({
        "refresh_url": "https://id.example.com/more",
        "token_response": {
            "access_token": "access_token", "refresh_token": "refresh_token",
            "expires": { "field": "expires_in", "encoding": "relative_s" },
            "error": { "code": "result", "message": "message", "ok_value": "0000" },
            "refresh": "no token returned; same tokens extended 2592000 s",
        },
        "response_extras": ["openId"],
        "special": ["refresh_returns_no_token", "error_in_2xx_body"],
    }));
    let tokens = scene.tokens().must(200);
    assert_eq!((tokens.text("result"), tokens.json().get("token_type")), ("0000".to_owned(), None));
    scene.wait(4000);
    scene.me(&tokens.text("access_token")).must(401);
    let honest = form(&scene.refreshing(&tokens.text("refresh_token")));
    for _ in 0..2 {
        let answer = scene.post("https://id.example.com/more", FORM, &honest).must(200);
        assert_eq!(answer.json(), json!({ "result": "0000" }));
    }
    scene.wait(2_591_999);
    scene.me(&tokens.text("access_token")).must(200);
    scene.server.expire_access_tokens();
    scene.me(&tokens.text("access_token")).must(401);
    scene.post("https://id.example.com/more", FORM, &honest).must(200);
    scene.me(&tokens.text("access_token")).must(200);
    scene.wait(2_592_000);
    scene.me(&tokens.text("access_token")).must(401);
    scene.clean();
}

/// Two more exchanges of one access token: for a long-lived one, and for the next one.
#[test]
fn an_access_token_may_be_traded_for_the_next() {
    let (longer, refresh) =
        ("https://graph.example.com/access_token", "https://graph.example.com/refresh_access_token");
    let scene = scene(json!({
        "refresh_url": refresh,
        "extra_refresh_params": { "grant_type": "th_refresh_token" },
        "renamed_params": { "refresh": { "refresh_token": "access_token" } },
        "omitted_params": { "refresh": ["client_id", "client_secret"] },
        "token_response": { "step2": {
            "method": "GET", "url": longer, "params": ["grant_type=th_exchange_token", "access_token", "client_secret"],
        }},
        "special": ["second_exchange", "refresh_by_access_token_exchange", "no_refresh_token", "refresh_via_GET_query"],
    }));
    let short = scene.tokens().must(200);
    assert_eq!((short.json()["expires_in"].clone(), short.json().get("refresh_token")), (json!(3600), None));
    let short = short.text("access_token");
    let honest = pairs(&[("grant_type", "th_exchange_token"), ("access_token", &short), ("client_secret", SECRET)]);
    let ask = |url: &str, pairs: &[(String, String)]| scene.send("GET", &format!("{url}?{}", form(pairs)), &[], "");
    for (name, _) in &honest {
        ask(longer, &without(&honest, name)).deviates(&format!("`{name}` is missing from the query"));
    }
    ask(longer, &with(&honest, "client_id", ID)).deviates("`client_id` has no place");
    ask(longer, &with(&honest, "access_token", &short.replace('+', " "))).deviates("decoded or encoded on its way");
    scene.post(longer, FORM, &form(&honest)).deviates("POST where the row has GET");
    scene.server.expire_access_tokens();
    ask(longer, &honest).says("invalid_grant");
    let again = scene.tokens().text("access_token");
    let (short, honest) = (again.clone(), with(&honest, "access_token", &again));
    let long = ask(longer, &honest).must(200);
    assert_eq!((long.json()["expires_in"].clone(), long.text("token_type")), (json!(5_184_000), "Bearer".to_owned()));
    let long = long.text("access_token");
    ask(longer, &with(&honest, "access_token", &long)).deviates("it follows the exchange of a code only");
    scene.wait(4000);
    scene.me(&short).must(401);
    scene.me(&long).must(200);

    let honest = pairs(&[("grant_type", "th_refresh_token"), ("access_token", &long)]);
    scene.post(refresh, FORM, &form(&honest)).deviates("POST where the row has GET");
    ask(refresh, &with(&honest, "client_secret", SECRET)).deviates("`client_secret` has no place");
    ask(refresh, &with(&honest, "grant_type", "refresh_token")).deviates("and not `th_refresh_token`");
    ask(refresh, &with(&honest, "access_token", &short)).says("invalid_grant");
    // Taken back is not dead: it still pays for the next one.
    scene.server.expire_access_tokens();
    scene.me(&long).must(401);
    let next = ask(refresh, &honest).must(200);
    assert_eq!(next.json()["expires_in"], 5_184_000);
    ask(refresh, &honest).says("invalid_grant");
    scene.me(&next.text("access_token")).must(200);
    let server = &scene.server;
    assert_eq!((server.redemptions(), server.follow_ups(), server.refreshes(), server.api_calls()), (2, 1, 1, 2));
}

#[test]
fn a_follow_up_may_be_a_form_at_the_same_address() {
    let scene = scene(json!({ "token_response": { "step2": {
        "method": "POST", "url": TOKEN, "params": ["kind=session", "access_token"], "access_token": "SessionToken",
        "expires": { "encoding": "constant_s", "value": 100 }, "extras": ["restUrl"],
    }}}));
    let first = scene.tokens().must(200).text("access_token");
    let honest = pairs(&[("kind", "session"), ("access_token", &first)]);
    scene.post_with(&basic(ID, SECRET), &honest).deviates("`authorization`");
    scene.post(TOKEN, JSON, &json_text(&honest)).deviates("application/x-www-form-urlencoded");
    let session = scene.post_form(&honest).must(200);
    assert_eq!(session.json().as_object().unwrap().len(), 2);
    assert_eq!(session.text("restUrl"), "https://resturl.extra.example");
    scene.me(&session.text("SessionToken")).must(200);
    scene.wait(100);
    scene.me(&session.text("SessionToken")).must(401);
    scene.me(&first).must(200);
}
