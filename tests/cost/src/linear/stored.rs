//! Rows of the store, which somebody may have written into.

use std::fmt::Debug;

use oauth_proto::{
    AnyTokenSet, AwaitingCode, InDoubt, Keeper, Refreshable, TokenSet, grant,
    stored::{self, MAX_BYTES, Stored},
};
use serde::de::DeserializeOwned;

use super::{
    Input, Read, ReadUpTo, Refused, Verdict,
    fill::{PREFIX, number, repeat},
    judge,
};
use crate::scenario::Scenario;

const KIB: usize = 1024;

/// A row of this kind, made of a true one.
fn row<S: Stored + DeserializeOwned + Debug + 'static>(
    name: &'static str,
    verdict: Verdict,
    of: fn() -> String,
    change: impl Fn(&str, usize) -> String + 'static,
) -> Input {
    Input::new(name, verdict, move |size| {
        let row = change(&of(), size);
        Box::new(move || judge(stored::load::<S>(row.as_bytes())))
    })
}

fn token_set() -> String {
    stored::save(&Scenario::new().refreshable().into_token_set())
}

fn keeper() -> String {
    stored::save(&Scenario::new().keeper())
}

fn awaiting_code() -> String {
    stored::save(&Scenario::new().awaiting_code())
}

fn in_flight() -> String {
    stored::save(&Scenario::new().refresh_in_flight().1)
}

/// The row with this text, as often as there is room, in place of what it has there.
fn with(row: &str, there: &str, start: &str, unit: &str, end: &str, size: usize) -> String {
    let (before, after) = row.split_once(there).expect("a row has that");
    repeat(&format!("{before}{start}"), unit, &format!("{end}{after}"), size)
}

/// The same with numbered texts, before the last brace.
fn and(row: &str, start: &str, unit: impl Fn(usize) -> String, end: &str, size: usize) -> String {
    let open = row.strip_suffix('}').expect("a row is an object");
    number(&format!("{open}{start}"), unit, &format!("{end}}}"), size)
}

pub fn inputs() -> Vec<Input> {
    let mut inputs = tokens();
    inputs.extend(others());
    inputs
}

fn tokens() -> Vec<Input> {
    let set = |name, verdict, change: fn(&str, usize) -> String| {
        row::<TokenSet<Refreshable>>(name, verdict, token_set, change)
    };
    let any = |name, verdict, change: fn(&str, usize) -> String| row::<AnyTokenSet>(name, verdict, token_set, change);
    vec![
        set("stored tokens: a long access token", ReadUpTo(64 * KIB), |row, size| {
            with(row, r#""A1""#, "\"", "a", "\"", size)
        }),
        set("stored tokens: an access token in escapes", ReadUpTo(256 * KIB), |row, size| {
            with(row, r#""A1""#, "\"", r"\u0061", "\"", size)
        }),
        any("stored tokens: a long refresh token", ReadUpTo(64 * KIB), |row, size| {
            with(row, r#""R1""#, "\"", "a", "\"", size)
        }),
        set("stored tokens: a long server", ReadUpTo(MAX_BYTES), |row, size| {
            with(row, r#""example""#, "\"", r"\u00e4", "\"", size)
        }),
        set("stored tokens: a scope of long tokens", ReadUpTo(16 * KIB), |row, size| {
            let (before, after) = row.split_once("read write").expect("a row has a scope");
            number(before, |n| format!("{n:0>66} "), after, size)
        }),
        set("stored tokens: 16 values beside them", ReadUpTo(128 * KIB), |row, size| extras(row, 16, size)),
        any("stored tokens: 16 values beside any", ReadUpTo(128 * KIB), |row, size| extras(row, 16, size)),
        set("stored tokens: ever more values of 700 bytes", ReadUpTo(64 * KIB), |row, size| {
            let value = "v".repeat(700);
            and(row, r#","extras":{"":"""#, |n| format!(r#","{n}":"{value}""#), "}", size)
        }),
        set("stored tokens: ever more values beside them", ReadUpTo(KIB), |row, size| {
            and(row, r#","extras":{"a":"b""#, |n| format!(r#","{n}":"v""#), "}", size)
        }),
        any("stored tokens: unknown fields at the end", Refused, |row, size| {
            and(row, "", |n| format!(r#","{n}":0"#), "", size)
        }),
        set("stored tokens: a long unknown field", Refused, |row, size| with(row, "{", "{\"", r"\n", "\":0,", size)),
        set("stored tokens: a wrong type behind much", Refused, |row, size| {
            with(row, r#""example""#, "\"", r"\u00e4", r#"","return_to":7,"x":"""#, size)
        }),
    ]
}

/// So many values, that take about this much together.
fn extras(row: &str, count: usize, size: usize) -> String {
    let room = size.saturating_sub(row.len() + 16) / count;
    let share = "v".repeat(room.saturating_sub(r#","00":"""#.len()));
    let values: Vec<String> = (0..count).map(|n| format!(r#""{n:02}":"{share}""#)).collect();
    let open = row.strip_suffix('}').expect("a row is an object");
    format!(r#"{open},"extras":{{{}}}}}"#, values.join(","))
}

fn others() -> Vec<Input> {
    let code =
        |name, verdict, change: fn(&str, usize) -> String| row::<AwaitingCode>(name, verdict, awaiting_code, change);
    let kept = |name, verdict, change: fn(&str, usize) -> String| row::<Keeper>(name, verdict, keeper, change);
    let doubt = |name, verdict, change: fn(&str, usize) -> String| {
        row::<InDoubt<grant::RefreshToken>>(name, verdict, in_flight, change)
    };
    vec![
        code("stored login: a long state", ReadUpTo(64 * KIB), |row, size| {
            with(row, crate::scenario::STATE, "", "a", "", size)
        }),
        code("stored login: a long verifier", ReadUpTo(64 * KIB), |row, size| {
            with(row, crate::scenario::VERIFIER, "", "a", "", size)
        }),
        code("stored login: a long redirect URI", ReadUpTo(8 * KIB), |row, size| {
            with(row, "app.example/cb", "", "a", "", size)
        }),
        code("stored login: a scope of spaces", ReadUpTo(MAX_BYTES), |row, size| {
            with(row, "read write", "", " ", "", size)
        }),
        code("stored login: a scope of the same token", ReadUpTo(512), |row, size| {
            with(row, "read write", "", "s ", "", size)
        }),
        code("stored login: another kind behind much", Refused, |row, size| {
            number(
                "{\"a\":0",
                |n| format!(r#","{PREFIX}{n:08}":0"#),
                &row.replacen('{', ",", 1).replace("code/1", "code/2"),
                size,
            )
        }),
        code("stored login: white space", ReadUpTo(MAX_BYTES), |row, size| with(row, "{", "{", "\n", "", size)),
        code("stored login: ever deeper", Refused, |row, size| with(row, "{", r#"{"a":"#, "[", "", size)),
        code("stored login: not a row at all", Refused, |_, size| repeat("", "\u{0}", "", size)),
        code("stored login: it ends too soon", Refused, |row, size| with(row, "app.example", "", "a", "\n", size)),
        kept("stored keeper: a long access token", ReadUpTo(64 * KIB), |row, size| {
            with(row, r#""A1""#, "\"", "a", "\"", size)
        }),
        kept("stored keeper: an access token in escapes", ReadUpTo(256 * KIB), |row, size| {
            with(row, r#""A1""#, "\"", r"\u0061", "\"", size)
        }),
        kept("stored keeper: unknown fields at the end", Refused, |row, size| {
            and(row, "", |n| format!(r#","{n}":0"#), "", size)
        }),
        kept("stored keeper: a field twice at the end", Refused, |row, size| {
            with(row, r#""example""#, "\"", "a", r#"","server":"b""#, size)
        }),
        doubt("stored request: a long access token", ReadUpTo(64 * KIB), |row, size| {
            with(row, r#""A1""#, "\"", "a", "\"", size)
        }),
        doubt("stored request: unknown fields at the end", Refused, |row, size| {
            and(row, "", |n| format!(r#","{n}":0"#), "", size)
        }),
        Input::new("stored: the kind of a row, behind much", Read, |size| {
            let row = number(
                "{\"a\":0",
                |n| format!(r#","{PREFIX}{n:08}":0"#),
                r#","kind":"keeper/1"}"#,
                size.min(MAX_BYTES),
            );
            Box::new(move || judge(stored::kind(row.as_bytes())))
        }),
        Input::new("stored: the kind of a row, in escapes", Refused, |size| {
            let row = repeat("{\"kind\":\"", r"\u0061", "\"}", size);
            Box::new(move || judge(stored::kind(row.as_bytes())))
        }),
    ]
}
