//! The five documented providers, flow by flow, against the emulator over real HTTP.
//!
//! Each test names the facts that it proves, by their ids in `docs/providers/`. `tests/provider_facts.rs` reads both as
//! text: no fact without a test, no test for a fact that is not there.

/// The ids of the facts that a test proves.
macro_rules! proves {
    [$($id:literal),+ $(,)?] => {
        const _: &[&str] = &[$($id),+];
    };
}

/// The value of the one pattern that may come; anything else is shown.
macro_rules! expect {
    ($value:expr, $pattern:pat => $out:expr) => {
        match $value {
            $pattern => $out,
            other => panic!("expected {}, found {other:?}", stringify!($pattern)),
        }
    };
}

#[path = "../support/mod.rs"]
mod support;

mod amiqus;
mod faults;
mod fifth;
mod journal;
mod keeper;
mod marq;
mod marvel;
mod motar;
mod scenario;
