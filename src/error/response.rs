//! What a server says when it refuses (RFC 6749 sections 4.1.2.1 and 5.2).

use std::{fmt, time::Duration};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Remedy, words::beginning};
use crate::vocabulary::{grammar, millis};

/// An OAuth error, from a callback or from the token endpoint, in the server's own words.
///
/// The words are untrusted text. `Display` escapes control characters, and stops after 200 characters of each text; it
/// does not escape for HTML. A server may repeat in them what it was sent. Never follow [`uri`](Self::uri) without asking
/// the user.
///
/// ```
/// use oauth_proto::{ErrorCode, FinishError, Remedy, Response};
/// # use oauth_proto::{Client, Registration, Timestamp, providers};
/// # let client = Client::confidential(providers::amiqus(), Registration::new("app")?, "s3cret".into())?;
/// # let now = Timestamp::from_unix_seconds(1_800_000_000);
/// # let (_request, in_flight) = client.client_credentials()?.request(now)?;
/// let body = r#"{"error":"invalid_client","error_description":"rotated\nyesterday"}"#;
/// let answer = Response::new(401, [("Content-Type", "application/json")], body);
/// let Err(FinishError::Refused { response, .. }) = in_flight.finish(answer.into()) else { unreachable!() };
/// assert_eq!((&response.code, response.status), (&ErrorCode::InvalidClient, Some(401)));
/// assert_eq!(response.to_string(), r#"invalid_client (status 401): "rotated\nyesterday""#);
/// assert_eq!(response.remedy(), Remedy::Fix);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// It may be stored or sent on, as the reason why a job failed for instance: serde writes the fields by their names, and
/// `retry_after_ms` in milliseconds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ErrorResponse {
    /// The error code.
    pub code: ErrorCode,
    /// `error_description`, word for word.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<Box<str>>,
    /// `error_uri`, word for word: not checked, not for following.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uri: Option<Box<str>>,
    /// The HTTP status; absent in a callback.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// How long the server asks to wait: `Retry-After` in seconds (RFC 9110 section 10.2.3), at most one hour. Its
    /// other form, a date, is not read.
    #[serde(rename = "retry_after_ms", with = "millis::option", default, skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<Duration>,
}

/// The error codes of RFC 6749; anything else is kept word for word. Serde writes the code as it stands on the wire.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorCode {
    /// `invalid_request`
    InvalidRequest,
    /// `invalid_client`
    InvalidClient,
    /// `invalid_grant`: the code or refresh token is spent, expired, revoked or another client's.
    InvalidGrant,
    /// `unauthorized_client`
    UnauthorizedClient,
    /// `unsupported_grant_type`
    UnsupportedGrantType,
    /// `unsupported_response_type`
    UnsupportedResponseType,
    /// `invalid_scope`
    InvalidScope,
    /// `access_denied`: the user or the server said no.
    AccessDenied,
    /// `server_error`
    ServerError,
    /// `temporarily_unavailable`
    TemporarilyUnavailable,
    /// A code that RFC 6749 does not know, word for word.
    Other(Box<str>),
    /// The answer refused by its status, and its body named no OAuth error.
    Unstated,
}

impl ErrorResponse {
    /// What to do about a refusal that spent nothing.
    pub fn remedy(&self) -> Remedy {
        let busy = matches!(self.code, ErrorCode::ServerError | ErrorCode::TemporarilyUnavailable);
        let busy = busy || matches!(self.status, Some(408 | 429 | 500..));
        if busy || self.retry_after.is_some() {
            return Remedy::Retry { after: self.retry_after };
        }
        match self.code {
            ErrorCode::AccessDenied | ErrorCode::InvalidGrant => Remedy::LogIn,
            _ => Remedy::Fix,
        }
    }
}

impl ErrorCode {
    /// The code that a body states; [`Unstated`](Self::Unstated) where it breaks the grammar of RFC 6749 section A.7.
    pub(crate) fn stated(text: Option<&str>) -> Self {
        let code = text.filter(|code| !code.is_empty() && code.bytes().all(grammar::is_nqschar));
        code.map_or(Self::Unstated, Self::read)
    }

    /// Reads a code, whatever its grammar.
    pub(crate) fn read(text: &str) -> Self {
        match text {
            "invalid_request" => Self::InvalidRequest,
            "invalid_client" => Self::InvalidClient,
            "invalid_grant" => Self::InvalidGrant,
            "unauthorized_client" => Self::UnauthorizedClient,
            "unsupported_grant_type" => Self::UnsupportedGrantType,
            "unsupported_response_type" => Self::UnsupportedResponseType,
            "invalid_scope" => Self::InvalidScope,
            "access_denied" => Self::AccessDenied,
            "server_error" => Self::ServerError,
            "temporarily_unavailable" => Self::TemporarilyUnavailable,
            other => Self::Other(other.into()),
        }
    }

    /// The code as it stands on the wire; empty for [`Unstated`](Self::Unstated).
    pub fn as_str(&self) -> &str {
        match self {
            Self::InvalidRequest => "invalid_request",
            Self::InvalidClient => "invalid_client",
            Self::InvalidGrant => "invalid_grant",
            Self::UnauthorizedClient => "unauthorized_client",
            Self::UnsupportedGrantType => "unsupported_grant_type",
            Self::UnsupportedResponseType => "unsupported_response_type",
            Self::InvalidScope => "invalid_scope",
            Self::AccessDenied => "access_denied",
            Self::ServerError => "server_error",
            Self::TemporarilyUnavailable => "temporarily_unavailable",
            Self::Other(text) => text,
            Self::Unstated => "",
        }
    }
}

impl Serialize for ErrorCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for ErrorCode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let code = String::deserialize(deserializer)?;
        Ok(if code.is_empty() { Self::Unstated } else { Self::read(&code) })
    }
}

impl fmt::Display for ErrorResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.code {
            ErrorCode::Unstated => f.write_str("a refusal that names no OAuth error")?,
            code => write!(f, "{}", shown(code.as_str()))?,
        }
        if let Some(status) = self.status {
            write!(f, " (status {status})")?;
        }
        if let Some(description) = &self.description {
            write!(f, ": \"{}\"", shown(description))?;
        }
        Ok(())
    }
}

/// As much of a server's words as a log line should hold, with control characters escaped. The field has them all.
pub(crate) fn shown(words: &str) -> String {
    beginning(words, 200)
}
