//! Invariant: what a device shows to people can be shown, no poll comes before the server allows it or after the
//! expiry, no wait is shorter than the interval, and no state or error shows a code.

use std::time::Duration;

use url::Url;

use super::{
    claims,
    input::{Input, Mode, open},
    json::{self, Json},
    scene::{self, DEVICE_CODE, JSON, SECRETS, USER_CODE, at},
};
use crate::{
    Client, Confidential, Outcome, Response,
    device::{AwaitingUser, PollError, Polled, PollingError},
    error::EndpointFault,
    stored,
};

/// See the invariant on the first line.
pub fn device(data: &[u8]) {
    let Some(client) = scene::client(scene::provider()) else { unreachable!("a provider that is right") };
    match open(data) {
        Mode::Raw(bytes) => drop(codes(&client, 200, bytes.to_vec())),
        Mode::Built(mut input) => {
            let body = body(&mut input);
            let status = if input.rarely(16) { input.pick([400, 201, 503]) } else { 200 };
            if let Some(awaiting) = codes(&client, status, body.into_bytes()) {
                polls(&mut input, &client, awaiting);
            }
        }
    }
}

/// An answer that is nearly right.
fn body(input: &mut Input<'_>) -> String {
    let mut members = vec![
        ("device_code", format!("\"{DEVICE_CODE}\"")),
        ("user_code", format!("\"{USER_CODE}\"")),
        ("verification_uri", "\"https://id.example/device\"".to_owned()),
        ("verification_uri_complete", format!("\"https://id.example/device?user_code={USER_CODE}\"")),
        ("expires_in", "1800".to_owned()),
        ("interval", "5".to_owned()),
    ];
    for (_, value) in &mut members {
        if input.rarely(12) {
            *value = match input.byte() & 7 {
                0 => "null".to_owned(),
                1 => input.number().to_string(),
                2 => format!("{}.{}", input.byte(), input.byte()),
                3 => format!("\"{}\"", input.number()),
                4 => serde_json::Value::from(input.text(40)).to_string(),
                5 => serde_json::Value::from(format!("https://{}", input.text(24))).to_string(),
                6 => serde_json::Value::from(format!("{}://id.example/", input.text(8))).to_string(),
                _ => input.text(12),
            };
        }
    }
    if input.rarely(16) {
        let at = input.below(members.len());
        drop(members.remove(at));
    }
    let members: Vec<_> = members.iter().map(|(name, value)| format!("\"{name}\":{value}")).collect();
    format!("{{{}}}", members.join(","))
}

/// Asked at 0 s and answered at 1 s.
fn codes(client: &Client<Confidential>, status: u16, body: Vec<u8>) -> Option<AwaitingUser> {
    let start = claims::must(client.device_authorization(), "a device begins");
    let (request, authorizing) = start.request(at(0));
    drop(claims::request(&request, &[]));
    let said = json::read(&body);
    let text = String::from_utf8_lossy(&body).into_owned();
    let response = Response::new(status, JSON, body);
    match authorizing.finish(response.into(), at(1)) {
        Ok(awaiting) => {
            assert_eq!(status, 200);
            shown(&awaiting, &claims::must(said, "what was read is JSON"));
            Some(awaiting)
        }
        Err(error) => {
            // The server may say anything as its words.
            let words = matches!(error.fault(), EndpointFault::Refused(_));
            let secrets: Vec<&str> = SECRETS.into_iter().filter(|secret| !words || !text.contains(secret)).collect();
            claims::error(&error, &secrets);
            assert_eq!(error.into_origin().client_id(), "app");
            None
        }
    }
}

/// What people see is what the server said, and fit to be seen.
fn shown(awaiting: &AwaitingUser, said: &Json) {
    claims::kept(awaiting);
    let text = |name: &str| said.at(name).and_then(Json::as_str);
    let (code, uri) = (awaiting.user_code(), awaiting.verification_uri());
    claims::token_text(code);
    assert_eq!((Some(code), Some(uri)), (text("user_code"), text("verification_uri")));
    assert_eq!(awaiting.verification_uri_complete(), text("verification_uri_complete"));
    for uri in [Some(uri), awaiting.verification_uri_complete()].into_iter().flatten() {
        assert!(uri.bytes().all(|byte| byte.is_ascii_graphic()), "no address: {uri:?}");
        let url = claims::must(Url::parse(uri), "an address is a URL");
        assert!(matches!(url.scheme(), "https" | "http") && url.has_host(), "it leads to no page: {uri}");
        assert!(url.username().is_empty() && url.password().is_none(), "two readers see two hosts: {uri}");
    }
    hidden(&format!("{awaiting:?}"), awaiting);
    assert!(awaiting.not_before() <= awaiting.expires_at() && awaiting.expires_at() >= at(0));
    assert!(awaiting.not_before() >= at(2).min(awaiting.expires_at()), "a poll without a pause");
}

/// A text for a log has no code in it, but where the server put one into an address of its own. A code that the input
/// made up may be any word of the text.
fn hidden(text: &str, awaiting: &AwaitingUser) {
    let elsewhere = |code: &&str| !awaiting.verification_uri().contains(code);
    let secrets: Vec<&str> = [DEVICE_CODE, USER_CODE].into_iter().filter(elsewhere).collect();
    claims::shown(text, &secrets);
}

/// What an answer may be.
fn outcome(input: &mut Input<'_>) -> Outcome {
    let error = match input.byte() & 7 {
        0..=2 => "authorization_pending".to_owned(),
        3 | 4 => "slow_down".to_owned(),
        5 => input.text(12),
        6 => return Outcome::lost("time-out"),
        _ => "temporarily_unavailable".to_owned(),
    };
    let status = input.pick([400, 400, 400, 429, 503, 200, 401, 408, 302]);
    let body = if input.rarely(12) { error } else { format!("{{\"error\":{}}}", serde_json::Value::from(error)) };
    let wait = input.rarely(4).then(|| ("Retry-After", input.number().to_string()));
    let fields = JSON.into_iter().map(|(name, value)| (name, value.to_owned())).chain(wait);
    Response::new(status, fields, body).into()
}

fn polls(input: &mut Input<'_>, client: &Client<Confidential>, mut awaiting: AwaitingUser) {
    let mut now = at(1);
    // What the server asked for, as the first wait shows it, or less where the expiry cuts that short.
    let interval = awaiting.not_before().since(now);
    for _ in 0..64 {
        if input.is_used_up() {
            return;
        }
        let (due, expires_at) = (awaiting.not_before(), awaiting.expires_at());
        let set_back = input.rarely(12);
        now = match input.byte() & 3 {
            _ if set_back => now.minus(Duration::from_millis(input.number() >> 20)),
            0 => due.minus(Duration::from_millis(1)).max(now),
            1 => now.plus(Duration::from_millis(input.number() >> 40)),
            _ => due.max(now),
        };
        let polling = match awaiting.poll(client, now) {
            Ok((request, polling)) => {
                assert!(now >= due && now < expires_at, "a poll at the wrong time");
                let sent = claims::request(&request, &[]);
                assert!(sent.get("device_code").is_some_and(|code| !code.is_empty()));
                let row = stored::save(&polling);
                drop(claims::must(
                    stored::load::<AwaitingUser>(row.as_bytes()),
                    "a poll under way loads as what waits",
                ));
                polling
            }
            Err(error) => {
                claims::error(&error, &[DEVICE_CODE]);
                match error {
                    PollError::TooEarly { awaiting: back, wait } => {
                        assert!(now < due && back.not_before() == now.plus(wait), "it was time");
                        awaiting = *back;
                        continue;
                    }
                    PollError::Expired { .. } => return assert!(now >= expires_at, "it is over before its time"),
                    PollError::NotMade { .. } => unreachable!("it is the same client"),
                }
            }
        };
        awaiting = match polling.finish(outcome(input), now) {
            Ok(Polled::Pending(awaiting) | Polled::Unanswered { awaiting, .. }) => awaiting,
            Ok(Polled::Granted(_)) => unreachable!("no answer here has tokens"),
            Err(PollingError::InDoubt { awaiting, .. }) => *awaiting,
            Err(error) => return claims::error(&error, &[DEVICE_CODE]),
        };
        claims::kept(&awaiting);
        hidden(&format!("{awaiting:?}"), &awaiting);
        let (wait, cut_short) = (awaiting.not_before().since(now), awaiting.not_before() == expires_at);
        assert!(cut_short || wait >= interval, "a wait is shorter than the interval: {wait:?} and {interval:?}");
    }
}
