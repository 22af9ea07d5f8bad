//! What to do next.

use super::{Getting, Sending, Sleeping, Stopped, Swapping, Usable};
use crate::http::Request;

/// What to do next, and the state that takes in what came of it. Nothing is done here: the caller talks to the store and
/// to the server, and hands on what they said.
///
/// A state that is dropped is as good as a crash: the others find out, and go on.
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

impl<'a> From<Getting<'a>> for Step<'a> {
    fn from(getting: Getting<'a>) -> Self {
        Self::Get(getting)
    }
}
