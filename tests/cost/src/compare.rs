//! Comparing what must not be guessed byte by byte: an attacker who can measure how long the comparison takes must not
//! learn at which byte it ended (RFC 6749 section 10.10 forbids that such values can be guessed).

use oauth_proto::{AwaitingCode, Callback, Outcome, Response, Secret, dialect::Nonce};

use crate::{
    count::{Work, counted_by_callgrind},
    scenario::{ACCESS_ONLY, NONCE, STATE, Scenario, at},
};

/// A comparison: given what is to be compared with the right text, whether it was taken for that text.
type Comparison = (&'static str, &'static str, fn(String) -> Work);

const COMPARISONS: [Comparison; 6] = [
    ("Secret::matches", STATE, secret),
    ("AwaitingCode::matches", STATE, matches),
    ("AwaitingCode::receive", STATE, receive),
    ("InFlight::finish", NONCE, nonce),
    ("self-check: ==", STATE, naive),
    ("self-check: a loop", STATE, one_by_one),
];

/// Counts one comparison with a text that differs at `place`: `first`, `middle` or `last`; or nowhere, `equal`.
pub fn run(name: &str, place: &str) {
    let (_, right, make) = COMPARISONS.iter().find(|(each, ..)| *each == name).expect("NAME is a comparison");
    let at = match place {
        "equal" => None,
        "first" => Some(0),
        "middle" => Some(right.len() / 2),
        "last" => Some(right.len() - 1),
        _ => panic!("PLACE is equal, first, middle or last"),
    };
    let mut other = right.to_string().into_bytes();
    if let Some(at) = at {
        // Another letter, and of base64url too: nothing but the comparison can tell them apart.
        other[at] = if other[at] == b'x' { b'y' } else { b'x' };
    }
    let work = make(String::from_utf8(other).expect("ASCII"));
    let taken = counted_by_callgrind(work);
    assert_eq!(taken, at.is_none(), "whether {name} takes what differs at {place}");
    println!("{name}\t{place}");
}

fn secret(other: String) -> Work {
    let secret = Secret::from(STATE);
    Box::new(move || secret.matches(&other))
}

fn matches(state: String) -> Work {
    let scenario = Scenario::new();
    let (awaiting, query) = (scenario.awaiting_code(), format!("code=C1&state={state}"));
    Box::new(move || awaiting.matches(&scenario.client, Callback::query(&query)))
}

/// The whole of what a forged callback meets.
fn receive(state: String) -> Work {
    let scenario = Scenario::new();
    let (awaiting, query): (AwaitingCode, _) = (scenario.awaiting_code(), format!("code=C1&state={state}"));
    Box::new(move || awaiting.receive(&scenario.client, Callback::query(&query), at(10)).is_ok())
}

/// The whole of what an answer with another login's nonce meets.
fn nonce(nonce: String) -> Work {
    let scenario = Scenario::with(|provider| provider.dialect.authorize.nonce = Nonce::EchoedWithTokens);
    let (_, in_flight) = scenario.code_in_flight();
    let body = ACCESS_ONLY.replace('}', &format!(r#","nonce":"{nonce}"}}"#));
    let outcome: Outcome = Response::new(200, [("Content-Type", "application/json")], body).into();
    Box::new(move || in_flight.finish(outcome).is_ok())
}

/// What the library must not do: the system's own comparison stops early.
fn naive(other: String) -> Work {
    Box::new(move || STATE.as_bytes() == other.as_bytes())
}

/// The same, as one would write it by hand.
fn one_by_one(other: String) -> Work {
    Box::new(move || STATE.len() == other.len() && STATE.bytes().zip(other.bytes()).all(|(one, other)| one == other))
}
