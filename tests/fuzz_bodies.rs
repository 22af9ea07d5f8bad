//! The bodies of the fuzz targets, for a moment: over the seeds in `fuzz/seeds` and over bytes that look random. So they
//! are run with every change; `.ci/fuzz` runs them for longer, and with a fuzzer that sees which lines it reaches.

use std::{fs, path::Path};

use oauth_proto::fuzzing::TARGETS;

/// How many inputs each body gets here.
const INPUTS: u64 = 3000;

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
            for cut in 0..seed.len() {
                body(&seed[..cut]);
            }
            // One byte is another.
            for (turn, at) in (0u64..).zip(0..seed.len()) {
                let mut near = seed.clone();
                near[at] = bytes(number * 1_000_003 + turn).first().copied().unwrap_or(at as u8);
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
