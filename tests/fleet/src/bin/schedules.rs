//! `schedules [--from N] [--count N]`: the body of the fuzz target `fleet` over inputs that look random, without a fuzzer.
//! The number of an input whose invariant does not hold is told: `--from N --count 1` runs it again.

use std::{panic::catch_unwind, time::Instant};

use rand::{RngExt as _, SeedableRng};
use rand_pcg::Pcg64Mcg;

fn main() -> Result<(), lexopt::Error> {
    let (mut from, mut count) = (0u64, 20_000u64);
    let mut arguments = lexopt::Parser::from_env();
    while let Some(argument) = arguments.next()? {
        match argument {
            lexopt::Arg::Long("from") => from = lexopt::ValueExt::parse(&arguments.value()?)?,
            lexopt::Arg::Long("count") => count = lexopt::ValueExt::parse(&arguments.value()?)?,
            other => return Err(other.unexpected()),
        }
    }
    let began = Instant::now();
    for number in from..from + count {
        let mut random = Pcg64Mcg::seed_from_u64(number);
        let mut bytes = vec![0; random.random_range(0..600)];
        random.fill(&mut bytes[..]);
        if catch_unwind(|| oauth_proto::fuzzing::fleet(&bytes)).is_err() {
            eprintln!("schedule {number}: its invariant does not hold");
            std::process::exit(1);
        }
    }
    println!("schedules  {count:>10} from {from}, {:.1} s", began.elapsed().as_secs_f64());
    Ok(())
}
