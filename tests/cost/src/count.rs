//! The one function whose instructions are counted.

/// What is counted: it owns its input, and says whether that was read.
pub type Work = Box<dyn FnOnce() -> bool>;

/// Callgrind begins to count where this begins, and writes down what it counted where this ends: see `.ci/callgrind`.
/// What was made before, and what is printed after, does not count.
#[inline(never)]
pub fn counted_by_callgrind(work: Work) -> bool {
    work()
}
