//! The requests that go to the token endpoint.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Parameters;
use crate::http::Method;

/// A token request.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct TokenStep {
    /// The method: `POST`. `GET` has no body, so it goes with [`BodyFormat::Query`].
    pub method: Method,
    /// The body's format: a form.
    pub body: BodyFormat,
    /// How a client with a secret proves itself: HTTP Basic.
    pub client_authentication: ClientAuthentication,
    /// How id and secret are written into HTTP Basic: form-encoded first.
    pub basic_encoding: BasicEncoding,
    /// Parameters that are renamed, left out or added. Standard names: `grant_type`, `client_id`, `client_secret`,
    /// `code`, `redirect_uri`, `code_verifier`, `username`, `password`, `scope`.
    pub parameters: Parameters,
    /// Header fields that are added. Their values are templates, as those of added parameters. `Content-Type` and `Accept`
    /// take the place of this crate's own.
    pub headers: BTreeMap<String, String>,
}

/// A refresh request.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct RefreshStep {
    /// The method: `POST`. `GET` has no body, so it goes with [`BodyFormat::Query`].
    pub method: Method,
    /// The body's format: a form.
    pub body: BodyFormat,
    /// How a client with a secret proves itself: HTTP Basic.
    pub client_authentication: ClientAuthentication,
    /// How id and secret are written into HTTP Basic: form-encoded first.
    pub basic_encoding: BasicEncoding,
    /// Parameters that are renamed, left out or added. Standard names: `grant_type`, `client_id`, `client_secret`,
    /// `refresh_token`, `redirect_uri`.
    pub parameters: Parameters,
    /// Header fields that are added. Their values are templates, as those of added parameters. `Content-Type` and `Accept`
    /// take the place of this crate's own.
    pub headers: BTreeMap<String, String>,
    /// Whether the login's `redirect_uri` goes along, which RFC 6749 section 6 does not know. It is remembered
    /// with the tokens then.
    pub send_redirect_uri: bool,
    /// Whether a client without a secret is refused here, before anything is sent.
    pub needs_secret: bool,
    /// Until when a refresh is allowed.
    pub deadline: RefreshDeadline,
    /// From when on a refresh is allowed, in seconds before the access token expires: at any time when absent.
    pub opens_seconds_before_expiry: Option<u32>,
    /// What is presented: the refresh token.
    pub credential: RefreshCredential,
    /// What a refresh brings: new tokens.
    pub answer: RefreshAnswer,
}

/// What a step says of its request, whichever step it is.
pub(crate) struct Wire<'a> {
    pub(crate) method: Method,
    pub(crate) body: BodyFormat,
    pub(crate) authentication: ClientAuthentication,
    pub(crate) basic_encoding: BasicEncoding,
    pub(crate) parameters: &'a Parameters,
    pub(crate) headers: &'a BTreeMap<String, String>,
}

impl TokenStep {
    pub(crate) fn wire(&self) -> Wire<'_> {
        Wire {
            method: self.method,
            body: self.body,
            authentication: self.client_authentication,
            basic_encoding: self.basic_encoding,
            parameters: &self.parameters,
            headers: &self.headers,
        }
    }
}

impl RefreshStep {
    pub(crate) fn wire(&self) -> Wire<'_> {
        Wire {
            method: self.method,
            body: self.body,
            authentication: self.client_authentication,
            basic_encoding: self.basic_encoding,
            parameters: &self.parameters,
            headers: &self.headers,
        }
    }
}

/// Until when a refresh is allowed.
///
/// ```
/// use oauth_proto::dialect::RefreshDeadline;
/// # use oauth_proto::{Client, Provider, Registration, Standing, Timestamp};
/// # let mut provider = Provider::new("example", "https://id.example/authorize", "https://id.example/token");
/// provider.dialect.refresh.deadline = RefreshDeadline::AccessTokenExpiry;
/// # let client = Client::confidential(provider, Registration::new("app")?, "s3cret".into())?;
/// # let end = Timestamp::from_unix_seconds(1_800_000_000);
/// # let a_second_before = Timestamp::from_unix_seconds(1_799_999_999);
/// # let tokens = client.import_refreshable_tokens_from_elsewhere("A1".into(), "R1".into(), Some(end))?;
/// # let Standing::Authorized(authorized) = tokens.at(a_second_before) else { unreachable!() };
/// let error = authorized.refresh(&client, end).unwrap_err(); // nothing was sent, and the tokens come back
/// let Standing::Authorized(authorized) = error.into_origin().at(a_second_before) else { unreachable!() };
/// assert!(authorized.refresh(&client, a_second_before).is_ok());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum RefreshDeadline {
    /// As long as the refresh token lives.
    #[default]
    None,
    /// Only before the access token expires: at that instant it is too late. Without an expiry there is no deadline.
    AccessTokenExpiry,
}

/// The format of a request body.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum BodyFormat {
    /// `application/x-www-form-urlencoded` (RFC 6749 appendix B).
    #[default]
    Form,
    /// A JSON object of strings.
    Json,
    /// No body: the parameters stand in the URL's query, **secrets included**, where servers log them.
    Query,
}

/// How a client with a secret proves itself. A public client always sends just its `client_id`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ClientAuthentication {
    /// HTTP Basic (RFC 6749 section 2.3.1), and no `client_id` in the body.
    #[default]
    Basic,
    /// `client_id` and `client_secret` in the body.
    Body,
    /// Both at once, **against RFC 6749 section 2.3**: for a server of which nobody knows which one it reads.
    BasicAndBody,
    /// HTTP Basic, and `client_id` in the body as well.
    BasicAndClientId,
    /// HTTP Basic with the secret as the user name and no password, and no `client_id` in the body.
    SecretAsBasicUser,
    /// `client_id` in the body, and no secret although there is one.
    None,
}

/// How id and secret are written into HTTP Basic.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum BasicEncoding {
    /// Each form-encoded, then joined by a colon (RFC 6749 section 2.3.1). A space is written `%20`, which servers undo that
    /// leave a form's `+` as it is.
    #[default]
    Form,
    /// As they are (RFC 7617), against RFC 6749: for a server that does not decode them. A `client_id` with a colon
    /// cannot be written so.
    None,
}

/// What is presented to renew an access token.
///
/// ```
/// use oauth_proto::{Granted, Response, dialect::RefreshCredential};
/// # use oauth_proto::{Client, Provider, Registration, Timestamp};
/// # let mut provider = Provider::new("example", "https://id.example/authorize", "https://id.example/token");
/// provider.dialect.refresh.credential = RefreshCredential::Access;
/// provider.dialect.refresh.parameters.rename("refresh_token", "access_token");
/// # let client = Client::confidential(provider, Registration::new("app")?, "s3cret".into())?;
/// # let now = Timestamp::from_unix_seconds(1_800_000_000);
/// # let (_request, in_flight) = client.password()?.request("alice", &"correct horse".into(), now)?;
/// let body = r#"{"access_token":"A1","token_type":"Bearer","expires_in":3600}"#;
/// let answer = Response::new(200, [("Content-Type", "application/json")], body);
/// let Granted::Refreshable(authorized) = in_flight.finish(answer.into())? else { unreachable!() };
/// let (request, in_flight) = authorized.refresh(&client, now)?;
/// assert_eq!(request.expose_body(), b"grant_type=refresh_token&access_token=A1");
/// # drop(in_flight);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum RefreshCredential {
    /// The refresh token: `"refresh_token"`.
    #[default]
    #[serde(rename = "refresh_token")]
    Refresh,
    /// The access token itself, as `refresh_token`, which the dialect renames, for a provider without refresh tokens:
    /// `"access_token"`.
    #[serde(rename = "access_token")]
    Access,
}

/// What a refresh brings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum RefreshAnswer {
    /// A new access token (RFC 6749 section 6), and perhaps a new refresh token.
    #[default]
    NewTokens,
    /// No token, or the old ones again: they live so many seconds more, counted from the sending of the request.
    ExtendsSeconds(u32),
}
