//! How long each step takes: `cargo bench --package oauth-proto-benches`. Criterion writes down the medians, and
//! `.ci/costs --table` reads them.

use std::{hint::black_box, time::Duration};

use criterion::{BatchSize, Criterion};
use oauth_proto_benches::{meter::Meter, steps};

struct Times<'a> {
    criterion: &'a mut Criterion,
    contender: &'a str,
    step: &'a str,
}

impl Meter for Times<'_> {
    fn measure<I, O>(&mut self, mut prepare: impl FnMut() -> I, mut work: impl FnMut(I) -> O) {
        let mut group = self.criterion.benchmark_group(self.contender);
        group.bench_function(self.step, |bencher| {
            bencher.iter_batched(&mut prepare, |input| black_box(work(input)), BatchSize::SmallInput);
        });
        group.finish();
    }
}

fn main() {
    let mut criterion = Criterion::default()
        .warm_up_time(Duration::from_millis(200))
        .measurement_time(Duration::from_millis(1000))
        .configure_from_args();
    // One contender after the other at each step: what disturbs the machine disturbs them all.
    for step in steps::STEPS {
        for contender in steps::CONTENDERS {
            let is = steps::run(contender, step, &mut Times { criterion: &mut criterion, contender, step });
            black_box(is);
        }
    }
    criterion.final_summary();
}
