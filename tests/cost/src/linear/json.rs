//! Token responses that are JSON.

use oauth_proto::{Outcome, Provider, Response, dialect::ScopeFormat};

use super::{
    Input, Read, ReadUpTo, Refused, Verdict,
    fill::{PREFIX, number, repeat},
    judge, unlimited,
};
use crate::scenario::Scenario;

/// What every answer begins with.
const TOKENS: &str = r#"{"access_token":"A1","token_type":"Bearer""#;

const KIB: usize = 1024;

/// An answer with this body, read by a provider like this.
fn answer(
    name: &'static str,
    verdict: Verdict,
    tweak: fn(&mut Provider),
    body: impl Fn(usize) -> Vec<u8> + 'static,
) -> Input {
    Input::new(name, verdict, move |size| {
        let scenario = Scenario::with(|provider| {
            unlimited(provider);
            tweak(provider);
        });
        let (_, in_flight) = scenario.client_credentials_in_flight();
        let outcome: Outcome = Response::new(200, [("Content-Type", "application/json")], body(size)).into();
        Box::new(move || judge(in_flight.finish(outcome)))
    })
}

/// The same, of the default dialect, with one part of the body as often as there is room.
fn plain(name: &'static str, verdict: Verdict, start: &'static str, unit: &'static str, end: &'static str) -> Input {
    answer(name, verdict, |_| {}, move |size| repeat(&format!("{TOKENS}{start}"), unit, end, size).into())
}

/// The same with numbered parts.
fn numbered(
    name: &'static str,
    verdict: Verdict,
    tweak: fn(&mut Provider),
    start: &'static str,
    unit: fn(usize) -> String,
    end: &'static str,
) -> Input {
    answer(name, verdict, tweak, move |size| number(&format!("{TOKENS}{start}"), unit, end, size).into())
}

pub fn inputs() -> Vec<Input> {
    let mut inputs = members();
    inputs.extend(texts());
    inputs.extend(kept());
    inputs.extend(scopes());
    inputs.extend(broken());
    inputs
}

fn members() -> Vec<Input> {
    let nested = |provider: &mut Provider| _ = provider.dialect.response.rename.rename("expires_in", "in.expires");
    vec![
        numbered("json: many members", Read, |_| {}, "", |n| format!(r#","{n}":0"#), "}"),
        numbered("json: many names that begin alike", Read, |_| {}, "", |n| format!(r#","{PREFIX}{n:08}":0"#), "}"),
        // From behind, and none of them in order.
        numbered("json: many names backwards", Read, |_| {}, "", |n| format!(r#","{:08}":0"#, 99_999_999 - n), "}"),
        numbered(
            "json: many names in disorder",
            Read,
            |_| {},
            "",
            |n| format!(r#","{:08x}":0"#, (n as u32).wrapping_mul(2_654_435_761)),
            "}",
        ),
        numbered("json: many names with escapes", Read, |_| {}, "", |n| format!(r#","\u0061\u0062{n}":0"#), "}"),
        numbered(
            "json: many members inside one that is known",
            Read,
            nested,
            r#","in":{"expires":1"#,
            |n| format!(r#","{PREFIX}{n:08}":0"#),
            "}}",
        ),
        numbered(
            "json: many members inside one that is not",
            Read,
            |_| {},
            r#","x":{"y":0"#,
            |n| format!(r#","{PREFIX}{n:08}":0"#),
            "}}",
        ),
        numbered(
            "json: many objects in a list",
            Read,
            |_| {},
            r#","x":[0"#,
            |n| format!(r#",{{"a":{n},"b":{{}}}}"#),
            "]}",
        ),
        numbered(
            "json: many deep members",
            Read,
            |_| {},
            "",
            |n| format!(r#","{n}":{}{}"#, "[".repeat(100), "]".repeat(100)),
            "}",
        ),
        plain("json: ever deeper lists", Refused, r#","x":"#, "[", "}"),
        plain("json: ever deeper objects", Refused, r#","x":"#, r#"{"a":"#, "}"),
        plain("json: one name of the whole length", Read, r#",""#, "n", r#"":0}"#),
        plain("json: a list of nothing", Read, r#","x":[0"#, ",0", "]}"),
        plain("json: white space", Read, "", " \n\t\r", "}"),
    ]
}

fn texts() -> Vec<Input> {
    vec![
        plain("json: a long text", Read, r#","x":""#, "a", r#""}"#),
        plain("json: escaped letters", Read, r#","x":""#, r"\u0061", r#""}"#),
        plain("json: surrogate pairs", Read, r#","x":""#, r"\ud83d\ude00", r#""}"#),
        plain("json: half surrogate pairs", Refused, r#","error_description":""#, r"\ud83d", r#""}"#),
        plain("json: escaped quotes", Read, r#","x":""#, r#"\""#, r#""}"#),
        plain("json: letters of four bytes", Read, r#","x":""#, "\u{1F600}", r#""}"#),
        plain("json: a description in escapes, beside tokens", Read, r#","error_description":""#, r"\u0061", r#""}"#),
        plain("json: an endless number", Read, r#","x":"#, "7", "}"),
        plain("json: an endless fraction", Read, r#","x":0."#, "0", "1}"),
        plain("json: an endless exponent", Read, r#","x":1e"#, "9", "}"),
        plain("json: an endless lifetime", Refused, r#","expires_in":"#, "7", "}"),
        plain("json: a lifetime of endless fraction", Read, r#","expires_in":3600."#, "0", "1}"),
        plain("json: an endless lifetime as text", Read, r#","expires_in":""#, "7", r#""}"#),
        plain("json: a long refresh token", ReadUpTo(64 * KIB), r#","refresh_token":""#, "a", r#""}"#),
        plain(
            "json: a long refresh token in escapes",
            ReadUpTo(256 * KIB),
            r#","refresh_token":""#,
            r"\u0061",
            r#""}"#,
        ),
        answer(
            "json: a long token type",
            Refused,
            |_| {},
            |size| repeat(r#"{"access_token":"A1","token_type":""#, "Bearer", r#""}"#, size).into(),
        ),
    ]
}

fn kept() -> Vec<Input> {
    let keep = |provider: &mut Provider| provider.dialect.response.keep = vec!["k".into()];
    let keep_many = |provider: &mut Provider| {
        provider.dialect.response.keep = (0..32).map(|n| format!("k{n}")).collect();
    };
    let keep_paths = |provider: &mut Provider| {
        provider.dialect.response.keep = (0..32).map(|n| format!("in.to.k{n}")).collect();
    };
    // As many as may be kept, each of its share of the size.
    let shares = |start: &str, end: &str, size: usize| {
        let share = "v".repeat((size / 32).saturating_sub(16));
        let members: String = (0..32).map(|n| format!(r#","k{n}":"{share}""#)).collect();
        format!("{TOKENS}{start}{members}{end}").into_bytes()
    };
    vec![
        numbered(
            "json: many members inside a kept one",
            Read,
            keep,
            r#","k":{"y":0"#,
            |n| format!(r#","{n}":0"#),
            "}}",
        ),
        numbered("json: a kept list", Read, keep, r#","k":[0"#, |n| format!(",{n}"), "]}"),
        answer("json: a kept text", Read, keep, |size| {
            repeat(&format!(r#"{TOKENS},"k":""#), "a", r#""}"#, size).into()
        }),
        answer("json: a kept text in escapes", Read, keep, |size| {
            repeat(&format!(r#"{TOKENS},"k":""#), r"\u0061", r#""}"#, size).into()
        }),
        answer("json: many kept texts", Read, keep_many, move |size| shares("", "}", size)),
        answer("json: many kept texts deep down", Read, keep_paths, move |size| {
            shares(r#","in":{"to":{"x":0"#, "}}}", size)
        }),
    ]
}

fn scopes() -> Vec<Input> {
    let list = |provider: &mut Provider| provider.dialect.response.scope_format = ScopeFormat::List;
    let two = |provider: &mut Provider| provider.dialect.response.scope_separator = Some(", ".into());
    let ignored = |provider: &mut Provider| provider.dialect.response.scope_format = ScopeFormat::Ignored;
    vec![
        // 256 tokens, whatever their length.
        answer(
            "json: a scope of 200 tokens",
            ReadUpTo(16 * KIB),
            |_| {},
            |size| {
                let token = "s".repeat((size / 200).saturating_sub(4));
                let tokens: Vec<String> = (0..200).map(|n| format!("{token}{n:03}")).collect();
                format!(r#"{TOKENS},"scope":"{}"}}"#, tokens.join(" ")).into()
            },
        ),
        numbered(
            "json: a scope of ever more tokens",
            ReadUpTo(16 * KIB),
            |_| {},
            r#","scope":""#,
            |n| format!("{n:0>66} "),
            r#""}"#,
        ),
        plain("json: a scope of one token", ReadUpTo(16 * KIB), r#","scope":""#, "s", r#""}"#),
        plain("json: a scope of spaces", ReadUpTo(16 * KIB), r#","scope":""#, " ", r#""}"#),
        plain("json: a scope of the same token", ReadUpTo(512), r#","scope":""#, "s ", r#""}"#),
        answer("json: a scope between separators", ReadUpTo(16 * KIB), two, |size| {
            repeat(&format!(r#"{TOKENS},"scope":""#), ", ", r#""}"#, size).into()
        }),
        answer("json: a scope that is ignored", Read, ignored, |size| {
            repeat(&format!(r#"{TOKENS},"scope":""#), "s ", r#""}"#, size).into()
        }),
        numbered("json: a scope list", ReadUpTo(KIB), list, r#","scope":["s""#, |n| format!(r#","{n}""#), "]}"),
        numbered(
            "json: a scope list of long tokens",
            ReadUpTo(16 * KIB),
            list,
            r#","scope":["s""#,
            |n| format!(r#","{n:0>66}""#),
            "]}",
        ),
        numbered(
            "json: a scope list of numbers",
            ReadUpTo(KIB / 2),
            list,
            r#","scope":["s""#,
            |n| format!(",{n}"),
            "]}",
        ),
        numbered("json: a scope list of lists", Refused, list, r#","scope":[[]"#, |_| ",[[[[]]]]".into(), "]}"),
        numbered(
            "json: a scope list of objects",
            Refused,
            list,
            r#","scope":[{}"#,
            |n| format!(r#",{{"a":{n},"b":0}}"#),
            "]}",
        ),
        numbered(
            "json: a scope that is an object",
            Refused,
            list,
            r#","scope":{"a":0"#,
            |n| format!(r#","{PREFIX}{n:08}":0"#),
            "}}",
        ),
    ]
}

fn broken() -> Vec<Input> {
    let last = |start: &'static str, unit: &'static str, end: &'static [u8]| {
        move |size: usize| {
            let mut body = repeat(&format!("{TOKENS}{start}"), unit, "", size - end.len()).into_bytes();
            body.extend_from_slice(end);
            body
        }
    };
    vec![
        answer("json: no UTF-8 at the end", Refused, |_| {}, last(r#","error_description":""#, "\u{e4}", b"\xff\"}")),
        answer(
            "json: an unfinished letter at the end",
            Refused,
            |_| {},
            last(r#","error_uri":""#, "\u{e4}", b"\xc3\"}"),
        ),
        answer("json: a line break in a text at the end", Refused, |_| {}, last(r#","x":""#, "a", b"\n\"}")),
        answer("json: nothing closes it", Refused, |_| {}, last(r#","x":""#, "a", b"\"")),
        answer("json: a text without end", Refused, |_| {}, last(r#","x":""#, r#"\""#, b"")),
        answer("json: many lines, and nothing closes it", Refused, |_| {}, last("", "\n", b"")),
        answer("json: something behind it", Refused, |_| {}, last("}", " ", b"x")),
        numbered("json: a member twice at the end", Refused, |_| {}, "", |n| format!(r#","{n}":0"#), r#","0":0}"#),
        numbered(
            "json: a token twice at the end",
            Refused,
            |_| {},
            "",
            |n| format!(r#","{n}":0"#),
            r#","access_token":"A2"}"#,
        ),
        plain("json: one name again and again", Refused, "", r#","x":0"#, "}"),
        plain("json: one known name again and again", Refused, "", r#","scope":"s""#, "}"),
        answer("json: a list", Refused, |_| {}, |size| repeat("[0", ",0", "]", size).into()),
        answer("json: a text", Refused, |_| {}, |size| repeat("\"", r"\u0061", "\"", size).into()),
        answer("json: nothing but noughts", Refused, |_| {}, |size| vec![0; size]),
    ]
}
