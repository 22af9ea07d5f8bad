//! What goes wrong on the way, and what has been done by then.

mod common;

use std::time::{Duration, Instant};

use common::amiqus::*;
use common::*;
use oauth_proto_emulator::{Emulator, Fault, ProviderTable};

fn logged_in() -> (Emulator, String, String) {
    let emulator = Emulator::start(ProviderTable::amiqus());
    let tokens = exchange(&emulator, &code(&emulator)).must(200);
    let (access, refresh) = (tokens.text("access_token"), tokens.text("refresh_token"));
    (emulator, access, refresh)
}

fn try_refresh(emulator: &Emulator, token: &str) -> Result<Reply, ureq::Error> {
    send("POST", &emulator.local(TOKEN), &[("content-type", FORM)], &refresh_body(emulator, token))
}

#[test]
fn a_cut_before_acting_leaves_everything_as_it_was() {
    let (emulator, access, token) = logged_in();
    emulator.inject(Fault::CutBeforeActing);
    try_refresh(&emulator, &token).unwrap_err();
    let last = emulator.exchanges().pop().unwrap();
    assert_eq!((last.status, &last.fault), (None, &Some(Fault::CutBeforeActing)));
    assert!(last.body_text().starts_with("grant_type=refresh_token&"));
    me(&emulator, &access).must(200);
    refresh(&emulator, &token).must(200);
}

#[test]
fn after_a_cut_the_retry_looks_like_a_thief() {
    let (emulator, access, token) = logged_in();
    emulator.inject(Fault::CutAfterActing);
    try_refresh(&emulator, &token).unwrap_err();
    me(&emulator, &access).must(401);
    assert!(!emulator.reuse_detected());
    refresh(&emulator, &token).says(400, "invalid_grant");
    assert!(emulator.reuse_detected());
}

#[test]
fn the_cut_connection_carries_no_byte() {
    use std::io::{Read as _, Write as _};
    let (emulator, _, token) = logged_in();
    emulator.inject(Fault::CutAfterActing);
    let origin = emulator.origin("id.amiqus.co");
    let mut stream = std::net::TcpStream::connect(origin.trim_start_matches("http://")).unwrap();
    let body = refresh_body(&emulator, &token);
    let head = format!(
        "POST /oauth/token HTTP/1.1\r\nhost: x\r\ncontent-type: {FORM}\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(body.as_bytes()).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    assert!(answer.is_empty());
}

#[test]
fn errors_of_the_server_come_before_or_after_acting() {
    let (emulator, access, token) = logged_in();
    emulator.inject(Fault::Status500BeforeActing);
    emulator.inject(Fault::TooManyRequests { retry_after_seconds: 7 });
    emulator.inject(Fault::Status500AfterActing);
    refresh(&emulator, &token).must(500);
    let busy = refresh(&emulator, &token);
    busy.says(429, "temporarily_unavailable");
    assert_eq!(busy.header("retry-after"), "7");
    // The API is no part of the authorization server and meets none of these faults.
    me(&emulator, &access).must(200);
    refresh(&emulator, &token).must(500);
    me(&emulator, &access).must(401);
    clean(&emulator);
}

#[test]
fn damaged_and_late_answers() {
    let (emulator, _, token) = logged_in();
    emulator.inject(Fault::Garbage);
    let garbage = refresh(&emulator, &token).must(200);
    assert_eq!(garbage.header("content-type"), "application/json");
    assert!(serde_json::from_str::<serde_json::Value>(&garbage.body).is_err());

    let (emulator, _, token) = logged_in();
    emulator.inject(Fault::ShortBody);
    try_refresh(&emulator, &token).unwrap_err();
    refresh(&emulator, &token).says(400, "invalid_grant");

    let (emulator, _, token) = logged_in();
    emulator.inject(Fault::Slow(Duration::from_millis(200)));
    let before = Instant::now();
    let fresh = refresh(&emulator, &token).must(200);
    assert!(before.elapsed() >= Duration::from_millis(200));
    refresh(&emulator, &fresh.text("refresh_token")).must(200);
}

#[test]
fn a_short_body_arrives_in_part() {
    use std::io::{Read as _, Write as _};
    let (emulator, _, token) = logged_in();
    emulator.inject(Fault::ShortBody);
    let origin = emulator.origin("id.amiqus.co");
    let mut stream = std::net::TcpStream::connect(origin.trim_start_matches("http://")).unwrap();
    let body = refresh_body(&emulator, &token);
    let head = format!(
        "POST /oauth/token HTTP/1.1\r\nhost: x\r\ncontent-type: {FORM}\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(format!("{head}{body}").as_bytes()).unwrap();
    let mut answer = String::new();
    let _ = stream.read_to_string(&mut answer);
    let (head, rest) = answer.split_once("\r\n\r\n").unwrap();
    let announced = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
    assert_eq!(rest.len(), announced.parse::<usize>().unwrap() / 2);
    assert!(rest.starts_with("{\"access_token\":\"at-"));
}

#[test]
fn redirects_are_offered_and_counted() {
    let (emulator, _, token) = logged_in();
    let to = format!("{}/redirect-target", emulator.origin("id.amiqus.co"));
    emulator.inject(Fault::Redirect303 { to: to.clone() });
    emulator.inject(Fault::Redirect307 { to: to.clone() });
    for status in [303, 307] {
        assert_eq!(refresh(&emulator, &token).must(status).header("location"), to);
    }
    assert_eq!(emulator.redirect_target_hits(), 0);
    get(&to, &[]).must(200);
    assert_eq!(emulator.redirect_target_hits(), 1);
    refresh(&emulator, &token).must(200);
}

#[test]
fn a_fault_can_wait_for_a_path() {
    let (emulator, access, token) = logged_in();
    emulator.inject_at("/api/v2/me", Fault::Status500BeforeActing);
    refresh(&emulator, &token).must(200);
    me(&emulator, &access).must(500);
    me(&emulator, &access).must(401);
}

#[test]
fn emulators_are_shared_between_threads_and_stop_when_dropped() {
    fn shared<T: Send + Sync>() {}
    shared::<Emulator>();
    let emulator = Emulator::start(ProviderTable::amiqus());
    let url = emulator.api_url();
    get(&url, &[]).must(401);
    drop(emulator);
    send("GET", &url, &[], "").unwrap_err();
}

#[test]
#[should_panic(expected = "`example.org` is not a documented host")]
fn an_unknown_host_is_named() {
    let _ = Emulator::start(ProviderTable::marq()).origin("example.org");
}
