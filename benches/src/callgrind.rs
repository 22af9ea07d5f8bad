//! Counting instructions: callgrind counts what one function does, see `.ci/counting`.

use std::hint::black_box;

use crate::{meter::Meter, steps};

/// How often a step is done before it counts: the first time, tables are built and memory is fetched.
const WARM_UP: u32 = 5;

struct Instructions {
    rounds: u32,
}

impl Meter for Instructions {
    fn measure<I, O>(&mut self, mut prepare: impl FnMut() -> I, mut work: impl FnMut(I) -> O) {
        for _ in 0..WARM_UP {
            black_box(work(black_box(prepare())));
        }
        for _ in 0..self.rounds {
            let input = black_box(prepare());
            black_box(counted_by_callgrind(|| work(input)));
        }
        end_of_count();
    }
}

/// Callgrind counts while this runs.
#[inline(never)]
fn counted_by_callgrind<O>(work: impl FnOnce() -> O) -> O {
    work()
}

/// Callgrind writes down what it counted where this ends.
#[inline(never)]
fn end_of_count() {
    black_box(());
}

/// `PROGRAM ROUNDS CONTENDER...` does each step of each contender ROUNDS times. Each line that it prints stands for one count
/// of callgrind's, in the same order.
pub fn main() {
    let mut arguments = std::env::args().skip(1);
    let rounds = arguments.next().and_then(|rounds| rounds.parse().ok()).expect("ROUNDS is a number");
    for contender in arguments {
        for step in steps::STEPS {
            if steps::run(&contender, step, &mut Instructions { rounds }) {
                println!("{contender}\t{step}");
            }
        }
    }
}
