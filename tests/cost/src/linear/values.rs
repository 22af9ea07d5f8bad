//! Values that an application hands over: some of them came from somebody else.

use std::fmt::{Debug, Display};

use oauth_proto::{Client, Provider, RedirectUri, Registration, Scope, Secret};

use super::{
    Input, Read, ReadUpTo, Refused, Verdict,
    fill::{number, repeat},
    judge,
};
use crate::scenario::{Scenario, at, registration};

const KIB: usize = 1024;

/// A text that is handed over.
fn text<T: 'static, E: Debug + Display + 'static>(
    name: &'static str,
    verdict: Verdict,
    make: fn(usize) -> String,
    hand_over: fn(&str) -> Result<T, E>,
) -> Input {
    Input::new(name, verdict, move |size| {
        let text = make(size);
        Box::new(move || judge(hand_over(&text)))
    })
}

fn words(text: &str) -> Result<Scope, oauth_proto::ConfigError> {
    Scope::new(text.split(' '))
}

fn redirect_uri(text: &str) -> Result<RedirectUri, oauth_proto::ConfigError> {
    RedirectUri::new(text)
}

fn endpoint(text: &str) -> Result<(), oauth_proto::ConfigError> {
    Provider::new("example", text, "https://id.example/token").check()
}

fn api(url: &str) -> Result<(), oauth_proto::PresentError> {
    let client = Client::public(Provider::new("example", "https://id.example", "https://id.example"), registration());
    let tokens = client.as_ref().map(|client| client.import_access_token_from_elsewhere("A1".into(), None));
    let keeper = oauth_proto::Keeper::new(tokens.expect("a client").expect("a token"));
    keeper.header_for(&client.expect("a client"), url, at(0)).map(drop)
}

pub fn inputs() -> Vec<Input> {
    let mut inputs = addresses();
    inputs.extend(scopes());
    inputs.extend(others());
    inputs
}

fn scopes() -> Vec<Input> {
    vec![
        text("scope: long tokens", ReadUpTo(16 * KIB), |size| number("s", |n| format!(" {n:0>66}"), "", size), words),
        text("scope: ever more tokens", ReadUpTo(KIB / 2), |size| number("s", |n| format!(" {n}"), "", size), words),
        text("scope: the same token", ReadUpTo(511), |size| repeat("s", " s", "", size), words),
        text("scope: one token", ReadUpTo(16 * KIB), |size| repeat("", "s", "", size), words),
        text("scope: a wrong character at the end", Refused, |size| repeat("", "s", "\"", size), words),
        Input::new("scope: comparing two in opposite order", Read, |size| {
            let size = size.min(16 * KIB);
            let tokens: Vec<String> = (0..size / 68).map(|n| format!("{n:0>66}")).collect();
            let (one, other) = (Scope::new(&tokens), Scope::new(tokens.iter().rev()));
            Box::new(move || one == other)
        }),
    ]
}

fn addresses() -> Vec<Input> {
    type Make = fn(usize) -> String;
    let of: [(&str, &str, Verdict, Make); 9] = [
        ("redirect URI: a long path", "endpoint: a long path", ReadUpTo(8 * KIB), |size| {
            repeat("https://a.example/", "a", "", size)
        }),
        ("redirect URI: steps down and up", "endpoint: steps down and up", ReadUpTo(8 * KIB), |size| {
            let half = repeat("https://a.example/", "a/", "", size / 2);
            repeat(&half, "../", "", size)
        }),
        ("redirect URI: dots", "endpoint: dots", ReadUpTo(8 * KIB), |size| {
            repeat("https://a.example/", "./", "", size)
        }),
        ("redirect URI: encoded dots", "endpoint: encoded dots", ReadUpTo(8 * KIB), |size| {
            repeat("https://a.example/", "a/%2e%2E/", "", size)
        }),
        ("redirect URI: a long query", "endpoint: a long query", ReadUpTo(8 * KIB), |size| {
            repeat("https://a.example/?", "a=%61&", "", size)
        }),
        ("redirect URI: many labels", "endpoint: many labels", ReadUpTo(8 * KIB), |size| {
            repeat("https://", "a.", "example/", size)
        }),
        ("redirect URI: labels of other alphabets", "endpoint: labels of other alphabets", Refused, |size| {
            repeat("https://xn--", "bcher-kva8445foa", ".example/", size)
        }),
        ("redirect URI: an endless port", "endpoint: an endless port", ReadUpTo(8 * KIB), |size| {
            repeat("https://a.example:", "0", "443/", size)
        }),
        ("redirect URI: an endless number for a host", "endpoint: an endless number for a host", Refused, |size| {
            repeat("https://1", "0", "/", size)
        }),
    ];
    let mut inputs: Vec<Input> = Vec::new();
    for (redirect, login, verdict, make) in of {
        inputs.push(text(redirect, verdict, make, redirect_uri));
        inputs.push(text(login, verdict, make, endpoint));
    }
    inputs.push(text("API URL: a long path", Refused, |size| repeat("https://a.example/", "a", "", size), api));
    inputs
}

fn others() -> Vec<Input> {
    vec![
        text("client id: a long one", ReadUpTo(KIB), |size| repeat("", "a", "", size), |id| Registration::new(id)),
        text(
            "token from elsewhere: a long one",
            ReadUpTo(64 * KIB),
            |size| repeat("", "a", "", size),
            |token| Scenario::new().client.import_access_token_from_elsewhere(token.into(), None),
        ),
        text(
            "return to: a long one",
            ReadUpTo(4 * KIB),
            |size| repeat("/", "\u{1}", "", size),
            |route| Scenario::new().login().return_to(route),
        ),
        text(
            "application state: a long one",
            ReadUpTo(KIB),
            |size| repeat("", "a", "", size),
            |state| Scenario::new().login().application_state(state),
        ),
        text(
            "pasted code: a long one",
            ReadUpTo(64 * KIB),
            |size| repeat("", "a", "", size),
            |code| {
                let scenario = Scenario::new();
                scenario.awaiting_code().receive_pasted_code_without_state_check(&scenario.client, code, at(10))
            },
        ),
        text(
            "pasted code: white space",
            Refused,
            |size| repeat("", " ", "", size),
            |code| {
                let scenario = Scenario::new();
                scenario.awaiting_code().receive_pasted_code_without_state_check(&scenario.client, code, at(10))
            },
        ),
        Input::new("secret: comparing two that are long", Read, |size| {
            let (secret, other) = (Secret::new("a".repeat(size)), "a".repeat(size));
            Box::new(move || secret.matches(&other))
        }),
    ]
}
