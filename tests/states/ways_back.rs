//! The ways back: as a form or in the URL, and to which redirect URI.

use oauth_proto::{
    Callback, CallbackError, Provider, RedirectUri, Remedy,
    dialect::{Kept, TokenPlace},
    error::{CallbackFault, Reason},
    stored,
};

use crate::scenario::{STATE, Scenario, at, entropy, other_entropy};

fn answer() -> String {
    format!("code=C1&state={STATE}")
}

#[test]
fn a_login_reads_the_mode_that_it_asked_for_and_no_other() {
    let scenario = Scenario::new();
    let text = answer();
    let (url, form) = (Callback::query(&text), Callback::form_post(&text));
    let asked = || scenario.login().form_post().unwrap().authorize(entropy(), at(0)).1;
    let plain = || scenario.awaiting_code();
    assert!(asked().receive(&scenario.client, form, at(1)).is_ok());
    assert!(plain().receive(&scenario.client, url, at(1)).is_ok());
    assert!(asked().matches(&scenario.client, form) && !asked().matches(&scenario.client, url));
    assert!(plain().matches(&scenario.client, url) && !plain().matches(&scenario.client, form));
    for (awaiting, wrong, right) in [(asked(), url, form), (plain(), form, url)] {
        let error = awaiting.receive(&scenario.client, wrong, at(1)).unwrap_err();
        assert_eq!(error.remedy(), Remedy::Ignore);
        let CallbackError::NotOurs { awaiting, fault, claimed } = error else { panic!() };
        assert_eq!((fault, claimed), (CallbackFault::ResponseMode, None));
        assert!(awaiting.receive(&scenario.client, right, at(1)).is_ok());
    }
    // Nothing of a page is a question mark here, and nothing of a form a fragment.
    let odd = format!("?{text}");
    let error = asked().receive(&scenario.client, Callback::form_post(&odd), at(1)).unwrap_err();
    assert!(matches!(error, CallbackError::NotOurs { fault: CallbackFault::Empty, .. }), "{error}");
}

#[test]
fn a_form_is_read_as_strictly_as_a_url() {
    let scenario = Scenario::with(|provider| provider.issuer = Some("https://id.example".into()));
    for (text, fault) in [
        (format!("code=C1&code=C2&state={STATE}"), CallbackFault::Repeated("code")),
        (format!("code=C1&state={STATE}&state={STATE}"), CallbackFault::Repeated("state")),
        ("code=C1".into(), CallbackFault::StateMissing),
        ("code=C1&state=x".into(), CallbackFault::StateMismatch),
        (format!("code=C1&state={STATE}&iss=https%3A%2F%2Fevil.example"), CallbackFault::IssuerMismatch),
        (format!("code=%zz&state={STATE}"), CallbackFault::Malformed("code")),
        (format!("code=C1&access_token=A&state={STATE}"), CallbackFault::Unexpected("access_token")),
        (format!("code=C1&error=access_denied&state={STATE}"), CallbackFault::Contradiction),
        (format!("code=C1&state={STATE}&{}", "a=b&".repeat(70)), CallbackFault::TooManyParameters),
        (format!("code=C1&state={STATE}&a={}", "b".repeat(300_000)), CallbackFault::TooLong),
        (String::new(), CallbackFault::StateMissing),
    ] {
        let awaiting = scenario.login().form_post().unwrap().authorize(entropy(), at(0)).1;
        let error = awaiting.receive(&scenario.client, Callback::form_post(&text), at(1)).unwrap_err();
        let CallbackError::NotOurs { fault: found, .. } = error else { panic!("{error}") };
        assert_eq!(found, fault, "{}", &text[..text.len().min(80)]);
    }
}

#[test]
fn tokens_come_in_a_form_wherever_the_dialect_has_them_else() {
    let text = format!("access_token=A1&token_type=Bearer&state={STATE}");
    for place in [TokenPlace::Fragment, TokenPlace::Query, TokenPlace::FragmentOrQuery] {
        let scenario = Scenario::with(|provider| provider.dialect.callback.tokens = place);
        let awaiting = || scenario.client.implicit().unwrap().form_post().unwrap().authorize(entropy(), at(0)).1;
        assert_eq!(scenario.client.login_key(Callback::form_post(&text)), Some(awaiting().key()));
        let authorized = awaiting().receive(&scenario.client, Callback::form_post(&text), at(1)).unwrap();
        assert!(authorized.access_token().matches("A1"));
        for callback in [Callback::fragment(&text), Callback::query(&text)] {
            let error = awaiting().receive(&scenario.client, callback, at(1)).unwrap_err();
            assert!(matches!(error, CallbackError::NotOurs { fault: CallbackFault::ResponseMode, .. }), "{error}");
        }
    }
}

#[test]
fn what_the_token_request_is_made_of_comes_with_a_form_too() {
    let scenario = Scenario::with(|provider: &mut Provider| {
        provider.token_endpoint = Some("https://{shop}.example.com/token".into());
        provider.dialect.callback.keep.insert("shop".into(), Kept::DnsLabel);
    });
    let awaiting = || scenario.login().form_post().unwrap().authorize(entropy(), at(0)).1;
    let text = format!("{}&shop=bakery", answer());
    let (request, _) = awaiting().receive(&scenario.client, Callback::form_post(&text), at(1)).unwrap();
    assert_eq!(request.url(), "https://bakery.example.com/token");
    let text = answer();
    let error = awaiting().receive(&scenario.client, Callback::form_post(&text), at(1)).unwrap_err();
    assert!(matches!(error, CallbackError::NotOurs { fault: CallbackFault::Kept { .. }, .. }), "{error}");
}

#[test]
fn who_asks_for_a_form_says_so_in_one_way() {
    let scenario = Scenario::new();
    let asked = || scenario.login().form_post().unwrap();
    let (url, _) = asked().form_post().unwrap().authorize(entropy(), at(0));
    assert_eq!(url.as_str().matches("response_mode=form_post").count(), 1);
    let refused = |error: oauth_proto::ConfigError| (error.field().to_owned(), error.reason().clone());
    // Beside it, no other; and nobody asks for one without reading one.
    let other = asked().parameter("response_mode", "query").map(drop).map_err(refused);
    assert_eq!(other, Err(("parameter".into(), Reason::Repeated)));
    let untyped = scenario.login().parameter("response_mode", "form_post").unwrap_err();
    assert_eq!(untyped.field(), "response_mode");
    assert!(untyped.to_string().contains("`form_post()`"), "{untyped}");
    let late = scenario.login().parameter("response_mode", "query").unwrap().form_post().map(drop).map_err(refused);
    assert_eq!(late, Err(("response_mode".into(), Reason::Repeated)));
    let in_url = Scenario::with(|provider| {
        provider.authorization_endpoint = Some("https://id.example/authorize?response_mode=query".into());
    });
    assert_eq!(in_url.login().form_post().map(drop).map_err(refused), Err(("response_mode".into(), Reason::Repeated)));
    let of_the_dialect = Scenario::with(|provider| {
        provider.dialect.authorize.parameters.add("response_mode", "query");
    });
    let found = of_the_dialect.login().form_post().map(drop).map_err(refused);
    assert_eq!(found, Err(("response_mode".into(), Reason::ReservedName)));
}

/// Where the provider's data asks for a form, each login waits for one.
#[test]
fn the_dialect_may_ask() {
    let scenario = Scenario::with(|provider| {
        provider.dialect.authorize.parameters.add("response_mode", "form_post");
    });
    let text = answer();
    for login in [scenario.login(), scenario.login().form_post().unwrap()] {
        let (url, awaiting) = login.authorize(entropy(), at(0));
        assert_eq!(url.as_str().matches("response_mode=form_post").count(), 1);
        assert!(stored::save(&awaiting).contains(r#""form_post":true"#));
        assert!(awaiting.receive(&scenario.client, Callback::form_post(&text), at(1)).is_ok());
    }
    let error = scenario.awaiting_code().receive(&scenario.client, Callback::query(&text), at(1)).unwrap_err();
    assert!(matches!(error, CallbackError::NotOurs { fault: CallbackFault::ResponseMode, .. }), "{error}");
}

#[test]
fn a_callback_that_came_elsewhere_is_not_ours() {
    let scenario = Scenario::new();
    let own = RedirectUri::new("https://app.example/cb").unwrap();
    let text = answer();
    // Byte for byte, as servers compare it.
    for other in ["https://app.example/cb/", "https://app.example/cb?", "https://app.example:443/cb", "app:/cb"] {
        let other = RedirectUri::new(other).unwrap();
        for text in [text.clone(), format!("error=access_denied&state={STATE}")] {
            let callback = Callback::query(&text).arrived_at(&other);
            let error = scenario.awaiting_code().receive(&scenario.client, callback, at(1)).unwrap_err();
            let CallbackError::NotOurs { awaiting, fault, claimed } = error else { panic!("{error}") };
            assert_eq!((fault, claimed), (CallbackFault::RedirectUri, None));
            let right = answer();
            let right = Callback::query(&right).arrived_at(&own);
            assert!(awaiting.receive(&scenario.client, right, at(1)).is_ok());
        }
    }
    // The login's own, where it is not the registration's.
    let port = RedirectUri::new("http://127.0.0.1:49152/cb").unwrap();
    let awaiting = || scenario.login().redirect_uri(port.clone()).authorize(entropy(), at(0)).1;
    let callback = Callback::query(&text);
    assert!(awaiting().receive(&scenario.client, callback.arrived_at(&port), at(1)).is_ok());
    assert!(awaiting().receive(&scenario.client, callback.arrived_at(&own), at(1)).is_err());
    // Its place says nothing of whose it is.
    assert_eq!(scenario.client.login_key(callback.arrived_at(&port)), Some(awaiting().key()));
    let other = scenario.login().authorize(other_entropy(), at(0)).1;
    assert!(!other.matches(&scenario.client, callback.arrived_at(&own)));
}
