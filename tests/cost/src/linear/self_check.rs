//! Inputs that are not the library's: one whose cost grows with the square of its length, and one that costs nothing.
//! A check that lets the first pass checks nothing.

use std::hint::black_box;

use super::{Input, Read};

pub fn inputs() -> Vec<Input> {
    vec![
        Input::new("self-check: quadratic", Read, |size| {
            let names: Vec<usize> = (0..size / 8).collect();
            // Each name is looked for among those before it.
            Box::new(move || (0..names.len()).all(|at| !black_box(&names[..at]).contains(&names[at])))
        }),
        Input::new("self-check: linear", Read, |size| {
            let bytes = vec![1u8; size];
            Box::new(move || bytes.iter().all(|byte| *black_box(byte) == 1))
        }),
    ]
}
