//! What a server says of a token.

use oauth_proto::{
    Confidential, ErrorCode, Introspection, Outcome, Remedy, Scope, Standing, Timestamp,
    error::{AnswerFault, EndpointFault, Mismatch, Reason, RequestFault},
    introspection::{IntrospectionResponse, Validity},
};

use crate::scenario::{BASIC, Scenario, answer, at, provider, wire};

fn scenario() -> Scenario<Confidential> {
    Scenario::with(|provider| {
        provider.introspection = Some(Introspection::new("https://id.example/introspect"));
        provider.checks.insert("token".into(), "https://id.example/validate?v=1".into());
    })
}

#[test]
fn the_request_in_both_shapes() {
    let head = "POST https://id.example/introspect\nContent-Type: application/x-www-form-urlencoded\n";
    let head = format!("{head}Accept: application/json\nAuthorization: {BASIC}\n\n");
    let plain = scenario();
    let (request, _) = plain.refreshable().introspect(&plain.client).unwrap();
    assert_eq!(wire(&request), format!("{head}token=A1&token_type_hint=access_token"));
    let tokens = plain.refreshable().into_token_set();
    let (request, _) = tokens.introspect_refresh_token(&plain.client).unwrap();
    assert_eq!(wire(&request), format!("{head}token=R1&token_type_hint=refresh_token"));
    let other = Scenario::with(|provider| {
        let mut introspection = Introspection::new("https://id.example/introspect");
        introspection.parameter = "access_token".into();
        introspection.token_type_hint = false;
        provider.introspection = Some(introspection);
    });
    let (request, _) = other.access_only().introspect(&other.client).unwrap();
    assert_eq!(wire(&request), format!("{head}access_token=A1"));
}

fn finish(outcome: Outcome) -> Result<IntrospectionResponse, EndpointFault> {
    let scenario = scenario();
    scenario.access_only().introspect(&scenario.client).unwrap().1.finish(outcome)
}

#[test]
fn an_active_token_is_described() {
    // RFC 7662 section 2.2, with every member.
    let body = r#"{"active":true,"client_id":"l238j323ds-23ij4","username":"jdoe","scope":"read write dolphin",
        "sub":"Z5O3upPC88QrAjx00dis","aud":"https://protected.example.net/resource","iss":"https://server.example.com/",
        "exp":1419356238,"iat":1419350238,"nbf":"1419350239","jti":"j1","token_type":"Bearer",
        "extension_field":"twenty-seven","none":null}"#;
    let state = finish(answer(200, body)).unwrap();
    assert!(state.is_active());
    assert_eq!(state.scope(), Some(&Scope::new(["read", "write", "dolphin"]).unwrap()));
    let texts = [state.client_id(), state.username(), state.token_type(), state.sub(), state.iss(), state.jti()];
    let expected = ["l238j323ds-23ij4", "jdoe", "Bearer", "Z5O3upPC88QrAjx00dis", "https://server.example.com/", "j1"];
    assert_eq!(texts, expected.map(Some));
    let instants = [state.exp(), state.iat(), state.nbf()];
    assert_eq!(
        instants,
        [1_419_356_238, 1_419_350_238, 1_419_350_239].map(|at| Some(Timestamp::from_unix_seconds(at)))
    );
    assert!(state.aud().eq(["https://protected.example.net/resource"]));
    assert_eq!(state.member("extension_field"), Some("\"twenty-seven\""));
    assert_eq!((state.member("exp"), state.member("other")), (None, None));
    let two = finish(answer(200, r#"{"active":true,"aud":["a","b"],"scope":""}"#)).unwrap();
    assert!(two.aud().eq(["a", "b"]));
    assert!(two.scope().is_some_and(Scope::is_empty));
}

#[test]
fn of_a_token_that_is_not_active_nothing_more_is_said() {
    let state = finish(answer(200, r#"{"active":false,"sub":7,"exp":"never","x":1}"#)).unwrap();
    assert!(!state.is_active());
    assert_eq!((state.sub(), state.exp(), state.member("x"), state.aud().count()), (None, None, None, 0));
}

#[test]
fn an_answer_that_says_nothing() {
    let unreadable = |body: &str| match finish(answer(200, body)).unwrap_err() {
        EndpointFault::Unreadable(fault) => fault,
        other => panic!("{other:?}"),
    };
    assert_eq!(unreadable("{}"), AnswerFault::Missing("active"));
    assert_eq!(unreadable(r#"{"active":null}"#), AnswerFault::Missing("active"));
    for not_true in ["1", "\"true\"", "[]", "{}"] {
        assert_eq!(unreadable(&format!(r#"{{"active":{not_true}}}"#)), AnswerFault::Malformed("active"));
    }
    for (member, value) in [
        ("sub", "7"),
        ("exp", "-1"),
        ("exp", "1.5"),
        ("iat", "[]"),
        ("scope", "[\"a\"]"),
        ("scope", "\"a\\u0000\""),
        ("aud", "7"),
        ("aud", "[7]"),
        ("username", "\"\\ud800\""),
    ] {
        let body = format!(r#"{{"active":true,"{member}":{value}}}"#);
        assert_eq!(unreadable(&body), AnswerFault::Malformed(member), "{body}");
    }
    assert_eq!(unreadable("[]"), AnswerFault::NotAnObject);
    assert_eq!(unreadable("{"), AnswerFault::NotJson);
    assert_eq!(unreadable(r#"{"active":true,"\u0061ctive":false}"#), AnswerFault::Repeated);
    assert_eq!(unreadable(r#"{"active":true,"x":{"y":1,"y":2}}"#), AnswerFault::Repeated);
    let deep = format!(r#"{{"active":true,"x":{}{}}}"#, "[".repeat(32), "]".repeat(32));
    assert_eq!(unreadable(&deep), AnswerFault::TooDeep);
    let many = (0..256).map(|n| format!(r#","m{n}":0"#)).collect::<String>();
    assert_eq!(unreadable(&format!(r#"{{"active":true{many}}}"#)), AnswerFault::TooManyMembers);
    assert_eq!(unreadable(&format!("{{\"active\":true}}{}", " ".repeat(256 * 1024))), AnswerFault::TooLarge);
}

#[test]
fn a_refusal_is_told_by_status_or_by_error() {
    let refused = |outcome| match finish(outcome).unwrap_err() {
        EndpointFault::Refused(response) => (response.code.clone(), response.status),
        other => panic!("{other:?}"),
    };
    assert_eq!(refused(answer(401, r#"{"error":"invalid_client"}"#)), (ErrorCode::InvalidClient, Some(401)));
    // An error is one, whatever its status.
    assert_eq!(refused(answer(200, r#"{"active":true,"error":"x"}"#)), (ErrorCode::Other("x".into()), Some(200)));
    assert_eq!(refused(answer(204, "")), (ErrorCode::Unstated, Some(204)));
    assert_eq!(refused(answer(303, "")), (ErrorCode::Unstated, Some(303)));
    assert!(matches!(finish(Outcome::lost("x")), Err(EndpointFault::Lost(_))));
    assert!(matches!(finish(Outcome::not_sent("x")), Err(EndpointFault::NotSent(_))));
}

#[test]
fn what_cannot_be_asked_for() {
    let plain = Scenario::new();
    let fault = plain.access_only().introspect(&plain.client).unwrap_err();
    assert_eq!(fault, RequestFault::NoEndpoint("introspection"));
    let scenario = scenario();
    let other = Scenario::with(|provider| provider.name = "elsewhere".into());
    assert_eq!(
        other.access_only().introspect(&scenario.client).unwrap_err(),
        RequestFault::WrongClient(Mismatch::Server)
    );
    for name in ["client_secret", "token_type_hint"] {
        let mut provider = provider();
        let mut introspection = Introspection::new("https://id.example/introspect");
        introspection.parameter = name.into();
        provider.introspection = Some(introspection);
        let error = provider.check().unwrap_err();
        assert_eq!((error.field(), error.reason()), ("introspection.parameter", &Reason::ReservedName));
    }
}

#[test]
fn the_check_request_and_its_answers() {
    let scenario = scenario();
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
    let scenario = scenario();
    let fault = scenario.access_only().check(&scenario.client, "other").unwrap_err();
    assert_eq!(fault, RequestFault::NoEndpoint("check of this name"));
    let other = Scenario::with(|provider| provider.name = "elsewhere".into());
    let fault = other.access_only().check(&scenario.client, "token").unwrap_err();
    assert_eq!(fault, RequestFault::WrongClient(Mismatch::Server));
}

#[test]
fn an_answer_of_the_longest_length_is_read_and_no_longer_one() {
    let body = format!("{:256}", r#"{"active":true}"#);
    let with_limit = |response_bytes| {
        let scenario = Scenario::with(|provider| {
            provider.introspection = Some(Introspection::new("https://id.example/introspect"));
            provider.limits.response_bytes = response_bytes;
        });
        scenario.access_only().introspect(&scenario.client).unwrap().1.finish(answer(200, &body))
    };
    let length = u32::try_from(body.len()).unwrap();
    assert!(with_limit(length).is_ok_and(|state| state.is_active()));
    let too_long = with_limit(length - 1);
    assert!(matches!(too_long, Err(EndpointFault::Unreadable(AnswerFault::TooLarge))), "{too_long:?}");
}
