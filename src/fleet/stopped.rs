//! Why there is no token to use.

use std::{error::Error, fmt};

use crate::{
    Intent, RenewalError,
    error::{Remedy, RequestFault},
    http::TransportError,
    token::AnyTokenSet,
    vocabulary::Timestamp,
};

/// Why an ask ended without a token. What stands in the store is still true; nothing of it was lost.
#[derive(Debug)]
#[non_exhaustive]
pub enum Stopped {
    /// The store has no record of this key: nobody logged in, or somebody logged out.
    Absent,
    /// Nothing is left to renew with, and the access token is over: the user must log in again.
    LogIn {
        /// What was asked for, for a new login.
        intent: Box<Intent>,
        /// What came of the last request, where this very ask sent it.
        why: Option<Box<RenewalError>>,
    },
    /// A renewal was sent and nobody knows what became of it; the refresh token may not be sent again, and the access
    /// token is over. See [`Worker::decide`](super::Worker::decide).
    InDoubt {
        /// When it was sent first.
        sent_at: Option<Timestamp>,
        /// What came of the last request, where this very ask sent it.
        why: Option<Box<RenewalError>>,
    },
    /// The server wants to be left alone, for longer than a worker waits.
    NotYet {
        /// Ask again then.
        until: Timestamp,
        /// What came of the last request, where this very ask sent it.
        why: Option<Box<RenewalError>>,
    },
    /// This client cannot renew these tokens, and no waiting helps.
    Fix(RequestFault),
    /// What stands in the store cannot be read.
    Unreadable(RecordFault),
    /// The tokens of a login or renewal could not be stored. They are not in the store, and what is there may be spent.
    NotStored {
        /// The tokens.
        tokens: Box<AnyTokenSet>,
        /// Why.
        why: NotStored,
    },
}

impl Stopped {
    /// What to do about it.
    pub fn remedy(&self) -> Remedy {
        match self {
            Self::Absent | Self::LogIn { .. } => Remedy::LogIn,
            Self::InDoubt { .. } => Remedy::Decide,
            Self::NotYet { .. } => Remedy::Retry { after: None },
            Self::Fix(fault) => fault.remedy(),
            Self::Unreadable(fault) => fault.remedy(),
            Self::NotStored { why, .. } => why.remedy(),
        }
    }
}

impl fmt::Display for Stopped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let why = match self {
            Self::Absent => return f.write_str("there is no record of this key; log in"),
            Self::LogIn { why, .. } => {
                f.write_str("nothing is left to renew with; log in again")?;
                why
            }
            Self::InDoubt { why, .. } => {
                f.write_str("a renewal may have arrived, and its answer was lost; decide, or log in again")?;
                why
            }
            Self::NotYet { until, why } => {
                write!(f, "the server is not to be asked before {} ms of Unix time", until.as_unix_millis())?;
                why
            }
            Self::Fix(fault) => return write!(f, "these tokens cannot be renewed: {fault}"),
            Self::Unreadable(fault) => return write!(f, "the record cannot be read: {fault}"),
            Self::NotStored { why, .. } => return write!(f, "the tokens that came are not in the store: {why}"),
        };
        why.as_ref().map_or(Ok(()), |why| write!(f, " ({why})"))
    }
}

impl Error for Stopped {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        // What is said of these is in the words of this error.
        match self {
            Self::LogIn { why, .. } | Self::InDoubt { why, .. } | Self::NotYet { why, .. } => why.as_ref()?.source(),
            Self::Fix(fault) => fault.source(),
            Self::Unreadable(fault) => fault.source(),
            Self::NotStored { why, .. } => why.source(),
            Self::Absent => None,
        }
    }
}

/// Why tokens were not stored.
#[derive(Debug)]
#[non_exhaustive]
pub enum NotStored {
    /// The record was taken away while a renewal was under way: somebody logged out. Revoke the tokens.
    Removed,
    /// The envelope did not seal them.
    NotSealed(TransportError),
    /// What stands in their place cannot be read, or they are too long.
    Unreadable(RecordFault),
}

impl NotStored {
    /// What to do.
    pub fn remedy(&self) -> Remedy {
        match self {
            Self::Removed => Remedy::LogIn,
            Self::NotSealed(_) | Self::Unreadable(_) => Remedy::Fix,
        }
    }
}

impl fmt::Display for NotStored {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Removed => f.write_str("the record was removed while a renewal was under way; revoke them"),
            Self::NotSealed(_) => f.write_str("the envelope did not seal them; keep them"),
            Self::Unreadable(fault) => write!(f, "the record in their place cannot be read: {fault}; keep them"),
        }
    }
}

impl Error for NotStored {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Removed => None,
            Self::NotSealed(why) => Some(&**why),
            Self::Unreadable(fault) => fault.source(),
        }
    }
}

/// Why a record cannot be read. It stands as it is.
#[derive(Debug)]
#[non_exhaustive]
pub enum RecordFault {
    /// It is longer than [`Record::MAX_BYTES`](super::Record::MAX_BYTES).
    TooLong,
    /// It is none of this crate's, or of another version of it.
    Malformed,
    /// The envelope failed: another key, or tokens of another record.
    Envelope(TransportError),
    /// What was in the envelope are no tokens.
    NoTokens,
}

impl RecordFault {
    /// What to do: find out who changed the record, or lost the envelope's key.
    pub fn remedy(&self) -> Remedy {
        Remedy::Fix
    }
}

impl fmt::Display for RecordFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooLong => "it is longer than any that is written",
            Self::Malformed => "it is no record of a fleet, or of another version",
            Self::Envelope(_) => "the envelope failed",
            Self::NoTokens => "there are no tokens in the envelope",
        })
    }
}

impl Error for RecordFault {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Envelope(why) => Some(&**why),
            _ => None,
        }
    }
}
