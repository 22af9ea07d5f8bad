//! Harnesses that drive the fleet's machine, which is the crate's own: none of them implements it again.
//!
//! - [`explore`]: every order of events of a few workers.

pub mod explore;
