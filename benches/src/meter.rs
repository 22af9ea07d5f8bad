//! What a step is measured with.

use std::hint::black_box;

/// Instructions, allocations or time: of `work` alone. What `prepare` makes is not measured, nor what happens to what
/// comes of the work.
pub trait Meter {
    fn measure<I, O>(&mut self, prepare: impl FnMut() -> I, work: impl FnMut(I) -> O);
}

/// Measures writing a state to a text and reading it back; returns the text.
pub fn round_trip<S>(meter: &mut impl Meter, state: &S, save: fn(&S) -> String, load: fn(&str) -> S) -> String {
    let row = save(state);
    assert_eq!(save(&load(&row)), row, "what is read back is what was written");
    meter.measure(|| (), |()| drop(black_box(load(black_box(&save(black_box(state)))))));
    row
}
