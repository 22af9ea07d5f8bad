//! Provider files. Their limits are in the code: a file is read and checked as a whole.

use oauth_proto::Provider;

use super::{
    Input, Read, ReadUpTo, Refused, Verdict,
    fill::{PREFIX, number, repeat},
    judge,
};

/// A file that begins with a provider of this token endpoint.
fn file(name: &'static str, verdict: Verdict, make: impl Fn(usize) -> String + 'static) -> Input {
    Input::new(name, verdict, move |size| {
        let text = make(size);
        Box::new(move || judge(Provider::from_json(&text)))
    })
}

const KIB: usize = 1024;

const OPEN: &str = r#"{"name":"example","authorization_endpoint":"https://id.example/authorize","token_endpoint":"https://id.example/token""#;

fn plain(name: &'static str, verdict: Verdict, start: &'static str, unit: &'static str, end: &'static str) -> Input {
    file(name, verdict, move |size| repeat(&format!("{OPEN}{start}"), unit, end, size))
}

fn numbered(
    name: &'static str,
    verdict: Verdict,
    start: &'static str,
    unit: fn(usize) -> String,
    end: &'static str,
) -> Input {
    file(name, verdict, move |size| number(&format!("{OPEN}{start}"), unit, end, size))
}

pub fn inputs() -> Vec<Input> {
    let mut inputs = shapes();
    inputs.extend(names());
    inputs.extend(urls());
    inputs.extend(products());
    inputs
}

fn shapes() -> Vec<Input> {
    vec![
        plain("provider: ever deeper lists", Refused, r#","api_origins":"#, "[", "}"),
        plain("provider: ever deeper objects", Refused, r#","dialect":"#, r#"{"token":"#, "}"),
        plain("provider: white space", Read, "", " \n", "}"),
        plain("provider: many lines, and nothing closes it", Refused, "", "\n", ""),
        plain("provider: a text without end", Refused, r#","issuer":""#, r#"\""#, ""),
        plain("provider: a number as name", Refused, r#","issuer":"#, "7", "}"),
        plain("provider: a number as name, behind many lines", Refused, "", "\n", r#","issuer":7}"#),
        plain("provider: a field twice", Refused, r#","issuer":""#, "a", r#"","issuer":"a"}"#),
        numbered("provider: a list for an object", Refused, r#","variables":[0"#, |n| format!(",{n}"), "]}"),
        numbered(
            "provider: an object for a list",
            Refused,
            r#","api_origins":{"a":0"#,
            |n| format!(r#","{n}":0"#),
            "}}",
        ),
        file("provider: not an object", Refused, |size| repeat("[0", ",0", "]", size)),
    ]
}

fn names() -> Vec<Input> {
    vec![
        plain("provider: a long issuer", ReadUpTo(KIB), r#","issuer":""#, "a", r#""}"#),
        plain("provider: an issuer in escapes", ReadUpTo(4 * KIB), r#","issuer":""#, r"\u0061", r#""}"#),
        plain("provider: a long name of a field", Refused, r#",""#, "a", r#"":0}"#),
        plain("provider: a long name of a field deep down", Refused, r#","dialect":{"token":{""#, "\\n", r#"":0}}}"#),
        plain("provider: a long value that there is not", Refused, r#","dialect":{"token":{"body":""#, "`", r#""}}}"#),
        plain("provider: a wrong type under a long name", Refused, r#","variables":{""#, "\\n", r#"":0}}"#),
        plain(
            "provider: an unknown name under a long one",
            Refused,
            r#","dialect":{"token":{"parameters":{"add":{""#,
            "a",
            r#"":{}}}}}}"#,
        ),
        numbered(
            "provider: a variable that nobody names, of many",
            Refused,
            r#","variables":{"a":"b""#,
            |n| format!(r#","{n}":"v""#),
            "}}",
        ),
        numbered(
            "provider: a variable twice",
            Refused,
            r#","variables":{"0":"v""#,
            |n| format!(r#","{PREFIX}{n:08}":"v""#),
            r#","0":"v"}}"#,
        ),
        plain("provider: one variable again and again", Refused, r#","variables":{"x":"""#, r#","x":"v""#, "}}"),
        plain("provider: a long value of a variable", Refused, r#","variables":{"x":""#, "v", r#""}}"#),
        numbered(
            "provider: many callback parameters",
            Refused,
            r#","dialect":{"callback":{"keep":{"a":"text""#,
            |n| format!(r#","{n}":"text""#),
            "}}}}",
        ),
        numbered(
            "provider: many kept members",
            Refused,
            r#","dialect":{"response":{"keep":["a""#,
            |n| format!(r#","{n}""#),
            "]}}}",
        ),
        plain("provider: a deep kept member", Refused, r#","dialect":{"response":{"keep":["a"#, ".a", r#""]}}}"#),
        numbered(
            "provider: many token types",
            Read,
            r#","dialect":{"response":{"token_types":["a""#,
            |n| format!(r#","{n}""#),
            "]}}}",
        ),
        numbered(
            "provider: many media types",
            Read,
            r#","dialect":{"response":{"media_types":["a/b""#,
            |n| format!(r#","a/{n}""#),
            "]}}}",
        ),
        numbered(
            "provider: many added parameters",
            ReadUpTo(2 * KIB),
            r#","dialect":{"token":{"parameters":{"add":{"a":"b""#,
            |n| format!(r#","{n}":"v""#),
            "}}}}}",
        ),
        numbered(
            "provider: many omitted parameters",
            Refused,
            r#","dialect":{"token":{"parameters":{"omit":["scope""#,
            |n| format!(r#","{n}""#),
            "]}}}}",
        ),
        numbered(
            "provider: many renamed parameters",
            Refused,
            r#","dialect":{"token":{"parameters":{"rename":{"scope":"s""#,
            |n| format!(r#","{n}":"v""#),
            "}}}}}",
        ),
        numbered(
            "provider: many header fields",
            ReadUpTo(2 * KIB),
            r#","dialect":{"token":{"headers":{"a":"b""#,
            |n| format!(r#","{n:08}":"v""#),
            "}}}}",
        ),
        numbered(
            "provider: many dead codes",
            Read,
            r#","dialect":{"response":{"error":{"invalid_grant":["a""#,
            |n| format!(r#","{n}""#),
            "]}}}}",
        ),
    ]
}

fn urls() -> Vec<Input> {
    vec![
        plain(
            "provider: a long endpoint",
            ReadUpTo(8 * KIB),
            r#","refresh_endpoint":"https://id.example/"#,
            "a",
            r#""}"#,
        ),
        plain("provider: an endpoint of braces", Refused, r#","refresh_endpoint":"https://id.example/"#, "{{", r#""}"#),
        plain(
            "provider: an endpoint whose brace nothing closes",
            Refused,
            r#","refresh_endpoint":"https://id.example/{"#,
            "a",
            r#""}"#,
        ),
        plain(
            "provider: an endpoint of the client's id",
            ReadUpTo(8 * KIB),
            r#","refresh_endpoint":"https://id.example/"#,
            "{client_id}",
            r#""}"#,
        ),
        plain(
            "provider: an endpoint of alternatives",
            Read,
            r#","refresh_endpoint":"https://id.example/"#,
            " || https://a",
            r#""}"#,
        ),
        plain(
            "provider: alternatives that are not to be had",
            Refused,
            r#","refresh_endpoint":"{a}"#,
            " || {a}",
            r#""}"#,
        ),
        plain(
            "provider: many labels from the callback",
            Refused,
            r#","dialect":{"callback":{"keep":{"a":"dns_label"}}},"refresh_endpoint":"https://"#,
            "{a}.",
            r#"id.example/"}"#,
        ),
        plain(
            "provider: many segments from the callback",
            ReadUpTo(16 * KIB),
            r#","dialect":{"callback":{"keep":{"a":"path_segment"}}},"refresh_endpoint":"https://id.example"#,
            "/{a}",
            r#""}"#,
        ),
        plain(
            "provider: many segments of an API's address",
            ReadUpTo(64 * KIB),
            r#","dialect":{"callback":{"keep":{"a":"path_segment"}}},"api_origins":["https://id.example"#,
            "/{a}",
            r#""]}"#,
        ),
        numbered(
            "provider: many API origins",
            Read,
            r#","api_origins":["https://api.example""#,
            |n| format!(r#","https://{n}.example""#),
            "]}",
        ),
        numbered(
            "provider: many checks",
            ReadUpTo(4 * KIB),
            r#","checks":{"a":"https://id.example/a""#,
            |n| format!(r#","{n}":"https://id.example/{n}""#),
            "}}",
        ),
        numbered(
            "provider: one value of many makes the host",
            Read,
            r#","dialect":{"callback":{"keep":{"a":{"one_of":["a""#,
            |n| format!(r#","{n}""#),
            r#"]}}}},"refresh_endpoint":"https://{a}.example/"}"#,
        ),
        numbered(
            "provider: one value of many, all of them hosts",
            Read,
            r#","dialect":{"callback":{"keep":{"a":{"one_of":["https://id.example""#,
            |n| format!(r#","https://h{n}.example""#),
            r#"]}}}},"refresh_endpoint":"{a}/token"}"#,
        ),
        plain(
            "provider: a long text of variables",
            Read,
            r#","dialect":{"token":{"parameters":{"add":{"a":""#,
            "{random}",
            r#""}}}}}"#,
        ),
        plain("provider: a long header field", Read, r#","dialect":{"token":{"headers":{"a":""#, "{scope}", r#""}}}}"#),
        plain(
            "provider: a separator of the whole length",
            Read,
            r#","dialect":{"response":{"scope_separator":""#,
            ",",
            r#""}}}"#,
        ),
    ]
}

/// Two things that grow at once: each of one is held against each of the other, if nothing prevents it.
fn products() -> Vec<Input> {
    let both = |name, verdict, first: fn(usize) -> String, second: fn(usize) -> String| {
        file(name, verdict, move |size| {
            let half = size.saturating_sub(OPEN.len() + 64) / 2;
            format!("{OPEN},{},{}}}", first(half), second(half))
        })
    };
    let variables = |size| number(r#""variables":{"a":"v""#, |n| format!(r#","{n}":"v""#), "}", size);
    let keep = |size| {
        let values = number(r#""a""#, |n| format!(r#","{n}""#), "", size);
        format!(r#""dialect":{{"callback":{{"keep":{{"a":{{"one_of":[{values}]}}}}}}}}"#)
    };
    vec![
        both("provider: many variables, and a long endpoint", Refused, variables, |size| {
            repeat(r#""refresh_endpoint":"https://id.example/"#, "{a", "\"", size)
        }),
        both("provider: many variables, and many API origins", Refused, variables, |size| {
            number(r#""api_origins":["https://api.example""#, |n| format!(r#","https://{n}.example""#), "]", size)
        }),
        both("provider: many values for one URL", Read, keep, |size| {
            repeat(r#""refresh_endpoint":"https://id.example/{a}/"#, "p", "\"", size.min(128))
        }),
        both("provider: many values for many API origins", Read, keep, |size| {
            repeat(r#""api_origins":["https://api.example""#, r#","https://api.example/{a}""#, "]", size)
        }),
        file("provider: a long name of a header field of many pieces", Read, |size| {
            let name = "n".repeat(size / 2 - 128);
            repeat(
                &format!(r#"{OPEN},"dialect":{{"token":{{"headers":{{"{name}":""#),
                "{scope}a",
                r#""}}}}"#,
                size.min(size / 2 + 64 * 1024),
            )
        }),
    ]
}
