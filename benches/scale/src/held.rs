//! Many states of one kind, and what they take.

use std::{hint::black_box, time::Instant};

use oauth_proto::stored::{self, Stored};
use serde::{Serialize, de::DeserializeOwned};
use stats_alloc::{INSTRUMENTED_SYSTEM, Stats};

/// What one state takes, on average.
pub struct Held {
    /// Bytes in memory: the value itself, and what it asked the allocator for.
    pub memory: f64,
    /// Bytes of its row.
    pub stored: f64,
    /// The same, less those of the tokens in it.
    pub over_tokens: f64,
    /// Nanoseconds to make it, to store it, and to restore it.
    pub make: f64,
    pub store: f64,
    pub restore: f64,
}

/// The states, and the rows that they were read from.
pub struct Kept<S> {
    pub states: Vec<S>,
    _rows: Vec<Box<str>>,
}

/// Makes `number` states, stores each in a row of its own, lets go of the states, and reads all rows back: what a service
/// does that is stopped and started.
pub fn hold<S>(number: usize, make: impl Fn(usize) -> S, token_bytes: impl Fn(usize) -> usize) -> (Held, Kept<S>)
where
    S: Stored + Serialize + DeserializeOwned,
{
    let (made, make) = timed(number, make);
    let (rows, store) = timed(number, |at| stored::save(&made[at]).into_boxed_str());
    drop(made);
    let before = in_memory();
    let (states, restore) =
        timed(number, |at| stored::load::<S>(rows[at].as_bytes()).expect("what was stored is read"));
    let memory = in_memory() - before;
    for at in [0, number / 2, number - 1] {
        assert_eq!(stored::save(&states[at]), *rows[at], "what is restored is what was stored");
    }

    let each = |bytes: usize| bytes as f64 / number as f64;
    let stored = rows.iter().map(|row| row.len()).sum();
    let tokens: usize = (0..number).map(token_bytes).sum();
    let held =
        Held { memory: each(memory), stored: each(stored), over_tokens: each(stored - tokens), make, store, restore };
    (held, Kept { states, _rows: rows })
}

/// Collects what `make` makes, and says how many nanoseconds each took.
fn timed<T>(number: usize, make: impl FnMut(usize) -> T) -> (Vec<T>, f64) {
    let start = Instant::now();
    let made = black_box((0..number).map(make).collect());
    (made, nanoseconds(start, number))
}

pub fn nanoseconds(start: Instant, number: usize) -> f64 {
    start.elapsed().as_nanos() as f64 / number as f64
}

/// Bytes that are asked of the allocator and not given back.
pub fn in_memory() -> usize {
    let Stats { bytes_allocated, bytes_deallocated, .. } = INSTRUMENTED_SYSTEM.stats();
    bytes_allocated - bytes_deallocated
}
