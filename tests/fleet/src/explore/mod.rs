//! Every order of events of a few workers, with crashes, lost operations and lost answers, and what must never be.
//!
//! A [`World`](world::World) is small: each worker is the number of a state of the real machine, which [`machine`] keeps.
//! The machine is asked once for what follows from a state and an event; the search is over the orders of events.

pub mod machine;
pub mod rules;
pub mod search;
pub mod server;
pub mod symmetry;
pub mod world;
