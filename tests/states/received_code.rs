//! ReceivedCode: a code that no server has seen, and that is not lost.

use oauth_proto::{
    FinishError, Outcome, ReceivedCode, Remedy,
    error::{Mismatch, RequestFault},
};

use crate::scenario::{Scenario, TOKENS, answer, at, wire};

fn received(scenario: &Scenario<oauth_proto::Confidential>) -> ReceivedCode {
    let error = scenario.code_in_flight().1.finish(Outcome::not_sent("refused")).unwrap_err();
    let FinishError::NotSent { origin, .. } = error else { panic!("{error}") };
    *origin
}

#[test]
fn the_same_request_goes_out_again() {
    let scenario = Scenario::new();
    let code = received(&scenario);
    assert_eq!(code.intent(), scenario.awaiting_code().intent());
    let (request, flight) = code.exchange(&scenario.client, at(20)).unwrap();
    assert_eq!(wire(&request), wire(&scenario.code_in_flight().0));
    assert_eq!(flight.sent_at(), at(20));
    // The lifetime counts from the request that was answered.
    let tokens = flight.finish(answer(200, TOKENS)).unwrap().into_any_token_set();
    assert_eq!(tokens.expires_at(), Some(at(3620)));
}

#[test]
fn another_client_does_not_get_it() {
    let scenario = Scenario::new();
    let other = Scenario::with(|provider| provider.name = "elsewhere".into());
    let error = received(&scenario).exchange(&other.client, at(20)).unwrap_err();
    assert_eq!((error.fault(), error.remedy()), (RequestFault::WrongClient(Mismatch::Server), Remedy::Fix));
    assert!(error.into_origin().exchange(&scenario.client, at(20)).is_ok());
}

#[test]
fn a_provider_without_the_endpoint_does_not_get_it() {
    let scenario = Scenario::new();
    let less = Scenario::with(|provider| provider.token_endpoint = None);
    let error = received(&scenario).exchange(&less.client, at(20)).unwrap_err();
    assert_eq!(error.fault(), RequestFault::NoEndpoint("token_endpoint"));
    assert_eq!(
        error.to_string(),
        "no request was made and nothing was spent: the provider's data has no `token_endpoint`; add it, if the server has one"
    );
}
