//! Expired: no access token is here, and the way on is.

use oauth_proto::{Client, RedirectUri, Registration, Scope, Standing};

use crate::scenario::{ACCESS_ONLY, Scenario, TOKENS, answer, at, entropy, provider, wire};

#[test]
fn it_is_refreshed_as_before() {
    let scenario = Scenario::new();
    let (request, flight) = scenario.expired().refresh(&scenario.client, at(1000)).unwrap();
    assert_eq!(wire(&request), wire(&scenario.refresh_in_flight().0));
    // New tokens are not rejected.
    let tokens = flight.finish(answer(200, TOKENS)).unwrap().into_token_set();
    assert!(matches!(tokens.at(at(4599)), Standing::Authorized(_)));
}

#[test]
fn it_is_issued_again() {
    let scenario = Scenario::new();
    let (request, flight) = scenario.reissuable().rejected().reissue(&scenario.client, at(1000)).unwrap();
    assert_eq!(wire(&request), wire(&scenario.reissue_in_flight().0));
    let tokens = flight.finish(answer(200, ACCESS_ONLY)).unwrap().into_token_set();
    assert!(matches!(tokens.at(at(4599)), Standing::Authorized(_)));
}

#[test]
fn it_leads_to_a_new_login_that_asks_for_the_same() {
    let scenario = Scenario::new();
    let login = scenario.login().scope(Scope::new(["delete"]).unwrap()).return_to("/inbox").unwrap();
    let (_, awaiting) = login.authorize(entropy(), at(0));
    let callback = format!("code=C1&state={}", awaiting.state().expose());
    let callback = oauth_proto::Callback::query(&callback);
    let (_, flight) = awaiting.receive(&scenario.client, callback, at(10)).unwrap();
    let tokens = flight.finish(answer(200, ACCESS_ONLY)).unwrap().into_any_token_set();
    let again = tokens.into_intent().again(scenario.login());
    assert_eq!(again.intent().scope().as_str(), "delete");
    // The redirect URI is the registration's again: the port of the last login may be another's now.
    assert_eq!(again.intent().redirect_uri().unwrap().as_str(), "https://app.example/cb");
    // Where the user was belongs to the login that is over.
    assert_eq!(again.intent().return_to(), None);
    assert_eq!(scenario.expired().into_intent().server(), "example");
}

#[test]
fn an_intent_that_failed_keeps_its_redirect_uri_and_way_back() {
    let scenario = Scenario::new();
    let loopback = RedirectUri::new("http://127.0.0.1:5000/cb").unwrap();
    let (_, awaiting) =
        scenario.login().redirect_uri(loopback.clone()).return_to("/a").unwrap().authorize(entropy(), at(0));
    let query = format!("error=access_denied&state={}", awaiting.state().expose());
    let error = awaiting.receive(&scenario.client, oauth_proto::Callback::query(&query), at(1)).unwrap_err();
    let oauth_proto::CallbackError::Refused { intent, .. } = error else { panic!() };
    let again = intent.again(scenario.login());
    assert_eq!(again.intent().redirect_uri(), Some(&loopback));
    assert_eq!(again.intent().return_to(), Some("/a"));
}

#[test]
fn another_client_or_server_does_not_inherit_the_redirect_uri() {
    let intent = || {
        let login = Scenario::new().login().return_to("/a").unwrap();
        let loopback = RedirectUri::new("http://127.0.0.1:5000/cb").unwrap();
        login.redirect_uri(loopback).intent().clone()
    };
    let elsewhere = Scenario::with(|provider| provider.name = "elsewhere".into());
    let own = RedirectUri::new("https://other.example/cb").unwrap();
    let registration = Registration::new("app2").unwrap().redirect_uri(own.clone());
    let second = Client::public(provider(), registration).unwrap();
    for (fresh, expected) in [
        (elsewhere.login(), "https://app.example/cb"),
        (second.authorization_code().unwrap(), "https://other.example/cb"),
        (Scenario::new().login(), "http://127.0.0.1:5000/cb"),
    ] {
        let again = intent().again(fresh);
        assert_eq!(again.intent().redirect_uri().unwrap().as_str(), expected);
        // What was wanted and where the user was is the application's own, whoever asks.
        assert_eq!((again.intent().scope().as_str(), again.intent().return_to()), ("read write", Some("/a")));
    }
}
