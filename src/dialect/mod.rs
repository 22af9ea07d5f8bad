//! How a provider's wire differs from RFC 6749: plain data, one struct per step.
//!
//! The default of every field is the RFC's rule. A field that weakens a rule says so in its name or its first line.

mod check;
mod decode;
mod encode;
mod parameters;

use serde::{Deserialize, Serialize};

pub(crate) use check::is_authorize_parameter;
pub(crate) use decode::{RawAnswer, Refusal, TokenAnswer, Value, read_answer};
pub(crate) use encode::{basic_credentials, form, json, query};
pub use parameters::{Parameters, Renames};

/// The steps of the protocol, and what is different at each.
///
/// ```
/// use oauth_proto::dialect::{BodyFormat, ClientAuthentication, Dialect};
///
/// let mut dialect = Dialect::default();
/// dialect.token.body = BodyFormat::Json;
/// dialect.token.client_authentication = ClientAuthentication::Body;
/// dialect.token.parameters.omit("redirect_uri");
///
/// // The same as data. A field that does not exist is refused by its name.
/// let json = r#"{ "token": { "body": "json", "client_authentication": "body",
///                            "parameters": { "omit": ["redirect_uri"] } } }"#;
/// assert_eq!(serde_json::from_str::<Dialect>(json)?, dialect);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Dialect {
    /// The authorization request (RFC 6749 sections 4.1.1 and 4.2.1).
    pub authorize: AuthorizeStep,
    /// The browser's way back (sections 4.1.2 and 4.2.2).
    pub callback: CallbackStep,
    /// The token request of every grant but refresh (sections 4.1.3, 4.3.2 and 4.4.2).
    pub token: TokenStep,
    /// The refresh request (section 6).
    pub refresh: RefreshStep,
    /// The token response (sections 5.1 and 5.2).
    pub response: ResponseStep,
    /// How an access token is shown to an API (RFC 6750 section 2.1).
    pub presentation: Presentation,
}

/// The authorization request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct AuthorizeStep {
    /// Parameters that are renamed, left out or added. Standard names: `response_type`, `client_id`,
    /// `redirect_uri`, `scope`, `state`, `nonce`, `code_challenge`, `code_challenge_method`.
    pub parameters: Parameters,
    /// The `response_type` that asks for a code: `code`.
    pub response_type_code: String,
    /// The `response_type` that asks for a token: `token`.
    pub response_type_token: String,
    /// What stands between two scope tokens, here and in the response: one space.
    pub scope_separator: String,
    /// Whether a nonce is sent and must come back with the tokens: off.
    pub nonce: Nonce,
}

impl Default for AuthorizeStep {
    fn default() -> Self {
        Self {
            parameters: Parameters::default(),
            response_type_code: "code".into(),
            response_type_token: "token".into(),
            scope_separator: " ".into(),
            nonce: Nonce::default(),
        }
    }
}

/// A nonce that binds the token response to the login.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Nonce {
    /// None is sent.
    #[default]
    Off,
    /// One is sent, and tokens that come without it are refused.
    EchoedWithTokens,
}

/// The browser's way back.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct CallbackStep {
    /// Parameters of another name. Standard names: `code`, `state`, `error`, `error_description`, `error_uri`, `iss`
    /// (those of a token are renamed in [`Dialect::response`]).
    pub rename: Renames,
    /// Whether `state` comes back. **Any other value than the default gives up a defence against forged callbacks.**
    pub state: StateEcho,
    /// How the text of a code is taken from the URL.
    pub code: CodeDecoding,
    /// Whether `iss` must be there (RFC 9207 section 2.3). One that is there is always compared.
    pub issuer: IssuerParameter,
    /// Where the implicit grant's tokens stand.
    pub tokens: TokenPlace,
    /// Whether the implicit grant brings a refresh token, against RFC 6749 section 4.2.2: no.
    pub implicit_refresh_token: bool,
}

/// Whether the server sends `state` back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum StateEcho {
    /// Always, as RFC 6749 section 4.1.2 requires. A callback without it is not ours.
    #[default]
    Required,
    /// This server never sends it back. A callback without it is taken; one with another state still is not. What is
    /// left against a forged callback is that the waiting state lies in the browser's own session, and PKCE.
    NotEchoedByThisServer,
}

/// How the text of a code is taken from the callback.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum CodeDecoding {
    /// Decoded, as every form parameter (RFC 6749 appendix B).
    #[default]
    Decoded,
    /// As it stands in the URL: for servers that want `%3D` back as `%3D`.
    AsReceived,
}

/// Whether the callback must have `iss`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum IssuerParameter {
    /// It may be absent.
    #[default]
    Optional,
    /// The server sends it with every answer, errors included.
    Required,
}

/// Where the implicit grant's tokens stand in the callback.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum TokenPlace {
    /// In the fragment (RFC 6749 section 4.2.2).
    #[default]
    Fragment,
    /// In the query, where servers log them.
    Query,
    /// In either: for a server that does not say. Not in both.
    FragmentOrQuery,
}

/// A token request.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct TokenStep {
    /// The body's format: a form.
    pub body: BodyFormat,
    /// Where a client with a secret proves itself: HTTP Basic.
    pub client_authentication: ClientAuthentication,
    /// Parameters that are renamed, left out or added. Standard names: `grant_type`, `client_id`, `client_secret`,
    /// `code`, `redirect_uri`, `code_verifier`, `username`, `password`, `scope`.
    pub parameters: Parameters,
}

/// A refresh request.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct RefreshStep {
    /// The body's format: a form.
    pub body: BodyFormat,
    /// Where a client with a secret proves itself: HTTP Basic.
    pub client_authentication: ClientAuthentication,
    /// Parameters that are renamed, left out or added. Standard names: `grant_type`, `client_id`, `client_secret`,
    /// `refresh_token`, `redirect_uri`.
    pub parameters: Parameters,
    /// Whether the login's `redirect_uri` goes along, which RFC 6749 section 6 does not know. It is remembered
    /// with the tokens then.
    pub send_redirect_uri: bool,
    /// Whether a client without a secret is refused here.
    pub needs_secret: bool,
    /// Until when a refresh is allowed.
    pub deadline: RefreshDeadline,
}

/// Until when a refresh is allowed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum RefreshDeadline {
    /// As long as the refresh token lives.
    #[default]
    None,
    /// Only before the access token expires.
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
}

/// Where a client with a secret proves itself. A public client always sends just its `client_id`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ClientAuthentication {
    /// HTTP Basic, id and secret form-encoded first (RFC 6749 section 2.3.1).
    #[default]
    Basic,
    /// `client_id` and `client_secret` in the body.
    Body,
    /// `client_id` in the body, and no secret although there is one.
    None,
}

/// The token response.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct ResponseStep {
    /// The body's format: JSON.
    pub format: ResponseFormat,
    /// Members of another name, in the body and in an implicit callback. Standard names: `access_token`,
    /// `refresh_token`, `token_type`, `expires_in`, `scope`, `nonce`.
    pub rename: Renames,
    /// What the number under `expires_in` counts.
    pub expiry: ExpiryEncoding,
    /// Whether `token_type` may be absent, against RFC 6749 section 5.1. One that is there is always compared.
    pub token_type_optional: bool,
    /// The token types that this provider's access tokens have, in any case: `Bearer`.
    pub token_types: Vec<String>,
}

impl Default for ResponseStep {
    fn default() -> Self {
        Self {
            format: ResponseFormat::default(),
            rename: Renames::default(),
            expiry: ExpiryEncoding::default(),
            token_type_optional: false,
            token_types: vec!["Bearer".into()],
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
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ExpiryEncoding {
    /// Seconds from now (RFC 6749 section 5.1), counted from the sending of the request.
    #[default]
    SecondsFromNow,
    /// Seconds since 1970.
    SecondsSinceEpoch,
    /// Milliseconds since 1970.
    MillisecondsSinceEpoch,
}

/// How an access token is shown to an API.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Presentation {
    /// The header field: `Authorization`.
    pub header: String,
    /// The scheme in front of the token: `Bearer`. Null for the bare token.
    pub scheme: Option<String>,
}

impl Default for Presentation {
    fn default() -> Self {
        Self { header: "Authorization".into(), scheme: Some("Bearer".into()) }
    }
}
