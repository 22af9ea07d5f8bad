//! The token response.

use serde::{Deserialize, Serialize};

use super::{Added, Renames};

/// The token response.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct ResponseStep {
    /// The status of success: 200 (RFC 6749 section 5.1).
    pub status: u16,
    /// The body's format: JSON.
    pub format: ResponseFormat,
    /// The media types that an answer may have, where they are not the format's own.
    pub media_types: Option<Vec<String>>,
    /// Members of another name, in the body and in an implicit callback. Standard names: `access_token`,
    /// `refresh_token`, `token_type`, `expires_in`, `scope`, `nonce`. In JSON, a dot leads down into an object:
    /// `data.token`.
    pub rename: Renames,
    /// What the number under `expires_in` counts.
    pub expiry: ExpiryEncoding,
    /// Whether `token_type` may be absent, against RFC 6749 section 5.1. One that is there is always compared.
    pub token_type_optional: bool,
    /// The token types that this provider's access tokens have, in any case: `Bearer`.
    pub token_types: Vec<String>,
    /// What stands between two scope tokens in a response, where it is not what stands between them in requests.
    pub scope_separator: Option<String>,
    /// How the scope is written: as text.
    pub scope_format: ScopeFormat,
    /// Members to keep as [`Extras`](crate::Extras). A dot leads down into an object: `team.id`. Not the tokens: they
    /// are kept already, and given up when they are dead.
    pub keep: Vec<String>,
    /// How an error is told from success, and where it stands.
    pub error: ErrorMembers,
}

impl Default for ResponseStep {
    fn default() -> Self {
        Self {
            status: 200,
            format: ResponseFormat::default(),
            media_types: None,
            rename: Renames::default(),
            expiry: ExpiryEncoding::default(),
            token_type_optional: false,
            token_types: vec!["Bearer".into()],
            scope_separator: None,
            scope_format: ScopeFormat::default(),
            keep: Vec::new(),
            error: ErrorMembers::default(),
        }
    }
}

/// The format of a token response.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ResponseFormat {
    /// `application/json`.
    #[default]
    Json,
    /// `application/x-www-form-urlencoded`, as drafts of the protocol had it.
    Form,
}

/// What the number in the expiry member counts.
///
/// ```
/// use oauth_proto::{Response, Timestamp, dialect::ExpiryEncoding};
/// # use oauth_proto::{Client, Provider, Registration};
/// # let mut provider = Provider::new("example", "https://id.example/authorize", "https://id.example/token");
/// provider.dialect.response.expiry = ExpiryEncoding::MillisecondsSinceEpoch;
/// provider.dialect.response.rename.rename("expires_in", "expires");
/// # let client = Client::confidential(provider, Registration::new("app")?, "s3cret".into())?;
/// # let (_, in_flight) = client.client_credentials()?.request(Timestamp::from_unix_seconds(1_799_990_000))?;
/// let body = r#"{"access_token":"A1","token_type":"Bearer","expires":1800000000000}"#;
/// let answer = Response::new(200, [("Content-Type", "application/json")], body);
/// let authorized = in_flight.finish(answer.into())?;
/// assert_eq!(authorized.expires_at(), Some(Timestamp::from_unix_seconds(1_800_000_000)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ExpiryEncoding {
    /// Seconds from now (RFC 6749 section 5.1), counted from the sending of the request; from the arrival of an
    /// implicit callback.
    #[default]
    SecondsFromNow,
    /// Milliseconds from now, counted as the seconds are.
    MillisecondsFromNow,
    /// Seconds since 1970.
    SecondsSinceEpoch,
    /// Milliseconds since 1970.
    MillisecondsSinceEpoch,
    /// Seconds or milliseconds since 1970, for a server that does not say: 100,000,000,000 or more are milliseconds,
    /// which is 1973 in one reading and the year 5138 in the other.
    SecondsOrMillisecondsSinceEpoch,
    /// A date and time of day (RFC 3339): `2026-11-25T08:30:00Z`.
    Date,
    /// Nothing is read: each access token lives so many seconds, counted as the seconds are.
    ConstantSeconds(u32),
    /// Nothing is read, and nothing is known of its end: for a server whose number means something else.
    Ignored,
}

/// How the scope is written in a token response.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ScopeFormat {
    /// As one text with separators (RFC 6749 section 3.3).
    #[default]
    Text,
    /// As a JSON list of strings or whole numbers.
    List,
    /// In a way that cannot be read; what was asked for is taken to be granted.
    Ignored,
}

/// Where an error stands in an answer, and what tells it from success. A dot leads down into an object.
///
/// ```
/// use oauth_proto::{ErrorCode, FinishError, Response, dialect::OkMember};
/// # use oauth_proto::{Client, Provider, Registration, Timestamp};
/// # let mut provider = Provider::new("example", "https://id.example/authorize", "https://id.example/token");
/// provider.dialect.response.error.ok = Some(OkMember::new("ok", true));
/// # let client = Client::confidential(provider, Registration::new("app")?, "s3cret".into())?;
/// # let (_, in_flight) = client.client_credentials()?.request(Timestamp::from_unix_seconds(0))?;
/// let answer = Response::new(200, [("Content-Type", "application/json")], r#"{"ok":false,"error":"invalid_client"}"#);
/// let Err(FinishError::Refused { response, .. }) = in_flight.finish(answer.into()) else { unreachable!() };
/// assert_eq!(response.code, ErrorCode::InvalidClient);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct ErrorMembers {
    /// The code: `error`.
    pub code: String,
    /// The description: `error_description`.
    pub description: String,
    /// Where to read more: `error_uri`.
    pub uri: String,
    /// A member that says whether this is success at all, for a server that refuses with the status of success.
    pub ok: Option<OkMember>,
    /// Codes of the provider's own that say what `invalid_grant` says: the code or refresh token will never be accepted.
    pub invalid_grant: Vec<String>,
}

impl Default for ErrorMembers {
    fn default() -> Self {
        Self {
            code: "error".into(),
            description: "error_description".into(),
            uri: "error_uri".into(),
            ok: None,
            invalid_grant: Vec::new(),
        }
    }
}

/// A member that has one value in each answer that brings tokens, and another, or is absent, in each that does not. It
/// may be the member of the error's code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct OkMember {
    /// The member.
    pub member: String,
    /// Its value in success: a text, a whole number or a truth value.
    pub value: Added,
}

impl OkMember {
    /// `member` has `value` in success.
    pub fn new(member: impl Into<String>, value: impl Into<Added>) -> Self {
        Self { member: member.into(), value: value.into() }
    }
}
