//! What must hold of the figures.

use crate::Seen;

/// Bytes of a stored login.
const LOGIN: f64 = 512.0;

/// Bytes of a stored token set over its tokens.
const OVER_TOKENS: f64 = 256.0;

/// Bytes for each state may not grow with their number; 5 % is for what they share.
const BYTES: f64 = 1.05;

/// Time is measured on a machine that does other things, and many states leave the caches that few fit into. What costs
/// more than linear time costs some hundred times as much for each of a hundred times as many.
const TIME: f64 = 15.0;

/// A figure that may be so many times as large for each of many as for each of few.
type Growth<'a> = (&'a str, f64, fn(&Seen) -> f64);

const GROWTH: [Growth<'static>; 12] = [
    ("a login in memory", BYTES, |seen| seen.logins.memory),
    ("a stored login", BYTES, |seen| seen.logins.stored),
    ("a token set in memory", BYTES, |seen| seen.token_sets.memory),
    ("a stored token set", BYTES, |seen| seen.token_sets.stored),
    ("the index", BYTES, |seen| seen.renewal.index_bytes),
    ("storing a login", TIME, |seen| seen.logins.store),
    ("restoring a login", TIME, |seen| seen.logins.restore),
    ("storing a token set", TIME, |seen| seen.token_sets.store),
    ("restoring a token set", TIME, |seen| seen.token_sets.restore),
    ("asking whether one is due", TIME, |seen| seen.renewal.scan),
    ("putting one into the index", TIME, |seen| seen.renewal.index),
    ("taking one from the index", TIME, |seen| seen.renewal.take),
];

/// Prints each goal and what was seen.
///
/// # Errors
/// A figure is above its bar.
pub fn judge(seen: &[(usize, Seen)]) -> Result<(), String> {
    let ([(fewest, few), ..], [.., (most, many)]) = (seen, seen) else { return Err("nothing was seen".into()) };
    let mut missed = Vec::new();
    let mut goal = |words: String, measured: f64, at_most: f64| {
        let verdict = if measured <= at_most { "met" } else { "not met" };
        println!("| {words} | {measured:.2} | {at_most} | {verdict} |");
        if measured > at_most {
            missed.push(words);
        }
    };
    println!("\n| goal | measured | at most | |\n| --- | ---: | ---: | --- |");
    goal("bytes of a stored login".into(), many.logins.stored, LOGIN);
    let over_tokens = many.token_sets.over_tokens;
    goal("bytes of a stored token set over its tokens".into(), over_tokens, OVER_TOKENS);
    for (name, at_most, figure) in GROWTH {
        goal(format!("{name}: each of {most}, by each of {fewest}"), figure(many) / figure(few), at_most);
    }
    if missed.is_empty() { Ok(()) } else { Err(format!("more than it may be: {}", missed.join("; "))) }
}
