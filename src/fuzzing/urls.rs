//! Texts that are nearly URLs.

use super::input::Input;

/// A URL made of pieces, of which a few are odd.
pub(super) fn url(input: &mut Input<'_>) -> String {
    let scheme = match input.byte() & 15 {
        0 => input.pick([
            "",
            "https",
            "//",
            "HtTpS://",
            "https:",
            "https:/",
            "https:///",
            "https:\\\\",
            "ftp://",
            "file://",
        ]),
        1 => input.pick([
            "com.app:",
            "com.app:/",
            "com.app://",
            "javascript:",
            "data:",
            "mailto:",
            "urn:",
            "ws://",
            "a+b.c://",
        ]),
        2 | 3 => "http://",
        _ => "https://",
    };
    let user = if input.rarely(12) { input.pick(["user@", "@", "a:b@", "%40", "a\\@", "a%2f@"]) } else { "" };
    let host = match input.byte() & 3 {
        0 => input.pick([
            "localhost",
            "127.0.0.1",
            "[::1]",
            "127.1",
            "0x7f.1",
            "2130706433",
            "[::ffff:127.0.0.1]",
            "localhost.",
            "0177.0.0.1",
            "127.0.0.1.",
            "[::1%25lo]",
            "1.2.3.4.5",
            "256.1.1.1",
        ]),
        1 => input.pick([
            "API.example",
            "api.example.",
            "api.example.evil.example",
            "evil.example",
            "xn--a.example",
            "a_b.example",
            "-a.example",
            "api.ex%61mple",
            "api..example",
            "\u{fc}.example",
            "a\u{200b}.example",
            "*",
            "api.example;evil",
            "",
        ]),
        _ => "api.example",
    };
    let port = if input.rarely(4) {
        input.pick([":443", ":80", ":", ":0", ":00443", ":65536", ":8443", ":+1", ":a"])
    } else {
        ""
    };
    let mut url = format!("{scheme}{user}{host}{port}");
    for _ in 0..input.below(4) {
        url.push_str(input.pick([
            "/",
            "/me",
            "?",
            "?a=b",
            "&c=%20",
            "#",
            "#f",
            "\\",
            "/../",
            "/%2e%2e/",
            "//evil.example/",
            "@evil.example",
            "?#",
            ";",
            ":",
            "/a b",
        ]));
    }
    if input.rarely(6) {
        url.push_str(&input.text(12));
    }
    if input.rarely(12) {
        url.insert_str(0, input.pick([" ", "\t", "\n", "\u{feff}", "a"]));
    }
    url
}

/// A URL with variables in it.
pub(super) fn template(input: &mut Input<'_>) -> String {
    let mut text = String::new();
    for _ in 0..=input.below(6) {
        text.push_str(input.pick([
            "https://",
            "{label}",
            "{segment}",
            "{whole}",
            "{told}",
            ".example.com",
            "/",
            "{text}",
            "id",
            "{{",
            "}}",
            "{",
            "}",
            " || ",
            "?a=",
            ":",
            "@",
            "{client_id}",
            "-",
            "https://id.example/",
            ".",
            "#",
            "%",
            "http://",
        ]));
    }
    text
}
