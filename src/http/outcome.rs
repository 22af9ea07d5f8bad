//! What came of a request.

use std::error::Error;

use super::Response;

/// A transport's own error. It is shown as it is: where the parameters stand in the URL
/// ([`BodyFormat::Query`](crate::dialect::BodyFormat::Query)), take the URL out of it first, since it holds credentials.
pub type TransportError = Box<dyn Error + Send + Sync>;

/// What came of sending a [`Request`](crate::Request). When in doubt between the last two, say [`Lost`](Self::Lost).
///
/// ```
/// use std::io::{Error, ErrorKind};
/// use oauth_proto::{Outcome, Response};
///
/// fn outcome(came: Result<Response, Error>) -> Outcome {
///     match came {
///         Ok(response) => response.into(), // a 500 too
///         Err(why) if why.kind() == ErrorKind::ConnectionRefused => Outcome::not_sent(why),
///         Err(why) => Outcome::lost(why),
///     }
/// }
/// assert!(matches!(outcome(Err(ErrorKind::ConnectionRefused.into())), Outcome::NotSent(_)));
/// assert!(matches!(outcome(Err(ErrorKind::TimedOut.into())), Outcome::Lost(_)));
/// ```
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
