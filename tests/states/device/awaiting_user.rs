//! AwaitingUser: the codes are shown, and the user is away with them.

use std::time::Duration;

use oauth_proto::{
    Outcome, Provider, Remedy, Timestamp,
    device::{AwaitingUser, PollError, Polled},
    dialect::Kept,
    error::RequestFault,
    stored,
};

use super::scenario;
use crate::{
    devices::{DEVICE, awaiting_user, for_devices, polling},
    scenario::{BASIC, Scenario, at, wire},
};

const GRANT: &str = "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code";

fn millis(millis: u64) -> Timestamp {
    Timestamp::from_unix_millis(at(0).as_unix_millis() + millis)
}

#[test]
fn the_token_request() {
    let head =
        "POST https://id.example/token\nContent-Type: application/x-www-form-urlencoded\nAccept: application/json\n";
    assert_eq!(wire(&polling(&scenario().client).0), format!("{head}Authorization: {BASIC}\n\n{GRANT}&device_code=D1"));
    let public = Scenario::public_with(for_devices);
    assert_eq!(wire(&polling(&public.client).0), format!("{head}\n{GRANT}&client_id=app&device_code=D1"));
    // It is a token request like any other of this provider.
    let own = Scenario::with(|provider| {
        for_devices(provider);
        provider.dialect.token.headers.insert("X-Api-Key".into(), "k".into());
        provider.dialect.token.parameters.add("audience", "a {scope}");
    });
    let (request, polling) = polling(&own.client);
    assert!(request.headers().iter().any(|header| header.name() == "X-Api-Key"));
    let body = format!("{GRANT}&device_code=D1&audience=a+read+write");
    assert_eq!(std::str::from_utf8(request.expose_body()).unwrap(), body);
    assert_eq!((polling.sent_at(), polling.intent().server()), (at(6), "example"));
}

fn too_early(error: PollError) -> (AwaitingUser, Duration) {
    let remedy = error.remedy();
    let PollError::TooEarly { awaiting, wait } = error else { panic!("{error}") };
    assert_eq!(remedy, Remedy::Retry { after: Some(wait) });
    (*awaiting, wait)
}

#[test]
fn a_poll_comes_neither_early_nor_late() {
    let scenario = scenario();
    let awaiting = awaiting_user(&scenario.client, DEVICE);
    let row = stored::save(&awaiting);
    let error = awaiting.poll(&scenario.client, millis(5999)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the server must not be asked for another 1 ms (RFC 8628 section 3.5); then poll `awaiting` again"
    );
    let (awaiting, wait) = too_early(error);
    assert_eq!(wait, Duration::from_millis(1));
    assert_eq!(stored::save(&awaiting), row, "it is as it was");
    assert!(awaiting.poll(&scenario.client, millis(6000)).is_ok());

    let poll = |now| awaiting_user(&scenario.client, DEVICE).poll(&scenario.client, now);
    assert!(poll(millis(1_799_999)).is_ok());
    let error = poll(at(1800)).unwrap_err();
    assert_eq!(
        (error.to_string().as_str(), error.remedy()),
        ("the codes expired before the user agreed; log in again, with new ones", Remedy::LogIn)
    );
    let PollError::Expired { intent } = error else { panic!("{error}") };
    assert_eq!(intent.again(scenario.client.device_authorization().unwrap()).intent().scope().as_str(), "read write");
}

#[test]
fn an_interval_beyond_the_expiry_leaves_no_poll() {
    let scenario = scenario();
    for interval in ["1800", "18446744073709551615"] {
        let body = DEVICE.replace("\"interval\":5", &format!("\"interval\":{interval}"));
        let awaiting = awaiting_user(&scenario.client, &body);
        assert_eq!(awaiting.not_before(), at(1800), "who sleeps until then wakes up");
        let (awaiting, wait) = too_early(awaiting.poll(&scenario.client, at(2)).unwrap_err());
        assert_eq!(wait, Duration::from_secs(1798));
        let (awaiting, _) = too_early(awaiting.poll(&scenario.client, millis(1_799_999)).unwrap_err());
        assert!(matches!(awaiting.poll(&scenario.client, at(1800)), Err(PollError::Expired { .. })));
    }
    let spent = awaiting_user(&scenario.client, &DEVICE.replace("1800", "0"));
    assert_eq!(spent.not_before(), at(0));
    assert!(matches!(spent.poll(&scenario.client, at(1)), Err(PollError::Expired { .. })));
}

/// A device has often no clock of its own until it is on the network.
#[test]
fn a_clock_that_was_set_back_begins_the_wait_again() {
    let scenario = scenario();
    // The wait began at 1 s. A second that is lost since is waited for.
    let awaiting = awaiting_user(&scenario.client, DEVICE);
    let (awaiting, wait) = too_early(awaiting.poll(&scenario.client, at(1)).unwrap_err());
    assert_eq!((wait, awaiting.not_before()), (Duration::from_secs(5), at(6)));
    // Years are not.
    let long_ago = Timestamp::from_unix_seconds(86_400);
    let (awaiting, wait) = too_early(awaiting.poll(&scenario.client, long_ago).unwrap_err());
    assert_eq!((wait, awaiting.not_before()), (Duration::from_secs(5), long_ago.plus(Duration::from_secs(5))));
    let (awaiting, wait) =
        too_early(awaiting.poll(&scenario.client, long_ago.plus(Duration::from_secs(4))).unwrap_err());
    assert_eq!(wait, Duration::from_secs(1));
    let polled_at = awaiting.not_before();
    let (_, polling) = awaiting.poll(&scenario.client, polled_at).unwrap();
    // That of a `Retry-After` begins again as well, whole.
    let busy = oauth_proto::Response::new(503, [("Retry-After", "600")], "");
    let polled = polling.finish(busy.into(), at(100)).unwrap();
    let Polled::Unanswered { awaiting, .. } = polled else { panic!("{polled:?}") };
    assert_eq!(awaiting.not_before(), at(700));
    let (awaiting, wait) = too_early(awaiting.poll(&scenario.client, at(50)).unwrap_err());
    assert_eq!((wait, awaiting.not_before()), (Duration::from_secs(600), at(650)));
}

#[test]
fn a_poll_that_cannot_be_made() {
    let scenario = scenario();
    let other = Scenario::with(|provider| {
        for_devices(provider);
        provider.name = "elsewhere".into();
    });
    let awaiting = awaiting_user(&scenario.client, DEVICE);
    let row = stored::save(&awaiting);
    // Whose it is goes first: a stranger learns neither that it is early nor that it is late.
    let mut awaiting = awaiting;
    for now in [at(0), at(6), at(9999)] {
        let error = awaiting.poll(&other.client, now).unwrap_err();
        assert_eq!(error.remedy(), Remedy::Fix);
        assert!(error.to_string().starts_with("no request was made and nothing was spent: "));
        let PollError::NotMade { awaiting: back, fault: RequestFault::WrongClient(_) } = error else {
            panic!("{error}")
        };
        awaiting = *back;
    }
    assert_eq!(stored::save(&awaiting), row);

    let shops = Scenario::with(|provider: &mut Provider| {
        for_devices(provider);
        provider.token_endpoint = Some("https://{shop}.example.com/token".into());
        provider.dialect.callback.keep = [("shop".into(), Kept::DnsLabel)].into();
    });
    let error = awaiting_user(&shops.client, DEVICE).poll(&shops.client, at(6)).unwrap_err();
    assert_eq!(error.remedy(), Remedy::LogIn);
    assert!(matches!(error, PollError::NotMade { fault: RequestFault::NotBound, .. }));
}

#[test]
fn what_is_stored_while_a_poll_is_under_way_is_a_state_that_waits() {
    let scenario = scenario();
    let (_, polling) = polling(&scenario.client);
    let row = stored::save(&polling);
    assert_eq!(&*stored::kind(row.as_bytes()).unwrap(), "awaiting_user/1");
    let Polled::Unanswered { awaiting, .. } = polling.finish(Outcome::lost("time-out"), at(6)).unwrap() else {
        panic!()
    };
    assert_eq!(stored::save(&awaiting), row, "a crash is a lost answer");
    let found: AwaitingUser = stored::load(row.as_bytes()).unwrap();
    assert_eq!(found.not_before(), at(16));
}

#[test]
fn a_row_that_was_changed() {
    let row = stored::save(&awaiting_user(&scenario().client, DEVICE));
    for (from, to) in [
        ("\"interval\":5", "\"interval\":0"),
        ("WDJB-MJHT\",", "\\u001b[2J\","),
        ("WDJB-MJHT\",", "\","),
        ("https://id.example/device\"", "javascript:alert(1)\""),
        ("https://id.example/device?", "https://id.example@evil.example/?"),
        ("\"D1\"", "\"\""),
        ("\"pace\"", "\"peace\""),
        ("awaiting_user/1", "awaiting_user/2"),
    ] {
        assert!(row.contains(from), "{row}");
        let error = stored::load::<AwaitingUser>(row.replacen(from, to, 1).as_bytes()).unwrap_err();
        assert!(!error.to_string().contains("evil") && !error.to_string().contains("alert"), "{error}");
    }
}

#[test]
fn a_log_shows_no_code() {
    let shown = format!("{:?}", awaiting_user(&scenario().client, DEVICE));
    assert!(!shown.contains("WDJB-MJHT") && !shown.contains("D1"), "{shown}");
    assert!(shown.contains("https://id.example/device\""), "{shown}");
}
