//! Unauthorized: a grant was chosen, its endpoints are there, nothing was sent yet.

use std::time::Duration;

use super::{
    AuthorizationUrl, AwaitingCode, AwaitingToken, InFlight,
    login::{Login, Opening},
};
use crate::{
    client::AnyClient,
    error::{ConfigError, RequestError, RequestFault},
    exchange::{client_credentials_request, password_request},
    grant::{
        AuthorizationCode, ClientCredentials, FrontChannel, FrontChannelTokens, Grant, Implicit, ImplicitWithRefresh,
        Password, front_channel::Settings,
    },
    http::Request,
    intent::Intent,
    vocabulary::{Entropy, RedirectUri, Scope, Secret, Timestamp, pkce_challenge},
};

/// A grant that is about to start. Made by [`Client`](crate::Client); `G` is the grant.
#[must_use = "nothing was asked for yet"]
pub struct Unauthorized<G> {
    pub(crate) client: AnyClient,
    pub(crate) intent: Intent,
    pub(crate) grant: G,
}

/// Parameters of the caller's own may be secrets.
impl<G> std::fmt::Debug for Unauthorized<G> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Unauthorized").field("intent", &self.intent).finish_non_exhaustive()
    }
}

impl<G> Unauthorized<G> {
    /// Asks for `scope` instead of the registration's.
    pub fn scope(mut self, scope: Scope) -> Self {
        self.intent.scope = scope;
        self
    }

    /// What will be asked for.
    pub fn intent(&self) -> &Intent {
        &self.intent
    }
}

impl<G: FrontChannel> Unauthorized<G> {
    /// Sends the browser back to `redirect_uri` instead of the registration's: a loopback port that was just opened
    /// (RFC 8252 section 7.3), for instance.
    pub fn redirect_uri(mut self, redirect_uri: RedirectUri) -> Self {
        self.intent.redirect_uri = Some(redirect_uri);
        self
    }

    /// Seals a text of the application's own in the waiting state: where the user was, for instance. No server sees
    /// it. Whoever began the login chose it, so check it before redirecting there.
    ///
    /// # Errors
    /// It is empty, or longer than 4,096 bytes.
    pub fn return_to(mut self, return_to: &str) -> Result<Self, ConfigError> {
        ConfigError::check_length("return_to", return_to, 4096)?;
        self.intent.return_to = Some(return_to.into());
        Ok(self)
    }

    /// Lets `data` ride in `state`, behind the random part: for a server-less application, or a router in front of
    /// several. The server and the browser see it, so it must be no secret.
    ///
    /// # Errors
    /// It is empty, longer than 1,024 bytes, or not printable ASCII.
    pub fn application_state(mut self, data: &str) -> Result<Self, ConfigError> {
        self.grant.settings().set_application_state(data)?;
        Ok(self)
    }

    /// Adds a parameter of the provider's own to this authorization request.
    ///
    /// # Errors
    /// The name is the protocol's, or there already; a byte of the name or value is not allowed.
    pub fn parameter(mut self, name: &str, value: &str) -> Result<Self, ConfigError> {
        self.grant.settings().add_parameter(&self.client, name, value)?;
        Ok(self)
    }

    /// Sets how long the callback is waited for: ten minutes when this is not called.
    pub fn time_to_live(mut self, time_to_live: Duration) -> Self {
        self.grant.settings().time_to_live = time_to_live;
        self
    }
}

impl Unauthorized<AuthorizationCode> {
    /// Makes the URL to send the browser to, and the state that waits for it to come back (RFC 6749 section 4.1.1).
    ///
    /// Store the state *in the browser's own session*, under its [`key`](AwaitingCode::key), before redirecting.
    pub fn authorize(self, entropy: Entropy, now: Timestamp) -> (AuthorizationUrl, AwaitingCode) {
        let verifier = self.grant.pkce.then(|| entropy.verifier());
        let Self { client, intent, mut grant } = self;
        let provider = client.provider();
        let challenge = verifier.as_ref().map(pkce_challenge);
        let opening = Opening {
            endpoint: provider.authorization.as_ref(),
            response_type: &provider.dialect.authorize.response_type_code,
            challenge: challenge.as_ref(),
        };
        let (url, login) = Login::open(&client, &opening, intent, grant.settings(), &entropy, now);
        (url, AwaitingCode::new(login, verifier))
    }
}

impl Unauthorized<Implicit> {
    /// Makes the URL to send the browser to, and the state that waits for it to come back (RFC 6749 section 4.2.1).
    pub fn authorize(self, entropy: Entropy, now: Timestamp) -> (AuthorizationUrl, AwaitingToken<Implicit>) {
        self.await_tokens(entropy, now)
    }
}

impl Unauthorized<ImplicitWithRefresh> {
    /// Makes the URL to send the browser to, and the state that waits for it to come back (RFC 6749 section 4.2.1).
    pub fn authorize(self, entropy: Entropy, now: Timestamp) -> (AuthorizationUrl, AwaitingToken<ImplicitWithRefresh>) {
        self.await_tokens(entropy, now)
    }
}

impl<G: FrontChannelTokens> Unauthorized<G> {
    fn await_tokens(self, entropy: Entropy, now: Timestamp) -> (AuthorizationUrl, AwaitingToken<G>) {
        let Self { client, intent, mut grant } = self;
        let provider = client.provider();
        let opening = Opening {
            endpoint: provider.implicit_authorization.as_ref(),
            response_type: &provider.dialect.authorize.response_type_token,
            challenge: None,
        };
        let (url, login) = Login::open(&client, &opening, intent, grant.settings(), &entropy, now);
        (url, AwaitingToken::new(login))
    }
}

impl Unauthorized<Password> {
    /// Makes the token request (RFC 6749 section 4.3.2). The password goes into it and is kept nowhere else.
    ///
    /// # Errors
    /// The provider has no token endpoint.
    pub fn request(
        self,
        username: &str,
        password: &Secret,
        now: Timestamp,
    ) -> Result<(Request, InFlight<Password>), RequestError<Intent>> {
        let request = password_request(&self.client, &self.intent, username, password);
        self.send(request, now)
    }
}

impl Unauthorized<ClientCredentials> {
    /// Makes the token request (RFC 6749 section 4.4.2).
    ///
    /// # Errors
    /// The provider has no token endpoint.
    pub fn request(self, now: Timestamp) -> Result<(Request, InFlight<ClientCredentials>), RequestError<Intent>> {
        let request = client_credentials_request(&self.client, &self.intent);
        self.send(request, now)
    }
}

impl<G: Grant<Origin = Intent>> Unauthorized<G> {
    fn send(
        mut self,
        request: Result<Request, RequestFault>,
        now: Timestamp,
    ) -> Result<(Request, InFlight<G>), RequestError<Intent>> {
        // What is not asked for is not granted either: a token must not claim it later.
        if self.client.provider().dialect.token.parameters.omits("scope") {
            self.intent.scope = Scope::default();
        }
        match request {
            Ok(request) => Ok((request, InFlight::new(self.intent, &self.client, now))),
            Err(fault) => Err(RequestError::new(self.intent, fault)),
        }
    }
}

impl Intent {
    /// Asks for the same again: `fresh` with this scope and way back, and, where it is remembered and the client is the
    /// same, this redirect URI.
    pub fn again<G>(self, mut fresh: Unauthorized<G>) -> Unauthorized<G> {
        let own = &mut fresh.intent;
        own.scope = self.scope;
        if self.server == own.server && self.client_id == own.client_id {
            own.redirect_uri = self.redirect_uri.or_else(|| own.redirect_uri.take());
        }
        own.return_to = self.return_to;
        fresh
    }
}
