//! Nothing that can be printed shows a secret: every public value and every chain of errors is formatted in every way,
//! and searched for one secret of each kind, in every form (RFC 6819 section 5.1.6, RFC 9700 section 4.2). So is what a log
//! is told of each ([`observe`](oauth_proto::observe)).
//!
//! Four things are shown by decision, and the tests at the end say so:
//!
//! - a server's own words (`error_description` and its like, the challenges of an API): only the server knows what it
//!   puts there;
//! - a transport's error, as the source of ours: it is the caller's, who can take the URL out of it;
//! - the variables of a [`Provider`](oauth_proto::Provider) that is written out by serde, which makes a provider file.
//!   `Debug` shows their names alone;
//! - what client metadata say, a software statement included, where they are written out by serde: that is what is sent.
//!
//! What is written by `stored::save` holds secrets by intention, and is not formatted here. Names are no secrets: those
//! of fields, parameters, variables and members are shown.

mod broken;
mod by_decision;
mod data;
mod devices;
mod endings;
mod extension_grants;
mod fleet;
mod for_tests;
mod logins;
mod metadata;
mod public;
mod pushes;
mod registered;
#[path = "../scenario/mod.rs"]
mod scenario;
mod search;
mod secrets;
mod self_test;
mod sessions;
mod shown;
mod stage;
mod tokens;
mod values;

use shown::Shown;

/// Types that no test can have a value of, and why nothing of them can be seen.
const OUT_OF_REACH: &[(&str, &str)] = &[
    ("EntropyError", "made when the operating system fails, and holds its code"),
    ("Refreshable", "a part of `TokenSet`, which shows it"),
    ("Reissuable", "a part of `TokenSet`, which shows it"),
    ("DeviceAuthorization", "a part of `Unauthorized`, which does not show it"),
    ("AuthorizationCode", "a part of `Unauthorized`, which does not show it"),
    ("PushedAuthorizationCode", "a part of `Unauthorized`, which does not show it"),
    ("Implicit", "a part of `Unauthorized`, which does not show it"),
    ("ImplicitWithRefresh", "a part of `Unauthorized`, which does not show it"),
    ("Extension", "a part of `Unauthorized`, which does not show it"),
    ("TokenExchange", "a part of `Unauthorized`, which does not show it"),
];

/// Types whose `Debug` is a server's words, and so names no variant.
const WORDS: &[&str] = &["ResourceErrorCode"];

#[test]
fn nothing_public_shows_a_secret() {
    let mut shown = Shown::new();
    values::show(&mut shown);
    data::show(&mut shown);
    logins::show(&mut shown);
    devices::show(&mut shown);
    tokens::show(&mut shown);
    pushes::show(&mut shown);
    sessions::show(&mut shown);
    extension_grants::show(&mut shown);
    fleet::show(&mut shown);
    for_tests::show(&mut shown);
    metadata::show(&mut shown);
    registered::show(&mut shown);
    broken::show(&mut shown);
    assert!(shown.leaks().is_empty(), "{}\n{}", shown.leaks().join("\n"), shown.report());

    // And nothing was left out.
    let mut missing = Vec::new();
    let types = public::types();
    for (name, of) in &types {
        let out_of_reach = OUT_OF_REACH.iter().any(|(each, _)| each == name);
        if of.holds && shown.has_type(name) == out_of_reach {
            missing.push(format!("{name} (out of reach: {out_of_reach})"));
        }
        let variants = of.variants.iter().filter(|variant| !shown.has_variant(name, variant));
        let variants = variants.filter(|_| !WORDS.contains(&&**name));
        missing.extend(variants.map(|variant| format!("{name}::{variant}")));
        if of.holds && of.serializes && !of.stored && !out_of_reach && !shown.has_serialized(name) {
            missing.push(format!("{name}, as serde writes it"));
        }
        if of.observes && !out_of_reach && !shown.has_observed(name) {
            missing.push(format!("{name}, as a log is told of it"));
        }
    }
    assert!(missing.is_empty(), "never shown: {}", missing.join(", "));
    // A log's names are those of the documentation.
    let listing = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/api.txt")).unwrap();
    let exists = |name: &&str| {
        let ends = |line: &str| {
            line.ends_with(name) || line.contains(&format!("{name}<")) || line.contains(&format!("{name}("))
        };
        listing.lines().any(|line| line.contains(&format!("::{name}")) && ends(line))
    };
    let strangers: Vec<_> = shown.told.iter().filter(|name| !exists(name)).collect();
    assert!(
        shown.told.len() > 100 && strangers.is_empty(),
        "{} names, and these are none: {strangers:?}",
        shown.told.len()
    );
    assert!(types.values().filter(|of| of.observes).count() > 50, "the observations are elsewhere");
    assert!(OUT_OF_REACH.iter().all(|(name, _)| types.get(*name).is_some_and(|of| of.holds)));
}
