//! Harnesses that drive the fleet's machine, which is the crate's own: none of them implements it again.
//!
//! - [`explore`]: every order of events of a few workers.
//! - [`simulate`]: thousands of workers and very many asks, in simulated time.
//! - the program `storm`: real processes at a real Redis and a real PostgreSQL, which `tests/fleet/storm` starts.

pub mod explore;
pub mod simulate;
