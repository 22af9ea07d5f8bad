//! From what was registered to a client that logs in.

use std::ops::Deref;

use super::{AuthMethod, ClientFault, RegisteredClient, members::AUTH_METHOD};
use crate::{
    client::{AnyClient, Client, Confidential, Public, Registration},
    dialect::{ClientAuthentication, Dialect},
    error::{ConfigError, Reason},
    provider::Provider,
};

/// A client of either kind: which one is known when the server has said how it proves itself.
#[derive(Clone, Debug)]
pub enum EitherClient {
    /// A public client, which proves nothing: `none`.
    WithoutSecret(Client<Public>),
    /// A confidential client.
    WithSecret(Client<Confidential>),
}

impl Deref for EitherClient {
    type Target = AnyClient;

    fn deref(&self) -> &AnyClient {
        match self {
            Self::WithoutSecret(client) => client,
            Self::WithSecret(client) => client,
        }
    }
}

impl From<EitherClient> for AnyClient {
    fn from(client: EitherClient) -> Self {
        match client {
            EitherClient::WithoutSecret(client) => client.into(),
            EitherClient::WithSecret(client) => client.into(),
        }
    }
}

impl RegisteredClient {
    /// The client that logs in with what was registered. It proves itself as the server has registered it, whatever the
    /// dialect says of others; its logins come back to the first redirect URI, and ask for no scope, unless they say
    /// otherwise (RFC 9700 section 2.3: no more than is needed).
    ///
    /// Make it anew when the registration changes: a secret may come with each answer. Ask
    /// [`is_expired`](Self::is_expired) before.
    ///
    /// ```
    /// use oauth_proto::registration::EitherClient;
    /// # use oauth_proto::{Provider, RedirectUri, Response, Timestamp, registration::ClientMetadata};
    /// # let now = Timestamp::from_unix_seconds(1_800_000_000);
    /// # let mut provider = Provider::new("example", "https://id.example/authorize", "https://id.example/token");
    /// # provider.registration_endpoint = Some("https://id.example/register".into());
    /// # let metadata = ClientMetadata::new().with_redirect_uris([RedirectUri::new("https://app.example/cb")?]);
    /// # let (_, registering) = provider.register(&metadata, None, now)?;
    /// # let body = r#"{"client_id":"s6BhdRkqt3","token_endpoint_auth_method":"none",
    /// #     "redirect_uris":["https://app.example/cb"]}"#;
    /// # let answer = Response::new(201, [("Content-Type", "application/json")], body);
    /// # let registered = registering.finish(answer.into())?;
    /// let login = match registered.client(provider)? {
    ///     EitherClient::WithoutSecret(client) => client.authorization_code()?,
    ///     EitherClient::WithSecret(client) => client.authorization_code()?,
    /// };
    /// # drop(login);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// The provider is of another server, or its data is malformed; the method is one that this crate does not speak: one
    /// with signatures, or a TLS certificate; or it needs a secret, and there is none. Nothing was sent.
    pub fn client(&self, mut provider: Provider) -> Result<EitherClient, ClientFault> {
        self.check_server(&provider)?;
        let mut registration = Registration::new(self.client_id())?;
        if let Some(uri) = self.metadata().redirect_uris().into_iter().next() {
            registration = registration.redirect_uri(uri);
        }
        let dialect = &mut provider.dialect;
        match self.proof() {
            AuthMethod::None => return Ok(EitherClient::WithoutSecret(Client::public(provider, registration)?)),
            AuthMethod::ClientSecretBasic => prove_by(dialect, is_basic, ClientAuthentication::Basic),
            AuthMethod::ClientSecretPost => prove_by(dialect, is_body, ClientAuthentication::Body),
            AuthMethod::Other(_) => {
                let known = [AuthMethod::NONE, AuthMethod::BASIC, AuthMethod::POST].map(Box::from).into();
                return Err(ConfigError::new(AUTH_METHOD, Reason::UnknownValue { known }).into());
            }
        }
        let secret = self.client_secret().ok_or_else(|| ConfigError::new("client_secret", Reason::Missing))?;
        Ok(EitherClient::WithSecret(Client::confidential(provider, registration, secret.clone())?))
    }
}

/// A provider may have a way of its own to do the same; that stays.
fn prove_by(dialect: &mut Dialect, is_it: impl Fn(ClientAuthentication) -> bool, otherwise: ClientAuthentication) {
    let follow_up = dialect.follow_up.as_mut().map(|step| &mut step.client_authentication);
    let steps = [&mut dialect.token.client_authentication, &mut dialect.refresh.client_authentication];
    for authentication in steps.into_iter().chain(follow_up).filter(|each| !is_it(**each)) {
        *authentication = otherwise;
    }
}

fn is_basic(authentication: ClientAuthentication) -> bool {
    use ClientAuthentication::{Basic, BasicAndBody, BasicAndClientId, SecretAsBasicUser};
    matches!(authentication, Basic | BasicAndBody | BasicAndClientId | SecretAsBasicUser)
}

fn is_body(authentication: ClientAuthentication) -> bool {
    authentication == ClientAuthentication::Body
}
