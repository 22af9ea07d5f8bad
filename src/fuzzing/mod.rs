//! The bodies of the fuzz targets. Each takes any bytes, and panics where its invariant does not hold.
//!
//! They stand here so that each build with all features compiles them; `fuzz/` runs them, and `tests/fuzz_bodies.rs` does
//! for a moment. The feature `__fuzzing` is private: nothing here is part of what a version promises.

mod against_serde_json;
mod against_url;
mod answers;
mod asking;
mod callback;
mod challenged;
#[doc(hidden)]
pub mod claims;
mod device;
mod dialect;
mod endpoint_answer;
mod endpoint_url;
mod error_response;
mod exchange_answer;
mod fleet;
mod form_codec;
mod input;
#[doc(hidden)]
pub mod json;
mod machine;
mod metadata;
mod par_response;
mod registration;
mod scene;
mod stored_state;
mod token_response;
mod urls;

pub use {
    against_serde_json::against_serde_json, against_url::against_url, asking::asking, callback::callback,
    challenged::challenged, device::device, dialect::dialect, endpoint_answer::endpoint_answer,
    endpoint_url::endpoint_url, error_response::error_response, exchange_answer::exchange_answer, fleet::fleet,
    form_codec::form_codec, machine::machine, metadata::metadata, par_response::par_response,
    registration::registration, stored_state::stored_state, token_response::token_response,
};

/// A body: it returns, or its invariant does not hold.
pub type Body = fn(&[u8]);

/// Each body by the name of its target.
pub const TARGETS: &[(&str, Body)] = &[
    ("against_serde_json", against_serde_json),
    ("against_url", against_url),
    ("asking", asking),
    ("callback", callback),
    ("challenged", challenged),
    ("device", device),
    ("dialect", dialect),
    ("endpoint_answer", endpoint_answer),
    ("endpoint_url", endpoint_url),
    ("error_response", error_response),
    ("exchange_answer", exchange_answer),
    ("fleet", fleet),
    ("form_codec", form_codec),
    ("machine", machine),
    ("metadata", metadata),
    ("par_response", par_response),
    ("registration", registration),
    ("stored_state", stored_state),
    ("token_response", token_response),
];
