//! Records: what is none, or another's, is refused and left as it stands.

use std::error::Error;

use oauth_proto::fleet::{Envelope, NotStored, RecordFault, Stopped};

use super::*;

/// It authenticates what it is bound to, and hides nothing.
struct Bound;

impl Envelope for Bound {
    fn seal(&self, tokens: &[u8], bound_to: &[u8]) -> Result<Vec<u8>, Box<dyn Error + Send + Sync>> {
        Ok([hmac_sha256::Hash::hash(bound_to).as_slice(), tokens].concat())
    }

    fn open(&self, sealed: &[u8], bound_to: &[u8]) -> Result<Vec<u8>, Box<dyn Error + Send + Sync>> {
        let tokens = sealed.strip_prefix(hmac_sha256::Hash::hash(bound_to).as_slice());
        tokens.map(<[u8]>::to_vec).ok_or_else(|| "it is bound to something else".into())
    }
}

/// A service with keys that is away.
struct Away;

impl Envelope for Away {
    fn seal(&self, _: &[u8], _: &[u8]) -> Result<Vec<u8>, Box<dyn Error + Send + Sync>> {
        Err("away".into())
    }

    fn open(&self, _: &[u8], _: &[u8]) -> Result<Vec<u8>, Box<dyn Error + Send + Sync>> {
        Err("away".into())
    }
}

/// What it makes is as long as a record may be in all.
struct Swells;

impl Envelope for Swells {
    fn seal(&self, _: &[u8], _: &[u8]) -> Result<Vec<u8>, Box<dyn Error + Send + Sync>> {
        Ok(vec![b' '; Record::MAX_BYTES])
    }

    fn open(&self, _: &[u8], _: &[u8]) -> Result<Vec<u8>, Box<dyn Error + Send + Sync>> {
        Err("it cannot be opened".into())
    }
}

fn bound() -> Worker {
    Worker::new(Entropy::from_bytes([1; Entropy::BYTES]), strict(), Durable, Bound)
}

fn fault(worker: &Worker, key: &str, bytes: &[u8]) -> RecordFault {
    let client = client();
    let found = Found::Record(Record::new(1, bytes));
    match to_stop(worker.ask(&client, key).finish(found, now(0))) {
        Stopped::Unreadable(fault) => fault,
        other => panic!("{other}"),
    }
}

fn login(worker: &Worker, key: &str) -> Vec<u8> {
    let client = client();
    to_swap(worker.log_in(&client, key, tokens(1, 3600)).finish(Found::Absent, now(0))).bytes().to_vec()
}

#[test]
fn a_record_of_another_key_login_or_generation_is_refused_by_its_envelope() {
    let worker = bound();
    let alice = login(&worker, "alice");
    assert!(matches!(fault(&worker, "bob", &alice), RecordFault::Envelope(_)));
    let text = String::from_utf8_lossy(&alice).into_owned();
    assert!(text.contains(r#""generation":0"#));
    let at = alice.iter().position(|byte| *byte == b'\n').unwrap();
    let header = text[..at].replace(r#""generation":0"#, r#""generation":1"#);
    let of_another_login = text[..at].replace(r#""login":""#, r#""login":"x"#);
    for header in [header, of_another_login] {
        let moved = [header.as_bytes(), &alice[at..]].concat();
        assert!(matches!(fault(&worker, "alice", &moved), RecordFault::Envelope(_)));
    }
    let client = client();
    let found = Found::Record(Record::new(1, alice));
    assert!(uses(worker.ask(&client, "alice").finish(found, now(0)), "A1"));
}

#[test]
fn what_is_no_record_of_this_version_is_refused() {
    let worker = worker(1, strict());
    let good = String::from_utf8(login(&worker, "alice")).unwrap();
    let bad = |text: &str| fault(&worker, "alice", text.as_bytes());
    for text in ["", "{}", "\n", "null\n", &good.replace("fleet/1", "fleet/2"), &good.replace("login", "logout")] {
        assert!(matches!(bad(text), RecordFault::Malformed), "{text}");
    }
    // The reader would take a list for an object.
    let (header, sealed) = good.split_once('\n').unwrap();
    let list = format!("[\"fleet/1\",7,0,\"x\"]\n{sealed}");
    let nested = good.replacen('}', r#","sending":["x",1800000000000]}"#, 1);
    for text in [list, nested] {
        assert!(matches!(bad(&text), RecordFault::Malformed), "{text}");
    }
    for tokens in ["", "{}", r#"{"kind":"keeper/1"}"#] {
        assert!(matches!(bad(&format!("{header}\n{tokens}")), RecordFault::NoTokens), "{tokens}");
    }
    assert!(matches!(bad(&" ".repeat(Record::MAX_BYTES + 1)), RecordFault::TooLong));
}

#[test]
fn what_is_too_long_to_be_read_is_not_written() {
    let client = client();
    let worker = Worker::new(Entropy::from_bytes([9; Entropy::BYTES]), strict(), Durable, Swells);
    let stopped = to_stop(worker.log_in(&client, "alice", tokens(1, 3600)).finish(Found::Absent, now(0)));
    assert!(
        matches!(stopped, Stopped::NotStored { why: NotStored::Unreadable(RecordFault::TooLong), .. }),
        "{stopped}"
    );
}

#[test]
fn tokens_that_cannot_be_sealed_are_handed_back() {
    let (client, away) = (client(), Worker::new(Entropy::from_bytes([9; Entropy::BYTES]), strict(), Durable, Away));
    let stopped = to_stop(away.log_in(&client, "alice", tokens(1, 3600)).finish(Found::Absent, now(0)));
    let Stopped::NotStored { tokens, why: NotStored::NotSealed(_) } = stopped else { panic!("{stopped}") };
    assert!(is(&tokens, "A1"));
}

#[test]
fn two_ways_to_write_a_version_are_two_versions() {
    let (client, worker) = (client(), worker(1, strict()));
    let bytes = login(&worker, "alice");
    for version in ["\"a\"", "\"b\""] {
        let found = Found::Record(Record::new(version, bytes.clone()));
        let swapping = to_swap(worker.ask(&client, "alice").finish(found, now(3600)));
        assert_eq!(swapping.expected(), Some(&version.into()));
    }
}
