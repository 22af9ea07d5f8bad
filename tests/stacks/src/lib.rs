//! Each adapter of `examples/adapters`, over its HTTP library, against the emulator and against a server that
//! misbehaves byte by byte. What is asked of every stack is written once, in [`flows`], [`faults`], [`wire`] and
//! [`dropped`]; `tests/` runs it for each.
//!
//! No stack is its own judge: the emulator counts what arrived. The adapter for ureq comes along with `tests/support`.

#[path = "../../../examples/adapters/curl.rs"]
pub mod over_curl;
#[path = "../../../examples/adapters/hyper.rs"]
pub mod over_hyper;
#[path = "../../../examples/adapters/isahc.rs"]
pub mod over_isahc;
#[path = "../../../examples/adapters/reqwest.rs"]
pub mod over_reqwest;
#[path = "../../../examples/adapters/reqwest_blocking.rs"]
pub mod over_reqwest_blocking;
#[path = "../../support/mod.rs"]
mod support;

pub mod dropped;
pub mod faults;
pub mod flows;
pub mod scene;
pub mod server;
pub mod stack;
pub mod wire;
