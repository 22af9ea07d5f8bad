//! Getting: a record is being read.

use std::fmt;

use super::{
    Found, Moment, NotStored, Seen, Sleeping, Step, Stopped, Usable,
    ask::{Ask, Purpose},
    decide::decide,
    swapping,
};

/// A read of the record [`key`](Self::key): from a replica never, and from a cache never. What is read must be what was
/// written last.
#[must_use = "read the record, and go on with `finish`"]
pub struct Getting<'a> {
    pub(super) ask: Box<Ask<'a>>,
    pub(super) purpose: Purpose,
}

impl<'a> Getting<'a> {
    pub(super) fn new(ask: Ask<'a>, purpose: Purpose) -> Self {
        Self { ask: Box::new(ask), purpose }
    }

    pub(super) fn again(ask: Box<Ask<'a>>, purpose: Purpose) -> Self {
        Self { ask, purpose }
    }

    /// An API refused the access token of `used` with a 401: a later one is used, or brought. However many workers say so,
    /// it is renewed once.
    pub fn rejected(mut self, used: &Usable) -> Self {
        self.ask.reject(used);
        self
    }

    /// Renews what is due by the fleet's schedule: for a worker that goes through what [`Swapping::due_at`] was stored of.
    ///
    /// [`Swapping::due_at`]: super::Swapping::due_at
    pub fn ahead_of_time(mut self) -> Self {
        self.ask.early = true;
        self
    }

    /// What an earlier ask for this record saw: [`Usable::seen`](super::Usable::seen).
    pub fn seen(mut self, seen: Option<Seen>) -> Self {
        self.ask.seen = seen.filter(|seen| *seen.key == *self.ask.key);
        self
    }

    /// Which record.
    pub fn key(&self) -> &'a str {
        self.ask.key
    }

    /// Takes in what the store said.
    pub fn finish(self, found: Found, now: Moment) -> Step<'a> {
        let Self { mut ask, purpose } = self;
        let record = match found {
            Found::Record(record) => Some(record),
            Found::Absent => None,
            Found::Unknown => {
                let wait = ask.back_off();
                return Step::Sleep(Sleeping::new(wait, Self { ask, purpose }));
            }
        };
        match (purpose, record) {
            (Purpose::LogIn(login), record) => login.met(ask, record, now),
            (Purpose::Issued(issuing), None) => {
                Step::Stop(Stopped::NotStored { tokens: Box::new(issuing.tokens), why: NotStored::Removed })
            }
            (_, None) => Step::Stop(Stopped::Absent),
            (Purpose::Decide, Some(record)) => decide(ask, record, now),
            (Purpose::Claimed(claiming), Some(record)) => claiming.met(ask, record, now),
            (Purpose::Noted(noting), Some(record)) => noting.met(ask, record, now),
            (Purpose::Issued(issuing), Some(record)) => issuing.met(ask, record, now),
            (Purpose::Resolve(decision), Some(record)) => swapping::resolve(ask, decision, record, now),
        }
    }
}

impl fmt::Debug for Getting<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Getting").field("key", &self.ask.key).finish_non_exhaustive()
    }
}
