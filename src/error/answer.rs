//! Answers that bring no tokens, and why.

use std::fmt;

use super::ErrorResponse;
use crate::http::TransportError;

/// Why nobody knows whether the server acted.
#[derive(Debug)]
#[non_exhaustive]
pub enum Doubt {
    /// The connection was lost after something was sent.
    Lost(TransportError),
    /// The server, or something before it, failed: a 5xx, the 408 of a gateway, or the code `server_error` under any
    /// status.
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
    /// It is longer than [`Limits::response_bytes`](crate::Limits::response_bytes).
    TooLarge,
    /// Its objects and lists stand deeper in each other than [`Limits::json_depth`](crate::Limits::json_depth).
    TooDeep,
    /// It has more members than [`Limits::members`](crate::Limits::members).
    TooManyMembers,
    /// Its `Content-Type` is not the one that is expected: that of the dialect, or JSON.
    ContentType,
    /// It is no JSON.
    NotJson,
    /// It is JSON, but no object (RFC 6749 section 5.1).
    NotAnObject,
    /// It is no form, where the dialect expects one: an escape is broken, or it is no text.
    NotAForm,
    /// A member stands twice in an object, whether anybody reads it or not.
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

impl fmt::Display for Doubt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Lost(_) => f.write_str("the connection was lost after something was sent"),
            Self::ServerFailed(response) => write!(f, "the server failed: {response}"),
            Self::UnexpectedStatus(status @ 300..=399) => write!(
                f,
                "unexpected status {status}, a redirect, which is not followed (RFC 9700 section 4.12): check the \
                 endpoint's URL, down to its last slash"
            ),
            Self::UnexpectedStatus(status) => {
                write!(f, "unexpected status {status}: check the endpoint's URL, and `dialect.response.status`")
            }
            Self::Unreadable(fault) => write!(f, "unreadable answer: {fault}"),
        }
    }
}

impl fmt::Display for AnswerFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge => f.write_str("it is longer than `limits.response_bytes` of the provider's data"),
            Self::TooDeep => f.write_str("it is nested deeper than `limits.json_depth` of the provider's data"),
            Self::TooManyMembers => f.write_str("it has more members than `limits.members` of the provider's data"),
            Self::ContentType => f.write_str(
                "its content type is not the one that is expected (JSON, or `dialect.response.media_types`): a proxy's page, perhaps",
            ),
            Self::NotJson => f.write_str("it is no JSON: a proxy's page, perhaps, or another `dialect.response.format`"),
            Self::NotAnObject => f.write_str("it is JSON, and no object"),
            Self::NotAForm => f.write_str("it is no form (RFC 6749 appendix B)"),
            Self::Repeated => f.write_str("a member stands there twice, and two readers could read two values"),
            Self::Missing(name) => write!(f, "`{name}` is missing, or has another name or place at this server"),
            Self::Malformed(name) => write!(f, "`{name}` has the wrong type or breaks its grammar"),
            Self::Contradiction => f.write_str("it has an error together with a token, and only one can be true"),
            Self::TokenType => f.write_str(
                "the token type is not one this client can use (RFC 6749 section 7.1): see `dialect.response.token_types`",
            ),
            Self::NonceMismatch => f.write_str("the nonce is not the one that was sent: the answer is of another login"),
            Self::NonceMissing => f.write_str("a nonce was sent and none came back: see `dialect.authorize.nonce`"),
        }
    }
}
