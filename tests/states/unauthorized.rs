//! Unauthorized: what a login may ask for, and what it refuses before anything is sent.

use std::time::Duration;

use oauth_proto::{
    ConfigError, Provider, RedirectUri, Registration, Scope,
    dialect::{ClientAuthentication, Nonce, StateEcho},
    error::Reason,
};

use crate::scenario::{CHALLENGE, KEY, STATE, Scenario, at, entropy, other_entropy, wire};

#[test]
fn a_login_may_ask_for_more_than_the_registration() {
    let login = Scenario::new().login();
    let login = login.scope(Scope::new(["delete"]).unwrap());
    let login = login.redirect_uri(RedirectUri::new("http://127.0.0.1:49152/cb").unwrap());
    let login = login.return_to("/inbox?a=b").unwrap().time_to_live(Duration::from_secs(60));
    let login = login.application_state("tenant.7").unwrap().parameter("prompt", "log in").unwrap();
    assert_eq!(login.intent().scope().as_str(), "delete");
    assert_eq!(login.intent().return_to(), Some("/inbox?a=b"));

    let (url, awaiting) = login.authorize(entropy(), at(0));
    let expected = format!(
        "https://id.example/authorize?response_type=code&client_id=app\
         &redirect_uri=http%3A%2F%2F127.0.0.1%3A49152%2Fcb&scope=delete&state={STATE}.tenant.7\
         &code_challenge={CHALLENGE}&code_challenge_method=S256&prompt=log+in"
    );
    assert_eq!(url.as_str(), expected);
    assert_eq!(awaiting.state().expose(), format!("{STATE}.tenant.7"));
    assert_eq!(awaiting.application_state(), Some("tenant.7"));
    assert_eq!(awaiting.closes_at(), at(60));
    assert_eq!(awaiting.intent().server(), "example");
    assert_eq!(awaiting.intent().client_id(), "app");
    assert_eq!(awaiting.intent().redirect_uri().unwrap().as_str(), "http://127.0.0.1:49152/cb");
}

#[test]
fn a_login_that_asks_for_nothing_special() {
    let awaiting = Scenario::new().awaiting_code();
    assert_eq!(awaiting.state().expose(), STATE);
    assert_eq!(awaiting.key().as_str(), KEY);
    assert_eq!(awaiting.application_state(), None);
    assert_eq!(awaiting.intent().return_to(), None);
    assert_eq!(awaiting.closes_at(), at(600));
}

#[test]
fn two_logins_have_two_urls() {
    let scenario = Scenario::new();
    let url = |entropy| scenario.login().authorize(entropy, at(0)).0;
    assert_eq!(url(entropy()), url(entropy()));
    assert_ne!(url(entropy()), url(other_entropy()));
}

#[test]
fn an_empty_scope_is_not_sent() {
    let scenario = Scenario::new();
    let (url, _) = scenario.login().scope(Scope::default()).authorize(entropy(), at(0));
    assert!(!url.as_str().contains("scope"), "{}", url.as_str());
    let start = scenario.client.client_credentials().unwrap().scope(Scope::default());
    assert!(wire(&start.request(at(0)).unwrap().0).ends_with("\n\ngrant_type=client_credentials"));
}

#[test]
fn the_time_to_live_saturates() {
    let (_, awaiting) = Scenario::new().login().time_to_live(Duration::MAX).authorize(entropy(), at(0));
    assert_eq!(awaiting.closes_at().as_unix_millis(), u64::MAX);
}

fn refused(error: ConfigError) -> (String, Reason) {
    (error.field().to_owned(), error.reason().clone())
}

#[test]
fn application_states_that_are_refused() {
    let set = |data: &str| Scenario::new().login().application_state(data).map(drop).map_err(refused);
    let error = |reason| Err(("application_state".to_owned(), reason));
    assert_eq!(set(&"a".repeat(1024)), Ok(()));
    assert_eq!(set(""), error(Reason::Empty));
    assert_eq!(set("a\nb"), error(Reason::ForbiddenCharacter { at: 1 }));
    assert_eq!(set("é"), error(Reason::ForbiddenCharacter { at: 0 }));
    assert_eq!(set(&"a".repeat(1025)), error(Reason::WrongLength { min: 1, max: 1024 }));
}

#[test]
fn ways_back_that_are_refused() {
    let set = |text: &str| Scenario::new().login().return_to(text).map(drop).map_err(refused);
    let error = |reason| Err(("return_to".to_owned(), reason));
    assert_eq!(set("\n\u{1F600}\0"), Ok(()));
    assert_eq!(set(&"a".repeat(4096)), Ok(()));
    assert_eq!(set(""), error(Reason::Empty));
    assert_eq!(set(&"a".repeat(4097)), error(Reason::WrongLength { min: 1, max: 4096 }));
    // Bytes, not letters.
    assert_eq!(set(&"é".repeat(2049)), error(Reason::WrongLength { min: 1, max: 4096 }));
}

#[test]
fn parameters_that_are_refused() {
    let scenario = Scenario::with(|provider| {
        provider.authorization_endpoint = Some("https://id.example/authorize?tenant=7&a%62=1".into());
        provider.dialect.authorize.parameters.rename("scope", "scopes").add("audience", "api");
    });
    let set = |name: &str, value: &str| scenario.login().parameter(name, value).map(drop).map_err(refused);
    let error = |reason| Err(("parameter".to_owned(), reason));
    assert_eq!(set("prompt", "ünï c&=ode"), Ok(()));
    // The standard name is free: this server calls it otherwise.
    assert_eq!(set("scope", "x"), Ok(()));
    let reserved = [
        "response_type",
        "client_id",
        "redirect_uri",
        "scopes",
        "state",
        "nonce",
        "code_challenge",
        "code_challenge_method",
        "audience",
        "resource",
        "authorization_details",
    ];
    for name in reserved {
        assert_eq!(set(name, "x"), error(Reason::ReservedName), "{name}");
    }
    assert_eq!(set("tenant", "8"), error(Reason::Repeated));
    assert_eq!(set("ab", "2"), error(Reason::Repeated));
    assert_eq!(set("", "x"), error(Reason::Empty));
    assert_eq!(set("a b", "x"), error(Reason::ForbiddenCharacter { at: 1 }));
    assert_eq!(set("a", "x\r\n"), error(Reason::ForbiddenCharacter { at: 1 }));
    let twice = scenario.login().parameter("a", "1").unwrap().parameter("a", "2").map(drop).map_err(refused);
    assert_eq!(twice, error(Reason::Repeated));
}

#[test]
fn a_grant_whose_endpoint_is_not_there_does_not_start() {
    let scenario = Scenario::with(|provider| {
        provider.authorization_endpoint = None;
        provider.token_endpoint = None;
    });
    let missing = |field: &str| Some((field.to_owned(), Reason::Missing));
    let client = &scenario.client;
    assert_eq!(client.authorization_code().err().map(refused), missing("authorization_endpoint"));
    assert_eq!(client.implicit().err().map(refused), missing("authorization_endpoint"));
    assert_eq!(client.password().err().map(refused), missing("token_endpoint"));
    assert_eq!(client.client_credentials().err().map(refused), missing("token_endpoint"));

    let scenario = Scenario::with(|provider| provider.token_endpoint = None);
    assert_eq!(scenario.client.authorization_code().err().map(refused), missing("token_endpoint"));
    assert!(scenario.client.implicit().is_ok());

    let undeclared = scenario.client.implicit_with_refresh().unwrap_err();
    assert_eq!(undeclared.field(), "dialect.callback.implicit_refresh_token");
    assert_eq!(*undeclared.reason(), Reason::NotDeclared("a refresh token in the implicit grant"));
}

#[test]
fn a_login_needs_a_redirect_uri() {
    let registration = oauth_proto::Registration::new("app").unwrap();
    let client = oauth_proto::Client::public(crate::scenario::provider(), registration).unwrap();
    let missing = Some(("redirect_uri".to_owned(), Reason::Missing));
    assert_eq!(client.authorization_code().err().map(refused), missing);
    assert_eq!(client.implicit().err().map(refused), missing);
    assert!(client.password().is_ok());
}

/// Whether a code login, one without PKCE, an implicit one and one with a refresh token may start.
fn starts(tweak: impl FnOnce(&mut Provider)) -> [Result<(), (String, Reason)>; 4] {
    let scenario = Scenario::with(|provider| {
        provider.dialect.callback.implicit_refresh_token = true;
        tweak(provider);
    });
    let client = &scenario.client;
    [
        client.authorization_code().map(drop).map_err(refused),
        client.authorization_code_without_pkce_for_a_server_that_refuses_it().map(drop).map_err(refused),
        client.implicit().map(drop).map_err(refused),
        client.implicit_with_refresh().map(drop).map_err(refused),
    ]
}

#[test]
fn a_login_that_nothing_would_bind_to_its_callback_does_not_start() {
    let unbound = || {
        let reason = Reason::NotDeclared("that `state` comes back, which alone would protect this login");
        Err(("dialect.callback.state".to_owned(), reason))
    };
    assert_eq!(starts(|_| {}), [Ok(()), Ok(()), Ok(()), Ok(())]);
    let silent = |provider: &mut Provider| provider.dialect.callback.state = StateEcho::NotEchoedByThisServer;
    // PKCE binds a code.
    assert_eq!(starts(silent), [Ok(()), unbound(), unbound(), unbound()]);
    // A nonce binds tokens; but who brings a code of his own gets his own nonce back.
    let with_nonce = starts(|provider| {
        silent(provider);
        provider.dialect.authorize.nonce = Nonce::EchoedWithTokens;
    });
    assert_eq!(with_nonce, [Ok(()), unbound(), Ok(()), Ok(())]);
}

#[test]
fn a_step_that_stands_on_the_secret_does_not_start_where_none_is_sent() {
    let unproved = || Err(("dialect.token.client_authentication".to_owned(), Reason::SecretRequired));
    let method = |provider: &mut Provider, method| provider.dialect.token.client_authentication = method;
    let start = |each| {
        let scenario = Scenario::with(|provider| method(provider, each));
        scenario.client.client_credentials().map(drop).map_err(refused)
    };
    assert_eq!(starts(|provider| method(provider, ClientAuthentication::None)), [Ok(()), unproved(), Ok(()), Ok(())]);
    assert_eq!(start(ClientAuthentication::None), unproved());
    for each in [ClientAuthentication::Basic, ClientAuthentication::Body] {
        assert_eq!(starts(|provider| method(provider, each)), [Ok(()), Ok(()), Ok(()), Ok(())]);
        assert_eq!(start(each), Ok(()));
    }
    // What a refresh proves is another matter.
    let scenario =
        Scenario::with(|provider| provider.dialect.refresh.client_authentication = ClientAuthentication::None);
    assert!(scenario.client.client_credentials().is_ok());
}

/// It can stand in a file beside the provider's, and what it says is what a login asks for.
#[test]
fn a_registration_is_plain_data() {
    let json = r#"{"client_id":"app","redirect_uri":"https://app.example/cb","scope":"read write"}"#;
    let registration: Registration = serde_json::from_str(json).unwrap();
    assert_eq!(registration, crate::scenario::registration());
    assert_eq!(registration.client_id(), "app");
    assert_eq!(registration.default_redirect_uri().map(RedirectUri::as_str), Some("https://app.example/cb"));
    assert_eq!(registration.default_scope().as_str(), "read write");
    assert_eq!(serde_json::to_string(&registration).unwrap(), json);

    let least = r#"{"client_id":"app"}"#;
    let registration: Registration = serde_json::from_str(least).unwrap();
    assert_eq!(registration, Registration::new("app").unwrap());
    assert_eq!((registration.default_redirect_uri(), registration.default_scope().is_empty()), (None, true));
    assert_eq!(serde_json::to_string(&registration).unwrap(), least);
    // What could not have been made is not read.
    for refused in ["{}", r#"{"client_id":""}"#, r#"{"client_id":"app","redirect_uri":"/cb"}"#] {
        assert!(serde_json::from_str::<Registration>(refused).is_err(), "{refused}");
    }
}
