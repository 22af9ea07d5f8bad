//! Thousands of workers and very many asks, in one process and in simulated time: what goes wrong is drawn by a generator
//! with a seed, so that the same seed is the same run to the byte.

mod fleet;
mod node;
mod server;
pub mod verdict;
pub mod weather;

pub use fleet::{Tally, simulate};
