//! What came of a request.

use std::error::Error;

use super::Response;

/// A transport's own error.
pub type TransportError = Box<dyn Error + Send + Sync>;

/// What came of sending a [`Request`](crate::Request). When in doubt between the last two, say [`Lost`](Self::Lost).
#[derive(Debug)]
pub enum Outcome {
    /// A response arrived, whatever its status.
    Answered(Response),
    /// It is certain that no byte of the request left: the name did not resolve, the connection was refused, the
    /// TLS handshake failed.
    NotSent(TransportError),
    /// Anything else: a time-out, a reset, a body cut short. The server may have acted.
    Lost(TransportError),
}

impl Outcome {
    /// No byte of the request left.
    pub fn not_sent(why: impl Into<TransportError>) -> Self {
        Self::NotSent(why.into())
    }

    /// The request may have arrived.
    pub fn lost(why: impl Into<TransportError>) -> Self {
        Self::Lost(why.into())
    }
}

impl From<Response> for Outcome {
    fn from(response: Response) -> Self {
        Self::Answered(response)
    }
}
