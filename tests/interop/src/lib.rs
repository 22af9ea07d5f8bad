//! The crate against servers that nobody here wrote: what the trials in `tests/suite.rs` are made of.
//!
//! A [`Feature`] is one thing that a client can do, written once for all servers. A [`Description`] says what is
//! particular about a server: where its endpoints are, how a person passes its pages, what it lacks and why.

/// Ends the trial with these words, unless it holds.
macro_rules! ensure {
    ($holds:expr, $($words:tt)+) => {
        if !$holds {
            return Err(format!($($words)+).into());
        }
    };
}

/// The value of the one pattern that may come; anything else ends the trial, and is shown.
macro_rules! expect {
    ($value:expr, $pattern:pat => $out:expr) => {
        match $value {
            $pattern => $out,
            other => return Err(format!("expected {}, found {other:?}", stringify!($pattern)).into()),
        }
    };
}

#[path = "../../../examples/adapters/ureq.rs"]
pub mod wire;

pub mod browser;
pub mod features;
pub mod login;
pub mod page;
pub mod server;
pub mod servers;
pub mod table;

pub use {
    features::Feature,
    server::{Description, Server},
};

/// What went wrong, in words.
pub type Fault = Box<dyn std::error::Error + Send + Sync>;

pub type Result<T = ()> = std::result::Result<T, Fault>;
