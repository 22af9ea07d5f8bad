//! The worst input of each size, for each reader.

mod callback;
mod challenge;
mod fill;
mod form;
mod headers;
mod json;
mod provider;
mod refusal;
mod self_check;
mod stored;
mod values;

use std::{
    fmt::{Debug, Display},
    hint::black_box,
};

use oauth_proto::Provider;

use crate::count::{Work, counted_by_callgrind};

/// An input that grows.
pub struct Input {
    pub name: &'static str,
    /// Makes it of about so many bytes, never of more.
    make: Box<dyn Fn(usize) -> Work>,
    verdict: Verdict,
}

/// What becomes of it. An input that is refused where it should be read measures nothing.
#[derive(Clone, Copy)]
enum Verdict {
    Read,
    Refused,
    /// It is read up to this size, and refused beyond: a limit that does not move stands in its way.
    ReadUpTo(usize),
}

use Verdict::{Read, ReadUpTo, Refused};

impl Input {
    fn new(name: &'static str, verdict: Verdict, make: impl Fn(usize) -> Work + 'static) -> Self {
        Self { name, make: Box::new(make), verdict }
    }
}

/// Every input but those of the self-check.
pub fn all() -> Vec<Input> {
    [
        json::inputs(),
        refusal::inputs(),
        form::inputs(),
        headers::inputs(),
        challenge::inputs(),
        callback::inputs(),
        provider::inputs(),
        stored::inputs(),
        values::inputs(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Counts each of the inputs at each of the sizes. A line says what was counted, and whether it was read.
pub fn run(sizes: &str, names: &[&str]) {
    let sizes: Vec<usize> = sizes.split(',').map(|size| size.parse().expect("SIZE is a number of bytes")).collect();
    let inputs: Vec<Input> = all().into_iter().chain(self_check::inputs()).collect();
    for name in names {
        let input = inputs.iter().find(|input| input.name == *name);
        let input = input.unwrap_or_else(|| panic!("there is no input {name}"));
        for size in &sizes {
            let read = counted_by_callgrind((input.make)(*size));
            let expected = match input.verdict {
                Read => true,
                Refused => false,
                ReadUpTo(limit) => *size <= limit,
            };
            assert_eq!(read, expected, "whether {name} is read at {size} bytes");
            println!("{name}\t{size}\t{read}");
        }
    }
}

/// Whether it was read. An error is written out both ways: that is part of its cost.
fn judge<T, E: Debug + Display>(result: Result<T, E>) -> bool {
    match result {
        Ok(value) => {
            black_box(value);
            true
        }
        Err(error) => {
            black_box(format!("{error} {error:?}"));
            false
        }
    }
}

/// Longer than the longest input.
const LIMIT: u32 = 2 * 1024 * 1024;

/// Takes the limits away that can be taken away: the growth is measured, and not where it stops.
fn unlimited(provider: &mut Provider) {
    let limits = &mut provider.limits;
    limits.response_bytes = LIMIT;
    limits.json_depth = 127;
    limits.members = LIMIT;
    limits.callback_bytes = LIMIT;
    limits.parameters = LIMIT;
    limits.header_bytes = LIMIT;
    limits.challenges = LIMIT;
}
