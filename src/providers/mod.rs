//! The five providers whose documents this crate was built from, as data. `docs/providers/` holds the facts, line by
//! line, and what is done where a document is silent or contradicts itself.
//!
//! What a document does not say, such as a host, the constructor takes as an argument. Each value is a plain
//! [`Provider`]: change a field where your own account differs.
//!
//! ```
//! use oauth_proto::{Client, RedirectUri, Registration, providers};
//!
//! let registration = Registration::new("app")?.redirect_uri(RedirectUri::new("https://app.example/cb")?);
//! let client = Client::confidential(providers::amiqus(), registration, "s3cret".into())?;
//! let login = client.authorization_code()?;
//! # drop(login);
//! # Ok::<(), oauth_proto::ConfigError>(())
//! ```

use serde::{Deserialize, Serialize};

use crate::Provider;

/// Marq: JSON bodies, expiry in milliseconds since 1970, refresh at a URL of its own and only before expiry.
///
/// Its document names no API host: add yours with [`Provider::api_origin`]. It does not say whether `state` comes
/// back; if it does not, set `dialect.callback.state` to
/// [`NotEchoedByThisServer`](crate::dialect::StateEcho::NotEchoedByThisServer).
///
/// ```
/// use oauth_proto::{Client, RedirectUri, Registration, Scope, providers};
///
/// let provider = providers::marq().api_origin("https://the.api.you.use.example");
/// let registration = Registration::new("app")?
///     .redirect_uri(RedirectUri::new("https://app.example/cb")?)
///     .scope(Scope::new([providers::MARQ_SCOPE])?);
/// let client = Client::confidential(provider, registration, "s3cret".into())?;
/// assert!(client.authorization_code().is_ok());
/// # Ok::<(), oauth_proto::ConfigError>(())
/// ```
#[inline]
pub fn marq() -> Provider {
    shipped(include_str!("marq.json"))
}

/// The one scope of [`marq`].
pub const MARQ_SCOPE: &str = "data-service.admin";

/// Marvel: RFC 6749 as it stands, with PKCE for public clients, and 401 for `invalid_grant`.
///
/// Its document lost the authorization URL and names no API host: both are arguments. A mistake in them shows when a
/// client is made.
///
/// ```
/// use oauth_proto::{Client, Registration, Scope, providers};
///
/// let provider = providers::marvel("https://login.example/authorize", "https://api.example");
/// let scope = Scope::new(providers::MARVEL_SCOPES)?;
/// assert!(scope.contains("projects:read"));
/// let client = Client::public(provider, Registration::new("app")?.scope(scope))?;
/// assert_eq!(client.server(), "marvel");
/// # Ok::<(), oauth_proto::ConfigError>(())
/// ```
pub fn marvel(authorization_endpoint: impl Into<String>, api_origin: impl Into<String>) -> Provider {
    let mut provider = shipped(include_str!("marvel.json")).api_origin(api_origin);
    provider.authorization_endpoint = Some(authorization_endpoint.into());
    provider
}

/// The eight scopes of [`marvel`].
pub const MARVEL_SCOPES: [&str; 8] = [
    "user:read",
    "projects:read",
    "projects:write",
    "projects:delete",
    "company:read",
    "company.projects:read",
    "company.teams:write",
    "teams:read",
];

/// Amiqus: no scopes, `redirect_uri` on refresh, and every refresh kills the old access token.
///
/// ```
/// use oauth_proto::providers;
///
/// let provider = providers::amiqus();
/// assert_eq!(provider.api_origins, ["https://id.amiqus.co"]);
/// assert!(provider.dialect.refresh.send_redirect_uri);
/// ```
#[inline]
pub fn amiqus() -> Provider {
    shipped(include_str!("amiqus.json"))
}

/// MOTAR: `clientId`, an implicit grant with a refresh token, a nonce that comes back with the tokens, the secret on
/// refresh only, and the header `Authentication`.
///
/// For its sandbox, `motar().variable("host", MOTAR_SANDBOX)`. The login button for its app is
/// `login.parameter("app_login", "true")`. Its checks are called `token` and `session`: see
/// `introspection`, a feature. Its logout is a [`revocation`](crate::revocation).
///
/// ```
/// use oauth_proto::{Client, Entropy, RedirectUri, Registration, Timestamp, providers};
/// # let now = Timestamp::from_unix_seconds(1_800_000_000);
/// # let registration = Registration::new("app")?.redirect_uri(RedirectUri::new("https://app.example/cb")?);
///
/// let sandbox = providers::motar().variable("host", providers::MOTAR_SANDBOX);
/// let client = Client::confidential(sandbox, registration, "s3cret".into())?;
/// let login = client.implicit_with_refresh()?.parameter("app_login", "true")?;
/// let (url, awaiting) = login.authorize(Entropy::from_os()?, now);
/// assert!(url.as_str().starts_with("https://sandbox.motar.io/oauth/signin?response_type=implicit&clientId=app&"));
/// # drop(awaiting);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[inline]
pub fn motar() -> Provider {
    shipped(include_str!("motar.json"))
}

/// The sandbox host of [`motar`].
pub const MOTAR_SANDBOX: &str = "sandbox.motar.io";

/// The URLs that the fifth document lost: see [`fifth`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FifthUrls {
    /// Where users log in for a code.
    pub code_login: String,
    /// Where users log in for a token.
    pub implicit_login: String,
    /// The token endpoint: its document says `/token` and no host.
    pub token_endpoint: String,
    /// The API's origin.
    pub api_origin: String,
}

/// The provider of the fifth document, which does not name itself: JSON bodies for every grant, codes and refresh
/// tokens with percent signs that must not be decoded, a refresh token on client credentials, and a bare token in the
/// `Authorization` header.
///
/// Its document does not say whether `state` comes back: see [`marq`]. A mistake in the URLs shows when a client is
/// made.
///
/// ```
/// use oauth_proto::{Client, Registration, Timestamp, providers::{self, FifthUrls}};
/// # let now = Timestamp::from_unix_seconds(1_800_000_000);
///
/// let provider = providers::fifth(FifthUrls {
///     code_login: "https://login.example/code".into(),
///     implicit_login: "https://login.example/implicit".into(),
///     token_endpoint: "https://login.example/token".into(),
///     api_origin: "https://api.example".into(),
/// });
/// let client = Client::confidential(provider, Registration::new("app")?, "s3cret".into())?;
/// let (request, in_flight) = client.client_credentials()?.request(now)?;
/// let json = br#"{"grant_type":"client_credentials","client_id":"app","client_secret":"s3cret"}"#;
/// assert_eq!(request.expose_body(), json);
/// # drop(in_flight);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[inline]
pub fn fifth(urls: FifthUrls) -> Provider {
    let mut provider = shipped(include_str!("fifth.json")).api_origin(urls.api_origin);
    provider.authorization_endpoint = Some(urls.code_login);
    provider.implicit_authorization_endpoint = Some(urls.implicit_login);
    provider.token_endpoint = Some(urls.token_endpoint);
    provider
}

/// The files are read by a test: a broken one cannot ship. An empty provider would be refused by its name.
#[inline] // and each that calls it: see `Provider::from_json`
fn shipped(json: &str) -> Provider {
    serde_json::from_str(json).unwrap_or_default()
}
