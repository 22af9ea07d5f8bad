//! What can go wrong at an endpoint that issues no tokens.

use std::{error::Error, fmt};

use super::{AnswerFault, ErrorResponse, Remedy};
use crate::http::TransportError;

/// A request to an endpoint that issues no tokens did not bring what it should have. Nothing single use was in it:
/// `origin` is the state before it, as it was.
#[derive(Debug)]
pub struct EndpointError<S> {
    origin: Box<S>,
    fault: EndpointFault,
}

/// Why an endpoint's answer is missing or of no use.
#[derive(Debug)]
#[non_exhaustive]
pub enum EndpointFault {
    /// No byte of the request left.
    NotSent(TransportError),
    /// The connection was lost after something was sent.
    Lost(TransportError),
    /// The server refused: its status is not that of success, or it states an error all the same.
    Refused(Box<ErrorResponse>),
    /// The status is that of success, and the answer cannot be read.
    Unreadable(AnswerFault),
}

impl<S> EndpointError<S> {
    pub(crate) fn new(origin: S, fault: EndpointFault) -> Self {
        Self { origin: Box::new(origin), fault }
    }

    /// Why.
    pub fn fault(&self) -> &EndpointFault {
        &self.fault
    }

    pub(crate) fn origin(&self) -> &S {
        &self.origin
    }

    /// The state before the request.
    pub fn into_origin(self) -> S {
        *self.origin
    }

    /// What to do.
    pub fn remedy(&self) -> Remedy {
        self.fault.remedy()
    }
}

impl EndpointFault {
    /// What to do.
    pub fn remedy(&self) -> Remedy {
        match self {
            Self::NotSent(_) | Self::Lost(_) => Remedy::Retry { after: None },
            Self::Refused(response) => response.remedy(),
            Self::Unreadable(_) => Remedy::Fix,
        }
    }
}

impl From<AnswerFault> for EndpointFault {
    fn from(fault: AnswerFault) -> Self {
        Self::Unreadable(fault)
    }
}

impl<S> fmt::Display for EndpointError<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.fault, f)
    }
}

impl fmt::Display for EndpointFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotSent(_) => f.write_str("the request was not sent; try again"),
            Self::Lost(_) => f.write_str("the connection was lost; nothing in the request is single use, so try again"),
            Self::Refused(response) => {
                write!(f, "the server refused the request: {response}{}", response.advice("log in again"))
            }
            Self::Unreadable(fault) => write!(f, "the server agreed, with an unreadable answer: {fault}"),
        }
    }
}

impl<S: fmt::Debug> Error for EndpointError<S> {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.fault.source()
    }
}

impl Error for EndpointFault {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::NotSent(why) | Self::Lost(why) => Some(&**why),
            Self::Refused(_) | Self::Unreadable(_) => None,
        }
    }
}
