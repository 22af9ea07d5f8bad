//! AwaitingCode: which callbacks are this login's answer, and what a callback that is not does to it: nothing.

use oauth_proto::{
    AnyClient, AwaitingCode, Callback, CallbackError, Client, ErrorCode, FinishError, Outcome, Registration, Remedy,
    dialect::{CodeDecoding, IssuerParameter, StateEcho},
    error::{
        CallbackFault::{self, *},
        RequestFault,
    },
};

use crate::scenario::{BASIC, KEY, STATE, Scenario, at, entropy, other_entropy, provider, registration, wire};

/// The code that goes on, or why it does not. After each `NotOurs` the login is still answered by the right callback.
fn receive(client: &AnyClient, awaiting: AwaitingCode, callback: &str) -> Result<String, CallbackFault> {
    match awaiting.receive(client, Callback::url(callback), at(10)) {
        Ok((request, _)) => Ok(sent_code(&wire(&request))),
        Err(CallbackError::NotOurs { awaiting, fault, .. }) => {
            let right = format!("/cb?code=C1&state={STATE}&iss=https%3A%2F%2Fid.example");
            let (request, _) = awaiting.receive(client, Callback::url(&right), at(599)).unwrap();
            assert_eq!(sent_code(&wire(&request)), "C1");
            Err(fault)
        }
        Err(error) => panic!("{callback}: {error}"),
    }
}

fn sent_code(wire: &str) -> String {
    wire.split_once("&code=").unwrap().1.split_once("&redirect_uri=").unwrap().0.to_owned()
}

fn check(scenario: &Scenario<oauth_proto::Confidential>, rows: &[(&str, Result<&str, CallbackFault>)]) {
    for (callback, expected) in rows {
        let callback = callback.replace("STATE", STATE);
        let found = receive(&scenario.client, scenario.awaiting_code(), &callback);
        assert_eq!(found, expected.clone().map(str::to_owned), "{callback}");
    }
}

#[test]
fn the_state_binds_a_callback_to_its_login() {
    check(
        &Scenario::new(),
        &[
            ("/cb?code=C1&state=STATE", Ok("C1")),
            ("https://app.example/cb?state=STATE&code=C1", Ok("C1")),
            ("?code=C1&state=STATE#top", Ok("C1")),
            ("/cb?code=C1&st%61te=STATE", Ok("C1")),
            ("/cb?code=C1", Err(StateMissing)),
            ("/cb", Err(StateMissing)),
            ("", Err(StateMissing)),
            ("/cb?code=C1&State=STATE", Err(StateMissing)),
            ("/cb?code=C1&state", Err(StateMismatch)),
            ("/cb?code=C1&state=", Err(StateMismatch)),
            ("/cb?code=C1&state=AAAA", Err(StateMismatch)),
            ("/cb?code=C1&state=aqebaqebaqebaqebaqebaqebaqebaqebaqebaqebaqe", Err(StateMismatch)),
            ("/cb?code=C1&state=STATE.more", Err(StateMismatch)),
            ("/cb?code=C1&state=STATE+", Err(StateMismatch)),
            ("/cb?code=C1&state=%20STATE", Err(StateMismatch)),
            ("/cb?code=C1&state=%zz", Err(Malformed("state"))),
            ("/cb?code=C1&state=%FF", Err(Malformed("state"))),
            // What stands in another place is not there.
            ("/cb#code=C1&state=STATE", Err(StateMissing)),
            ("/cb?state=STATE#code=C1", Err(Empty)),
            ("/cb?code=C1;state=STATE", Err(StateMissing)),
            ("/cb?state=STATE;code=C1", Err(StateMismatch)),
            ("/cb?code=C1&amp;state=STATE", Err(StateMissing)),
        ],
    );
}

#[test]
fn what_the_protocol_knows_stands_there_once() {
    check(
        &Scenario::new(),
        &[
            ("/cb?code=C1&state=STATE&state=STATE", Err(Repeated("state"))),
            ("/cb?code=C1&state=STATE&st%61te=STATE", Err(Repeated("state"))),
            ("/cb?code=C1&code=C2&state=STATE", Err(Repeated("code"))),
            ("/cb?code=C1&code=C1&state=STATE", Err(Repeated("code"))),
            ("/cb?code=C1&%63ode=C2&state=STATE", Err(Repeated("code"))),
            ("/cb?code=&code=C1&state=STATE", Err(Repeated("code"))),
            ("/cb?code=C1&state=STATE&iss=a&iss=a", Err(Repeated("iss"))),
            ("/cb?error=a&error=b&state=STATE", Err(Repeated("error"))),
            ("/cb?error=a&error_description=b&error_description=c&state=STATE", Err(Repeated("error_description"))),
            ("/cb?error=a&error_uri=b&error_uri=c&state=STATE", Err(Repeated("error_uri"))),
            // Unknown ones are ignored (RFC 6749 section 4.1.2), however often and however broken.
            ("/cb?code=C1&state=STATE&x=1&x=2&scope=a&scope=b&session_state=%zz&%zz=1&&=&", Ok("C1")),
            ("/cb?code=C1&state=STATE&Code=C2&CODE=C3&code%00=C4", Ok("C1")),
            // Tokens never come by this way (RFC 9700 section 2.1.2).
            ("/cb?code=C1&state=STATE&access_token=A", Err(Unexpected("access_token"))),
            ("/cb?code=C1&state=STATE&id_token=A", Err(Unexpected("id_token"))),
            ("/cb?code=C1&state=STATE&response=A", Err(Unexpected("response"))),
            ("/cb?code=C1&state=STATE&access%5Ftoken=", Err(Unexpected("access_token"))),
            ("/cb?code=C1&state=STATE#access_token=A", Ok("C1")),
        ],
    );
}

#[test]
fn a_code_is_printable_ascii() {
    check(
        &Scenario::new(),
        &[
            ("/cb?code=a%3Db%2Bc+d%25&state=STATE", Ok("a%3Db%2Bc+d%25")),
            ("/cb?code=~!a=b&state=STATE", Ok("%7E%21a%3Db")),
            ("/cb?code=+&state=STATE", Ok("+")),
            ("/cb?code=%&state=STATE", Err(Malformed("code"))),
            ("/cb?state=STATE", Err(Empty)),
            ("/cb?code&state=STATE", Err(Empty)),
            ("/cb?code=&state=STATE", Err(Empty)),
            ("/cb?code=C1%0d%0aX:+y&state=STATE", Err(Malformed("code"))),
            ("/cb?code=C1%00&state=STATE", Err(Malformed("code"))),
            ("/cb?code=C1%7f&state=STATE", Err(Malformed("code"))),
            ("/cb?code=%c3%a9&state=STATE", Err(Malformed("code"))),
            ("/cb?code=é&state=STATE", Err(Malformed("code"))),
            ("/cb?code=%ff&state=STATE", Err(Malformed("code"))),
            ("/cb?code=%zz&state=STATE", Err(Malformed("code"))),
            ("/cb?code=C1%&state=STATE", Err(Malformed("code"))),
            ("/cb?code=C1%4&state=STATE", Err(Malformed("code"))),
            ("/cb?code=%+41&state=STATE", Err(Malformed("code"))),
        ],
    );
}

#[test]
fn a_code_as_received_is_not_decoded() {
    let scenario = Scenario::with(|provider| provider.dialect.callback.code = CodeDecoding::AsReceived);
    check(
        &scenario,
        &[
            ("/cb?code=a%3Db+c&state=STATE", Ok("a%253Db%2Bc")),
            ("/cb?code=%zz&state=STATE", Ok("%25zz")),
            ("/cb?code=é&state=STATE", Err(Malformed("code"))),
            ("/cb?code=&state=STATE", Err(Empty)),
        ],
    );
}

#[test]
fn the_issuer_is_compared_byte_for_byte_where_it_is_there() {
    let with_issuer = |rule| {
        Scenario::with(|provider| {
            provider.issuer = Some("https://id.example".into());
            provider.dialect.callback.issuer = rule;
        })
    };
    let common = [
        ("/cb?code=C1&state=STATE&iss=https://id.example", Ok("C1")),
        ("/cb?code=C1&state=STATE&iss=https%3A%2F%2Fid.example", Ok("C1")),
        ("/cb?code=C1&state=STATE&iss=https://id.example/", Err(IssuerMismatch)),
        ("/cb?code=C1&state=STATE&iss=https://ID.example", Err(IssuerMismatch)),
        ("/cb?code=C1&state=STATE&iss=", Err(IssuerMismatch)),
        ("/cb?code=C1&state=STATE&iss=%ff", Err(Malformed("iss"))),
        // An error of another server's is no answer either.
        ("/cb?error=access_denied&state=STATE&iss=https://evil.example", Err(IssuerMismatch)),
        // The state goes first: an attacker learns nothing of the rest.
        ("/cb?code=C1&state=x&iss=https://evil.example", Err(StateMismatch)),
    ];
    for rule in [IssuerParameter::Optional, IssuerParameter::Required] {
        check(&with_issuer(rule), &common);
    }
    check(&with_issuer(IssuerParameter::Optional), &[("/cb?code=C1&state=STATE", Ok("C1"))]);
    let missing =
        [("/cb?code=C1&state=STATE", Err(IssuerMissing)), ("/cb?error=access_denied&state=STATE", Err(IssuerMissing))];
    check(&with_issuer(IssuerParameter::Required), &missing);
    // Without an issuer there is nothing to compare with.
    check(&Scenario::new(), &[("/cb?code=C1&state=STATE&iss=https://evil.example", Ok("C1"))]);
}

#[test]
fn a_server_that_never_echoes_state() {
    let scenario = Scenario::with(|provider| provider.dialect.callback.state = StateEcho::NotEchoedByThisServer);
    check(
        &scenario,
        &[
            ("/cb?code=C1", Ok("C1")),
            ("/cb?code=C1&state=STATE", Ok("C1")),
            ("/cb?code=C1&state=other", Err(StateMismatch)),
            ("/cb?code=C1&state=", Err(StateMismatch)),
        ],
    );
}

#[test]
fn parameters_of_another_name() {
    let scenario = Scenario::with(|provider| {
        provider.dialect.callback.rename.rename("code", "auth_code").rename("error", "problem");
    });
    let right = format!("auth_code=C1&state={STATE}&code=C2");
    let (request, _) = scenario.awaiting_code().receive(&scenario.client, Callback::query(&right), at(10)).unwrap();
    assert_eq!(sent_code(&wire(&request)), "C1");
    let denied = format!("problem=access_denied&state={STATE}");
    let error = scenario.awaiting_code().receive(&scenario.client, Callback::query(&denied), at(10)).unwrap_err();
    assert_eq!(error.remedy(), Remedy::LogIn);
}

#[test]
fn an_error_ends_the_login_only_with_the_right_state() {
    let scenario = Scenario::new();
    let login = || scenario.login().return_to("/inbox").unwrap().authorize(entropy(), at(0)).1;
    let receive = |query: &str| login().receive(&scenario.client, Callback::query(query), at(10)).unwrap_err();

    let error = receive(&format!("error=access_denied&error_description=no+%1b&error_uri=u&state={STATE}"));
    assert_eq!(error.remedy(), Remedy::LogIn);
    assert_eq!(
        error.to_string(),
        r#"the server refused the login, which is over: access_denied: "no \u{1b}"; begin a new login"#
    );
    let CallbackError::Refused { response, intent } = error else { panic!() };
    assert_eq!(response.code.as_str(), "access_denied");
    assert_eq!((response.description.as_deref(), response.uri.as_deref()), (Some("no \u{1b}"), Some("u")));
    assert_eq!((response.status, response.retry_after), (None, None));
    assert_eq!(intent.return_to(), Some("/inbox"));
    // An empty code is none, so it contradicts nothing.
    let error = receive(&format!("error=x_own&code=&state={STATE}"));
    assert!(matches!(&error, CallbackError::Refused { response, .. } if response.code.as_str() == "x_own"));

    for (query, expected, claims) in [
        ("error=access_denied", StateMissing, Some("access_denied")),
        ("error=access_denied&state=x", StateMismatch, Some("access_denied")),
        ("error=access_denied&code=C1&state=STATE", Contradiction, Some("access_denied")),
        ("error=&state=STATE", Malformed("error"), None),
        ("error=The+%22user%22+said+no.", StateMissing, Some("The \"user\" said no.")),
        ("error=&code=C1&state=STATE", Malformed("error"), None),
        ("error=%zz&state=STATE", Malformed("error"), None),
        ("error=a&error_description=%ff&state=STATE", Malformed("error_description"), None),
        ("error_description=a&state=STATE", Empty, None),
    ] {
        let error = receive(&query.replace("STATE", STATE));
        assert_eq!(error.remedy(), Remedy::Ignore);
        let CallbackError::NotOurs { awaiting, fault, claimed } = error else { panic!("{query}") };
        assert_eq!(fault, expected, "{query}");
        assert_eq!(claimed.as_deref().map(|claimed| claimed.code.as_str()), claims, "{query}");
        let right = format!("code=C1&state={STATE}");
        assert!(awaiting.receive(&scenario.client, Callback::query(&right), at(10)).is_ok(), "{query}");
    }
}

#[test]
fn the_remedy_of_a_refusal_follows_its_code() {
    let scenario = Scenario::new();
    let retry = Remedy::Retry { after: None };
    for (error, code, remedy) in [
        ("access_denied", ErrorCode::AccessDenied, Remedy::LogIn),
        ("temporarily_unavailable", ErrorCode::TemporarilyUnavailable, retry),
        ("server_error", ErrorCode::ServerError, retry),
        ("invalid_scope", ErrorCode::InvalidScope, Remedy::Fix),
        ("invalid_request", ErrorCode::InvalidRequest, Remedy::Fix),
        ("unauthorized_client", ErrorCode::UnauthorizedClient, Remedy::Fix),
        ("unsupported_response_type", ErrorCode::UnsupportedResponseType, Remedy::Fix),
        ("login_required", ErrorCode::Other("login_required".into()), Remedy::Fix),
        // No code by RFC 6749 section A.7, and a no all the same.
        ("The+%22user%22+said+n%c3%b6.%0a", ErrorCode::Other("The \"user\" said nö.\n".into()), Remedy::Fix),
    ] {
        let query = format!("error={error}&state={STATE}");
        let error = scenario.awaiting_code().receive(&scenario.client, Callback::query(&query), at(10)).unwrap_err();
        assert_eq!(error.remedy(), remedy, "{query}");
        assert!(!error.to_string().contains(char::is_control), "{error}");
        let CallbackError::Refused { response, .. } = error else { panic!("{query}: {error}") };
        assert_eq!(response.code, code, "{query}");
    }
}

#[test]
fn a_query_may_begin_with_its_mark() {
    let scenario = Scenario::new();
    let query = format!("?code=C1&state={STATE}");
    let callback = Callback::query(&query);
    assert_eq!(scenario.client.login_key(callback).unwrap().as_str(), KEY);
    assert!(scenario.awaiting_code().matches(&scenario.client, callback));
    let (request, _) = scenario.awaiting_code().receive(&scenario.client, callback, at(10)).unwrap();
    assert_eq!(sent_code(&wire(&request)), "C1");
    // One mark: what follows is the name of the first parameter.
    let query = format!("??state={STATE}&code=C1");
    assert_eq!(receive(&scenario.client, scenario.awaiting_code(), &query), Err(StateMissing));
    let error = scenario.awaiting_code().receive(&scenario.client, Callback::query(&query), at(10)).unwrap_err();
    assert!(matches!(error, CallbackError::NotOurs { fault: StateMissing, .. }), "{error}");
}

/// Without PKCE, the secret alone binds the code to this client (RFC 9700 section 2.1.1).
#[test]
fn a_login_without_pkce_is_not_finished_without_a_secret() {
    let scenario = Scenario::new();
    let login = || {
        let login = scenario.client.authorization_code_without_pkce_for_a_server_that_refuses_it().unwrap();
        login.authorize(entropy(), at(0)).1
    };
    let public = Scenario::public().client;
    let right = format!("code=C1&state={STATE}");
    let error = login().receive(&public, Callback::query(&right), at(10)).unwrap_err();
    assert!(matches!(error, CallbackError::WrongClient { .. }), "{error}");
    let awaiting = error.into_awaiting().unwrap();
    let error = awaiting.receive_pasted_code_without_state_check(&public, "C1", at(10)).unwrap_err();
    assert!(matches!(error, CallbackError::WrongClient { .. }), "{error}");
    let awaiting = error.into_awaiting().unwrap();
    let (_, flight) = awaiting.receive(&scenario.client, Callback::query(&right), at(10)).unwrap();
    // Nor is the code sent again.
    let FinishError::InDoubt { in_doubt, .. } = flight.finish(Outcome::lost("reset")).unwrap_err() else { panic!() };
    let error = in_doubt.retry(&public, at(20)).unwrap_err();
    assert_eq!((error.fault(), error.remedy()), (RequestFault::SecretRequired, Remedy::Fix));
    assert!(error.into_origin().retry(&scenario.client, at(20)).is_ok());
    // With PKCE, the verifier binds it.
    assert!(scenario.awaiting_code().receive(&public, Callback::query(&right), at(10)).is_ok());
}

#[test]
fn a_code_or_state_of_any_length_is_read_or_refused() {
    let long = "c".repeat(65_536);
    check(
        &Scenario::new(),
        &[
            (&*format!("/cb?code={long}&state=STATE"), Ok(&*long)),
            (&format!("/cb?code={long}c&state=STATE"), Err(Malformed("code"))),
            (&format!("/cb?code=C1&state=STATE{long}c"), Err(StateMismatch)),
        ],
    );
}

#[test]
fn a_callback_that_comes_too_late() {
    let scenario = Scenario::new();
    let right = format!("code=C1&state={STATE}");
    let last = at(600).as_unix_millis() - 1;
    let receive = |query: &str, now| scenario.awaiting_code().receive(&scenario.client, Callback::query(query), now);
    assert!(receive(&right, oauth_proto::Timestamp::from_unix_millis(last)).is_ok());
    for query in [&right, &format!("error=access_denied&state={STATE}")] {
        let error = receive(query, at(600)).unwrap_err();
        assert_eq!(error.remedy(), Remedy::LogIn);
        let CallbackError::TooLate { intent } = error else { panic!("{error}") };
        assert_eq!(*intent, *scenario.awaiting_code().intent());
    }
    // A forged callback learns nothing of the time, and a clock that goes back does no harm.
    assert!(matches!(receive("code=C1", at(600)), Err(CallbackError::NotOurs { fault: StateMissing, .. })));
    let before = scenario.login().authorize(entropy(), at(100)).1;
    assert!(before.receive(&scenario.client, Callback::query(&right), at(0)).is_ok());
}

#[test]
fn a_login_goes_on_with_the_client_that_began_it() {
    let scenario = Scenario::new();
    let other_id = Client::public(provider(), Registration::new("app2").unwrap()).unwrap();
    let mut elsewhere = provider();
    elsewhere.name = "elsewhere".into();
    let other_server = Client::confidential(elsewhere, registration(), "s3cret".into()).unwrap();
    let no_token_endpoint = Scenario::with(|provider| provider.token_endpoint = None).client;
    let right = format!("code=C1&state={STATE}");
    for other in [AnyClient::from(other_id), other_server.into(), no_token_endpoint.into()] {
        let error = scenario.awaiting_code().receive(&other, Callback::query(&right), at(10)).unwrap_err();
        assert_eq!(error.remedy(), Remedy::Fix);
        assert!(matches!(error, CallbackError::WrongClient { .. }), "{error}");
        let awaiting = error.into_awaiting().unwrap();
        assert!(awaiting.receive(&scenario.client, Callback::query(&right), at(10)).is_ok());
        let pasted = scenario.awaiting_code().receive_pasted_code_without_state_check(&other, "C1", at(10));
        assert!(matches!(pasted, Err(CallbackError::WrongClient { .. })));
    }
}

#[test]
fn two_logins_in_two_tabs() {
    let scenario = Scenario::new();
    let client = &scenario.client;
    let first = scenario.awaiting_code();
    let (_, second) = scenario.login().application_state("tenant").unwrap().authorize(other_entropy(), at(0));
    assert_eq!(first.key().as_str(), KEY);
    assert_ne!(first.key(), second.key());

    let first_query = format!("code=C1&state={STATE}");
    let second_query = format!("code=C2&state={}", second.state().expose());
    let (of_first, of_second) = (Callback::query(&first_query), Callback::query(&second_query));
    assert_eq!(client.login_key(of_first), Some(first.key()));
    assert_eq!(client.login_key(of_second), Some(second.key()));
    assert!(first.matches(client, of_first) && !first.matches(client, of_second));
    assert!(second.matches(client, of_second) && !second.matches(client, of_first));

    // A callback that went to the wrong tab costs neither its login.
    let CallbackError::NotOurs { awaiting: first, fault, .. } = first.receive(client, of_second, at(1)).unwrap_err()
    else {
        panic!()
    };
    assert_eq!(fault, StateMismatch);
    assert_eq!(sent_code(&wire(&second.receive(client, of_second, at(1)).unwrap().0)), "C2");
    assert_eq!(sent_code(&wire(&first.receive(client, of_first, at(1)).unwrap().0)), "C1");

    for none in ["code=C1", "state=a&state=a", "state=%zz", "state=a&access_token=b&access_token=c"] {
        assert_eq!(client.login_key(Callback::query(none)), None, "{none}");
    }
}

#[test]
fn a_code_that_was_pasted() {
    let scenario = Scenario::new();
    let client = &scenario.client;
    let (request, _) =
        scenario.awaiting_code().receive_pasted_code_without_state_check(client, "\tC1 \n", at(9)).unwrap();
    assert_eq!(sent_code(&wire(&request)), "C1");
    assert!(wire(&request).contains(BASIC));
    for code in ["", " ", "C1\n2", "é", "C1\0"] {
        let error = scenario.awaiting_code().receive_pasted_code_without_state_check(client, code, at(9)).unwrap_err();
        let CallbackError::NotOurs { awaiting, fault, claimed: None } = error else { panic!("{code:?}") };
        assert_eq!(fault, Malformed("code"));
        assert!(awaiting.receive_pasted_code_without_state_check(client, "C1", at(9)).is_ok());
    }
    let late = scenario.awaiting_code().receive_pasted_code_without_state_check(client, "C1", at(600));
    assert!(matches!(late, Err(CallbackError::TooLate { .. })));
}
