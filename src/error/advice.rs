//! What to do about a server's refusal, in words: behind the server's own.

use std::fmt;

use super::{ErrorCode, ErrorResponse, Remedy};
use crate::vocabulary::Span;

/// What to do about a refusal: nothing, or words that stand behind those of the server.
pub(crate) struct Advice<'a> {
    response: &'a ErrorResponse,
    /// What is done where no more of the same will help.
    over: &'a str,
}

impl ErrorResponse {
    /// What to do about it, in words; `over` where what was there is over.
    pub(crate) fn advice<'a>(&'a self, over: &'a str) -> Advice<'a> {
        Advice { response: self, over }
    }

    /// What is set up wrongly. A code that no RFC for every endpoint has speaks for itself.
    fn what_to_fix(&self) -> &'static str {
        match (&self.code, self.status) {
            (ErrorCode::InvalidRequest, _) => {
                "a parameter is missing, unknown or repeated: check the provider's data against its documentation"
            }
            (ErrorCode::InvalidClient, _) => {
                "check the client's id and secret, and the step's `client_authentication` in the provider's data"
            }
            (ErrorCode::UnauthorizedClient, _) => "allow this to the client, in its settings at the provider",
            (ErrorCode::UnsupportedGrantType | ErrorCode::UnsupportedResponseType, _) => {
                "this server does not have the grant: use another one"
            }
            (ErrorCode::InvalidScope, _) => "ask for a scope that the server has, and allows to this client",
            (ErrorCode::Unstated, Some(404 | 405 | 410)) => "check the endpoint's URL",
            (ErrorCode::Unstated, Some(_)) => "check the endpoint's URL; or something before the server said it",
            _ => "",
        }
    }
}

impl fmt::Display for Advice<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { response, over } = self;
        let words = match response.remedy() {
            Remedy::Retry { after: Some(wait) } => return write!(f, "; try again in {}", Span(wait)),
            Remedy::Retry { after: None } => "try again later",
            Remedy::LogIn => over,
            Remedy::Fix => response.what_to_fix(),
            Remedy::Ignore | Remedy::Decide => "",
        };
        if words.is_empty() { Ok(()) } else { write!(f, "; {words}") }
    }
}
