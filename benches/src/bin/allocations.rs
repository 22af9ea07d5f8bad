//! `allocations CONTENDER...` does each step of each contender and prints how often it asked for memory, and for how many
//! bytes.

use std::hint::black_box;

use allocation_counter::{AllocationInfo, measure};
use oauth_proto_benches::{meter::Meter, steps};

/// Of the last round: the first may build tables. A block that grows counts as a new one of its new size.
#[derive(Default)]
struct Allocations(AllocationInfo);

impl Meter for Allocations {
    fn measure<I, O>(&mut self, mut prepare: impl FnMut() -> I, mut work: impl FnMut(I) -> O) {
        for _ in 0..2 {
            let input = black_box(prepare());
            let mut output = None;
            self.0 = measure(|| output = Some(black_box(work(input))));
            drop(output);
        }
    }
}

fn main() {
    for contender in std::env::args().skip(1) {
        for step in steps::STEPS {
            let mut allocations = Allocations::default();
            if steps::run(&contender, step, &mut allocations) {
                let AllocationInfo { count_total, bytes_total, .. } = allocations.0;
                println!("{contender}\t{step}\t{count_total}\t{bytes_total}");
            }
        }
    }
}
