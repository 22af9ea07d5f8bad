//! How a request can end other than well.

use std::{error::Error, fmt};

use super::{ErrorResponse, Remedy};
use crate::{grant::Grant, http::TransportError, state::InDoubt};

/// Why [`InFlight::finish`](crate::InFlight::finish) brought no tokens.
#[non_exhaustive]
pub enum FinishError<G: Grant> {
    /// No byte of the request left. Nothing was spent: send again from `origin`.
    NotSent {
        /// The state before the request.
        origin: Box<G::Origin>,
        /// The transport's reason.
        why: TransportError,
    },
    /// The server refused, and spent nothing: send again from `origin`, later or mended.
    Refused {
        /// The server's words.
        response: Box<ErrorResponse>,
        /// The state before the request.
        origin: Box<G::Origin>,
    },
    /// The server says that what was presented is no good (`invalid_grant`): it will never be.
    Dead {
        /// The server's words.
        response: Box<ErrorResponse>,
        /// What is left.
        remains: Box<G::Remains>,
    },
    /// The request may have arrived and the answer is lost or cannot be read: what was presented may be spent.
    InDoubt {
        /// What happened.
        doubt: Doubt,
        /// The state to decide on.
        in_doubt: Box<InDoubt<G>>,
    },
    /// Tokens were issued that must not be used. What was presented is spent.
    Untrusted {
        /// What is wrong with them.
        fault: AnswerFault,
        /// What is left.
        remains: Box<G::Remains>,
    },
}

/// Why nobody knows whether the server acted.
#[derive(Debug)]
#[non_exhaustive]
pub enum Doubt {
    /// The connection was lost after something was sent.
    Lost(TransportError),
    /// The server, or something before it, failed: a 5xx, or the 408 of a gateway.
    ServerFailed(Box<ErrorResponse>),
    /// A status that the token endpoint never has; a redirect, for instance, which must not be followed
    /// (RFC 9700 section 4.12).
    UnexpectedStatus(u16),
    /// The answer cannot be read.
    Unreadable(AnswerFault),
}

/// What is wrong with an answer that should have brought tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AnswerFault {
    /// It is longer than the request's contract allows.
    TooLarge,
    /// Its `Content-Type` is not the one that the dialect expects.
    ContentType,
    /// It is no JSON.
    NotJson,
    /// It is JSON, but no object (RFC 6749 section 5.1).
    NotAnObject,
    /// A member stands there twice.
    Repeated,
    /// This member is needed and absent.
    Missing(&'static str),
    /// This member has the wrong type or breaks its grammar.
    Malformed(&'static str),
    /// It has an error together with a token.
    Contradiction,
    /// The token type is not the one that the client can use (RFC 6749 section 7.1).
    TokenType,
    /// The nonce is not the one that was sent.
    NonceMismatch,
    /// A nonce was sent and none came back.
    NonceMissing,
}

impl<G: Grant> FinishError<G> {
    /// What to do.
    pub fn remedy(&self) -> Remedy {
        match self {
            Self::NotSent { .. } => Remedy::Retry { after: None },
            Self::Refused { response, .. } => response.remedy(),
            Self::Dead { .. } | Self::Untrusted { .. } => Remedy::LogIn,
            Self::InDoubt { .. } => Remedy::Decide,
        }
    }
}

impl<G: Grant> fmt::Debug for FinishError<G> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotSent { origin, why } => {
                f.debug_struct("NotSent").field("origin", origin).field("why", why).finish()
            }
            Self::Refused { response, origin } => {
                f.debug_struct("Refused").field("response", response).field("origin", origin).finish()
            }
            Self::Dead { response, remains } => {
                f.debug_struct("Dead").field("response", response).field("remains", remains).finish()
            }
            Self::InDoubt { doubt, in_doubt } => {
                f.debug_struct("InDoubt").field("doubt", doubt).field("in_doubt", in_doubt).finish()
            }
            Self::Untrusted { fault, remains } => {
                f.debug_struct("Untrusted").field("fault", fault).field("remains", remains).finish()
            }
        }
    }
}

impl<G: Grant> fmt::Display for FinishError<G> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotSent { why, .. } => write!(f, "the request was not sent ({why}); nothing was spent"),
            Self::Refused { response, .. } => {
                write!(f, "the server refused the request, and nothing was spent: {response}")
            }
            Self::Dead { response, .. } => {
                write!(f, "the server will never accept this again: {response}; log in again")
            }
            Self::InDoubt { doubt, .. } => {
                write!(f, "the request may have arrived ({doubt}); decide whether it is spent")
            }
            Self::Untrusted { fault, .. } => {
                write!(f, "tokens were issued that must not be used: {fault}; log in again")
            }
        }
    }
}

impl<G: Grant> Error for FinishError<G> {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::NotSent { why, .. } | Self::InDoubt { doubt: Doubt::Lost(why), .. } => Some(&**why),
            _ => None,
        }
    }
}

impl fmt::Display for Doubt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Lost(why) => write!(f, "the connection was lost: {why}"),
            Self::ServerFailed(response) => write!(f, "the server failed: {response}"),
            Self::UnexpectedStatus(status) => write!(f, "unexpected status {status}"),
            Self::Unreadable(fault) => write!(f, "unreadable answer: {fault}"),
        }
    }
}

impl fmt::Display for AnswerFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge => f.write_str("it is longer than allowed"),
            Self::ContentType => f.write_str("its content type is not the one that the dialect expects"),
            Self::NotJson => f.write_str("it is no JSON"),
            Self::NotAnObject => f.write_str("it is no JSON object (RFC 6749 section 5.1)"),
            Self::Repeated => f.write_str("a member stands there twice"),
            Self::Missing(name) => write!(f, "`{name}` is missing (RFC 6749 section 5.1)"),
            Self::Malformed(name) => write!(f, "`{name}` has the wrong type or breaks its grammar"),
            Self::Contradiction => f.write_str("it has an error together with a token"),
            Self::TokenType => f.write_str("the token type is not one this client can use (RFC 6749 section 7.1)"),
            Self::NonceMismatch => f.write_str("the nonce is not the one that was sent"),
            Self::NonceMissing => f.write_str("a nonce was sent and none came back"),
        }
    }
}
