//! Requests about a token that is there already, where a provider has them: as data, and checked.

use serde::{Deserialize, Serialize};

use crate::{
    dialect::BodyFormat,
    error::{ConfigError, Reason},
    vocabulary::{Endpoint, grammar},
};

/// How tokens are revoked (RFC 7009): a POST with the token, and what says who asks.
///
/// A provider's logout is often the same request in another shape: it takes the refresh token under a name of its own,
/// and asks nobody who sends it.
///
/// ```
/// use oauth_proto::{Provider, Revocation};
///
/// let mut provider = Provider::new("example", "https://id.example/authorize", "https://id.example/token");
/// let mut logout = Revocation::new("https://id.example/logout");
/// logout.parameter = "refresh_token".into();
/// logout.token_type_hint = false;
/// logout.client_authentication = false;
/// logout.refresh_tokens_only = true;
/// provider.revocation = Some(logout);
/// assert!(provider.check().is_ok());
/// ```
///
/// How it is used: see [`revocation`](crate::revocation).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Revocation {
    /// Where it goes.
    pub endpoint: String,
    /// The parameter that carries the token: `token`.
    #[serde(default = "token")]
    pub parameter: String,
    /// Whether `token_type_hint` says which token it is: it does.
    #[serde(default = "yes")]
    pub token_type_hint: bool,
    /// Whether the client says who it is, and proves it, as at the token endpoint: it does.
    #[serde(default = "yes")]
    pub client_authentication: bool,
    /// Whether refresh tokens alone can be revoked.
    #[serde(default)]
    pub refresh_tokens_only: bool,
    /// The body's format: a form.
    #[serde(default)]
    pub body: BodyFormat,
}

/// How the state of a token is asked for (RFC 7662): a POST with the token, from a client that proves itself as at the
/// token endpoint.
///
/// ```
/// use oauth_proto::{Introspection, Provider};
///
/// let mut provider = Provider::new("example", "https://id.example/authorize", "https://id.example/token");
/// provider.introspection = Some(Introspection::new("https://id.example/introspect"));
/// assert!(provider.check().is_ok());
/// ```
///
/// How it is used: see [`introspection`](crate::introspection).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Introspection {
    /// Where it goes.
    pub endpoint: String,
    /// The parameter that carries the token: `token`.
    #[serde(default = "token")]
    pub parameter: String,
    /// Whether `token_type_hint` says which token it is: it does.
    #[serde(default = "yes")]
    pub token_type_hint: bool,
}

impl Revocation {
    /// As RFC 7009 has it, at `endpoint`.
    pub fn new(endpoint: impl Into<String>) -> Self {
        Self {
            endpoint: endpoint.into(),
            parameter: token(),
            token_type_hint: true,
            client_authentication: true,
            refresh_tokens_only: false,
            body: BodyFormat::default(),
        }
    }
}

impl Introspection {
    /// As RFC 7662 has it, at `endpoint`.
    pub fn new(endpoint: impl Into<String>) -> Self {
        Self { endpoint: endpoint.into(), parameter: token(), token_type_hint: true }
    }
}

fn token() -> String {
    "token".into()
}

fn yes() -> bool {
    true
}

/// One of them, checked.
#[derive(Debug)]
pub(crate) struct TokenEndpoint<D> {
    pub(crate) endpoint: Endpoint,
    pub(crate) data: D,
}

impl TokenEndpoint<Revocation> {
    pub(super) fn revocation(endpoint: Endpoint, data: &Revocation) -> Result<Self, ConfigError> {
        let own = [
            (data.token_type_hint, "token_type_hint"),
            (data.client_authentication, "client_id"),
            (data.client_authentication, "client_secret"),
        ];
        let is_own = |name: &str| own.iter().any(|(sent, each)| *sent && *each == name);
        check_parameter("revocation.parameter", &data.parameter, is_own)?;
        let is_sent = |name: &str| name == data.parameter || is_own(name);
        // RFC 6749 section 3.1: no parameter twice.
        if data.body == BodyFormat::Query && endpoint.query_names().any(|name| is_sent(&name)) {
            return Err(ConfigError::new("revocation.endpoint", Reason::ReservedName));
        }
        Ok(Self { endpoint, data: data.clone() })
    }
}

impl TokenEndpoint<Introspection> {
    pub(super) fn introspection(endpoint: Endpoint, data: &Introspection) -> Result<Self, ConfigError> {
        let is_own = |name: &str| ["token_type_hint", "client_id", "client_secret"].contains(&name);
        check_parameter("introspection.parameter", &data.parameter, is_own)?;
        Ok(Self { endpoint, data: data.clone() })
    }
}

fn check_parameter(field: &'static str, name: &str, is_own: impl Fn(&str) -> bool) -> Result<(), ConfigError> {
    ConfigError::check_not_empty(field, name)?;
    ConfigError::check_characters(field, name, grammar::is_nqchar)?;
    if is_own(name) { Err(ConfigError::new(field, Reason::ReservedName)) } else { Ok(()) }
}
