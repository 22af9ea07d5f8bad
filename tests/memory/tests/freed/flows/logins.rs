//! Logins that go well.

use oauth_proto::{
    Callback, Client, Granted, Provider, Response, Scope,
    dialect::{ClientAuthentication, Fragment, Kept, Nonce, ScopeEncoding, TokenPlace, TokenStep},
};
use oauth_proto_memory::secrets::{
    self, ACCESS_TOKEN, EXTRA, NEW_ACCESS_TOKEN, NEW_REFRESH_TOKEN, PARAMETER, PASSWORD, REFRESH_TOKEN, USERNAME,
    VARIABLE,
};
use zeroize::Zeroizing;

use super::stage::*;

pub const ALL: &[(&str, fn())] = &[
    ("a code login and a refresh", code_and_refresh),
    ("a login with parameters of the caller's own", own_parameters),
    ("each shape of an authorization URL", url_shapes),
    ("a pushed login, and pushes that came to nothing", pushed),
    ("callbacks that are posted as a form", form_post),
    ("entropy that no login took", unused_entropy),
    ("an escaped callback", escaped_callback),
    ("an implicit login", implicit),
    ("an implicit login with a refresh token and a nonce", implicit_with_refresh),
    ("an implicit login in the query, escaped", implicit_in_query),
    ("a user's password", password),
    ("the client for itself, twice", client_credentials),
    ("a follow-up", follow_up),
    ("a kept value that the token request is made of", kept_from_callback),
    ("a secret of the provider's data", variable),
    ("a provider file with a secret", provider_file),
];

fn code_and_refresh() {
    let client = client();
    let (url, awaiting) = client.authorization_code().unwrap().authorize(secrets::entropy(), at(0));
    assert!(url.as_str().contains(awaiting.state().expose()));
    drop(url);
    assert!(awaiting.matches(&client, Callback::query(&callback())));
    assert_eq!(client.login_key(Callback::query(&callback())), Some(awaiting.key()));
    let (request, flight) = awaiting.receive(&client, Callback::query(&callback()), at(1)).unwrap();
    drop(request.into_parts());
    let Granted::Refreshable(authorized) = flight.finish(tokens(ACCESS_TOKEN, REFRESH_TOKEN)).unwrap() else {
        panic!()
    };
    drop(authorized.header_for(&client, "https://api.example/me").unwrap());
    let (request, flight) = authorized.refresh(&client, at(2)).unwrap();
    drop(request);
    let authorized = flight.finish(tokens(NEW_ACCESS_TOKEN, NEW_REFRESH_TOKEN)).unwrap();
    drop(authorized.rejected().into_intent());
}

fn own_parameters() {
    let login = client().authorization_code().unwrap().parameter("hint", PARAMETER).unwrap();
    let (url, awaiting) = login.application_state(&"tab".repeat(30)).unwrap().authorize(secrets::entropy(), at(0));
    drop((Zeroizing::new(url.into_string()), awaiting));
}

fn pushed() {
    let client = client_with(|provider| {
        provider.pushed_authorization_request_endpoint = Some("https://id.example/par".into());
        provider.dialect.token.client_authentication = ClientAuthentication::Body;
    });
    let push = |body: &str| {
        let login = client.pushed_authorization_code().unwrap().parameter("hint", PARAMETER).unwrap();
        let (request, pushing) = login.push(secrets::entropy(), at(0));
        drop(request.into_parts());
        pushing.finish(Response::new(201, [("Content-Type", "application/json")], body).into())
    };
    let good = r#"{"request_uri":"urn:ietf:params:oauth:request_uri:6esc_11ACC5bwc014ltc14eY22c","expires_in":60}"#;
    let (url, awaiting) = push(good).unwrap().authorize(at(1)).unwrap();
    drop((url, awaiting.receive(&client, Callback::query(&callback()), at(2)).unwrap()));
    drop(push(good).unwrap().authorize(at(60)).unwrap_err().into_origin());
    drop(push("{}").unwrap_err().into_origin());
}

fn form_post() {
    let client = client();
    let form = || client.authorization_code().unwrap().form_post().unwrap().authorize(secrets::entropy(), at(0)).1;
    drop(form().receive(&client, Callback::form_post(&callback()), at(1)).unwrap());
    drop(form().receive(&client, Callback::query(&callback()), at(1)).unwrap_err());
    drop(awaiting(&client).receive(&client, Callback::form_post(&callback()), at(1)).unwrap_err());
}

/// Elsewhere it lies on the stack, which nobody looks into.
fn unused_entropy() {
    drop(Box::new(secrets::entropy()));
}

fn url_shapes() {
    for fragment in [Some(Fragment::Route("/login?page=1".into())), Some(Fragment::Suffix("end".into())), None] {
        for encoding in [ScopeEncoding::Form, ScopeEncoding::Minimal] {
            for separator in [" ", ", ", "+"] {
                let client = client_with(|provider| {
                    let step = &mut provider.dialect.authorize;
                    (step.fragment, step.scope_encoding) = (fragment.clone(), encoding);
                    step.scope_separator = separator.into();
                });
                let scope = Scope::new(["read%all", "write+all", "\u{7B}&=#\u{7D}"]).unwrap();
                drop(client.authorization_code().unwrap().scope(scope).authorize(secrets::entropy(), at(0)));
            }
        }
    }
}

fn escaped_callback() {
    let client = client();
    let state = Zeroizing::new(secrets::state());
    let callback = text(&["code=", &escaped(secrets::CODE), "&state=", &escaped(&state)]);
    assert!(awaiting(&client).matches(&client, Callback::query(&callback)));
    assert!(client.login_key(Callback::query(&callback)).is_some());
    drop(awaiting(&client).receive(&client, Callback::query(&callback), at(1)).unwrap());
    drop(awaiting(&client).receive_pasted_code_without_state_check(&client, secrets::CODE, at(1)).unwrap());
}

fn implicit() {
    let client = client();
    let (_, awaiting) = client.implicit().unwrap().authorize(secrets::entropy(), at(0));
    let state = Zeroizing::new(secrets::state());
    let fragment = text(&["access_token=", ACCESS_TOKEN, "&token_type=Bearer&state=", &state]);
    drop(awaiting.receive(&client, Callback::fragment(&fragment), at(1)).unwrap());
}

fn implicit_with_refresh() {
    let client = client_with(|provider| {
        provider.dialect.callback.implicit_refresh_token = true;
        provider.dialect.authorize.nonce = Nonce::EchoedWithTokens;
    });
    let (_, awaiting) = client.implicit_with_refresh().unwrap().authorize(secrets::entropy(), at(0));
    let (state, nonce) = (Zeroizing::new(secrets::state()), Zeroizing::new(secrets::nonce()));
    let both = ["access_token=", ACCESS_TOKEN, "&refresh_token=", REFRESH_TOKEN, "&token_type=Bearer&state=", &state];
    let fragment = text(&[both.as_slice(), &["&nonce=", &nonce]].concat());
    assert!(matches!(awaiting.receive(&client, Callback::fragment(&fragment), at(1)), Ok(Granted::Refreshable(_))));
}

fn implicit_in_query() {
    let client = client_with(|provider| provider.dialect.callback.tokens = TokenPlace::Query);
    let (_, awaiting) = client.implicit().unwrap().authorize(secrets::entropy(), at(0));
    let state = Zeroizing::new(secrets::state());
    let query = text(&["access_token=", &escaped(ACCESS_TOKEN), "&token_type=Bearer&state=", &escaped(&state)]);
    drop(awaiting.receive(&client, Callback::query(&query), at(1)).unwrap());
}

fn password() {
    let client = client();
    let (request, flight) = client.password().unwrap().request(USERNAME, &PASSWORD.into(), at(0)).unwrap();
    drop(request);
    drop(flight.finish(tokens(ACCESS_TOKEN, REFRESH_TOKEN)).unwrap());
}

fn client_credentials() {
    let client = client();
    let (request, flight) = client.client_credentials().unwrap().request(at(0)).unwrap();
    drop(request);
    let authorized = flight.finish(tokens(ACCESS_TOKEN, REFRESH_TOKEN)).unwrap();
    let (request, flight) = authorized.reissue(&client, at(1)).unwrap();
    drop(request);
    drop(flight.finish(tokens(NEW_ACCESS_TOKEN, NEW_REFRESH_TOKEN)).unwrap().into_refreshable().unwrap());
}

fn follow_up() {
    let client = client_with(|provider| {
        provider.follow_up_endpoint = Some("https://id.example/long".into());
        provider.dialect.follow_up = Some(TokenStep::default());
    });
    let (request, flight) = refreshable(&client).follow_up(&client, at(2)).unwrap();
    drop(request);
    drop(flight.finish(tokens(NEW_ACCESS_TOKEN, NEW_REFRESH_TOKEN)).unwrap().into_any_token_set());
}

fn kept_from_callback() {
    let client = client_with(|provider| {
        provider.dialect.callback.keep.insert("hook".into(), Kept::Text);
        provider.dialect.token.parameters.add("hook", "behind {hook}");
        provider.dialect.token.headers.insert("X-Hook".into(), "{hook}".into());
    });
    for hook in [text(&[EXTRA]), escaped(EXTRA)] {
        let callback = text(&[&callback(), "&hook=", &hook]);
        let (request, flight) = awaiting(&client).receive(&client, Callback::query(&callback), at(1)).unwrap();
        drop(request);
        let granted = flight.finish(tokens(ACCESS_TOKEN, REFRESH_TOKEN)).unwrap();
        assert_eq!(granted.extras().get("hook"), Some(EXTRA));
    }
}

fn variable() {
    let client = client_with(|provider| {
        provider.dialect.token.headers.insert("X-Api-Key".into(), "key {key}".into());
        provider.dialect.token.parameters.add("api_key", "{key}/{random}");
        provider.variables.insert("key".into(), VARIABLE.into());
    });
    drop(client.client_credentials().unwrap().request(at(0)).unwrap());
}

fn provider_file() {
    let file = text(&[
        r#"{"name":"x","token_endpoint":"https://id.example/token","variables":{"key":""#,
        VARIABLE,
        r#""},"dialect":{"token":{"headers":{"X-Api-Key":"{key}"}}}}"#,
    ]);
    let provider = Provider::from_json(&file).unwrap();
    provider.check().unwrap();
    drop(Client::confidential(provider, registration(), secrets::CLIENT_SECRET.into()).unwrap());
}
