//! InDoubt: what may have arrived is decided on, never guessed.

use oauth_proto::{
    AccessOnly, Confidential, FinishError, InDoubt, Intent, Outcome, Remedy, Standing, TokenSet,
    error::{Mismatch, RequestFault},
    grant::{self, Grant},
    stored,
};

use crate::scenario::{Scenario, TOKENS, answer, at, wire};

fn lost<G: Grant>(flight: oauth_proto::InFlight<G>) -> InDoubt<G> {
    let FinishError::InDoubt { in_doubt, .. } = flight.finish(Outcome::lost("reset")).unwrap_err() else { panic!() };
    *in_doubt
}

fn refresh_in_doubt(scenario: &Scenario<Confidential>) -> InDoubt<grant::RefreshToken> {
    lost(scenario.refresh_in_flight().1)
}

#[test]
fn the_journal_of_a_flight_is_the_same_doubt() {
    let scenario = Scenario::new();
    let (request, flight) = scenario.code_in_flight();
    let journal = stored::save(&flight);
    let found: InDoubt<grant::AuthorizationCode> = stored::load(journal.as_bytes()).unwrap();
    assert_eq!(stored::save(&lost(flight)), journal);
    assert_eq!(found.sent_at(), at(10));
    let (again, flight) = found.retry(&scenario.client, at(30)).unwrap();
    assert_eq!(wire(&again), wire(&request));
    assert_eq!(flight.sent_at(), at(30));
}

#[test]
fn retrying_a_refresh_sends_the_same_token_and_counts_from_then() {
    let scenario = Scenario::new();
    let in_doubt = refresh_in_doubt(&scenario);
    assert_eq!(in_doubt.sent_at(), at(1000));
    let (request, flight) = in_doubt.retry(&scenario.client, at(2000)).unwrap();
    assert_eq!(wire(&request), wire(&scenario.refresh_in_flight().0));
    assert_eq!(flight.finish(answer(200, TOKENS)).unwrap().expires_at(), Some(at(5600)));
}

#[test]
fn assuming_a_refresh_token_unspent_or_spent() {
    let scenario = Scenario::new();
    let before = stored::save(&scenario.refreshable().into_token_set());
    assert_eq!(stored::save(&refresh_in_doubt(&scenario).assume_unspent()), before);

    let left: TokenSet<AccessOnly> = refresh_in_doubt(&scenario).assume_spent();
    assert_eq!(left.access_token_at(at(3609)).unwrap().expose(), "A1");
    assert!(matches!(left.at(at(3610)), Standing::Expired(_)));
}

#[test]
fn assuming_a_code_spent_leaves_what_was_asked_for() {
    let scenario = Scenario::new();
    let left: Intent = lost(scenario.code_in_flight().1).assume_spent();
    assert_eq!(left, *scenario.awaiting_code().intent());
    let code = lost(scenario.code_in_flight().1).assume_unspent();
    assert!(code.exchange(&scenario.client, at(11)).is_ok());
}

#[test]
fn asking_again_for_the_client_itself() {
    let scenario = Scenario::new();
    let (request, flight) = lost(scenario.reissue_in_flight().1).retry(&scenario.client, at(5000)).unwrap();
    assert_eq!(wire(&request), wire(&scenario.reissue_in_flight().0));
    assert_eq!(flight.sent_at(), at(5000));
    let left = lost(scenario.reissue_in_flight().1).assume_spent();
    assert_eq!(stored::save(&left), stored::save(&scenario.reissuable().into_token_set()));
    assert_eq!(lost(scenario.client_credentials_in_flight().1).assume_spent().server(), "example");
    assert_eq!(lost(scenario.password_in_flight().1).assume_unspent().client_id(), "app");
}

#[test]
fn a_retry_by_the_wrong_client_hands_the_doubt_back() {
    let scenario = Scenario::new();
    let other = Scenario::with(|provider| provider.name = "elsewhere".into());
    let in_doubt = refresh_in_doubt(&scenario);
    let before = stored::save(&in_doubt);
    let error = in_doubt.retry(&other.client, at(2000)).unwrap_err();
    assert_eq!((error.fault(), error.remedy()), (RequestFault::WrongClient(Mismatch::Server), Remedy::Fix));
    assert_eq!(stored::save(&error.into_origin()), before);
    let error = lost(scenario.reissue_in_flight().1).retry(&other.client, at(2000)).unwrap_err();
    assert_eq!(error.fault(), RequestFault::WrongClient(Mismatch::Server));
    let error = lost(scenario.code_in_flight().1).retry(&other.client, at(20)).unwrap_err();
    assert_eq!(error.fault(), RequestFault::WrongClient(Mismatch::Server));
}
