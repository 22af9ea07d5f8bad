//! The authorization request.

use oauth_proto::{
    Provider, RedirectUri, Scope,
    dialect::{AuthorizeStep, Fragment, Pkce, ScopeEncoding},
    error::Reason,
};
use serde_json::{Value, json};

use crate::{
    field_of, pairs, provider, public, refused,
    scenario::{CHALLENGE, STATE, Scenario, VERIFIER, at, entropy, other_entropy, wire},
    with,
};

const REDIRECT: &str = "redirect_uri=https%3A%2F%2Fapp.example%2Fcb";

/// The URL of a login with a code.
fn url<K>(scenario: &Scenario<K>) -> String {
    scenario.login().authorize(entropy(), at(0)).0.into_string()
}

/// The URL where `step` is the authorize step.
fn url_of(step: Value) -> String {
    url(&with(json!({ "dialect": { "authorize": step } })))
}

/// The pairs of an ordinary request, with `scope` as it is given.
fn plain(scope: &str) -> String {
    format!(
        "response_type=code&client_id=app&{REDIRECT}{scope}&state={STATE}&code_challenge={CHALLENGE}\
         &code_challenge_method=S256"
    )
}

/// The value of the one parameter `name`.
#[track_caller]
fn value(url: &str, name: &str) -> String {
    let (_, query) = url.split_once('?').unwrap();
    let found: Vec<_> = pairs(query).into_iter().filter(|(each, _)| each == name).collect();
    let [(_, value)] = &*found else { panic!("{name} in {url}") };
    value.clone()
}

#[test]
fn the_default_of_each_field_is_the_rfc() {
    let step = AuthorizeStep::default();
    assert_eq!((step.scope_encoding, step.pkce, &step.fragment), (ScopeEncoding::Form, Pkce::Always, &None));
    assert!(!step.parameters.omit_unset && step.parameters.add.is_empty() && step.parameters.in_query.is_empty());
    let said = json!({ "scope_encoding": "form", "pkce": "always", "fragment": null, "parameters": {
        "rename": {}, "omit": [], "add": {}, "omit_unset": false, "in_query": [] } });
    assert_eq!(provider(json!({ "dialect": { "authorize": said } })), provider(json!({})));
    assert_eq!(url_of(json!({})), format!("https://id.example/authorize?{}", plain("&scope=read+write")));
}

#[test]
fn texts_numbers_and_truth_values_are_their_text_in_a_url() {
    let url = url_of(json!({ "parameters": { "add": {
        "a": "off line&x=1", "b": 1, "c": false, "d": -9_223_372_036_854_775_808i64, "e": true, "f": 0, "g": "" } } }));
    // One that comes out empty is left out (RFC 6749 section 3.1).
    let added = "&a=off+line%26x%3D1&b=1&c=false&d=-9223372036854775808&e=true&f=0";
    assert_eq!(url, format!("https://id.example/authorize?{}{added}", plain("&scope=read+write")));
}

#[test]
fn an_added_text_is_a_template() {
    let scenario = with(json!({
        "variables": { "host": "api.example", "note": "a b&c={client_id}" },
        "dialect": { "authorize": { "parameters": { "add": {
            "aud": "https://{host}/", "who": "<{client_id}>", "what": "[{scope}]", "note": "{note}",
            "braces": "{{{client_id}}} {{scope}}", "twice": "{host}{host}" } } } },
    }));
    let url = url(&scenario);
    for (name, expected) in [
        ("aud", "https://api.example/"),
        ("who", "<app>"),
        ("what", "[read write]"),
        // A value is no template.
        ("note", "a b&c={client_id}"),
        ("braces", "{app} {scope}"),
        ("twice", "api.exampleapi.example"),
    ] {
        assert_eq!(value(&url, name), expected);
    }
    // The scope as this provider writes it.
    let comma = json!({ "scope_separator": ",", "parameters": { "add": { "what": "{scope}" } } });
    assert_eq!(value(&url_of(comma), "what"), "read,write");
    // Nothing is asked for, so nothing is there.
    let scenario = with(json!({ "dialect": { "authorize": { "parameters": { "add": { "what": "{scope}" } } } } }));
    let (url, _) = scenario.login().scope(Scope::default()).authorize(entropy(), at(0));
    assert!(!url.as_str().contains("what") && !url.as_str().contains("scope"));
}

/// What is not asked for is not granted; what is asked for by another parameter is.
#[test]
fn a_scope_that_is_left_out_and_added_again_is_asked_for() {
    let login = |add: Value| {
        let scenario = with(json!({ "dialect": { "authorize": { "parameters": { "omit": ["scope"], "add": add } } } }));
        let (url, awaiting) = scenario.login().authorize(entropy(), at(0));
        let scope = awaiting.intent().scope().to_string();
        (url.as_str().ends_with("&user_scope=read+write"), scope)
    };
    assert_eq!(login(json!({ "user_scope": "{scope}" })), (true, "read write".to_owned()));
    assert_eq!(login(json!({ "user_scope": "{{scope}}" })), (false, String::new()));
    assert_eq!(login(json!({})), (false, String::new()));
}

#[test]
fn a_random_value_is_new_in_each_request_and_each_parameter() {
    let scenario = with(json!({ "dialect": { "authorize": { "parameters": { "add": {
        "nonce": "{random}", "r2": "{random}", "r3": "x-{random}" } } } } }));
    let mut seen = std::collections::BTreeSet::new();
    let mut take = |url: &str| {
        for name in ["nonce", "r2", "r3"] {
            let value = value(url, name);
            let random = value.trim_start_matches("x-");
            let base64url = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
            assert!(random.len() == 43 && random.bytes().all(base64url), "{value}");
            // It tells nothing of what else is random.
            assert!(!url.replacen(random, "", 1).contains(random) && ![STATE, VERIFIER, CHALLENGE].contains(&random));
            assert!(seen.insert(random.to_owned()), "{name} {value}");
        }
    };
    take(url(&scenario).as_str());
    take(scenario.login().authorize(other_entropy(), at(0)).0.as_str());
    take(scenario.login().authorize(entropy(), at(1)).0.as_str());
    let a_moment_later = oauth_proto::Timestamp::from_unix_millis(at(0).as_unix_millis() + 1);
    take(scenario.login().authorize(entropy(), a_moment_later).0.as_str());
    // The machine has no randomness of its own: the same draw at the same instant is the same request.
    assert_eq!(url(&scenario), url(&scenario));
}

#[test]
fn a_nonce_of_the_providers_own_goes_only_where_this_crate_sends_none() {
    let step = |nonce: &str| json!({ "nonce": nonce, "parameters": { "add": { "nonce": "fixed" } } });
    assert_eq!(value(&url_of(step("off")), "nonce"), "fixed");
    let found = refused(json!({ "dialect": { "authorize": step("echoed_with_tokens") } }));
    assert_eq!(found, ("dialect.authorize.parameters.add.nonce".into(), Reason::ReservedName));
    // Nor where some other parameter has that name on this wire: none stands there twice (RFC 6749 section 3.1).
    let found = refused(json!({ "dialect": { "authorize": { "parameters": {
        "rename": { "nonce": "n", "state": "nonce" }, "add": { "nonce": "fixed" } } } } }));
    assert_eq!(found, ("dialect.authorize.parameters.add.nonce".into(), Reason::ReservedName));
}

#[test]
fn an_omitted_parameter_may_be_added_with_a_value_of_the_providers_own() {
    let url = url_of(json!({ "parameters": { "omit": ["response_type", "redirect_uri", "scope"],
        "add": { "response_type": "code id_token", "redirect_uri": "https://app.example/else", "scope": "fixed" } } }));
    assert_eq!(
        url,
        format!(
            "https://id.example/authorize?client_id=app&state={STATE}&code_challenge={CHALLENGE}\
             &code_challenge_method=S256&redirect_uri=https%3A%2F%2Fapp.example%2Felse\
             &response_type=code+id_token&scope=fixed"
        )
    );
}

#[test]
fn what_is_added_is_not_given_again_by_a_login() {
    let scenario = with(json!({ "dialect": { "authorize": { "parameters": {
        "rename": { "client_id": "appKey" }, "add": { "prompt": "none", "empty": "" } } } } }));
    for name in ["prompt", "empty", "appKey", "state", "nonce"] {
        let found = field_of(scenario.login().parameter(name, "x"));
        assert_eq!(found, ("parameter".into(), Reason::ReservedName), "{name}");
    }
    assert!(scenario.login().parameter("client_id", "x").is_ok(), "a name that a rename set free");
}

#[test]
fn a_variable_without_a_value_is_an_error_or_leaves_its_parameter_out() {
    let step = |omit_unset: bool| json!({ "omit_unset": omit_unset, "add": { "a": "{team}", "b": "x{team}{client_id}", "c": "{client_id}" } });
    let fields = |omit_unset| json!({ "dialect": { "authorize": { "parameters": step(omit_unset) } } });
    let unset = Reason::UnsetVariable("team".into());
    assert_eq!(refused(fields(false)), ("dialect.authorize.parameters.add.a".into(), unset));
    let less = url(&with(fields(true)));
    assert!(less.ends_with("&code_challenge_method=S256&c=app"), "{less}");
    for omit_unset in [false, true] {
        let mut set = fields(omit_unset);
        set["variables"] = json!({ "team": "T1" });
        assert!(url(&with(set)).ends_with("&a=T1&b=xT1app&c=app"));
    }
    // It forgives no broken template.
    let mut broken = fields(true);
    broken["dialect"]["authorize"]["parameters"]["add"]["a"] = "{team".into();
    assert_eq!(refused(broken), ("dialect.authorize.parameters.add.a".into(), Reason::BrokenTemplate));
}

/// The scope where its encoding is `minimal`, as it stands in the URL, and as a server reads it.
fn minimal(tokens: &[&str], separator: &str) -> (String, String) {
    let scenario =
        with(json!({ "dialect": { "authorize": { "scope_encoding": "minimal", "scope_separator": separator } } }));
    let login = scenario.login().scope(Scope::new(tokens).unwrap());
    let url = login.authorize(entropy(), at(0)).0.into_string();
    let (before, scope) = url.split_once("&scope=").unwrap();
    assert_eq!(before, format!("https://id.example/authorize?{}", plain("")));
    (scope.to_owned(), value(&url, "scope"))
}

#[test]
fn a_scope_of_minimal_encoding_stands_as_it_is_and_reads_as_it_was_meant() {
    let urls = ["https://www.example/auth/a.b", "user:read/write", "x@y!$'()*,;~[]"];
    assert_eq!(minimal(&urls, ",").0, urls.join(","));
    for (tokens, separator, expected) in [
        // A space and a plus are no part of a URL's query, or are read as something else.
        (&["read", "write"][..], " ", "read%20write"),
        (&["a&state=x", "b#c", "d%41", "e=f", "<g>"], ",", "a%26state%3Dx,b%23c,d%2541,e%3Df,%3Cg%3E"),
        (&["&", "#", "%", "="], "|", "%26%7C%23%7C%25%7C%3D"),
    ] {
        let (found, read) = minimal(tokens, separator);
        assert_eq!((found, read), (expected.to_owned(), tokens.join(separator)));
    }
    // A plus between two tokens is what the provider asks for, and every server's form decoder reads it as a space.
    assert_eq!(minimal(&["a+b", "c"], "+"), ("a%2Bb+c".to_owned(), "a+b c".to_owned()));
    // All that a scope token may be made of.
    let all: String = (0x21..0x7f).map(char::from).filter(|c| !"\"\\".contains(*c)).collect();
    let (found, read) = minimal(&[&all], " ");
    assert_eq!(read, all);
    assert!(!found.contains(['&', '#', ' ', '+', '<', '>', '=', '^', '`', '{', '|', '}']), "{found}");
}

#[test]
fn a_minimal_scope_is_renamed_left_out_and_absent_as_any_other() {
    let step = |parameters: Value| json!({ "scope_encoding": "minimal", "parameters": parameters });
    let renamed = url_of(step(json!({ "rename": { "scope": "s&c" }, "add": { "x": 1 } })));
    assert_eq!(renamed, format!("https://id.example/authorize?{}&x=1&s%26c=read%20write", plain("")));
    let omitted = url_of(step(json!({ "omit": ["scope"] })));
    assert_eq!(omitted, format!("https://id.example/authorize?{}", plain("")));
    let scenario = with(json!({ "dialect": { "authorize": step(json!({})) } }));
    let none = scenario.login().scope(Scope::default()).authorize(entropy(), at(0)).0;
    assert_eq!(none.as_str(), format!("https://id.example/authorize?{}", plain("")));
}

#[test]
fn a_fragment_with_and_without_a_query_of_the_endpoint() {
    let url = |endpoint: &str, fragment: Value, encoding: &str| {
        url(&with(json!({ "authorization_endpoint": endpoint,
            "dialect": { "authorize": { "fragment": fragment, "scope_encoding": encoding } } })))
    };
    let form = plain("&scope=read+write");
    let minimal = plain("") + "&scope=read%20write";
    let route = || json!({ "route": "/oauth/authorize" });
    let suffix = || json!({ "suffix": "wechat_redirect" });
    for (encoding, all) in [("form", &form), ("minimal", &minimal)] {
        for (endpoint, fragment, expected) in [
            ("https://id.example/a", Value::Null, format!("https://id.example/a?{all}")),
            ("https://id.example/a", route(), format!("https://id.example/a#/oauth/authorize?{all}")),
            ("https://id.example/a?v=1", route(), format!("https://id.example/a?v=1#/oauth/authorize?{all}")),
            ("https://id.example/a", json!({ "route": "!/x?v=1" }), format!("https://id.example/a#!/x?v=1&{all}")),
            ("https://id.example/a", suffix(), format!("https://id.example/a?{all}#wechat_redirect")),
            ("https://id.example/a?v=1", suffix(), format!("https://id.example/a?v=1&{all}#wechat_redirect")),
        ] {
            assert_eq!(url(endpoint, fragment, encoding), expected);
        }
    }
    // What is shown has no state in it, wherever the parameters stand.
    for fragment in [route(), suffix()] {
        let scenario = with(json!({ "dialect": { "authorize": { "fragment": fragment } } }));
        let shown = format!("{:?}", scenario.login().authorize(entropy(), at(0)).0);
        assert!(
            !shown.contains(STATE) && shown.starts_with("AuthorizationUrl(https://id.example/authorize"),
            "{shown}"
        );
    }
}

#[test]
fn a_route_with_a_query_does_not_say_what_a_parameter_says() {
    for (route, name) in [("/a?state=x", "state"), ("/a?v=1&st%61te=x", "state"), ("/a?client_id=evil", "client_id")] {
        let found = refused(json!({ "dialect": { "authorize": { "fragment": { "route": route } } } }));
        assert_eq!(found, ("dialect.authorize.fragment".into(), Reason::ReservedName), "{name}");
    }
}

#[test]
fn who_sends_a_code_challenge() {
    let rule = |pkce: &str| json!({ "dialect": { "authorize": { "pkce": pkce } } });
    let challenged = |url: &str| url.contains("code_challenge");
    assert!(challenged(&url(&with(rule("always")))) && challenged(&url(&public(rule("always")))));
    assert!(challenged(&url(&public(rule("public_clients_only")))), "nothing switches it off without a secret");
    let scenario = with(rule("public_clients_only"));
    let less = format!(
        "https://id.example/authorize?response_type=code&client_id=app&{REDIRECT}&scope=read+write&state={STATE}"
    );
    assert_eq!(url(&scenario), less);
    let (request, _) = scenario.code_in_flight();
    assert!(!wire(&request).contains("code_verifier"));
    // It is the login without PKCE, with all that this one asks for.
    let declared = |field: &str, reason| (field.to_owned(), reason);
    let stateless = with(json!({ "dialect": { "authorize": { "pkce": "public_clients_only" },
        "callback": { "state": "not_echoed_by_this_server" } } }));
    assert_eq!(field_of(stateless.client.authorization_code().map(drop)).0, "dialect.callback.state");
    let unproved = with(json!({ "dialect": { "authorize": { "pkce": "public_clients_only" },
        "token": { "client_authentication": "none" } } }));
    assert_eq!(
        field_of(unproved.client.authorization_code().map(drop)),
        declared("dialect.token.client_authentication", Reason::SecretRequired)
    );
}

#[test]
fn the_state_is_left_out_only_where_none_comes_back() {
    let omit = |echo: &str| {
        json!({ "dialect": { "callback": { "state": echo },
        "authorize": { "parameters": { "omit": ["state"] } } } })
    };
    let found = refused(omit("required"));
    assert_eq!(found, ("dialect.authorize.parameters.omit.state".into(), Reason::NotOmittable));
    let url = url(&with(omit("not_echoed_by_this_server")));
    assert!(!url.contains(STATE) && !url.contains("state=") && url.contains("code_challenge="), "{url}");
    let mut replaced = omit("not_echoed_by_this_server");
    replaced["dialect"]["authorize"]["parameters"]["add"] = json!({ "state": "fixed" });
    assert_eq!(refused(replaced), ("dialect.authorize.parameters.add.state".into(), Reason::ReservedName));
}

#[test]
fn a_url_with_everything_decodes_to_what_was_meant() {
    let scenario = with(json!({
        "authorization_endpoint": "https://id.example/a?tenant=%26",
        "dialect": { "authorize": {
            "response_type_code": "code2", "scope_encoding": "minimal", "scope_separator": ",", "fragment": { "suffix": "s" },
            "parameters": { "rename": { "client_id": "app&id", "redirect_uri": "back" }, "omit": ["response_type"],
                            "add": { "response_type": "{scope}={client_id}" } } } },
    }));
    let login = scenario.login().redirect_uri(RedirectUri::new("https://app.example/cb?a=b&c").unwrap());
    let url = login.parameter("own", "&=#%").unwrap().authorize(entropy(), at(0)).0.into_string();
    let parsed = url::Url::parse(&url).unwrap();
    assert_eq!(parsed.fragment(), Some("s"));
    let found: Vec<_> = parsed.query_pairs().into_owned().collect();
    let expected = [
        ("tenant", "&"),
        ("app&id", "app"),
        ("back", "https://app.example/cb?a=b&c"),
        ("state", STATE),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
        ("response_type", "read,write=app"),
        ("own", "&=#%"),
        ("scope", "read,write"),
    ];
    assert_eq!(found, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
}

#[test]
fn a_fragment_is_made_of_url_characters() {
    for (text, reason) in [
        ("", Reason::Empty),
        ("a b", Reason::ForbiddenCharacter { at: 1 }),
        ("a#b", Reason::ForbiddenCharacter { at: 1 }),
        ("\r\n", Reason::ForbiddenCharacter { at: 0 }),
        ("\u{e4}", Reason::ForbiddenCharacter { at: 0 }),
    ] {
        for fragment in [Fragment::Route(text.into()), Fragment::Suffix(text.into())] {
            let mut provider: Provider = crate::scenario::provider();
            provider.dialect.authorize.fragment = Some(fragment);
            assert_eq!(field_of(provider.check()), ("dialect.authorize.fragment".into(), reason.clone()));
        }
    }
}
