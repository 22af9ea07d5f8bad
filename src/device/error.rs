//! What can go wrong while a device waits for its user.

use std::{error::Error, fmt, time::Duration};

use super::AwaitingUser;
use crate::{
    error::{AnswerFault, Doubt, ErrorCode, ErrorResponse, Remedy, RequestFault},
    intent::Intent,
    vocabulary::Span,
};

/// Why [`AwaitingUser::poll`] made no request. Nothing was sent.
#[derive(Debug)]
pub enum PollError {
    /// The server must not be asked yet (RFC 8628 section 3.5).
    TooEarly {
        /// The state, to be polled later.
        awaiting: Box<AwaitingUser>,
        /// How long it is until [`not_before`](AwaitingUser::not_before).
        wait: Duration,
    },
    /// The codes have expired: the login is over (RFC 8628 section 3.2).
    Expired {
        /// What was asked for: [`Intent::again`] begins a new login.
        intent: Box<Intent>,
    },
    /// The client is another one, or the request is made of a value that only a callback brings.
    NotMade {
        /// The state, as it was.
        awaiting: Box<AwaitingUser>,
        /// Why.
        fault: RequestFault,
    },
}

/// Why [`Polling::finish`](super::Polling::finish) brought neither tokens nor a reason to go on.
#[derive(Debug)]
pub enum PollingError {
    /// The server says no, and polling must stop (RFC 8628 section 3.5): `access_denied` when the user did,
    /// `expired_token` when the codes are too old, or any other error.
    Refused {
        /// The server's words.
        response: Box<ErrorResponse>,
        /// What was asked for: [`Intent::again`] begins a new login.
        intent: Box<Intent>,
    },
    /// Tokens were issued that must not be used. The device code is spent.
    Untrusted {
        /// What is wrong with them.
        fault: AnswerFault,
        /// What was asked for: [`Intent::again`] begins a new login.
        intent: Box<Intent>,
    },
    /// What came cannot be read, or is no answer of a token endpoint: the device code may be spent, or something stands
    /// between the server and us. Poll again, at the risk of no more than a wait; or give up.
    InDoubt {
        /// What happened.
        doubt: Doubt,
        /// The state to poll again.
        awaiting: Box<AwaitingUser>,
    },
}

impl PollError {
    /// What to do.
    pub fn remedy(&self) -> Remedy {
        match self {
            Self::TooEarly { wait, .. } => Remedy::Retry { after: Some(*wait) },
            Self::Expired { .. } => Remedy::LogIn,
            Self::NotMade { fault, .. } => fault.remedy(),
        }
    }
}

impl PollingError {
    /// What to do.
    pub fn remedy(&self) -> Remedy {
        match self {
            Self::Refused { response, .. } if response.code == ErrorCode::Other("expired_token".into()) => {
                Remedy::LogIn
            }
            Self::Refused { response, .. } => response.remedy(),
            Self::Untrusted { .. } => Remedy::LogIn,
            Self::InDoubt { .. } => Remedy::Decide,
        }
    }
}

impl fmt::Display for PollError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooEarly { wait, .. } => {
                write!(
                    f,
                    "the server must not be asked for another {} (RFC 8628 section 3.5); then poll `awaiting` again",
                    Span(*wait)
                )
            }
            Self::Expired { .. } => {
                f.write_str("the codes expired before the user agreed; log in again, with new ones")
            }
            Self::NotMade { fault, .. } => write!(f, "no request was made and nothing was spent: {fault}"),
        }
    }
}

impl fmt::Display for PollingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            // Which the response itself does not know of `expired_token`.
            Self::Refused { response, .. } if self.remedy() == Remedy::LogIn => {
                write!(f, "the login is over: {response}; log in again")
            }
            Self::Refused { response, .. } => {
                write!(f, "the login is over: {response}{}", response.advice("log in again"))
            }
            Self::Untrusted { fault, .. } => {
                write!(f, "tokens were issued that must not be used: {fault}; the device code is spent, log in again")
            }
            Self::InDoubt { doubt, .. } => {
                write!(
                    f,
                    "the device code may be spent ({doubt}); poll `awaiting` again, which costs a wait at most, or give up"
                )
            }
        }
    }
}

impl Error for PollError {}

impl Error for PollingError {}
