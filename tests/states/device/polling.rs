//! Polling: where each answer leads.

use std::error::Error;

use oauth_proto::{
    Granted, Outcome, Remedy, Response,
    device::{Polled, PollingError},
    error::{AnswerFault, Doubt, EndpointFault},
    stored,
};

use super::scenario;
use crate::{
    devices::{DEVICE, awaiting_user, for_devices, polling},
    scenario::{ACCESS_ONLY, Scenario, TOKENS, answer, at, wire},
};

/// The answer to the first poll, which was sent at 6 s, at 7 s.
fn finish(outcome: Outcome) -> Result<Polled, PollingError> {
    polling(&scenario().client).1.finish(outcome, at(7))
}

fn error(status: u16, code: &str) -> Outcome {
    answer(status, &format!(r#"{{"error":"{code}"}}"#))
}

fn waiting(status: u16, code: &str, retry_after: &str) -> Outcome {
    let headers = [("Content-Type", "application/json"), ("Retry-After", retry_after)];
    Response::new(status, headers, format!(r#"{{"error":"{code}"}}"#)).into()
}

#[test]
fn tokens() {
    let Polled::Granted(Granted::Refreshable(authorized)) = finish(answer(200, TOKENS)).unwrap() else { panic!() };
    // From the emission of the poll that brought them.
    assert_eq!(authorized.expires_at(), Some(at(3606)));
    assert_eq!(authorized.scope().as_str(), "read write");
    let (request, _) = authorized.refresh(&scenario().client, at(10)).unwrap();
    assert!(wire(&request).ends_with("grant_type=refresh_token&refresh_token=R1"));
    let narrower = TOKENS.replacen('{', r#"{"scope":"read","#, 1);
    let Polled::Granted(granted) = finish(answer(200, &narrower)).unwrap() else { panic!() };
    assert_eq!(granted.scope().as_str(), "read");
    let Polled::Granted(granted) = finish(answer(200, ACCESS_ONLY)).unwrap() else { panic!() };
    assert!(matches!(granted, Granted::AccessOnly(_)));
}

#[test]
fn tokens_in_the_providers_own_dialect() {
    let scenario = Scenario::with(|provider| {
        for_devices(provider);
        provider.dialect.response.rename.rename("access_token", "data.token");
        provider.dialect.response.keep = vec!["team".into()];
        provider.dialect.response.error.code = "problem".into();
    });
    let body = r#"{"data":{"token":"A1"},"token_type":"bearer","team":"T1"}"#;
    let Polled::Granted(granted) = polling(&scenario.client).1.finish(answer(200, body), at(7)).unwrap() else {
        panic!()
    };
    assert_eq!((granted.access_token().expose(), granted.extras().get("team")), ("A1", Some("T1")));
    let pending = polling(&scenario.client).1.finish(answer(200, r#"{"problem":"slow_down"}"#), at(7)).unwrap();
    assert!(matches!(pending, Polled::Pending(awaiting) if awaiting.not_before() == at(17)));
}

#[test]
fn the_codes_that_say_to_go_on() {
    // By the code, whatever the status.
    for status in [400, 200, 401, 403, 408, 428, 429, 500, 503] {
        for (code, not_before) in [("authorization_pending", at(12)), ("slow_down", at(17))] {
            let polled = finish(error(status, code)).unwrap();
            let Polled::Pending(awaiting) = polled else { panic!("{status} {code}: {polled:?}") };
            assert_eq!(awaiting.not_before(), not_before, "{status} {code}");
        }
    }
    for (outcome, not_before) in [
        (waiting(400, "authorization_pending", "30"), at(37)),
        (waiting(400, "authorization_pending", "4"), at(12)),
        (waiting(400, "authorization_pending", "soon"), at(12)),
        (waiting(400, "authorization_pending", "Wed, 21 Oct 2026 07:28:00 GMT"), at(12)),
        (waiting(400, "slow_down", "30"), at(37)),
        (waiting(400, "slow_down", "6"), at(17)),
        // An hour at most, and nothing beyond the expiry.
        (waiting(429, "slow_down", "99999"), at(1800)),
    ] {
        let Polled::Pending(awaiting) = finish(outcome).unwrap() else { panic!() };
        assert_eq!(awaiting.not_before(), not_before);
    }
}

/// Polls at the first instant that is allowed, with each of these answers in turn. The waits, in seconds.
fn waits(outcomes: impl IntoIterator<Item = Outcome>) -> Vec<u64> {
    let scenario = scenario();
    let long = DEVICE.replace("1800", "99999");
    let (mut awaiting, mut now, mut waits) = (awaiting_user(&scenario.client, &long), at(1), Vec::new());
    for outcome in outcomes {
        waits.push(awaiting.not_before().since(now).as_secs());
        now = awaiting.not_before();
        // What is stored says the same.
        let row = stored::save(&awaiting);
        let (_, polling) = stored::load::<oauth_proto::device::AwaitingUser>(row.as_bytes())
            .unwrap()
            .poll(&scenario.client, now)
            .unwrap();
        awaiting = match polling.finish(outcome, now).unwrap() {
            Polled::Pending(awaiting) | Polled::Unanswered { awaiting, .. } => awaiting,
            Polled::Granted(_) => panic!("nobody granted anything"),
        };
    }
    waits.push(awaiting.not_before().since(now).as_secs());
    waits
}

#[test]
fn slow_down_is_for_good() {
    let pending = || error(400, "authorization_pending");
    let slow = || error(400, "slow_down");
    assert_eq!(waits([pending(), slow(), pending(), slow(), pending()]), [5, 5, 10, 10, 15, 15]);
    // A wait for once is for once.
    assert_eq!(waits([waiting(400, "slow_down", "60"), pending()]), [5, 60, 10]);
}

#[test]
fn without_an_answer_each_wait_in_a_row_is_twice_the_one_before() {
    let lost = || Outcome::lost("time-out");
    let pending = || error(400, "authorization_pending");
    assert_eq!(waits([lost(), lost(), pending(), lost()]), [5, 10, 20, 5, 10]);
    assert_eq!(waits([lost(), error(400, "slow_down"), lost(), lost()]), [5, 10, 10, 20, 40]);
    assert_eq!(waits([lost(), Outcome::not_sent("dns"), answer(500, ""), answer(408, "")]), [5, 10, 20, 40, 80]);
    assert_eq!(waits([waiting(503, "x", "30"), waiting(429, "x", "30"), lost()]), [5, 30, 30, 40]);
    // It does not grow without an end.
    assert_eq!(waits(std::iter::repeat_with(lost).take(9)), [5, 10, 20, 40, 80, 160, 320, 320, 320, 320]);
}

#[test]
fn what_is_no_answer() {
    for (outcome, words) in [
        (Outcome::not_sent("dns"), "the request was not sent; try again"),
        (Outcome::lost("reset"), "the connection was lost; nothing in the request is single use, so try again"),
        (answer(408, ""), "the server refused the request: a refusal that names no OAuth error (status 408)"),
        (answer(429, ""), "the server refused the request: a refusal that names no OAuth error (status 429)"),
        (answer(502, "<html>"), "the server refused the request: a refusal that names no OAuth error (status 502)"),
        (error(503, "temporarily_unavailable"), "the server refused the request: temporarily_unavailable (status 503)"),
        (error(429, "too_many_requests"), "the server refused the request: too_many_requests (status 429)"),
        (error(500, "server_error"), "the server refused the request: server_error (status 500)"),
    ] {
        let polled = finish(outcome).unwrap();
        let Polled::Unanswered { awaiting, why } = polled else { panic!("{words}: {polled:?}") };
        assert!(why.to_string().starts_with(words), "{why}");
        assert_eq!(why.source().is_some(), !matches!(why, EndpointFault::Refused(_)));
        assert_eq!(awaiting.not_before(), at(17));
    }
}

#[test]
fn any_other_error_is_the_end() {
    for (outcome, words, remedy) in [
        (error(400, "access_denied"), "the login is over: access_denied (status 400)", Remedy::LogIn),
        (error(403, "access_denied"), "the login is over: access_denied (status 403)", Remedy::LogIn),
        (error(503, "access_denied"), "the login is over: access_denied (status 503)", Remedy::Retry { after: None }),
        (error(400, "expired_token"), "the login is over: expired_token (status 400)", Remedy::LogIn),
        (error(200, "expired_token"), "the login is over: expired_token (status 200)", Remedy::LogIn),
        (error(429, "expired_token"), "the login is over: expired_token (status 429)", Remedy::LogIn),
        (error(400, "invalid_grant"), "the login is over: invalid_grant (status 400)", Remedy::LogIn),
        (error(401, "invalid_client"), "the login is over: invalid_client (status 401)", Remedy::Fix),
        (error(400, "unsupported_grant_type"), "the login is over: unsupported_grant_type (status 400)", Remedy::Fix),
        (error(400, "Slow_Down"), "the login is over: Slow_Down (status 400)", Remedy::Fix),
        (
            error(400, "temporarily_unavailable"),
            "the login is over: temporarily_unavailable (status 400)",
            Remedy::Retry { after: None },
        ),
    ] {
        let error = finish(outcome).unwrap_err();
        assert!(error.to_string().starts_with(words), "{error}");
        assert_eq!(error.remedy(), remedy);
        assert_eq!(error.to_string().ends_with("; log in again"), remedy == Remedy::LogIn, "{error}");
        let PollingError::Refused { intent, .. } = error else { panic!("{words}") };
        assert_eq!(*intent, *polling(&scenario().client).1.intent());
    }
}

#[test]
fn tokens_that_must_not_be_used() {
    let error = finish(answer(200, &TOKENS.replace("Bearer", "mac"))).unwrap_err();
    assert_eq!(error.remedy(), Remedy::LogIn);
    let shown = "tokens were issued that must not be used: the token type is not one this client can use \
                 (RFC 6749 section 7.1): see `dialect.response.token_types`; the device code is spent, log in again";
    assert_eq!(error.to_string(), shown);
    assert!(matches!(error, PollingError::Untrusted { fault: AnswerFault::TokenType, .. }));
}

#[test]
fn what_cannot_be_read_may_have_spent_the_code() {
    let contradiction = TOKENS.replacen('{', r#"{"error":"authorization_pending","#, 1);
    for (outcome, words) in [
        (answer(200, "<html>"), "unreadable answer: it is no JSON"),
        (answer(200, "{}"), "unreadable answer: `access_token` is missing"),
        (answer(200, &contradiction), "unreadable answer: it has an error together with a token"),
        (answer(201, TOKENS), "unexpected status 201"),
        (answer(302, ""), "unexpected status 302"),
        // Something before the server, or a server that failed on the way.
        (answer(404, "<html>"), "the server failed: a refusal that names no OAuth error (status 404)"),
        (error(400, "server_error"), "the server failed: server_error (status 400)"),
        (answer(200, r#"{"error":7}"#), "the server failed: a refusal that names no OAuth error (status 200)"),
    ] {
        let error = finish(outcome).unwrap_err();
        assert_eq!(error.remedy(), Remedy::Decide);
        let text = error.to_string();
        assert!(text.starts_with(&format!("the device code may be spent ({words}")), "{text}");
        assert!(text.ends_with("); poll `awaiting` again, which costs a wait at most, or give up"), "{text}");
        let PollingError::InDoubt { doubt, awaiting } = error else { panic!("{words}") };
        assert!(doubt.to_string().starts_with(words), "{doubt}");
        assert!(!matches!(doubt, Doubt::Lost(_)));
        // Whoever decides to ask again does so after a longer wait.
        assert_eq!(awaiting.not_before(), at(17));
        let (request, _) = awaiting.poll(&scenario().client, at(17)).unwrap();
        assert!(wire(&request).ends_with("device_code=D1"));
    }
}
