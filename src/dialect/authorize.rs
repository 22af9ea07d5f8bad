//! The authorization request.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::Parameters;
use crate::vocabulary::query_names;

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
    /// How the scope is written into the URL: as every parameter.
    pub scope_encoding: ScopeEncoding,
    /// Who sends a code challenge: everybody. **Any other value than the default gives up a defence against stolen and
    /// injected codes.**
    pub pkce: Pkce,
    /// What stands behind `#` in the URL, against RFC 6749 section 3.1: nothing.
    pub fragment: Option<Fragment>,
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
            scope_encoding: ScopeEncoding::default(),
            pkce: Pkce::default(),
            fragment: None,
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

/// How the scope is written into the authorization URL.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ScopeEncoding {
    /// As every parameter (RFC 6749 appendix B).
    #[default]
    Form,
    /// As it is, but for the characters that would break the query: for a server that compares before it decodes.
    Minimal,
}

/// Which clients send a code challenge (RFC 7636).
///
/// ```
/// use oauth_proto::dialect::Pkce;
/// # use oauth_proto::{Client, Entropy, Provider, RedirectUri, Registration, Timestamp};
/// # let mut provider = Provider::new("example", "https://id.example/authorize", "https://id.example/token");
/// provider.dialect.authorize.pkce = Pkce::PublicClientsOnly;
/// # let registration = Registration::new("app")?.redirect_uri(RedirectUri::new("https://app.example/cb")?);
/// # let now = Timestamp::from_unix_seconds(1_800_000_000);
/// let server = Client::confidential(provider.clone(), registration.clone(), "s3cret".into())?;
/// let (url, awaiting) = server.authorization_code()?.authorize(Entropy::from_os()?, now);
/// assert!(!url.as_str().contains("code_challenge"));
/// # drop(awaiting);
///
/// // Nothing switches it off for a client without a secret.
/// let page = Client::public(provider, registration)?;
/// let (url, awaiting) = page.authorization_code()?.authorize(Entropy::from_os()?, now);
/// assert!(url.as_str().contains("code_challenge"));
/// # drop(awaiting);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Pkce {
    /// All of them (RFC 9700 section 2.1.1). A server that does not know the parameters ignores them (RFC 6749 section
    /// 3.1).
    #[default]
    Always,
    /// Those without a secret: for a server that refuses the parameters.
    PublicClientsOnly,
}

/// What stands behind `#` in an authorization URL, for a provider whose page reads it.
///
/// ```
/// use oauth_proto::dialect::Fragment;
/// # use oauth_proto::{Client, Entropy, Provider, RedirectUri, Registration, Timestamp};
/// # let mut provider = Provider::new("example", "https://id.example", "https://id.example/token");
/// provider.dialect.authorize.fragment = Some(Fragment::Route("/oauth/authorize".into()));
/// # let registration = Registration::new("app")?.redirect_uri(RedirectUri::new("https://app.example/cb")?);
/// # let client = Client::confidential(provider, registration, "s3cret".into())?;
/// # let now = Timestamp::from_unix_seconds(1_800_000_000);
/// let (url, awaiting) = client.authorization_code()?.authorize(Entropy::from_os()?, now);
/// assert!(url.as_str().starts_with("https://id.example#/oauth/authorize?response_type=code&"));
/// # drop(awaiting);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Fragment {
    /// The page's own route. The parameters stand behind it, and reach no server by themselves.
    Route(String),
    /// A word behind all parameters.
    Suffix(String),
}

impl Fragment {
    /// The names of the parameters that a route's own query already has.
    pub(crate) fn query_names(&self) -> impl Iterator<Item = Cow<'_, str>> {
        query_names(match self {
            Self::Route(route) => route,
            Self::Suffix(_) => "",
        })
    }
}
