//! How a request can end other than well.

use std::{error::Error, fmt};

use super::InDoubt;
use crate::{
    error::{AnswerFault, Doubt, ErrorResponse, Remedy},
    grant::Grant,
    http::TransportError,
};

/// Why [`InFlight::finish`](crate::InFlight::finish) brought no tokens: see its example. What `origin` and `remains`
/// are for each grant is in the table of [`grant`](crate::grant).
pub enum FinishError<G: Grant> {
    /// No byte of the request left. Nothing was spent: send again from `origin`.
    NotSent {
        /// The state before the request.
        origin: Box<G::Origin>,
        /// The transport's reason.
        why: TransportError,
    },
    /// The server refused, and spent nothing (another error of RFC 6749 section 5.2, or a 4xx that names none): send
    /// again from `origin`, later or mended.
    Refused {
        /// The server's words.
        response: Box<ErrorResponse>,
        /// The state before the request.
        origin: Box<G::Origin>,
    },
    /// The server says that what was presented is no good (`invalid_grant`, RFC 6749 section 5.2, whatever the status):
    /// it will never be.
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

impl<G: Grant> FinishError<G> {
    /// What to do.
    pub fn remedy(&self) -> Remedy {
        match self {
            Self::NotSent { .. } => Remedy::Retry { after: None },
            Self::Refused { response, .. } if response.remedy() == Remedy::LogIn => G::AFTER_THE_END,
            Self::Refused { response, .. } => response.remedy(),
            Self::Dead { .. } | Self::Untrusted { .. } => G::AFTER_THE_END,
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
            Self::NotSent { .. } => {
                f.write_str("the request was not sent; nothing was spent, so try again from `origin`")
            }
            Self::Refused { response, .. } => {
                let advice = response.advice(G::BEGIN_AGAIN);
                write!(f, "the server refused the request, and nothing was spent: {response}{advice}")
            }
            Self::Dead { response, .. } => {
                write!(f, "the server will never accept this again: {response}; {}", G::BEGIN_AGAIN)
            }
            Self::InDoubt { doubt, .. } => {
                write!(f, "the request may have arrived ({doubt}), and {}", G::IN_DOUBT)
            }
            Self::Untrusted { fault, .. } => {
                write!(
                    f,
                    "tokens were issued that must not be used, and what was presented is spent: {fault}; {}",
                    G::BEGIN_AGAIN
                )
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
