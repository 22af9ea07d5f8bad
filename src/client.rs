//! Who we are to a server, and how we prove it.

use std::{marker::PhantomData, ops::Deref, sync::Arc};

use serde::{Deserialize, Serialize};

use crate::{
    dialect::{BasicEncoding, ClientAuthentication, basic_header},
    error::{ConfigError, Mismatch},
    intent::Intent,
    provider::{CheckedProvider, Provider},
    vocabulary::{RedirectUri, Scope, Secret, Shared, grammar},
};

/// What the server knows of the client: plain data beside the [`Provider`].
///
/// ```
/// use oauth_proto::{RedirectUri, Registration, Scope};
///
/// let registration = Registration::new("s6BhdRkqt3")?
///     .redirect_uri(RedirectUri::new("https://app.example.com/cb")?)
///     .scope(Scope::new(["user:read"])?);
/// assert_eq!(registration.client_id(), "s6BhdRkqt3");
/// # Ok::<(), oauth_proto::ConfigError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "RegistrationData")]
pub struct Registration {
    client_id: Shared,
    #[serde(skip_serializing_if = "Option::is_none")]
    redirect_uri: Option<RedirectUri>,
    #[serde(skip_serializing_if = "Scope::is_empty")]
    scope: Scope,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RegistrationData {
    client_id: String,
    redirect_uri: Option<RedirectUri>,
    #[serde(default)]
    scope: Scope,
}

impl TryFrom<RegistrationData> for Registration {
    type Error = ConfigError;

    fn try_from(data: RegistrationData) -> Result<Self, ConfigError> {
        Ok(Self { redirect_uri: data.redirect_uri, scope: data.scope, ..Self::new(data.client_id)? })
    }
}

impl Registration {
    /// A registration with no redirect URI and no scope: enough for client credentials.
    ///
    /// # Errors
    /// The client id is empty, longer than 1,024 bytes, or not printable ASCII (RFC 6749 section A.1).
    pub fn new(client_id: impl Into<Box<str>>) -> Result<Self, ConfigError> {
        let client_id: Box<str> = client_id.into();
        ConfigError::check_length("client_id", &client_id, 1024)?;
        ConfigError::check_characters("client_id", &client_id, grammar::is_vschar)?;
        Ok(Self { client_id: client_id.into(), redirect_uri: None, scope: Scope::default() })
    }

    /// Sets where the server sends the browser back to. A login may use another.
    #[must_use]
    pub fn redirect_uri(mut self, redirect_uri: RedirectUri) -> Self {
        self.redirect_uri = Some(redirect_uri);
        self
    }

    /// Sets the scope that is asked for. A login may ask for another.
    #[must_use]
    pub fn scope(mut self, scope: Scope) -> Self {
        self.scope = scope;
        self
    }

    /// The client id.
    pub fn client_id(&self) -> &str {
        &self.client_id
    }

    /// Where the server sends the browser back to, unless a login says otherwise.
    pub fn default_redirect_uri(&self) -> Option<&RedirectUri> {
        self.redirect_uri.as_ref()
    }

    /// The scope that is asked for when a login does not say.
    pub fn default_scope(&self) -> &Scope {
        &self.scope
    }
}

/// A client that cannot keep a secret: a native application or a page (RFC 6749 section 2.1).
#[derive(Clone, Copy, Debug)]
pub struct Public(());

/// A client that can keep a secret: a server (RFC 6749 section 2.1).
#[derive(Clone, Copy, Debug)]
pub struct Confidential(());

/// A client of one provider. Its kind `K` decides which flows may start; every later step takes [`AnyClient`], which
/// it dereferences to.
///
/// ```
/// use oauth_proto::{Client, Registration, Secret, providers};
///
/// let client = Client::confidential(providers::amiqus(), Registration::new("app")?, Secret::from("s3cret"))?;
/// assert_eq!(client.client_id(), "app");
/// # Ok::<(), oauth_proto::ConfigError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Client<K> {
    any: AnyClient,
    kind: PhantomData<fn() -> K>,
}

/// A client whose kind does not matter any more: cheap to clone, what long-lived programs keep.
///
/// ```
/// use oauth_proto::{AnyClient, Client, Registration, providers};
///
/// let client = Client::confidential(providers::motar(), Registration::new("app")?, "s3cret".into())?;
/// let client: AnyClient = client.into();
/// assert_eq!((client.server(), client.client_id()), ("motar{host=api.motar.io}", "app"));
/// # Ok::<(), oauth_proto::ConfigError>(())
/// ```
#[derive(Clone, Debug)]
pub struct AnyClient {
    provider: Arc<CheckedProvider>,
    identity: Arc<Identity>,
}

#[derive(Debug)]
struct Identity {
    registration: Registration,
    secret: Option<ClientSecret>,
}

#[derive(Debug)]
struct ClientSecret {
    plain: Secret,
    /// Values of the `Authorization` header, each made once.
    headers: Vec<(ClientAuthentication, BasicEncoding, Arc<Secret>)>,
}

impl ClientSecret {
    /// With what the provider's steps will show of it.
    fn new(plain: Secret, provider: &CheckedProvider, client_id: &str) -> Result<Self, ConfigError> {
        let mut secret = Self { plain, headers: Vec::new() };
        for (method, encoding) in provider.authentications() {
            if secret.header(method, encoding).is_some() {
                continue;
            }
            let plain = secret.plain.expose();
            let (user, password) = match method {
                ClientAuthentication::Basic
                | ClientAuthentication::BasicAndBody
                | ClientAuthentication::BasicAndClientId => (client_id, plain),
                ClientAuthentication::SecretAsBasicUser => (plain, ""),
                ClientAuthentication::Body | ClientAuthentication::None => continue,
            };
            if encoding == BasicEncoding::None {
                // RFC 7617 section 2: the first colon ends the user name.
                let field = if user == client_id { "client_id" } else { "client_secret" };
                ConfigError::check_characters(field, user, |byte| byte != b':')?;
            }
            secret.headers.push((method, encoding, Arc::new(basic_header(user, password, encoding))));
        }
        Ok(secret)
    }

    fn header(&self, method: ClientAuthentication, encoding: BasicEncoding) -> Option<&Arc<Secret>> {
        let mut headers = self.headers.iter();
        headers.find(|(of, by, _)| (*of, *by) == (method, encoding)).map(|(_, _, header)| header)
    }
}

impl Client<Public> {
    /// A client without a secret.
    ///
    /// # Errors
    /// A field of the provider's data is malformed; the error names it. Nothing was sent.
    pub fn public(provider: Provider, registration: Registration) -> Result<Self, ConfigError> {
        Self::new(provider, registration, None)
    }
}

impl Client<Confidential> {
    /// A client with a secret.
    ///
    /// # Errors
    /// The secret is empty, or a field of the provider's data is malformed; the error names it. Nothing was sent.
    pub fn confidential(provider: Provider, registration: Registration, secret: Secret) -> Result<Self, ConfigError> {
        ConfigError::check_not_empty("client_secret", secret.expose())?;
        Self::new(provider, registration, Some(secret))
    }
}

/// A client that can prove who it is.
#[diagnostic::on_unimplemented(
    message = "a public client cannot use the client credentials grant: it has no secret to prove itself with",
    label = "this client is `Client<{Self}>`",
    note = "RFC 6749 section 4.4: the client credentials grant must only be used by confidential clients",
    note = "make the client with `Client::confidential(provider, registration, secret)`, or log a user in with `authorization_code()`"
)]
pub trait CanAuthenticate: sealed::Kind {}

impl CanAuthenticate for Confidential {}

mod sealed {
    pub trait Kind {}
    impl Kind for super::Public {}
    impl Kind for super::Confidential {}
}

impl<K> Client<K> {
    fn new(provider: Provider, registration: Registration, secret: Option<Secret>) -> Result<Self, ConfigError> {
        let client_id = registration.client_id();
        let provider = Arc::new(CheckedProvider::new(provider, client_id)?);
        let secret = secret.map(|secret| ClientSecret::new(secret, &provider, client_id)).transpose()?;
        let identity = Arc::new(Identity { registration, secret });
        Ok(Self { any: AnyClient { provider, identity }, kind: PhantomData })
    }
}

impl<K> Deref for Client<K> {
    type Target = AnyClient;

    fn deref(&self) -> &AnyClient {
        &self.any
    }
}

impl<K> From<Client<K>> for AnyClient {
    fn from(client: Client<K>) -> Self {
        client.any
    }
}

impl AnyClient {
    /// The client id.
    pub fn client_id(&self) -> &str {
        self.identity.registration.client_id()
    }

    /// The server, as [`Provider::identity`] writes it.
    pub fn server(&self) -> &str {
        &self.provider.identity
    }

    pub(crate) fn provider(&self) -> &Arc<CheckedProvider> {
        &self.provider
    }

    /// What this client asks for when a login does not say.
    pub(crate) fn intent(&self) -> Intent {
        Intent {
            server: self.provider.identity.clone(),
            client_id: self.identity.registration.client_id.clone(),
            scope: self.identity.registration.scope.clone(),
            redirect_uri: self.identity.registration.redirect_uri.clone(),
            return_to: None,
            beyond: None,
        }
    }

    /// Checks that it was this client that asked. A state must not be used with the credentials, or at the server, of
    /// another.
    pub(crate) fn check_asked(&self, intent: &Intent) -> Result<(), Mismatch> {
        if intent.server == self.provider.identity && *intent.client_id == *self.client_id() {
            return Ok(());
        }
        Err(Mismatch::between(&intent.server, &self.provider.identity))
    }

    /// The client's secret, where it has one.
    pub(crate) fn secret(&self) -> Option<&Secret> {
        self.identity.secret.as_ref().map(|secret| &secret.plain)
    }

    /// Whether a token request of this client shows its secret.
    pub(crate) fn authenticates(&self) -> bool {
        let step = &self.provider.dialect.token;
        let proof = self.proof(step.client_authentication, step.basic_encoding);
        proof.header.is_some() || proof.secret.is_some()
    }

    /// How this client proves itself by `method`.
    pub(crate) fn proof(&self, method: ClientAuthentication, encoding: BasicEncoding) -> Proof<'_> {
        // RFC 6749 section 3.2.1: a client that proves nothing still says who it is.
        let Some(secret) = &self.identity.secret else {
            return Proof { header: None, client_id: true, secret: None };
        };
        let header = secret.header(method, encoding);
        match method {
            ClientAuthentication::Basic | ClientAuthentication::SecretAsBasicUser => {
                Proof { header, client_id: false, secret: None }
            }
            ClientAuthentication::BasicAndClientId => Proof { header, client_id: true, secret: None },
            ClientAuthentication::Body | ClientAuthentication::BasicAndBody => {
                Proof { header, client_id: true, secret: Some(&secret.plain) }
            }
            ClientAuthentication::None => Proof { header: None, client_id: true, secret: None },
        }
    }
}

/// What goes along with a token request to say who asks.
pub(crate) struct Proof<'a> {
    /// The value of the `Authorization` header.
    pub(crate) header: Option<&'a Arc<Secret>>,
    /// Whether the client's id stands among the parameters.
    pub(crate) client_id: bool,
    /// The secret, where it stands among the parameters.
    pub(crate) secret: Option<&'a Secret>,
}
