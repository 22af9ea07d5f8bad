//! Tokens given back, and a session ended: one request in two shapes.

use oauth_proto::{
    AnyTokenSet, Confidential, ErrorCode, Outcome, Remedy, Revocation, Standing,
    dialect::{BodyFormat, ClientAuthentication},
    error::{EndpointFault, Mismatch, Reason, RequestFault},
    stored,
};

use crate::scenario::{BASIC, Scenario, answer, at, provider, wire};

/// A server that revokes as RFC 7009 has it, or nearly.
fn scenario(change: impl FnOnce(&mut Revocation)) -> Scenario<Confidential> {
    let mut revocation = Revocation::new("https://id.example/revoke");
    change(&mut revocation);
    Scenario::with(|provider| provider.revocation = Some(revocation))
}

/// A provider's own logout.
fn logout(revocation: &mut Revocation) {
    revocation.parameter = "refresh_token".into();
    revocation.token_type_hint = false;
    revocation.client_authentication = false;
    revocation.refresh_tokens_only = true;
}

const HEAD: &str =
    "POST https://id.example/revoke\nContent-Type: application/x-www-form-urlencoded\nAccept: application/json\n";

#[test]
fn the_strongest_token_is_revoked() {
    let plain = scenario(|_| {});
    let refresh = format!("{HEAD}Authorization: {BASIC}\n\ntoken=R1&token_type_hint=refresh_token");
    let access = format!("{HEAD}Authorization: {BASIC}\n\ntoken=A1&token_type_hint=access_token");
    assert_eq!(wire(&plain.refreshable().revoke(&plain.client).unwrap().0), refresh);
    assert_eq!(wire(&plain.expired().revoke(&plain.client).unwrap().0), refresh);
    assert_eq!(wire(&plain.access_only().revoke(&plain.client).unwrap().0), access);
    assert_eq!(wire(&plain.reissuable().revoke(&plain.client).unwrap().0), access);
    let any: AnyTokenSet = plain.refreshable().into_token_set().into();
    assert_eq!(wire(&any.revoke(&plain.client).unwrap().0), refresh);
    let any: AnyTokenSet = plain.access_only().into_token_set().into();
    assert_eq!(wire(&any.revoke(&plain.client).unwrap().0), access);
    // The access token alone, though there is another.
    let tokens = plain.refreshable().into_token_set();
    assert_eq!(wire(&tokens.revoke_access_token(&plain.client).unwrap().0), access);
}

#[test]
fn the_client_proves_itself_as_at_the_token_endpoint() {
    let scenario = Scenario::with(|provider| {
        provider.revocation = Some(Revocation::new("https://id.example/revoke"));
        provider.dialect.token.client_authentication = ClientAuthentication::Body;
    });
    let (request, _) = scenario.access_only().revoke(&scenario.client).unwrap();
    let body = "token=A1&token_type_hint=access_token&client_id=app&client_secret=s3cret";
    assert_eq!(wire(&request), format!("{HEAD}\n{body}"));
    let public = Scenario::public_with(|provider| {
        provider.revocation = Some(Revocation::new("https://id.example/revoke"));
    });
    let (request, _) = public.refreshable().revoke(&public.client).unwrap();
    assert_eq!(wire(&request), format!("{HEAD}\ntoken=R1&token_type_hint=refresh_token&client_id=app"));
}

#[test]
fn a_logout_says_nothing_but_the_refresh_token() {
    let form = scenario(logout);
    let (request, _) = form.refreshable().revoke(&form.client).unwrap();
    assert_eq!(wire(&request), format!("{HEAD}\nrefresh_token=R1"));
    assert_eq!(request.contract().origin(), "https://id.example");
    let json = scenario(|revocation| {
        logout(revocation);
        revocation.body = BodyFormat::Json;
    });
    let (request, _) = json.refreshable().revoke(&json.client).unwrap();
    let head = "POST https://id.example/revoke\nContent-Type: application/json\nAccept: application/json\n\n";
    assert_eq!(wire(&request), format!(r#"{head}{{"refresh_token":"R1"}}"#));
    let query = scenario(|revocation| {
        logout(revocation);
        revocation.body = BodyFormat::Query;
    });
    let (request, _) = query.refreshable().revoke(&query.client).unwrap();
    assert_eq!(request.url(), "https://id.example/revoke?refresh_token=R1");
}

#[test]
fn data_that_says_one_thing_twice() {
    let refused = |change: fn(&mut Revocation)| {
        let mut provider = provider();
        let mut revocation = Revocation::new("https://id.example/revoke?token_type_hint=x&t=1");
        change(&mut revocation);
        provider.revocation = Some(revocation);
        provider.check().map_err(|error| (error.field().to_owned(), error.reason().clone()))
    };
    let parameter = Err(("revocation.parameter".to_owned(), Reason::ReservedName));
    let endpoint = Err(("revocation.endpoint".to_owned(), Reason::ReservedName));
    assert_eq!(refused(|revocation| revocation.parameter = "client_id".into()), parameter);
    assert_eq!(refused(|revocation| revocation.parameter = "token_type_hint".into()), parameter);
    assert_eq!(refused(|revocation| revocation.body = BodyFormat::Query), endpoint);
    let other = |revocation: &mut Revocation| {
        logout(revocation);
        revocation.parameter = "t".into();
        revocation.body = BodyFormat::Query;
    };
    assert_eq!(refused(other), endpoint);
    assert_eq!(
        refused(|revocation| {
            logout(revocation);
            revocation.body = BodyFormat::Query;
        }),
        Ok(())
    );
    assert_eq!(refused(|_| {}), Ok(()), "a form does not meet the query");
}

/// What an error and its sources say.
fn words(error: &dyn std::error::Error) -> Vec<String> {
    std::iter::successors(Some(error), |error| error.source()).map(ToString::to_string).collect()
}

#[test]
fn where_each_ending_leads() {
    let scenario = scenario(|_| {});
    let tokens = stored::save(&scenario.refreshable().into_token_set());
    let finish = |outcome| scenario.refreshable().revoke(&scenario.client).unwrap().1.finish(outcome);
    for status in [200, 204, 299] {
        assert_eq!(finish(answer(status, "")).unwrap().server(), "example");
    }
    let retry = Remedy::Retry { after: None };
    for (outcome, chain, remedy) in [
        (
            answer(302, ""),
            &["the server refused the request: a refusal that names no OAuth error (status 302)"][..],
            Remedy::Fix,
        ),
        (
            answer(401, ""),
            &["the server refused the request: a refusal that names no OAuth error (status 401)"],
            Remedy::Fix,
        ),
        (answer(408, ""), &["the server refused the request: a refusal that names no OAuth error (status 408)"], retry),
        (answer(429, ""), &["the server refused the request: a refusal that names no OAuth error (status 429)"], retry),
        (
            answer(499, ""),
            &["the server refused the request: a refusal that names no OAuth error (status 499)"],
            Remedy::Fix,
        ),
        (answer(500, ""), &["the server refused the request: a refusal that names no OAuth error (status 500)"], retry),
        (answer(503, ""), &["the server refused the request: a refusal that names no OAuth error (status 503)"], retry),
        (Outcome::not_sent("dns"), &["the request was not sent", "dns"], retry),
        (Outcome::lost("reset"), &["the connection was lost", "reset"], retry),
    ] {
        let error = finish(outcome).unwrap_err();
        // Each word of the chain is said once.
        let said = words(&error);
        assert!(
            said.len() == chain.len() && said.iter().zip(chain).all(|(said, words)| said.starts_with(words)),
            "{said:?}"
        );
        assert_eq!(error.fault().to_string(), said[0]);
        assert_eq!((error.remedy(), error.fault().remedy()), (remedy, remedy));
        assert_eq!(stored::save(&error.into_origin()), tokens);
    }
}

#[test]
fn a_server_that_refuses_says_why() {
    let scenario = scenario(|_| {});
    let refused = |status, body: &str| {
        let (_, revoking) = scenario.access_only().revoke(&scenario.client).unwrap();
        let error = revoking.finish(answer(status, body)).unwrap_err();
        let EndpointFault::Refused(response) = error.fault() else { panic!("{error:?}") };
        ((**response).clone(), error.remedy())
    };
    // RFC 7009 section 2.2.1.
    let (response, remedy) = refused(400, r#"{"error":"unsupported_token_type","error_description":"not these"}"#);
    assert_eq!(response.code, ErrorCode::Other("unsupported_token_type".into()));
    assert_eq!((response.description.as_deref(), remedy), (Some("not these"), Remedy::Fix));
    let (response, remedy) = refused(503, r#"{"error":"temporarily_unavailable"}"#);
    assert_eq!((response.status, remedy), (Some(503), Remedy::Retry { after: None }));
    // No code by the grammar of RFC 6749 section A.7, and no OAuth error at all.
    assert_eq!(refused(400, r#"{"error":"no\ncode"}"#).0.code, ErrorCode::Unstated);
    assert_eq!(refused(400, r#"{"error":7}"#).0.code, ErrorCode::Unstated);
    assert_eq!(refused(400, "<html>").0.code, ErrorCode::Unstated);
}

#[test]
fn an_access_token_that_is_revoked_is_over_and_the_refresh_token_is_not() {
    let scenario = scenario(|_| {});
    let (_, revoking) = scenario.refreshable().into_token_set().revoke_access_token(&scenario.client).unwrap();
    let expired = revoking.finish(answer(200, "")).unwrap();
    let tokens = expired.into_token_set();
    assert!(tokens.access_token_at(at(0)).is_none());
    let Standing::Expired(expired) = tokens.at(at(0)) else { panic!() };
    assert!(expired.refresh(&scenario.client, at(0)).is_ok());

    let (_, revoking) = scenario.refreshable().into_token_set().revoke_access_token(&scenario.client).unwrap();
    let tokens = revoking.finish(Outcome::lost("reset")).unwrap_err().into_origin();
    assert!(tokens.access_token_at(at(20)).is_some());
}

#[test]
fn a_revocation_that_cannot_be_asked_for() {
    let plain = Scenario::new();
    let error = plain.refreshable().revoke(&plain.client).unwrap_err();
    assert_eq!((error.fault(), error.remedy()), (RequestFault::NoEndpoint("revocation"), Remedy::Fix));
    let with_logout = scenario(logout);
    let error = with_logout.access_only().revoke(&with_logout.client).unwrap_err();
    assert_eq!(error.fault(), RequestFault::NoEndpoint("revocation of access tokens"));
    let error = with_logout.refreshable().into_token_set().revoke_access_token(&with_logout.client).unwrap_err();
    assert_eq!(error.fault(), RequestFault::NoEndpoint("revocation of access tokens"));
    assert!(error.into_origin().revoke(&with_logout.client).is_ok());
    let other = Scenario::with(|provider| provider.name = "elsewhere".into());
    let error = other.refreshable().revoke(&with_logout.client).unwrap_err();
    assert_eq!(error.fault(), RequestFault::WrongClient(Mismatch::Server));
    assert!(error.into_origin().revoke(&with_logout.client).is_err());
}
