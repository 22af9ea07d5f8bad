//! The search finds each secret in each form, whole or in part; else the other tests say nothing.

use std::fmt;

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD},
};
use serde::Serialize;

use crate::{
    search::{Form, PART, Search},
    secrets,
    shown::Shown,
};

fn hex(bytes: &[u8], before: &str, upper: bool) -> String {
    let text: String = bytes.iter().map(|byte| format!("{before}{byte:02x}")).collect();
    if upper { text.to_uppercase() } else { text }
}

#[test]
fn each_secret_is_found_in_each_form() {
    let all = secrets::all();
    let search = Search::new(all.iter().map(|(_, secret)| secret));
    for (at, (name, secret)) in all.iter().enumerate() {
        let Some(middle) = secret.get(7..7 + PART) else { panic!("{name} is too short") };
        for part in [&secret[..], middle] {
            for before in ["", "x", "xy", "xyz"] {
                let text = [before.as_bytes(), part, b"--"].concat();
                for (form, written) in [
                    (Form::Plain, String::from_utf8_lossy(&text).into_owned()),
                    (Form::Base64, STANDARD.encode(&text)),
                    (Form::Base64, STANDARD_NO_PAD.encode(&text)),
                    (Form::Base64Url, URL_SAFE.encode(&text)),
                    (Form::Base64Url, URL_SAFE_NO_PAD.encode(&text)),
                    (Form::Percent, hex(&text, "%", true)),
                    (Form::Percent, hex(&text, "%", false)),
                    (Form::Hex, hex(&text, "", true)),
                    (Form::Hex, hex(&text, "", false)),
                    (Form::Decimal, format!("{text:?}")),
                    (Form::Decimal, format!("{text:#?}")),
                ] {
                    if form == Form::Plain && name == &"entropy" {
                        continue; // random bytes are no text
                    }
                    assert!(search.all(&written).contains(&(at, form)), "{name} as {form:?}: {written}");
                    // State and verifier are entropy, written as base64url.
                    let drawn = |at: usize| ["entropy", "state", "verifier"].contains(&all[at].0);
                    let same = |other: usize| other == at || (drawn(at) && drawn(other));
                    let others = search.all(&written).into_iter().filter(|(secret, _)| !same(*secret));
                    assert_eq!(others.count(), 0, "something else is found in {name} as {form:?}: {written}");
                }
            }
        }
    }
    assert!(search.first(secrets::CODE.as_bytes()).is_some());
    // One byte less is no leak, and nor is any other text.
    assert!(search.all(&secrets::CODE[8..8 + PART - 1]).is_empty());
    assert!(search.all(include_str!("../../README.md")).is_empty());
}

/// A type that does all that a type should not.
#[derive(Debug, Serialize)]
struct Leaky {
    token: &'static str,
    bytes: &'static [u8],
}

impl fmt::Display for Leaky {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", STANDARD.encode(self.token), hex(self.bytes, "%", true))
    }
}

impl std::error::Error for Leaky {}

/// Its source is the one that leaks.
#[derive(Debug)]
struct Outer(Inner);
struct Inner(Leaky);

impl fmt::Debug for Inner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Inner(..)")
    }
}

impl fmt::Display for Outer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("it failed")
    }
}

impl std::error::Error for Outer {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.0.0)
    }
}

#[test]
fn a_type_that_leaks_is_reported() {
    let leaky = || Leaky { token: secrets::ACCESS_TOKEN, bytes: secrets::PASSWORD.as_bytes() };
    let mut shown = Shown::new();
    shown.debug(&leaky());
    assert_eq!(
        shown.leaks(),
        [
            "Leaky shows by {:#?} the access token, as Plain",
            "Leaky shows by {:#?} the password, as Decimal",
            "Leaky shows by {:?} the access token, as Plain",
            "Leaky shows by {:?} the password, as Decimal",
        ]
    );
    let mut shown = Shown::new();
    shown.display(&leaky());
    assert!(shown.leaks().contains(&"Leaky shows by {} the access token, as Base64"), "{:?}", shown.leaks());
    assert!(shown.leaks().contains(&"Leaky shows by {} the password, as Percent"), "{:?}", shown.leaks());
    let mut shown = Shown::new();
    shown.serialize(&leaky());
    assert!(shown.leaks().contains(&"Leaky shows by serde the access token, as Plain"), "{:?}", shown.leaks());
    let mut shown = Shown::new();
    shown.chain(&Outer(Inner(leaky())));
    assert!(shown.leaks().len() >= 4, "{:?}", shown.leaks());
    assert!(shown.leaks().iter().all(|leak| leak.starts_with("Outer shows by source the ")));
}
