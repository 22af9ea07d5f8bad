//! What to do next.

use super::{Getting, Sending, Sleeping, Stopped, Swapping, Usable, ask::Purpose, swapping::Doing};
use crate::{http::Request, token::AnyTokenSet};

/// What to do next, and the state that takes in what came of it. Nothing is done here: the caller talks to the store and
/// to the server, and hands on what they said.
///
/// A state that is dropped is as good as a crash: the others find out, and go on. With a [`Sending`], or where tokens are
/// being stored that just came, a crash costs a strict server's grant: run the loop in a task of its own, which goes on
/// when whoever asked is gone.
///
/// A store that does not answer is asked until it does. Who ends that, does so by [`give_up`](Self::give_up).
#[derive(Debug)]
#[must_use = "do what it says, and hand the state what came of it"]
pub enum Step<'a> {
    /// Read the record.
    Get(Getting<'a>),
    /// Replace the record, if it is still the one that was read.
    Swap(Swapping<'a>),
    /// Send the request, at once.
    Send(Request, Sending<'a>),
    /// Wait.
    Sleep(Sleeping<'a>),
    /// Here is a token to use.
    Use(Box<Usable>),
    /// There is none.
    Stop(Stopped),
}

impl Step<'_> {
    /// Ends the ask here, and hands out the tokens that may stand in no store: those of a login, or those that the server
    /// has just issued. Keep them, and store them by [`Worker::log_in`](super::Worker::log_in) when the store answers again.
    /// For all other steps there are none, and this is what dropping it is.
    pub fn give_up(self) -> Option<AnyTokenSet> {
        match self {
            Self::Get(getting) => match getting.purpose {
                Purpose::Issued(issuing) => Some(issuing.tokens),
                Purpose::LogIn(login) => Some(login.tokens),
                _ => None,
            },
            Self::Swap(swapping) => match swapping.doing {
                Doing::Issue(issuing) => Some(issuing.tokens),
                Doing::LogIn { login, .. } => Some(login.tokens),
                Doing::Claim(_) | Doing::Note(_) => None,
            },
            Self::Sleep(sleeping) => sleeping.finish().give_up(),
            Self::Stop(Stopped::NotStored { tokens, .. }) => Some(*tokens),
            Self::Send(..) | Self::Use(_) | Self::Stop(_) => None,
        }
    }
}

impl<'a> From<Getting<'a>> for Step<'a> {
    fn from(getting: Getting<'a>) -> Self {
        Self::Get(getting)
    }
}
