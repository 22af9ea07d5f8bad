//! Ending and checking a session at the provider.

use oauth_proto::{
    Confidential, Outcome, Provider, Remedy, Standing,
    dialect::BodyFormat,
    error::{EndpointFault, RequestFault},
    session::Validity,
    stored,
};

use crate::scenario::{Scenario, answer, at, wire};

fn scenario(body: BodyFormat) -> Scenario<Confidential> {
    let logout = r#"{"name":"x","logout":{"endpoint":"https://id.example/logout"}}"#;
    let mut logout = Provider::from_json(logout).unwrap().logout.unwrap();
    logout.body = body;
    Scenario::with(|provider| {
        provider.logout = Some(logout);
        provider.checks.insert("token".into(), "https://id.example/validate?v=1".into());
    })
}

#[test]
fn the_logout_request() {
    let form = scenario(BodyFormat::Form);
    let head = "POST https://id.example/logout\nContent-Type: application/x-www-form-urlencoded\n\n";
    let (request, _) = form.refreshable().logout(&form.client).unwrap();
    assert_eq!(wire(&request), format!("{head}refresh_token=R1"));
    let (request, _) = form.expired().logout(&form.client).unwrap();
    assert_eq!(wire(&request), format!("{head}refresh_token=R1"));
    let json = scenario(BodyFormat::Json);
    let (request, _) = json.refreshable().logout(&json.client).unwrap();
    let head = "POST https://id.example/logout\nContent-Type: application/json\n\n";
    assert_eq!(wire(&request), format!(r#"{head}{{"refresh_token":"R1"}}"#));
    assert_eq!(request.contract().origin(), "https://id.example");
}

/// What an error and its sources say.
fn words(error: &dyn std::error::Error) -> Vec<String> {
    std::iter::successors(Some(error), |error| error.source()).map(ToString::to_string).collect()
}

#[test]
fn where_each_ending_of_a_logout_leads() {
    let scenario = scenario(BodyFormat::Form);
    let tokens = stored::save(&scenario.refreshable().into_token_set());
    let finish = |outcome| scenario.refreshable().logout(&scenario.client).unwrap().1.finish(outcome);
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
        assert_eq!(words(&error), chain);
        assert_eq!(error.fault().to_string(), chain[0]);
        assert_eq!((error.remedy(), error.fault().remedy()), (remedy, remedy));
        assert_eq!(stored::save(&error.into_origin()), tokens);
    }
}

#[test]
fn a_logout_that_cannot_be_asked_for() {
    let plain = Scenario::new();
    let error = plain.refreshable().logout(&plain.client).unwrap_err();
    assert_eq!((error.fault(), error.remedy()), (RequestFault::NoEndpoint("logout"), Remedy::Fix));
    let with_logout = scenario(BodyFormat::Form);
    let other = Scenario::with(|provider| provider.name = "elsewhere".into());
    let error = other.refreshable().logout(&with_logout.client).unwrap_err();
    assert_eq!(error.fault(), RequestFault::WrongClient);
    assert!(error.into_origin().logout(&with_logout.client).is_err());
}

#[test]
fn the_check_request_and_its_answers() {
    let scenario = scenario(BodyFormat::Form);
    let token = scenario.access_only();
    let check = || token.check(&scenario.client, "token").unwrap();
    assert_eq!(wire(&check().0), "GET https://id.example/validate?v=1\nAuthorization: Bearer A1\n\n");
    for (status, validity) in [(200, Validity::Good), (204, Validity::Good), (401, Validity::Rejected)] {
        assert_eq!(check().1.finish(answer(status, "")).unwrap(), validity);
    }
    let retry = Remedy::Retry { after: None };
    // RFC 6750 section 3.1: 403 is for a token that is good, but not for this.
    for (status, remedy) in [
        (302, Remedy::Fix),
        (400, Remedy::Fix),
        (403, Remedy::Fix),
        (404, Remedy::Fix),
        (408, retry),
        (429, retry),
        (500, retry),
    ] {
        let fault = check().1.finish(answer(status, "")).unwrap_err();
        assert_eq!(fault.remedy(), remedy, "{status}");
        let EndpointFault::Refused(response) = fault else { panic!("{fault:?}") };
        assert_eq!(response.status, Some(status));
    }
    assert!(matches!(check().1.finish(Outcome::lost("x")), Err(EndpointFault::Lost(_))));
    assert!(matches!(check().1.finish(Outcome::not_sent("x")), Err(EndpointFault::NotSent(_))));
    // The token is as it was.
    assert!(matches!(token.into_token_set().at(at(20)), Standing::Authorized(_)));
}

#[test]
fn a_check_that_cannot_be_asked_for() {
    let scenario = scenario(BodyFormat::Form);
    let fault = scenario.access_only().check(&scenario.client, "other").unwrap_err();
    assert_eq!(fault, RequestFault::NoEndpoint("check of this name"));
    let other = Scenario::with(|provider| provider.name = "elsewhere".into());
    let fault = other.access_only().check(&scenario.client, "token").unwrap_err();
    assert_eq!(fault, RequestFault::WrongClient);
}
