//! What every program costs: nothing is in it.

fn main() {}
