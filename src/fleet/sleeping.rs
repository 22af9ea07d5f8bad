//! Sleeping: somebody else is sending, or the store or the server wants to be left alone.

use std::{fmt, time::Duration};

use super::Step;

/// A wait. Where the store tells when a record changes, it may end as soon as that happens.
#[must_use = "wait, and go on with `finish`"]
pub struct Sleeping<'a> {
    pub(super) duration: Duration,
    pub(super) then: Box<Step<'a>>,
}

impl<'a> Sleeping<'a> {
    pub(super) fn new(duration: Duration, then: impl Into<Step<'a>>) -> Self {
        Self { duration, then: Box::new(then.into()) }
    }

    /// How long, at most.
    pub fn duration(&self) -> Duration {
        self.duration
    }

    /// It is over.
    pub fn finish(self) -> Step<'a> {
        *self.then
    }
}

impl fmt::Debug for Sleeping<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sleeping").field("duration", &self.duration).finish_non_exhaustive()
    }
}
