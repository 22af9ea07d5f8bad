//! AwaitingToken: tokens that come in the browser.

use oauth_proto::{
    Authorized, AwaitingToken, Callback, CallbackError, Confidential, ErrorCode, Granted, Provider, Remedy,
    dialect::{Nonce, StateEcho, TokenPlace},
    error::{
        AnswerFault,
        CallbackFault::{self, *},
    },
    grant::ImplicitWithRefresh,
};

use crate::scenario::{KEY, NONCE, STATE, Scenario, at, entropy};

const TOKENS: &str = "access_token=A1&token_type=Bearer&expires_in=3600";

fn fragment(rest: &str) -> String {
    format!("/cb#{TOKENS}&state={STATE}{rest}")
}

#[test]
fn tokens_in_the_fragment() {
    let scenario = Scenario::public();
    let receive = |callback: &str| {
        let token = scenario.awaiting_token().receive(&scenario.client, Callback::url(callback), at(20)).unwrap();
        (token.access_token().expose().to_owned(), token.expires_at(), token.scope().as_str().to_owned())
    };
    // Their lifetime counts from receipt: when the user pressed the button, nobody knows.
    let plain = ("A1".to_owned(), Some(at(3620)), "read write".to_owned());
    assert_eq!(receive(&fragment("")), plain);
    assert_eq!(receive(&fragment("&scope=read")), (plain.0.clone(), plain.1, "read".to_owned()));
    assert_eq!(receive(&fragment("&scope=")), (plain.0.clone(), plain.1, String::new()));
    // RFC 6749 section 4.2.2: there is no refresh token, and one that comes all the same is dropped.
    assert_eq!(receive(&fragment("&refresh_token=R1")), plain);
    assert_eq!(receive(&(fragment("&x=1&x=2&%zz"))), plain);
}

#[test]
fn the_login_that_waits() {
    let scenario = Scenario::public();
    let login = scenario.client.implicit().unwrap().return_to("/inbox").unwrap().application_state("t").unwrap();
    let (_, awaiting) = login.authorize(entropy(), at(0));
    assert_eq!(awaiting.state().expose(), format!("{STATE}.t"));
    assert_eq!(awaiting.application_state(), Some("t"));
    assert_eq!(awaiting.intent().return_to(), Some("/inbox"));
    assert_eq!(awaiting.closes_at(), at(600));
    let callback = format!("#state={STATE}.t");
    assert!(awaiting.matches(&scenario.client, Callback::url(&callback)));
    assert!(!awaiting.matches(&scenario.client, Callback::query(&callback[1..])));
    assert_eq!(scenario.client.login_key(Callback::url(&callback)), Some(awaiting.key()));
    assert_eq!(scenario.awaiting_token().key().as_str(), KEY);
}

fn not_ours(scenario: &Scenario<Confidential>, callback: &str) -> CallbackFault {
    let error = scenario.awaiting_token().receive(&scenario.client, Callback::url(callback), at(20)).unwrap_err();
    assert_eq!(error.remedy(), Remedy::Ignore);
    let CallbackError::NotOurs { awaiting, fault, .. } = error else { panic!("{callback}: {error}") };
    let right = if callback.starts_with("/q?") { format!("?{TOKENS}&state={STATE}") } else { fragment("") };
    assert!(awaiting.receive(&scenario.client, Callback::url(&right), at(20)).is_ok(), "{callback}");
    fault
}

#[test]
fn callbacks_that_are_not_ours() {
    let scenario = Scenario::new();
    for (callback, fault) in [
        (format!("/cb?{TOKENS}&state={STATE}"), StateMissing),
        (format!("/cb#{TOKENS}"), StateMissing),
        (format!("/cb#{TOKENS}&state=x"), StateMismatch),
        (fragment("&access_token=A2"), Repeated("access_token")),
        (fragment("&acces%73_token=A2"), Repeated("access_token")),
        (fragment("&expires_in=1"), Repeated("expires_in")),
        (fragment("&token_type=Bearer"), Repeated("token_type")),
        (fragment("&refresh_token=%zz"), Malformed("refresh_token")),
        (fragment("&id_token=x"), Unexpected("id_token")),
        (fragment("&response=x"), Unexpected("response")),
        (fragment("&error=access_denied"), Contradiction),
        (format!("/cb#state={STATE}"), Empty),
        (format!("/cb#access_token=%ff&state={STATE}"), Malformed("access_token")),
    ] {
        assert_eq!(not_ours(&scenario, &callback), fault, "{callback}");
    }
}

/// A server that does not know the response type may answer as if a code had been asked for.
#[test]
fn an_error_in_the_query_is_told_and_not_believed() {
    let scenario = Scenario::new();
    let callback = format!("/cb?error=unsupported_response_type&state={STATE}");
    assert_eq!(not_ours(&scenario, &callback), StateMissing);
    let awaiting = scenario.awaiting_token();
    let error = awaiting.receive(&scenario.client, Callback::url(&callback), at(20)).unwrap_err();
    let CallbackError::NotOurs { claimed: Some(claimed), .. } = error else { panic!("{error}") };
    assert_eq!(claimed.code, ErrorCode::UnsupportedResponseType);
}

#[test]
fn answers_to_this_login_that_end_it() {
    let scenario = Scenario::new();
    let receive = |callback: &str, now| {
        let callback = Callback::fragment(callback);
        scenario.awaiting_token().receive(&scenario.client, callback, now).unwrap_err()
    };
    for (tokens, expected) in [
        ("access_token=&token_type=Bearer", AnswerFault::Malformed("access_token")),
        ("access_token=a%0d%0a&token_type=Bearer", AnswerFault::Malformed("access_token")),
        ("access_token=%c3%a9&token_type=Bearer", AnswerFault::Malformed("access_token")),
        ("access_token=A1", AnswerFault::Missing("token_type")),
        ("access_token=A1&token_type=", AnswerFault::Malformed("token_type")),
        ("access_token=A1&token_type=mac", AnswerFault::TokenType),
        ("access_token=A1&token_type=Bearer&expires_in=1.0", AnswerFault::Malformed("expires_in")),
        ("access_token=A1&token_type=Bearer&expires_in=", AnswerFault::Malformed("expires_in")),
        ("access_token=A1&token_type=Bearer&expires_in=-1", AnswerFault::Malformed("expires_in")),
        ("access_token=A1&token_type=Bearer&scope=%22", AnswerFault::Malformed("scope")),
        ("code=C1", AnswerFault::Missing("access_token")),
    ] {
        let error = receive(&format!("{tokens}&state={STATE}"), at(20));
        assert_eq!(error.remedy(), Remedy::LogIn);
        let CallbackError::Unusable { fault, intent } = error else { panic!("{tokens}: {error}") };
        assert_eq!(fault, expected, "{tokens}");
        assert_eq!(*intent, *scenario.awaiting_token().intent());
    }
    let error = receive(&format!("error=access_denied&state={STATE}"), at(20));
    assert!(matches!(&error, CallbackError::Refused { response, .. } if response.code.as_str() == "access_denied"));
    assert!(matches!(receive(&fragment("")[4..], at(600)), CallbackError::TooLate { .. }));
    let other = Scenario::with(|provider| provider.name = "elsewhere".into());
    let error = scenario.awaiting_token().receive(&other.client, Callback::url(&fragment("")), at(20)).unwrap_err();
    assert!(matches!(error, CallbackError::WrongClient { .. }));
}

#[test]
fn where_the_tokens_stand() {
    let place = |place| Scenario::with(|provider| provider.dialect.callback.tokens = place);
    let query = format!("/q?{TOKENS}&state={STATE}");
    let receive = |scenario: &Scenario<Confidential>, callback: &str| {
        scenario.awaiting_token().receive(&scenario.client, Callback::url(callback), at(20)).is_ok()
    };
    let in_query = place(TokenPlace::Query);
    assert!(receive(&in_query, &query));
    assert_eq!(not_ours(&in_query, &query.replace("state=", "x=")), StateMissing);
    assert!(!receive(&in_query, &fragment("")));
    let awaiting = in_query.awaiting_token();
    assert_eq!(in_query.client.login_key(Callback::url(&query)), Some(awaiting.key()));

    let either = place(TokenPlace::FragmentOrQuery);
    assert!(receive(&either, &query) && receive(&either, &fragment("")));
    assert!(receive(&either, &format!("/cb?state={STATE}#{TOKENS}")));
    let both = format!("/cb?{TOKENS}#{TOKENS}&state={STATE}");
    assert_eq!(not_ours(&either, &both), Repeated("access_token"));
}

fn with_refresh(tweak: impl FnOnce(&mut Provider)) -> (Scenario<Confidential>, AwaitingToken<ImplicitWithRefresh>) {
    let scenario = Scenario::with(|provider| {
        provider.dialect.callback.implicit_refresh_token = true;
        tweak(provider);
    });
    let (_, awaiting) = scenario.client.implicit_with_refresh().unwrap().authorize(entropy(), at(0));
    (scenario, awaiting)
}

#[test]
fn implicit_with_a_refresh_token() {
    let (scenario, awaiting) = with_refresh(|_| {});
    let callback = fragment("&refresh_token=R1");
    let granted = awaiting.receive(&scenario.client, Callback::url(&callback), at(20)).unwrap();
    let Granted::Refreshable(authorized) = granted else { panic!() };
    assert_eq!(authorized.expires_at(), Some(at(3620)));
    let body = authorized.refresh(&scenario.client, at(30)).unwrap().0;
    assert_eq!(body.expose_body(), b"grant_type=refresh_token&refresh_token=R1");

    let (scenario, awaiting) = with_refresh(|_| {});
    let granted = awaiting.receive(&scenario.client, Callback::url(&fragment("")), at(20)).unwrap();
    assert!(matches!(granted, Granted::AccessOnly(_)));

    let (scenario, awaiting) = with_refresh(|_| {});
    let error = awaiting.receive(&scenario.client, Callback::url(&fragment("&refresh_token=")), at(20)).unwrap_err();
    assert!(matches!(error, CallbackError::Unusable { fault: AnswerFault::Malformed("refresh_token"), .. }));
}

#[test]
fn a_nonce_comes_back_with_the_tokens() {
    let receive = |nonce: &str| {
        let scenario = Scenario::with(|provider| provider.dialect.authorize.nonce = Nonce::EchoedWithTokens);
        let callback = fragment(nonce);
        let end = scenario.awaiting_token().receive(&scenario.client, Callback::url(&callback), at(20));
        end.map(drop::<Authorized<_>>).map_err(|error| match error {
            CallbackError::Unusable { fault, .. } => fault,
            error => panic!("{error}"),
        })
    };
    assert_eq!(receive(&format!("&nonce={NONCE}")), Ok(()));
    // It binds the tokens to the login also where the server never echoes `state`.
    let silent = Scenario::with(|provider| {
        provider.dialect.authorize.nonce = Nonce::EchoedWithTokens;
        provider.dialect.callback.state = StateEcho::NotEchoedByThisServer;
    });
    for (nonce, taken) in [(NONCE, true), ("other", false)] {
        let callback = format!("#{TOKENS}&nonce={nonce}");
        let end = silent.awaiting_token().receive(&silent.client, Callback::url(&callback), at(20));
        assert_eq!(end.is_ok(), taken, "{nonce}");
    }
    assert_eq!(receive("&nonce=other"), Err(AnswerFault::NonceMismatch));
    assert_eq!(receive(""), Err(AnswerFault::NonceMissing));
    assert_eq!(receive("&nonce="), Err(AnswerFault::Malformed("nonce")));
}

#[test]
fn a_fragment_may_begin_with_its_mark() {
    let scenario = Scenario::new();
    let callback = format!("#{TOKENS}&state={STATE}");
    for callback in [Callback::fragment(&callback), Callback::fragment(&callback[1..])] {
        assert_eq!(scenario.client.login_key(callback).unwrap().as_str(), KEY);
        let token = scenario.awaiting_token().receive(&scenario.client, callback, at(20)).unwrap();
        assert_eq!(token.access_token().expose(), "A1");
    }
    // As the first of them, too.
    let callback = format!("#state={STATE}&{TOKENS}");
    assert!(scenario.awaiting_token().receive(&scenario.client, Callback::fragment(&callback), at(20)).is_ok());
}

#[test]
fn members_of_another_name() {
    let scenario = Scenario::with(|provider| {
        provider.dialect.response.rename.rename("access_token", "token").rename("expires_in", "expires");
        provider.dialect.response.token_type_optional = true;
    });
    let callback = format!("#token=A1&expires=60&state={STATE}&access_token=other");
    let token = scenario.awaiting_token().receive(&scenario.client, Callback::url(&callback), at(20)).unwrap();
    assert_eq!((token.access_token().expose(), token.expires_at()), ("A1", Some(at(80))));
}
