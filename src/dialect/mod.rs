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
pub(crate) use encode::{basic_credentials, query};
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
    /// What stands between two scope tokens, in every request and in the response: one space. It is made of printable
    /// ASCII other than letters and digits.
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

/// A nonce that binds the token response to the login. RFC 6749 has none: this is for a server that sends it back
/// beside the tokens, and not the `nonce` in an ID token.
///
/// ```
/// use oauth_proto::dialect::Nonce;
/// # use oauth_proto::{Client, Entropy, Provider, RedirectUri, Registration, Timestamp};
/// # let mut provider = Provider::new("example", "https://id.example/authorize", "https://id.example/token");
/// provider.dialect.authorize.nonce = Nonce::EchoedWithTokens;
/// # let registration = Registration::new("app")?.redirect_uri(RedirectUri::new("https://app.example/cb")?);
/// # let client = Client::confidential(provider, registration, "s3cret".into())?;
/// # let now = Timestamp::from_unix_seconds(1_800_000_000);
/// let (url, awaiting) = client.authorization_code()?.authorize(Entropy::from_os()?, now);
/// assert!(url.as_str().contains("&nonce="));
/// # drop(awaiting);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Nonce {
    /// None is sent.
    #[default]
    Off,
    /// One is sent with each login, and tokens of that login that come without it are refused. A refresh has none.
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
    /// Whether `iss` must be there (RFC 9207 section 2.3). One that is there is compared wherever the provider's data
    /// has an `issuer`.
    pub issuer: IssuerParameter,
    /// Where the implicit grant's tokens stand.
    pub tokens: TokenPlace,
    /// Whether the implicit grant brings a refresh token, against RFC 6749 section 4.2.2: no.
    pub implicit_refresh_token: bool,
}

/// Whether the server sends `state` back.
///
/// ```
/// use oauth_proto::{Callback, dialect::StateEcho, providers};
/// # use oauth_proto::{Client, Entropy, RedirectUri, Registration, Timestamp};
/// # let now = Timestamp::from_unix_seconds(1_800_000_000);
///
/// let mut provider = providers::marq();
/// provider.dialect.callback.state = StateEcho::NotEchoedByThisServer;
/// # let registration = Registration::new("app")?.redirect_uri(RedirectUri::new("https://app.example/cb")?);
/// # let client = Client::confidential(provider, registration, "s3cret".into())?;
/// let (_, awaiting) = client.authorization_code()?.authorize(Entropy::from_os()?, now);
/// assert!(awaiting.receive(&client, Callback::url("/cb?code=SplxlOBeZQQYbYS6WxSbIA"), now).is_ok());
///
/// // Nothing but PKCE binds this login: what has no PKCE does not begin.
/// assert_eq!(client.implicit().unwrap_err().field(), "dialect.callback.state");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
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
///
/// ```
/// use oauth_proto::{Callback, dialect::CodeDecoding};
/// # use oauth_proto::{Client, Entropy, Provider, RedirectUri, Registration, Timestamp};
/// # let mut provider = Provider::new("example", "https://id.example/authorize", "https://id.example/token");
/// provider.dialect.callback.code = CodeDecoding::AsReceived;
/// # let registration = Registration::new("app")?.redirect_uri(RedirectUri::new("https://app.example/cb")?);
/// # let client = Client::confidential(provider, registration, "s3cret".into())?;
/// # let now = Timestamp::from_unix_seconds(1_800_000_000);
/// # let (_, awaiting) = client.authorization_code()?.authorize(Entropy::from_os()?, now);
/// # let state = awaiting.state().expose();
/// # let target = format!("/cb?code=c2Vj%3D&state={state}");
/// // `/cb?code=c2Vj%3D&state=…`
/// let (request, in_flight) = awaiting.receive(&client, Callback::url(&target), now)?;
/// // The form encodes it once more, and the server reads `c2Vj%3D`. By default it would read `c2Vj=`.
/// assert!(std::str::from_utf8(request.expose_body())?.contains("code=c2Vj%253D&"));
/// # drop(in_flight);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
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
    /// The server sends it with every answer, errors included. The provider's data must have an `issuer` then.
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
    /// Whether a client without a secret is refused here, before anything is sent.
    pub needs_secret: bool,
    /// Until when a refresh is allowed.
    pub deadline: RefreshDeadline,
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
    /// Seconds since 1970.
    SecondsSinceEpoch,
    /// Milliseconds since 1970.
    MillisecondsSinceEpoch,
}

/// How an access token is shown to an API.
///
/// ```
/// # use oauth_proto::{Client, Provider, Registration, Standing, Timestamp};
/// # let provider = Provider::new("example", "https://id.example/authorize", "https://id.example/token");
/// # let mut provider = provider.api_origin("https://api.example");
/// provider.dialect.presentation.header = "X-Api-Token".into();
/// provider.dialect.presentation.scheme = None;
/// # let client = Client::public(provider, Registration::new("app")?)?;
/// # let tokens = client.import_access_token_from_elsewhere("A1".into(), None)?;
/// # let Standing::Authorized(token) = tokens.at(Timestamp::from_unix_seconds(0)) else { unreachable!() };
/// let header = token.header_for(&client, "https://api.example/me")?;
/// assert_eq!((header.name(), header.value().expose()), ("X-Api-Token", "A1"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Presentation {
    /// The header field: `Authorization`. None that belongs to the transport or the browser, such as `Cookie`.
    pub header: String,
    /// The scheme in front of the token: `Bearer`. Null for the bare token.
    pub scheme: Option<String>,
}

impl Default for Presentation {
    fn default() -> Self {
        Self { header: "Authorization".into(), scheme: Some("Bearer".into()) }
    }
}
