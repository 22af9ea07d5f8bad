//! What each contender checks of an answer: the table in `RESULTS.md`. Who checks less has less to do.

use std::panic::{AssertUnwindSafe, catch_unwind};

use http::{HeaderValue, StatusCode, header::CONTENT_TYPE};
use oauth_proto_benches::{
    contender::Login,
    floor::Floor,
    inputs::{ANSWER, Answer, answer},
    io_oauth::IoOauth,
    oauth2::OAuth2,
    ours::{Ours, Standard},
};

/// Whether tokens come of it.
fn taken<L: Login>(answer: impl FnOnce() -> Answer) -> bool {
    let client = L::client();
    let code = client.code(client.authorize(|_| ()));
    catch_unwind(AssertUnwindSafe(|| drop(client.exchange(code, |_| answer())))).is_ok()
}

/// What is wrong, the answer, and whether the floor, we, oauth2 and io-oauth take it.
type Case = (&'static str, fn() -> Answer, [bool; 4]);

/// The right answer with one thing in it replaced.
fn with(from: &str, to: &str) -> Answer {
    let body = ANSWER.replacen(from, to, 1);
    assert_ne!(body, ANSWER);
    answer(&body)
}

const YES: bool = true;
const NO: bool = false;

const CASES: [Case; 13] = [
    ("nothing", || answer(ANSWER), [YES; 4]),
    ("a known member twice", || with("{", r#"{"access_token":"x","#), [NO; 4]),
    ("another member twice", || with("{", r#"{"a":1,"a":2,"#), [YES, NO, YES, YES]),
    ("no access token", || with(r#""access_token""#, r#""other""#), [NO; 4]),
    ("an empty access token", || with("{", r#"{"access_token":"","was_"#).map(renamed), [YES, NO, YES, YES]),
    ("a line break in a token", || with("8xLO", r"8\nxLO"), [YES, NO, YES, YES]),
    ("another token type", || with("Bearer", "mac"), [YES, NO, YES, YES]),
    ("no token type", || with(r#""token_type""#, r#""other""#), [NO; 4]),
    ("a media type that is not JSON", || header("text/html"), [YES, NO, NO, YES]),
    ("no media type", || header(""), [YES, NO, YES, YES]),
    ("the status 201", || status(201), [YES, NO, NO, YES]),
    ("400,000 bytes", || with("{", &format!(r#"{{"a":"{}","#, "x".repeat(400_000))), [YES, NO, YES, YES]),
    ("100 levels", || with("{", &format!(r#"{{"a":{}{},"#, "[".repeat(100), "]".repeat(100))), [YES, NO, YES, YES]),
];

/// The access token that was there is one no more.
fn renamed(body: Vec<u8>) -> Vec<u8> {
    String::from_utf8(body).expect("text").replacen(r#""was_"access_token""#, r#""was""#, 1).into_bytes()
}

fn header(media_type: &'static str) -> Answer {
    let mut answer = answer(ANSWER);
    answer.headers_mut().remove(CONTENT_TYPE);
    if !media_type.is_empty() {
        answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
    }
    answer
}

fn status(status: u16) -> Answer {
    let mut answer = answer(ANSWER);
    *answer.status_mut() = StatusCode::from_u16(status).expect("a status");
    answer
}

#[test]
fn each_checks_of_an_answer_what_the_results_say() {
    std::panic::set_hook(Box::new(|_| ()));
    let found = CASES.map(|(wrong, answer, _)| {
        let taken = [
            taken::<Floor>(answer),
            taken::<Ours<Standard>>(answer),
            taken::<OAuth2>(answer),
            taken::<IoOauth>(answer),
        ];
        (wrong, taken)
    });
    let _ = std::panic::take_hook();
    assert_eq!(found, CASES.map(|(wrong, _, expected)| (wrong, expected)));
}

/// `RESULTS.md` shows the same table.
#[test]
fn the_results_say_so() {
    let page = include_str!("../RESULTS.md");
    for (wrong, _, takes) in CASES.into_iter().skip(1) {
        let [_, ours, oauth2, io_oauth] = takes.map(|taken| if taken { "taken" } else { "refused" });
        let row = format!("| {wrong} | {ours} | {oauth2} | {io_oauth} |");
        assert!(page.contains(&row), "RESULTS.md lacks {row}");
    }
}
