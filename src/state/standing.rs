//! Where tokens meet a clock.

use super::{Authorized, Expired};
use crate::{token::TokenSet, vocabulary::Timestamp};

/// How a token set stands at an instant.
#[derive(Debug)]
#[must_use = "the tokens are inside"]
pub enum Standing<C> {
    /// The access token can be used.
    Authorized(Authorized<C>),
    /// It cannot: its expiry is over, or an API rejected it.
    Expired(Expired<C>),
}

impl<C> TokenSet<C> {
    /// How the tokens stand at `instant`: ask about the instant of use. A token without expiry is good until an API
    /// rejects it.
    pub fn at(self, instant: Timestamp) -> Standing<C> {
        if self.is_usable_at(instant) {
            Standing::Authorized(Authorized::from_set(self))
        } else {
            Standing::Expired(Expired::from_set(self))
        }
    }

    /// Notes that an API answered 401 to this access token. It is stored with the set, so that no process uses it
    /// again.
    pub fn rejected(mut self) -> Expired<C> {
        self.set_rejected();
        Expired::from_set(self)
    }
}
