//! `WWW-Authenticate`, which any API may answer with.

use std::hint::black_box;

use oauth_proto::{
    Limits,
    challenge::{ChallengeFault, Challenges},
};

use super::{
    Input, LIMIT, Read, Refused, Verdict,
    fill::{PREFIX, number, repeat},
    judge,
};

/// Lines of the field, read and written out again.
fn lines(name: &'static str, verdict: Verdict, make: impl Fn(usize) -> Vec<String> + 'static) -> Input {
    Input::new(name, verdict, move |size| {
        let lines = make(size);
        Box::new(move || judge(read(&lines)))
    })
}

fn read(lines: &[String]) -> Result<(), ChallengeFault> {
    let mut limits = Limits::default();
    (limits.header_bytes, limits.challenges, limits.parameters) = (LIMIT, LIMIT, LIMIT);
    let challenges = Challenges::read(lines.iter().map(String::as_str), &limits)?;
    black_box(challenges.to_string());
    black_box(challenges.of_scheme("dpop").filter_map(|challenge| challenge.parameter("nonce")).count());
    Ok(())
}

pub fn inputs() -> Vec<Input> {
    let line = |name, verdict, start: &'static str, unit: &'static str, end: &'static str| {
        lines(name, verdict, move |size| vec![repeat(start, unit, end, size)])
    };
    let numbered = |name, verdict, unit: fn(usize) -> String, end: &'static str| {
        lines(name, verdict, move |size| vec![number("Bearer a=b", unit, end, size)])
    };
    vec![
        numbered("challenge: many parameters", Read, |n| format!(",{n}=1"), ""),
        numbered("challenge: many names that begin alike", Read, |n| format!(",{PREFIX}{n:08}=1"), ""),
        numbered("challenge: many names in capitals", Read, |n| format!(",A{n}=1"), ""),
        numbered("challenge: many names in disorder", Read, |n| format!(",{:x}=1", n.wrapping_mul(2_654_435_761)), ""),
        numbered("challenge: a parameter twice at the end", Refused, |n| format!(",{n}=1"), ",A=b"),
        numbered("challenge: many challenges", Read, |n| format!(", DPoP {n}=1"), ""),
        numbered("challenge: many that say a parameter twice", Read, |_| ", DPoP a=1,a=2".into(), ""),
        line("challenge: schemes", Read, "Basic", ",DPoP", ""),
        line("challenge: a long scheme", Read, "", "Basic", ""),
        line("challenge: a long token", Read, "Negotiate ", "a", "=="),
        line("challenge: a token of equals signs", Read, "Negotiate a", "=", ""),
        line("challenge: commas", Read, "Basic", ",", ""),
        line("challenge: white space", Read, "Basic", " \t", ",DPoP"),
        line("challenge: a quoted string", Read, "Bearer realm=\"", "a", "\""),
        line("challenge: a quoted string of escapes", Read, "Bearer realm=\"", r"\a", "\""),
        line("challenge: a quoted string that nothing ends", Refused, "Bearer realm=\"", r#"\""#, ""),
        line("challenge: quoted strings", Refused, "Bearer realm=", r#""a" "#, ""),
        lines("challenge: many lines", Read, |size| vec!["DPoP".into(); size / 8]),
        lines("challenge: many lines with nothing in them", Refused, |size| vec![String::new(); size / 8]),
    ]
}
