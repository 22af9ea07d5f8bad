//! Many machines that share one token.

mod ask;
mod decide;
mod entry;
mod envelope;
mod getting;
#[cfg(feature = "__fuzzing")]
mod model;
mod moment;
mod policy;
mod sending;
mod sleeping;
mod step;
mod stopped;
mod store;
mod swapping;
mod usable;
mod worker;

use std::time::Duration;

pub use {
    ask::Seen,
    envelope::{Envelope, InClear},
    getting::Getting,
    moment::Moment,
    policy::{Policy, ReuseClass},
    sending::Sending,
    sleeping::Sleeping,
    step::Step,
    stopped::{NotStored, RecordFault, Stopped},
    store::{Found, Record, Swap, Version},
    swapping::Swapping,
    usable::Usable,
    worker::Worker,
};

/// How long the server is left alone after a refusal that names no time.
const AFTER_REFUSAL: Duration = Duration::from_secs(30);

/// How long it is left alone after a request that was not sent, or that brought a token with no life in it.
const AT_LEAST: Duration = Duration::from_secs(1);
