//! The authorization request and the callback.

use serde_json::json;

use crate::client::*;

#[test]
fn every_deviation_of_the_request_is_refused() {
    let scene = scene(json!({}));
    let honest = scene.asking();
    for (at, (name, value)) in honest.iter().enumerate() {
        scene.refuses_asking(&without(&honest, name), &format!("`{name}` is missing"));
        scene.refuses_asking(&with(&honest, name, ""), &format!("`{name}` is empty"));
        scene.refuses_asking(&[honest.as_slice(), &honest[at..=at]].concat(), &format!("`{name}` is repeated"));
        if name != "state" {
            let hint =
                if name == "code_challenge" { "malformed".to_owned() } else { format!("`{name}` is `{value}x`") };
            scene.refuses_asking(&with(&honest, name, &format!("{value}x")), &hint);
        }
    }
    scene.refuses_asking(&with(&honest, "nonce", "n"), "`nonce` has no place in the query");
    scene.refuses_asking(&with(&honest, "scope", "write read:all"), "`scope` is `write read:all`");
    scene.refuses_asking(&with(&honest, "redirect_uri", &REDIRECT.replace("%20", " ")), "`redirect_uri` is");
    let query = form(&honest);
    scene
        .refuses(&format!("https://id.example.com/authorize/?{query}"), "the row has https://id.example.com/authorize");
    scene.refuses(&format!("https://id.example.com/Authorize?{query}"), "no /Authorize on `id.example.com`");
    scene.refuses(&format!("https://example.com/authorize?{query}"), "no /authorize on `example.com`");
    scene.refuses(&format!("https://id.example.com:8443/authorize?{query}"), "on `id.example.com:8443`");
    scene.refuses(&format!("http://id.example.com/authorize?{query}"), "no https");
    scene.refuses(&format!("{AUTHORIZE}?{query}#/route"), "a fragment");
    scene.refuses(&format!("https://me:pw@id.example.com/authorize?{query}"), "credentials before the host");
    scene.refuses(&format!("{AUTHORIZE}?{query}&"), "an empty parameter");
    let url = format!("{AUTHORIZE}?{query}");
    scene.send("POST", &url, &[], "").deviates("POST where the row has GET");
    scene.send("GET", &url, &[("authorization", "Basic YTpi")], "").deviates("`authorization`");
    // Hosts know no case, and no port is the usual one.
    scene.server.approve(&url.replace("id.example.com", "ID.Example.Com:443")).unwrap();
    scene.approve(&honest).unwrap();
}

#[test]
fn the_callback_carries_code_and_state_behind_what_is_there() {
    let scene = scene(json!({}));
    let url = scene.server.approve(&format!("{AUTHORIZE}?{}", form(&scene.asking()))).unwrap();
    assert!(url.starts_with("https://app.example/call%20back?keep=1&code=code-"), "{url}");
    let callback = scene.callback(&url);
    assert_eq!(callback.len(), 2);
    assert!(value(&callback, "code").ends_with("+/="));
    assert_eq!(value(&callback, "state"), STATE);
    let denied = scene.server.deny(&format!("{AUTHORIZE}?{}", form(&scene.asking()))).unwrap();
    assert_eq!(scene.callback(&denied), pairs(&[("error", "access_denied"), ("state", STATE)]));
    scene.clean();
}

#[test]
fn the_callback_has_what_the_row_and_the_connection_say() {
    let odd = json!({
        "response_type": "code id_token",
        "callback_code_param": "spapi_oauth_code",
        "callback_extras": ["selling_partner_id", "merchant"],
        "renamed_params": { "authorize": { "state": "customField", "client_id": "appKey" } },
    });
    let mut connection = connection();
    connection.redirect_uri = "https://app.example/callback".to_owned();
    connection.callback = map(&[("selling_partner_id", "A/1 &")]);
    let scene = scene_with(odd, connection);
    let honest = renamed(&renamed(&scene.asking(), "state", "customField"), "client_id", "appKey");
    let honest = with(&honest, "response_type", "code id_token");
    scene.refuses_asking(&with(&honest, "state", "x"), "`state` has no place");
    scene.refuses_asking(&renamed(&honest, "appKey", "client_id"), "`appKey` is missing");
    let callback = scene.approve(&honest).unwrap();
    let names: Vec<&str> = callback.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["spapi_oauth_code", "customField", "selling_partner_id", "id_token"]);
    assert_eq!(
        (value(&callback, "customField"), value(&callback, "selling_partner_id")),
        (STATE.to_owned(), "A/1 &".to_owned())
    );
    let denied = scene.server.deny(&format!("{AUTHORIZE}?{}", form(&honest))).unwrap();
    assert_eq!(value(&scene.callback(&denied), "customField"), STATE);
    let tokens = scene.post_form(&scene.exchange(&value(&callback, "spapi_oauth_code"))).must(200);
    scene.me(&tokens.text("access_token")).must(200);
}

#[test]
fn scopes_are_joined_as_the_row_says() {
    let comma = scene(json!({ "scope_separator": "," }));
    comma.refuses_asking(&comma.asking(), "`scope` is `read:all write`, and not `read:all,write`");
    comma.approve(&with(&comma.asking(), "scope", "read:all,write")).unwrap();

    let unused = scene(json!({ "special": ["scope_not_used"] }));
    unused.refuses_asking(&unused.asking(), "`scope` has no place");
    unused.approve(&without(&unused.asking(), "scope")).unwrap();

    let fixed = scene(json!({ "extra_authorize_params": { "scope": "*" } }));
    fixed.refuses_asking(&fixed.asking(), "`scope` is `read:all write`, and not `*`");
    fixed.approve(&with(&fixed.asking(), "scope", "*")).unwrap();

    let mut none = connection();
    none.scope.clear();
    let none = scene_with(json!({}), none);
    none.refuses_asking(&with(&none.asking(), "scope", "write"), "`scope` has no place");
    none.approve(&without(&none.asking(), "scope")).unwrap();
}

#[test]
fn scopes_may_have_to_stand_there_as_they_are() {
    let scene = scene(json!({ "scope_separator": "+", "special": ["scope_sent_unencoded"] }));
    let rest = form(&without(&scene.asking(), "scope"));
    let hint = "not as `read:all+write`";
    scene.refuses(&format!("{AUTHORIZE}?{rest}&scope=read%3Aall%2Bwrite"), hint);
    scene.refuses(&format!("{AUTHORIZE}?{rest}&scope=read%3Aall+write"), hint);
    scene.refuses(&format!("{AUTHORIZE}?{rest}&scope=read:all%2Bwrite"), hint);
    scene.refuses(&format!("{AUTHORIZE}?{rest}&scope=read:all%20write"), hint);
    scene.server.approve(&format!("{AUTHORIZE}?{rest}&scope=read:all+write")).unwrap();
}

#[test]
fn a_plus_is_a_separator_like_any_other() {
    let scene = scene(json!({ "scope_separator": "+" }));
    scene.refuses_asking(&scene.asking(), "and not `read:all+write`");
    scene.approve(&with(&scene.asking(), "scope", "read:all+write")).unwrap();
}

#[test]
fn parameters_of_the_rows_own() {
    let odd = json!({ "extra_authorize_params": {
        "access_type": "offline", "session": false, "level": 3, "password": "{password}", "aud": "https://{host}", "nonce": "{random}",
    }});
    let mut connection = connection();
    connection.variables = map(&[("password", "p&=+ %41"), ("host", "fhir.example")]);
    let scene = scene_with(odd, connection);
    let extras = pairs(&[
        ("access_type", "offline"),
        ("session", "false"),
        ("level", "3"),
        ("password", "p&=+ %41"),
        ("aud", "https://fhir.example"),
        ("nonce", "0123456789abcdef"),
    ]);
    let honest = [scene.asking(), extras.clone()].concat();
    for (name, _) in &extras {
        scene.refuses_asking(&without(&honest, name), &format!("`{name}` is missing"));
        scene.refuses_asking(&with(&honest, name, "other"), &format!("`{name}` is `other`"));
    }
    scene.refuses_asking(&with(&honest, "password", "p&=+ A"), "`password` is");
    scene.approve(&honest).unwrap();
    scene.refuses_asking(&honest, "`0123456789abcdef` is no new random value");
    scene.approve(&with(&honest, "nonce", "another 16 chars")).unwrap();
}

#[test]
fn a_parameter_without_its_variable_may_be_left_out() {
    let odd = json!({
        "extra_authorize_params": { "launch": "{launch}" }, "special": ["omit_empty_authorize_params"],
    });
    let unset = scene(odd.clone());
    unset.refuses_asking(&with(&unset.asking(), "launch", "x"), "`launch` has no place");
    unset.approve(&unset.asking()).unwrap();
    let mut connection = connection();
    connection.variables = map(&[("launch", "l-1")]);
    let set = scene_with(odd, connection);
    set.refuses_asking(&set.asking(), "`launch` is missing");
    set.approve(&with(&set.asking(), "launch", "l-1")).unwrap();
}

#[test]
fn a_page_behind_the_fragment_forwards_to_the_server() {
    let scene = scene(json!({ "authorize_fragment": "oauth/authorize", "authorize_url": "https://app.example.io" }));
    let query = form(&scene.asking());
    let wrong = "`#oauth/authorize?` is not what follows";
    scene.refuses(&format!("https://app.example.io?{query}"), wrong);
    scene.refuses(&format!("https://app.example.io#/oauth/authorize?{query}"), wrong);
    scene.refuses(&format!("https://app.example.io?{query}#oauth/authorize"), wrong);
    scene.refuses(&format!("https://app.example.io?a=b#oauth/authorize?{query}"), "`a` has no place");
    scene.refuses(&format!("https://app.example.io/login#oauth/authorize?{query}"), "no /login on");
    scene.server.approve(&format!("https://app.example.io#oauth/authorize?{query}")).unwrap();
    // RFC 3986 section 6.2.3: an empty path is the path `/`.
    scene.server.approve(&format!("https://app.example.io/#oauth/authorize?{query}")).unwrap();
}

#[test]
fn a_word_ends_the_address() {
    let scene = scene(json!({ "authorize_fragment": { "suffix": "redirect_here" } }));
    let query = form(&scene.asking());
    let wrong = "`#redirect_here` is not what ends";
    scene.refuses(&format!("{AUTHORIZE}?{query}"), wrong);
    scene.refuses(&format!("{AUTHORIZE}?{query}#redirect_there"), wrong);
    scene.refuses(&format!("{AUTHORIZE}#redirect_here?{query}"), wrong);
    scene.server.approve(&format!("{AUTHORIZE}?{query}#redirect_here")).unwrap();
}

#[test]
fn addresses_are_filled_in() {
    let odd = json!({
        "authorize_url": "https://{tenant}.example.com:8443/{client_id}/authorize/?v=1",
        "token_url": "https://{region}.example.com/token || {accounts-server}/oauth/token",
        "late_bound_url_vars": ["accounts-server"], "callback_extras": ["accounts-server"],
    });
    let mut connection = connection();
    connection.client_id = "app-1".to_owned();
    connection.variables = map(&[("tenant", "acme")]);
    connection.callback = map(&[("accounts-server", "https://accounts.example.eu")]);
    let scene = scene_with(odd.clone(), connection.clone());
    let query = form(&scene.asking());
    scene.refuses(
        &format!("https://acme.example.com/app-1/authorize/?v=1&{query}"),
        "the row has https://acme.example.com:8443",
    );
    scene.refuses(
        &format!("https://acme.example.com:8443/app-1/authorize/?{query}"),
        "does not begin with the URL's own `v=1`",
    );
    scene.refuses(&format!("https://acme.example.com:8443/app-1/authorize?v=1&{query}"), "no /app-1/authorize on");
    let url = scene.server.approve(&format!("https://acme.example.com:8443/app-1/authorize/?v=1&{query}")).unwrap();
    let callback = scene.callback(&url);
    assert_eq!(value(&callback, "accounts-server"), "https://accounts.example.eu");
    let body = form(&scene.exchange(&value(&callback, "code")));
    scene.post(TOKEN, FORM, &body).deviates("no /token on");
    scene
        .post("https://accounts.example.com/oauth/token", FORM, &body)
        .deviates("the row has https://accounts.example.eu");
    scene.post("https://accounts.example.eu/oauth/token", FORM, &body).must(200);

    // The first alternative goes before what the callback says.
    connection.variables.insert("region".to_owned(), "eu".to_owned());
    let scene = scene_with(odd, connection);
    let url = format!("https://acme.example.com:8443/app-1/authorize/?v=1&{}", form(&scene.asking()));
    let body = form(&scene.exchange(&value(&scene.callback(&scene.server.approve(&url).unwrap()), "code")));
    scene.post("https://accounts.example.eu/oauth/token", FORM, &body).deviates("no /oauth/token on");
    scene.post("https://eu.example.com/token", FORM, &body).must(200);
}

#[test]
fn one_address_may_serve_two_steps() {
    let scene = scene(json!({ "authorize_url": TOKEN }));
    let url = scene.server.approve(&format!("{TOKEN}?{}", form(&scene.asking()))).unwrap();
    scene.post_form(&scene.exchange(&value(&scene.callback(&url), "code"))).must(200);
    scene.clean();
}
