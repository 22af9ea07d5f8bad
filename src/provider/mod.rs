//! Provider: where a server's endpoints are and how its wire differs. Plain data, checked when a client is made.

mod address;
mod api_origins;
mod checked;
mod endpoints;
mod extensions;
mod shape;
mod steps;
mod token_endpoints;
mod variables;

use std::{collections::BTreeMap, fmt};

use serde::{Deserialize, Serialize};

pub(crate) use address::Address;
pub(crate) use checked::CheckedProvider;
pub(crate) use endpoints::Endpoints;
pub use token_endpoints::{Introspection, Revocation};

use crate::{
    dialect::Dialect,
    error::{ConfigError, Reason},
    vocabulary::{
        Limits,
        json_text::{Piece, pieces},
    },
};

/// How many members a provider file may have. Real ones have a few dozen.
const MAX_MEMBERS: usize = 256;

/// An authorization server and the APIs that take its tokens, as data.
///
/// ```
/// use oauth_proto::{Client, Provider, Registration};
///
/// let provider = Provider::from_json(r#"{
///     "name": "example",
///     "authorization_endpoint": "https://id.example.com/authorize",
///     "token_endpoint": "https://id.example.com/token",
///     "api_origins": ["https://api.example.com"],
///     "dialect": { "token": { "client_authentication": "body" } }
/// }"#)?;
/// let client = Client::public(provider, Registration::new("my-app")?)?;
/// # Ok::<(), oauth_proto::ConfigError>(())
/// ```
///
/// URLs are templates: `{host}` stands for the variable `host`, and `{client_id}` for the client's id. Alternatives stand
/// between ` || `: the first whose variables all have a value is taken. In a URL, a value is letters, digits and
/// `. _ ~ - :`.
///
/// ```
/// use oauth_proto::Provider;
///
/// let url = "https://{host}/token || https://login.example.com/token";
/// let provider = Provider::new("example", "https://login.example.com/authorize", url);
/// assert!(provider.check().is_ok(), "the second");
/// assert!(provider.variable("host", "login.acme.example").check().is_ok(), "the first");
/// ```
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Provider {
    /// A name that stays the same: states are bound to it, and to the variables, when there is no `issuer`. It is up to
    /// 1,024 bytes of printable ASCII.
    pub name: String,
    /// The issuer identifier (RFC 8414 section 2), compared byte for byte with `iss` (RFC 9207). States are bound to
    /// it: one that was stored before it was added is of another server.
    pub issuer: Option<String>,
    /// Values for the variables of the templates in URLs, parameters and header fields. One that no template names is
    /// refused: it is misspelt. They may be secrets (an API key), so `Debug` shows their names alone; but one that
    /// stands in a URL's host or path is no secret: it is part of the [`identity`](Self::identity), which is shown and
    /// stored. `Serialize` writes them in clear: that is how a provider file is made.
    pub variables: BTreeMap<String, String>,
    /// Where the browser goes (RFC 6749 section 3.1).
    pub authorization_endpoint: Option<String>,
    /// Where the browser goes for the implicit grant, if that is another place.
    pub implicit_authorization_endpoint: Option<String>,
    /// Where tokens come from (RFC 6749 section 3.2).
    pub token_endpoint: Option<String>,
    /// Where tokens are refreshed, if that is another place.
    pub refresh_endpoint: Option<String>,
    /// Where a short-lived token is exchanged for a long-lived one, if the provider has that: see
    /// [`Dialect::follow_up`].
    pub follow_up_endpoint: Option<String>,
    /// Where a device asks for the codes that its user logs in with (RFC 8628 section 3.1).
    pub device_authorization_endpoint: Option<String>,
    /// Where an authorization request is pushed to, before the browser goes anywhere (RFC 9126 section 2).
    pub pushed_authorization_request_endpoint: Option<String>,
    /// Whether the server takes no authorization request that was not pushed (RFC 9126 section 5).
    pub require_pushed_authorization_requests: bool,
    /// Where a client registers itself (RFC 7591 section 3). It has no `{client_id}` in it.
    pub registration_endpoint: Option<String>,
    /// How tokens are revoked or, at some providers, a session is ended.
    pub revocation: Option<Revocation>,
    /// How the state of a token is asked for.
    pub introspection: Option<Introspection>,
    /// Endpoints that say whether a token or session is still good, by name. They take a GET with the token.
    pub checks: BTreeMap<String, String>,
    /// The origins (scheme, host, port) that an access token may be shown to. Endpoints in `checks` are always among
    /// them. A value that the dialect keeps from the token response may be all of one, `{instance_url}`, or of its host;
    /// or one label in front of a domain, `https://{team}.example.com`. One from the callback may, as far as its rule
    /// allows.
    pub api_origins: Vec<String>,
    /// Whether the server wants a TLS client certificate with each token request (RFC 8705): it is the transport's to
    /// present, and the request's [`TransportContract`](crate::TransportContract) says so.
    pub mutual_tls: bool,
    /// Allows `http` for loopback hosts: for tests and local servers, never for a real provider.
    pub allow_plaintext_on_loopback: bool,
    /// How much is read of what comes from outside.
    pub limits: Limits,
    /// How long a request may take, in seconds: 30 when absent. Not zero.
    pub deadline_seconds: Option<u32>,
    /// How the wire differs from RFC 6749.
    pub dialect: Dialect,
}

impl Provider {
    /// A provider that follows RFC 6749 in everything. Its tokens go to no API before
    /// [`api_origin`](Self::api_origin) names one. Nothing is checked yet: making a client does.
    pub fn new(
        name: impl Into<String>,
        authorization_endpoint: impl Into<String>,
        token_endpoint: impl Into<String>,
    ) -> Self {
        Self {
            name: name.into(),
            authorization_endpoint: Some(authorization_endpoint.into()),
            token_endpoint: Some(token_endpoint.into()),
            ..Self::default()
        }
    }

    /// Reads a provider file and checks it.
    ///
    /// ```
    /// use oauth_proto::Provider;
    ///
    /// let misspelt = r#"{ "name": "example", "dialect": { "token": { "bodi": "json" } } }"#;
    /// let error = Provider::from_json(misspelt).unwrap_err();
    /// assert_eq!(error.field(), "dialect.token.bodi");
    /// assert!(error.to_string().starts_with("dialect.token.bodi: there is no such name here; there are: method, body, "));
    /// ```
    ///
    /// # Errors
    /// It is no JSON, has a field that does not exist, or a field fails its check; the error names the field, and
    /// quotes no value. Or its objects have more than 256 members together.
    #[inline] // its many readers are compiled where it is called, and cost nothing where it is not
    pub fn from_json(text: &str) -> Result<Self, ConfigError> {
        // Outside of strings, a colon stands behind a name and nowhere else.
        let members = pieces(text.as_bytes()).filter(|piece| *piece == Piece::Byte(b':')).count();
        if members > MAX_MEMBERS {
            return Err(ConfigError::new("provider", Reason::TooMany { max: MAX_MEMBERS }));
        }
        let mut provider: Self =
            serde_json::from_str(text).map_err(|error| ConfigError::unreadable("provider", &error, text.as_bytes()))?;
        // Strings, numbers and maps with names: JSON can hold them all.
        // But not the variables: they may be secrets, and their shape is that of an empty map.
        let variables = std::mem::take(&mut provider.variables);
        let shape = serde_json::to_value(&provider).unwrap_or_default();
        provider.variables = variables;
        shape::check(text, &shape)?;
        provider.check()?;
        Ok(provider)
    }

    /// Sets a variable of the URL templates.
    ///
    /// ```
    /// use oauth_proto::Provider;
    ///
    /// let provider = Provider::new("example", "https://{host}/authorize", "https://{host}/token")
    ///     .variable("host", "id.example");
    /// assert!(provider.check().is_ok());
    /// assert_eq!(provider.identity(), "example{host=id.example}");
    /// ```
    #[must_use]
    pub fn variable(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.variables.insert(name.into(), value.into());
        self
    }

    /// Adds an origin that access tokens may be shown to: `https://api.example.com`. A path behind it says nothing: the
    /// whole origin is meant (RFC 6454 section 4).
    ///
    /// ```
    /// use oauth_proto::{Client, PresentError, Provider, Registration};
    /// # use oauth_proto::Keeper;
    /// # let now = oauth_proto::Timestamp::from_unix_seconds(0);
    ///
    /// let provider = Provider::new("example", "https://id.example/authorize", "https://id.example/token")
    ///     .api_origin("https://api.example");
    /// let client = Client::public(provider, Registration::new("app")?)?;
    /// # let keeper = Keeper::new(client.import_access_token_from_elsewhere("A1".into(), None)?);
    /// assert!(keeper.header_for(&client, "https://api.example:443/me", now).is_ok());
    /// let plain = keeper.header_for(&client, "http://api.example/me", now);
    /// assert_eq!(plain.unwrap_err(), PresentError::NotAUrl);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn api_origin(mut self, origin: impl Into<String>) -> Self {
        self.api_origins.push(origin.into());
        self
    }

    /// Checks every field, as making a client does.
    ///
    /// # Errors
    /// The field and the reason. The data is as it was.
    pub fn check(&self) -> Result<(), ConfigError> {
        // A client's id may stand in a URL: any will do here.
        CheckedProvider::new(self.clone(), "client").map(|_| ())
    }

    /// What states are bound to: the issuer; or else the name with the variables that stand in a URL's host or path,
    /// since another tenant or sandbox is another server: `motar{host=api.motar.io}`. A state is of no use to a client
    /// whose provider has another one.
    ///
    /// Such a variable must stay the same as long as states are kept: where it is the version of an API, a new version
    /// is another server, and its users log in again.
    ///
    /// Where another value of some other variable means another account (an account id among the parameters, say),
    /// give the provider another name.
    pub fn identity(&self) -> String {
        if let Some(issuer) = &self.issuer {
            return issuer.clone();
        }
        if self.variables.is_empty() {
            return self.name.clone();
        }
        let names = self.names_of_server();
        let variables = self.variables.iter().filter(|(name, _)| names.binary_search(&name.as_str()).is_ok());
        let pairs: Vec<_> = variables.map(|(name, value)| format!("{name}={value}")).collect();
        if pairs.is_empty() { self.name.clone() } else { format!("{}{{{}}}", self.name, pairs.join(",")) }
    }
}

/// Variables may be secrets: their names are shown.
impl fmt::Debug for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Provider")
            .field("name", &self.name)
            .field("issuer", &self.issuer)
            .field("variables", &self.variables.keys())
            .field("authorization_endpoint", &self.authorization_endpoint)
            .field("implicit_authorization_endpoint", &self.implicit_authorization_endpoint)
            .field("token_endpoint", &self.token_endpoint)
            .field("refresh_endpoint", &self.refresh_endpoint)
            .field("follow_up_endpoint", &self.follow_up_endpoint)
            .field("device_authorization_endpoint", &self.device_authorization_endpoint)
            .field("pushed_authorization_request_endpoint", &self.pushed_authorization_request_endpoint)
            .field("require_pushed_authorization_requests", &self.require_pushed_authorization_requests)
            .field("registration_endpoint", &self.registration_endpoint)
            .field("revocation", &self.revocation)
            .field("introspection", &self.introspection)
            .field("checks", &self.checks)
            .field("api_origins", &self.api_origins)
            .field("mutual_tls", &self.mutual_tls)
            .field("allow_plaintext_on_loopback", &self.allow_plaintext_on_loopback)
            .field("limits", &self.limits)
            .field("deadline_seconds", &self.deadline_seconds)
            .field("dialect", &self.dialect)
            .finish()
    }
}
