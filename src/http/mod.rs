//! Requests to send and responses to read, as values. The caller owns the transport.

#[cfg(feature = "http")]
mod convert;
mod outcome;
mod request;
mod response;

pub use outcome::{Outcome, TransportError};
pub(crate) use request::{Body, Target};
pub use request::{Header, Method, Request, RequestParts, TransportContract};
pub(crate) use response::LONGEST_WAIT;
pub use response::Response;
