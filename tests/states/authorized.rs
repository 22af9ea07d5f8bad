//! Authorized: using a token, and renewing it.

use std::time::Duration;

use oauth_proto::{
    Authorized, Callback, Confidential, Granted, PresentError, Refreshable, Reissuable, Remedy, Scope, Standing,
    dialect::{Nonce, RefreshDeadline},
    error::{AnswerFault, Mismatch, RequestFault},
    stored,
};

use crate::scenario::{ACCESS_ONLY, NONCE, STATE, Scenario, TOKENS, answer, at, wire};

#[test]
fn a_granted_token_tells_what_it_is() {
    let token = Scenario::new().refreshable();
    assert_eq!(token.access_token().expose(), "A1");
    // Counted from the sending of the request at 10 s.
    assert_eq!(token.expires_at(), Some(at(3610)));
    assert_eq!(token.scope().as_str(), "read write");
    assert!(!token.is_due(at(3600), Duration::from_secs(9)));
    assert!(token.is_due(at(3600), Duration::from_secs(10)));
    assert_eq!(Scenario::new().granted(ACCESS_ONLY).access_token().expose(), "A1");
    assert_eq!(Scenario::new().granted(ACCESS_ONLY).scope().as_str(), "read write");
}

#[test]
fn a_token_is_shown_only_to_the_apis_of_its_server() {
    let scenario = Scenario::with(|provider| {
        provider.checks.insert("me".into(), "https://id.example/me".into());
        provider.api_origins.push("https://api.example:8443/v1".into());
    });
    let token = scenario.access_only();
    for url in [
        "https://api.example",
        "https://api.example/me?a=b",
        "https://API.example:443/me",
        "https://api.example:8443/",
        "https://id.example/anything",
    ] {
        let header = token.header_for(&scenario.client, url).unwrap();
        assert_eq!((header.name(), header.expose_value()), ("Authorization", "Bearer A1"), "{url}");
    }
    for url in [
        "https://api.example.evil.example/",
        "https://evil.example/?https://api.example",
        "https://api.example:444/",
        "https://api.example./",
        "https://api.example:8080/",
    ] {
        let refused = token.header_for(&scenario.client, url).unwrap_err();
        assert_eq!((refused, refused.remedy()), (PresentError::ForeignOrigin, Remedy::Fix), "{url}");
    }
    for url in [
        "",
        "/me",
        "//api.example/me",
        "https:api.example/me",
        "https:/api.example/x://",
        "http://api.example/me",
        "https://api.example@evil.example/",
        "https://user@api.example/",
        "https://evil.example\\@api.example/",
        "https://api.example/#x",
        "https://api.example/a b",
        "https://api.example/\u{e4}",
        "javascript:https://api.example",
    ] {
        let refused = token.header_for(&scenario.client, url).unwrap_err();
        assert_eq!((refused, refused.remedy()), (PresentError::NotAUrl, Remedy::Fix), "{url}");
    }
    let other = Scenario::with(|provider| provider.name = "elsewhere".into());
    let refused = token.header_for(&other.client, "https://api.example/").unwrap_err();
    assert_eq!(refused, PresentError::WrongClient(Mismatch::Server));
}

/// A server whose host is a variable, and that has no issuer.
fn tenant(host: &str) -> Scenario<Confidential> {
    Scenario::with(|provider| {
        provider.token_endpoint = Some("https://{host}/token".into());
        provider.variables.insert("host".into(), host.into());
    })
}

#[test]
fn another_value_of_a_variable_is_another_server() {
    let (one, other) = (tenant("one.example"), tenant("other.example"));
    assert_eq!(one.client.server(), "example{host=one.example}");
    assert_eq!(one.refreshable().into_token_set().server(), "example{host=one.example}");
    let refused = one.access_only().header_for(&other.client, "https://api.example/").unwrap_err();
    assert_eq!(refused, PresentError::WrongClient(Mismatch::Variables));
    let error = one.refreshable().refresh(&other.client, at(20)).unwrap_err();
    assert_eq!(error.fault(), RequestFault::WrongClient(Mismatch::Variables));
    assert!(error.into_origin().rejected().refresh(&one.client, at(20)).is_ok());
    let error = one.reissuable().reissue(&other.client, at(20)).unwrap_err();
    assert_eq!(error.fault(), RequestFault::WrongClient(Mismatch::Variables));
    let callback = format!("code=C1&state={STATE}");
    let error = one.awaiting_code().receive(&other.client, Callback::query(&callback), at(10)).unwrap_err();
    assert_eq!(error.remedy(), Remedy::Fix);
    let awaiting = error.into_awaiting().unwrap();
    assert!(awaiting.receive(&tenant("one.example").client, Callback::query(&callback), at(10)).is_ok());
}

#[test]
fn what_a_provider_is_known_by() {
    let mut provider = oauth_proto::providers::motar();
    assert_eq!(provider.identity(), "motar{host=api.motar.io}");
    let sandbox = provider.clone().variable("host", oauth_proto::providers::MOTAR_SANDBOX);
    assert_eq!(sandbox.identity(), "motar{host=sandbox.motar.io}");
    // Another value of a variable that names no host and no path is no other server; it may be a secret.
    provider.variables.insert("a".into(), "b".into());
    provider.token_endpoint = Some("https://{host}/oauth/token?key={a}".into());
    assert_eq!(provider.identity(), "motar{host=api.motar.io}");
    provider.token_endpoint = Some("https://{host}/{a}/token".into());
    assert_eq!(provider.identity(), "motar{a=b,host=api.motar.io}");
    // The issuer says it all (RFC 8414 section 2).
    provider.issuer = Some("https://id.example".into());
    assert_eq!(provider.identity(), "https://id.example");
    assert_eq!(crate::scenario::provider().identity(), "example");
}

#[test]
fn a_token_is_shown_as_the_provider_wants_it() {
    let header = |name: &str, scheme: Option<&str>| {
        let scenario = Scenario::with(|provider| {
            provider.dialect.presentation.header = name.into();
            provider.dialect.presentation.scheme = scheme.map(str::to_owned);
        });
        let header = scenario.access_only().header_for(&scenario.client, "https://api.example/").unwrap();
        format!("{}: {}", header.name(), header.expose_value())
    };
    assert_eq!(header("Authentication", None), "Authentication: A1");
    assert_eq!(header("x-access_token", Some("token")), "x-access_token: token A1");
}

/// A refresh sent at 1000 s.
fn refreshed(scenario: &Scenario<Confidential>, body: &str) -> Authorized<Refreshable> {
    scenario.refresh_in_flight().1.finish(answer(200, body)).unwrap()
}

/// The refresh token that the next request would spend.
fn next_refresh_token(scenario: &Scenario<Confidential>, token: Authorized<Refreshable>) -> String {
    let request = token.refresh(&scenario.client, at(1001)).unwrap().0;
    wire(&request).split_once("refresh_token=").unwrap().1.to_owned()
}

#[test]
fn a_refresh_keeps_the_refresh_token_or_rotates_it() {
    let scenario = Scenario::new();
    let kept = refreshed(&scenario, r#"{"access_token":"A2","token_type":"Bearer","expires_in":60}"#);
    assert_eq!((kept.access_token().expose(), kept.expires_at()), ("A2", Some(at(1060))));
    assert_eq!(next_refresh_token(&scenario, kept), "R1");
    let rotated = refreshed(&scenario, r#"{"access_token":"A2","token_type":"Bearer","refresh_token":"R2"}"#);
    // No lifetime came, and the old one is not carried over.
    assert_eq!(rotated.expires_at(), None);
    assert_eq!(next_refresh_token(&scenario, rotated), "R2");
}

#[test]
fn the_scope_of_a_refresh_is_the_granted_one_where_it_is_absent() {
    let scenario = Scenario::new();
    let body = |scope: &str| format!(r#"{{"access_token":"A2","token_type":"Bearer"{scope}}}"#);
    assert_eq!(refreshed(&scenario, &body("")).scope().as_str(), "read write");
    assert_eq!(refreshed(&scenario, &body(r#","scope":"read""#)).scope().as_str(), "read");
    assert_eq!(refreshed(&scenario, &body(r#","scope":"""#)).scope().as_str(), "");

    // Granted less than was asked for: that is what a refresh goes on with (RFC 6749 section 6).
    let narrow = TOKENS.replace("}", r#","scope":"read"}"#);
    let Granted::Refreshable(token) = scenario.granted(&narrow) else { panic!() };
    let (_, flight) = token.refresh(&scenario.client, at(1000)).unwrap();
    let tokens = flight.finish(answer(200, &body(""))).unwrap().into_token_set();
    assert_eq!(tokens.scope().as_str(), "read");
    assert_eq!(tokens.requested_scope().as_str(), "read write");
}

#[test]
fn the_scope_of_a_reissue_is_the_requested_one_where_it_is_absent() {
    let scenario = Scenario::new();
    let narrow = ACCESS_ONLY.replace("}", r#","scope":"read"}"#);
    let token = scenario.client_credentials_in_flight().1.finish(answer(200, &narrow)).unwrap();
    assert_eq!(token.scope(), &Scope::new(["read"]).unwrap());
    let (_, flight) = token.reissue(&scenario.client, at(1000)).unwrap();
    // RFC 6749 section 5.1: this request asked for all of it.
    let token = flight.finish(answer(200, ACCESS_ONLY)).unwrap();
    assert_eq!((token.scope().as_str(), token.expires_at()), ("read write", Some(at(4600))));
}

#[test]
fn a_public_client_of_the_same_id_cannot_reissue() {
    let (scenario, public) = (Scenario::new(), Scenario::public());
    let error = scenario.reissuable().reissue(&public.client, at(1000)).unwrap_err();
    assert_eq!(error.fault(), RequestFault::SecretRequired);
    let Standing::Authorized(token) = error.into_origin().at(at(1000)) else { panic!() };
    assert!(token.reissue(&scenario.client, at(1000)).is_ok());
}

#[test]
fn client_credentials_with_a_refresh_token() {
    let scenario = Scenario::new();
    let token = || scenario.client_credentials_in_flight().1.finish(answer(200, TOKENS)).unwrap();
    let refreshable = token().into_refreshable().unwrap();
    assert_eq!(next_refresh_token(&scenario, refreshable), "R1");
    // Or it is asked for again; a refresh token that does not come again is gone.
    let (_, flight) = token().reissue(&scenario.client, at(1000)).unwrap();
    let again: Authorized<Reissuable> = flight.finish(answer(200, ACCESS_ONLY)).unwrap();
    let again = again.into_refreshable().unwrap_err();
    assert_eq!(again.access_token().expose(), "A1");
}

#[test]
fn the_edge_of_a_refresh_deadline() {
    let scenario = Scenario::with(|provider| provider.dialect.refresh.deadline = RefreshDeadline::AccessTokenExpiry);
    let end = at(3610);
    let last = oauth_proto::Timestamp::from_unix_millis(end.as_unix_millis() - 1);
    assert!(scenario.refreshable().refresh(&scenario.client, last).is_ok());
    let before = stored::save(&scenario.refreshable().into_token_set());
    for late in [end, at(9999)] {
        let error = scenario.refreshable().refresh(&scenario.client, late).unwrap_err();
        assert_eq!((error.fault(), error.remedy()), (RequestFault::DeadlinePassed(end), Remedy::LogIn));
        assert_eq!(stored::save(&error.into_origin()), before);
    }
    // The expiry counts, not the rejection by an API; and a token without expiry has no deadline.
    assert!(scenario.expired().refresh(&scenario.client, last).is_ok());
    let Granted::Refreshable(forever) =
        scenario.granted(r#"{"access_token":"A","token_type":"Bearer","refresh_token":"R"}"#)
    else {
        panic!()
    };
    assert!(forever.refresh(&scenario.client, at(999_999_999)).is_ok());
    // Without the rule, a refresh is allowed as long as the refresh token lives.
    let Standing::Expired(old) = Scenario::new().refreshable().into_token_set().at(at(9999)) else { panic!() };
    assert!(old.refresh(&Scenario::new().client, at(9999)).is_ok());
}

#[test]
fn a_refresh_that_needs_the_secret() {
    let needs_secret = |provider: &mut oauth_proto::Provider| provider.dialect.refresh.needs_secret = true;
    assert!(Scenario::with(needs_secret).refreshable().refresh(&Scenario::with(needs_secret).client, at(20)).is_ok());
    let public = Scenario::public_with(needs_secret);
    let before = stored::save(&public.refreshable().into_token_set());
    let error = public.refreshable().refresh(&public.client, at(20)).unwrap_err();
    assert_eq!((error.fault(), error.remedy()), (RequestFault::SecretRequired, Remedy::Fix));
    assert_eq!(stored::save(&error.into_origin()), before);
}

#[test]
fn a_step_with_another_client_hands_the_tokens_back() {
    let scenario = Scenario::new();
    let other = Scenario::with(|provider| provider.name = "elsewhere".into());
    let error = scenario.refreshable().refresh(&other.client, at(20)).unwrap_err();
    assert_eq!((error.fault(), error.remedy()), (RequestFault::WrongClient(Mismatch::Server), Remedy::Fix));
    assert!(error.into_origin().access_token_at(at(20)).is_some());
    let error = scenario.reissuable().reissue(&other.client, at(20)).unwrap_err();
    assert_eq!(error.fault(), RequestFault::WrongClient(Mismatch::Server));
    let less = Scenario::with(|provider| provider.token_endpoint = None);
    let error = scenario.refreshable().refresh(&less.client, at(20)).unwrap_err();
    assert!(matches!(error.fault(), RequestFault::NoEndpoint(_)), "{error}");
}

#[test]
fn a_nonce_comes_back_with_the_tokens_of_a_code() {
    let scenario = Scenario::with(|provider| provider.dialect.authorize.nonce = Nonce::EchoedWithTokens);
    let finish = |nonce: &str| {
        let (_, flight) = scenario.code_in_flight();
        let body = format!(r#"{{"access_token":"A1","token_type":"Bearer"{nonce}}}"#);
        flight.finish(answer(200, &body)).map(drop)
    };
    assert!(finish(&format!(r#","nonce":"{NONCE}""#)).is_ok());
    for (nonce, expected) in [
        (r#","nonce":"other""#, AnswerFault::NonceMismatch),
        (&*format!(r#","nonce":"{STATE}""#), AnswerFault::NonceMismatch),
        ("", AnswerFault::NonceMissing),
        (r#","nonce":null"#, AnswerFault::NonceMissing),
    ] {
        let error = finish(nonce).unwrap_err();
        assert_eq!(error.remedy(), Remedy::LogIn);
        let oauth_proto::FinishError::Untrusted { fault, remains } = error else { panic!("{error}") };
        assert_eq!((fault, remains.client_id()), (expected, "app"));
    }
    // A nonce that is no text can be read by nobody.
    assert_eq!(finish(r#","nonce":1"#).unwrap_err().remedy(), Remedy::Decide);
}
