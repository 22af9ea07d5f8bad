//! The parameters that OAuth knows. Whose scheme is not the token's own does not speak of the token.

use std::time::Duration;

use super::Challenge;
use crate::vocabulary::{Scope, grammar::decimal};

/// Why an API refused a request: the error codes that RFC 6750, 9449 and 9470 have for it. Others are kept word for
/// word.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ResourceErrorCode<'a> {
    /// `invalid_request`: a parameter is missing, repeated or not known (RFC 6750 section 3.1).
    InvalidRequest,
    /// `invalid_token`: the access token is expired, revoked or malformed (RFC 6750 section 3.1).
    InvalidToken,
    /// `insufficient_scope`: the token is good, but not for this (RFC 6750 section 3.1).
    InsufficientScope,
    /// `insufficient_user_authentication`: the token is good, but the user's login was too weak or too long ago
    /// (RFC 9470 section 3).
    InsufficientUserAuthentication,
    /// `invalid_dpop_proof` (RFC 9449 section 7.1).
    InvalidDpopProof,
    /// `use_dpop_nonce`: the proof must hold the server's nonce (RFC 9449 section 9).
    UseDpopNonce,
    /// A code that these do not know, word for word, whatever its grammar.
    Other(&'a str),
}

impl<'a> ResourceErrorCode<'a> {
    fn read(text: &'a str) -> Self {
        match text {
            "invalid_request" => Self::InvalidRequest,
            "invalid_token" => Self::InvalidToken,
            "insufficient_scope" => Self::InsufficientScope,
            "insufficient_user_authentication" => Self::InsufficientUserAuthentication,
            "invalid_dpop_proof" => Self::InvalidDpopProof,
            "use_dpop_nonce" => Self::UseDpopNonce,
            other => Self::Other(other),
        }
    }

    /// The code as it stands on the wire.
    pub fn as_str(self) -> &'a str {
        match self {
            Self::InvalidRequest => "invalid_request",
            Self::InvalidToken => "invalid_token",
            Self::InsufficientScope => "insufficient_scope",
            Self::InsufficientUserAuthentication => "insufficient_user_authentication",
            Self::InvalidDpopProof => "invalid_dpop_proof",
            Self::UseDpopNonce => "use_dpop_nonce",
            Self::Other(text) => text,
        }
    }
}

/// What the parameters of OAuth say. Each is optional, and untrusted.
impl Challenge<'_> {
    /// `error`: why the request was refused (RFC 6750 section 3). Absent where it had no token, or where it is empty.
    pub fn error(&self) -> Option<ResourceErrorCode<'_>> {
        self.parameter("error").filter(|code| !code.is_empty()).map(ResourceErrorCode::read)
    }

    /// `error_description`, for a developer and not for the user (RFC 6750 section 3).
    pub fn error_description(&self) -> Option<&str> {
        self.parameter("error_description")
    }

    /// `realm`: the part of the server that this is about, in the server's own words (RFC 9110 section 11.5).
    pub fn realm(&self) -> Option<&str> {
        self.parameter("realm")
    }

    /// `scope`: what a token needs for this request (RFC 6750 section 3). Absent too where it is no scope by the grammar
    /// of RFC 6749 section 3.3, or has no token. It may ask for more than the user should give: what is asked for is the
    /// application's choice.
    pub fn scope(&self) -> Option<Scope> {
        Scope::split(self.parameter("scope")?, " ").ok().filter(|scope| !scope.is_empty())
    }

    /// `acr_values`: how the user must log in, the best way first, in words with spaces between them (RFC 9470
    /// section 3).
    pub fn acr_values(&self) -> Option<&str> {
        self.parameter("acr_values")
    }

    /// `max_age`: how long ago the user's login may be, in seconds (RFC 9470 section 3). Absent too where it is not made
    /// of digits alone. Digits that do not fit are a very long time, not none.
    pub fn max_age(&self) -> Option<Duration> {
        decimal(self.parameter("max_age")?).map(Duration::from_secs)
    }

    /// `resource_metadata`: where the API says that its metadata is (RFC 9728 section 5.1). Word for word: it may not
    /// even be a URL.
    ///
    /// **Never fetch it as it stands.** Whoever wrote the response chose it, and a client that follows it can be sent to
    /// `http://169.254.169.254/`, or to a host that only its own network reaches: server-side request forgery (RFC 9728
    /// section 7.7). Metadata found there must moreover name the very resource that was asked for (section 3.3).
    pub fn resource_metadata(&self) -> Option<&str> {
        self.parameter("resource_metadata")
    }
}
