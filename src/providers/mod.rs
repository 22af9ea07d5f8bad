//! The five providers whose documents this crate was built from, as data. `docs/providers/` holds the facts, line by
//! line, and what is done where a document is silent or contradicts itself.
//!
//! What a document does not say, such as a host, the constructor takes as an argument. Each value is a plain
//! [`Provider`]: change a field where your own account differs.

use crate::Provider;

/// Marq: JSON bodies, expiry in milliseconds since 1970, refresh at a URL of its own and only before expiry.
///
/// Its document names no API host: add yours with [`Provider::api_origin`]. It does not say whether `state` comes
/// back; if it does not, set `dialect.callback.state` to
/// [`NotEchoedByThisServer`](crate::dialect::StateEcho::NotEchoedByThisServer).
pub fn marq() -> Provider {
    shipped(include_str!("marq.json"))
}

/// The one scope of [`marq`].
pub const MARQ_SCOPE: &str = "data-service.admin";

/// Marvel: RFC 6749 as it stands, with PKCE for public clients, and 401 for `invalid_grant`.
///
/// Its document lost the authorization URL and names no API host: both are arguments.
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
pub fn amiqus() -> Provider {
    shipped(include_str!("amiqus.json"))
}

/// MOTAR: `clientId`, an implicit grant with a refresh token, a nonce that comes back with the tokens, the secret on
/// refresh only, and the header `Authentication`.
///
/// For its sandbox, `motar().variable("host", MOTAR_SANDBOX)`. The login button for its app is
/// `login.parameter("app_login", "true")`. Its checks are called `token` and `session`.
pub fn motar() -> Provider {
    shipped(include_str!("motar.json"))
}

/// The sandbox host of [`motar`].
pub const MOTAR_SANDBOX: &str = "sandbox.motar.io";

/// The URLs that the fifth document lost.
#[derive(Clone, Debug, PartialEq, Eq)]
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
/// Its document does not say whether `state` comes back: see [`marq`].
pub fn fifth(urls: FifthUrls) -> Provider {
    let mut provider = shipped(include_str!("fifth.json")).api_origin(urls.api_origin);
    provider.authorization_endpoint = Some(urls.code_login);
    provider.implicit_authorization_endpoint = Some(urls.implicit_login);
    provider.token_endpoint = Some(urls.token_endpoint);
    provider
}

/// The files are read by a test: a broken one cannot ship. An empty provider would be refused by its name.
fn shipped(json: &str) -> Provider {
    serde_json::from_str(json).unwrap_or_default()
}
