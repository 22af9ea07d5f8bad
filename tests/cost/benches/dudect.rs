//! Whether the clock tells where two secrets differ: dudect's test (Reparaz, Balasch and Verbauwhede, 2017), run by
//! `.ci/dudect`.
//!
//! `dudect NAME` times a million comparisons of each of two classes, in random order, and prints Welch's t of the two:
//! the greatest of those of all samples and of the samples below each of a hundred percentiles. Beyond 4.5, the two
//! take different times. Without a name, each comparison is made a few times, to see that it runs.

use std::sync::atomic::{AtomicUsize, Ordering};

use dudect_bencher::{
    BenchRng, Class, CtRunner,
    ctbench::{BenchFn, BenchMetadata, BenchName, BenchOpts, run_benches_console},
    rand::RngExt,
};
use oauth_proto::{AwaitingCode, Callback, Client, Confidential, Secret};

#[path = "../../scenario/mod.rs"]
mod scenario;
use scenario::{STATE, Scenario};

const TESTS: [(&str, BenchFn); 7] = [
    ("secret: first or last byte", |runner, rng| secret(runner, rng, STATE, FirstOrLast)),
    ("secret: fixed or random", |runner, rng| secret(runner, rng, STATE, FixedOrRandom)),
    ("long secret: first or last byte", |runner, rng| secret(runner, rng, &STATE.repeat(24), FirstOrLast)),
    ("callback: first or last byte", |runner, rng| callback(runner, rng, FirstOrLast)),
    ("callback: fixed or random", |runner, rng| callback(runner, rng, FixedOrRandom)),
    ("self-check: ==", |runner, rng| naive(runner, rng, |one, other| one == other)),
    ("self-check: a loop", |runner, rng| {
        naive(runner, rng, |one, other| one.bytes().zip(other.bytes()).all(|(one, other)| one == other));
    }),
];

/// How many samples of both classes together.
static SAMPLES: AtomicUsize = AtomicUsize::new(2_000_000);

fn main() {
    let names: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    if names.is_empty() {
        // `cargo test --benches` and `cargo bench` come by without a name.
        SAMPLES.store(2_000, Ordering::Relaxed);
    }
    for (name, benchfn) in
        TESTS.into_iter().filter(|(name, _)| names.is_empty() || names.iter().any(|each| each == name))
    {
        let test = BenchMetadata { name: BenchName(name), seed: None, benchfn };
        run_benches_console(BenchOpts::default(), vec![test]).expect("a place to print to");
    }
}

/// What tells the classes apart.
#[derive(Clone, Copy)]
enum Classes {
    /// The right text but for its first byte, or but for its last.
    FirstOrLast,
    /// One wrong text, or a random one.
    FixedOrRandom,
}

use Classes::{FirstOrLast, FixedOrRandom};

/// The letters of base64url.
const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// The samples, each behind `start`, one next to the other: the memory is the same for both classes.
fn samples(rng: &mut BenchRng, start: &str, right: &str, classes: Classes) -> (Vec<Class>, String) {
    let count = SAMPLES.load(Ordering::Relaxed);
    let mut order = Vec::with_capacity(count);
    let mut texts = Vec::with_capacity(count * (start.len() + right.len()));
    for _ in 0..count {
        let left = rng.random::<bool>();
        order.push(if left { Class::Left } else { Class::Right });
        texts.extend_from_slice(start.as_bytes());
        let begin = texts.len();
        texts.extend_from_slice(right.as_bytes());
        let text = &mut texts[begin..];
        let last = text.len() - 1;
        match (classes, left) {
            (FirstOrLast, true) => text[0] = b'~',
            (FirstOrLast, false) => text[last] = b'~',
            (FixedOrRandom, true) => text.fill(b'x'),
            (FixedOrRandom, false) => text.fill_with(|| LETTERS[usize::from(rng.random::<u8>() % 64)]),
        }
    }
    (order, String::from_utf8(texts).expect("ASCII"))
}

/// Times `compare` with each sample.
fn time(runner: &mut CtRunner, (order, texts): (Vec<Class>, String), compare: impl Fn(&str) -> bool) {
    let length = texts.len() / order.len();
    for (at, class) in order.into_iter().enumerate() {
        let text = &texts[at * length..][..length];
        runner.run_one(class, || compare(text));
    }
}

fn secret(runner: &mut CtRunner, rng: &mut BenchRng, right: &str, classes: Classes) {
    let secret = Secret::from(right);
    time(runner, samples(rng, "", right, classes), |text| secret.matches(text));
}

fn callback(runner: &mut CtRunner, rng: &mut BenchRng, classes: Classes) {
    let scenario: Scenario<Confidential> = Scenario::new();
    let (client, awaiting): (&Client<Confidential>, AwaitingCode) = (&scenario.client, scenario.awaiting_code());
    let samples = samples(rng, "code=C1&state=", STATE, classes);
    time(runner, samples, |query| awaiting.matches(client, Callback::query(query)));
}

/// What the test must find: a comparison that ends at the first byte that differs.
fn naive(runner: &mut CtRunner, rng: &mut BenchRng, compare: fn(&str, &str) -> bool) {
    time(runner, samples(rng, "", STATE, FirstOrLast), |text| compare(std::hint::black_box(STATE), text));
}
