//! The bodies of the fuzz targets, for a moment: over the seeds in `fuzz/seeds` and over bytes that look random. So they
//! are run with every change; `.ci/fuzz` runs them for longer, and with a fuzzer that sees which lines it reaches.

use std::{fs, panic::catch_unwind, path::Path};

use oauth_proto::fuzzing::{TARGETS, claims, json};

/// How many inputs each body gets here.
const INPUTS: u64 = 1000;

/// In how many places each seed is changed.
const PLACES: usize = 48;

/// xorshift64: bytes that look random, and are the same in every run.
fn bytes(seed: u64) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_be_bytes()[0]
    };
    let length = usize::from(next()) * 2;
    (0..length).map(|_| next()).collect()
}

fn seeds(target: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds").join(target);
    let files = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    files.map(|file| fs::read(file.unwrap().path()).unwrap()).collect()
}

#[test]
fn each_target_holds_for_its_seeds_and_what_lies_around_them() {
    for (target, body) in TARGETS {
        let seeds = seeds(target);
        assert!(seeds.len() >= 3, "{target} has {} seeds", seeds.len());
        for (number, seed) in (0u64..).zip(&seeds) {
            body(seed);
            let step = seed.len().div_ceil(PLACES).max(1);
            for (turn, at) in (0u64..).zip((0..seed.len()).step_by(step)) {
                body(&seed[..at]);
                // One byte is another.
                let mut near = seed.clone();
                near[at] = bytes(number * 1_000_003 + turn).first().copied().unwrap_or(b'"');
                body(&near);
            }
        }
    }
}

#[test]
fn each_target_holds_for_bytes_that_look_random() {
    for (_, body) in TARGETS {
        for seed in 0..INPUTS {
            body(&bytes(seed));
        }
    }
}

/// A claim that is wrong, and the words with which it must be refused.
fn refuses(words: &str, claim: impl FnOnce() + std::panic::UnwindSafe) {
    let Err(why) = catch_unwind(claim) else { panic!("no claim was made of: {words}") };
    let why = why.downcast::<String>().map_or_else(|why| why.downcast::<&str>().unwrap().to_string(), |why| *why);
    assert!(why.contains(words), "{why}");
}

#[test]
fn the_claims_can_fail() {
    claims::shown("fit to be shown: \u{e4}", &["not-in-it"]);
    refuses("a control character is shown", || claims::shown("\u{1b}[31m", &[]));
    refuses("a secret is shown", || claims::shown("it is s3cret-of-the-client", &["s3cret-of-the-client"]));
    refuses("stands in a text by chance", || claims::shown("", &["short"]));
    refuses("a control character is shown", || claims::error(&std::io::Error::other("\n"), &[]));
    claims::token_text("A token, ~");
    refuses("no token", || claims::token_text(""));
    refuses("no token", || claims::token_text("a\r\nb"));
    refuses("no token", || claims::token_text("\u{e4}"));
    claims::header("X-Token", "a b");
    refuses("no field name", || claims::header("X Token", ""));
    refuses("no field value", || claims::header("X-Token", "a\r\nb"));
    let pair = |name: &str| (name.to_owned(), String::new());
    claims::once(vec![pair("a"), pair("a")], &["a".to_owned()]);
    refuses("a parameter stands there twice", || drop(claims::once(vec![pair("a"), pair("a")], &[])));
    refuses("it must be", || claims::must(Err::<(), _>("no"), "it must be"));
}

#[test]
fn the_second_reader_sees_what_stands_twice() {
    let read = |text: &str| json::read(text.as_bytes()).unwrap();
    assert!(read(r#"{"a":1,"\u0061":1}"#).repeats());
    assert!(read(r#"{"data":[{"a":1,"a":2}]}"#).repeats());
    assert!(!read(r#"{"data":{"a":1},"list":[{"a":1},{"a":2}],"a":1}"#).repeats());
    let deep = read(r#"{"a":[[{"b":1,"c":{}}]]}"#);
    assert_eq!((deep.depth(), deep.count()), (5, 3));
    assert_eq!(read(r#"{"a":{"b":"c"}}"#).at("a.b").and_then(json::Json::as_str), Some("c"));
    assert_eq!(read(r#"{"a":null}"#).at("a"), None);
    assert!(json::read(b"{} x").is_err());
}
