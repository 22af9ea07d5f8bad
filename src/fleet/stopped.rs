//! Why there is no token to use.

use std::{error::Error, fmt, time::Duration};

use crate::{
    Intent, RenewalError,
    error::{Mismatch, Remedy, RequestFault},
    http::TransportError,
    token::AnyTokenSet,
    vocabulary::{Span, Timestamp},
};

/// Why an ask ended without a token. What stands in the store is still true; tokens that could not be stored are in the
/// error.
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
    /// The server wants to be left alone, for longer than a worker waits; or the requests of this ask came to nothing for
    /// as long as that; or it was refused for good, which [`why`](Self::NotYet::why) says and
    /// [`remedy`](Self::remedy) goes by. A worker waits for [`Policy::suspicion`](super::Policy::suspicion).
    NotYet {
        /// Ask again then.
        until: Timestamp,
        /// How long that was away when the ask ended.
        wait: Duration,
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
            // What a server says for good, it will say then too.
            Self::NotYet { why: Some(why), .. } if matches!(why.remedy(), Remedy::Fix | Remedy::LogIn) => why.remedy(),
            Self::NotYet { wait, .. } => Remedy::Retry { after: Some(*wait) },
            Self::Fix(fault) => fault.remedy(),
            Self::Unreadable(fault) => fault.remedy(),
            Self::NotStored { why, .. } => why.remedy(),
        }
    }
}

impl fmt::Display for Stopped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let why = match self {
            Self::Absent => {
                return f.write_str(
                    "the store has no record of this key: nobody logged in, or somebody logged out; log in",
                );
            }
            Self::LogIn { why, .. } => {
                f.write_str("the access token is over, and nothing is left to renew it with; log in again")?;
                why
            }
            Self::InDoubt { why, .. } => {
                f.write_str(
                    "a renewal may have arrived, and its answer was lost; call `Worker::decide`, or log in again",
                )?;
                why
            }
            Self::NotYet { wait: Duration::ZERO, why, .. } => {
                f.write_str("this ask waited for as long as it does, and no request of it was served; ask again")?;
                why
            }
            Self::NotYet { until, wait, why } => {
                write!(f, "the server is not to be asked before {until}; ask again in {}", Span(*wait))?;
                why
            }
            Self::Fix(fault) => return write!(f, "these tokens cannot be renewed: {fault}"),
            Self::Unreadable(fault) => return write!(f, "the record cannot be read, and stands as it is: {fault}"),
            Self::NotStored { why, .. } => {
                return write!(f, "the tokens that came are in this error, and not in the store: {why}");
            }
        };
        why.as_ref().map_or(Ok(()), |why| write!(f, " ({})", why.what_happened()))
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
    /// The store did not say whether it took the tokens of this login, and another login has come since. Revoke them, and
    /// ask for those that are there.
    Overtaken,
    /// The tokens are those of another client than the one that stores them. The record stands as it was.
    WrongClient(Mismatch),
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
            Self::Overtaken | Self::NotSealed(_) => Remedy::Retry { after: None },
            Self::WrongClient(_) | Self::Unreadable(_) => Remedy::Fix,
        }
    }
}

impl fmt::Display for NotStored {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Removed => {
                f.write_str("the record was removed while a renewal was under way, by a logout; revoke them")
            }
            Self::Overtaken => {
                f.write_str("another login came meanwhile, and its tokens stand there; revoke these, and ask for those")
            }
            Self::WrongClient(mismatch) => {
                write!(f, "they are {mismatch}; store them by `Worker::log_in` with the client that they came from")
            }
            Self::NotSealed(_) => f.write_str(
                "the envelope did not seal them; keep them, and store them by `Worker::log_in` when it does",
            ),
            Self::Unreadable(fault) => {
                write!(
                    f,
                    "the record in their place cannot be read: {fault}; keep them, and store them by `Worker::log_in`"
                )
            }
        }
    }
}

impl Error for NotStored {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Removed | Self::Overtaken | Self::WrongClient(_) => None,
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
    /// The envelope failed: it has another key, or none at the moment, or the tokens are those of another record.
    Envelope(TransportError),
    /// What was in the envelope are no tokens.
    NoTokens,
}

impl RecordFault {
    /// What to do: find out who changed the record. An envelope may do better the next time.
    pub fn remedy(&self) -> Remedy {
        match self {
            Self::Envelope(_) => Remedy::Retry { after: None },
            Self::TooLong | Self::Malformed | Self::NoTokens => Remedy::Fix,
        }
    }
}

impl fmt::Display for RecordFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooLong => "it is longer than `Record::MAX_BYTES`, and so none of this crate's",
            Self::Malformed => "it is no record of a fleet, or one of another version of this crate",
            Self::Envelope(_) => {
                "the envelope did not open it: its key is not there or another, or these are the tokens of another record"
            }
            Self::NoTokens => "what was in the envelope are no tokens of this crate",
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
