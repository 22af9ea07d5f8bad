//! Unauthorized: a grant was chosen, its endpoints are there, nothing was sent yet.

use std::time::Duration;

use super::{AuthorizationUrl, AwaitingCode, AwaitingToken, InFlight, login::Login, opening::Opening};
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
///
/// What is not set here is the registration's:
///
/// ```
/// use std::time::Duration;
/// use oauth_proto::{Entropy, RedirectUri, Scope};
/// # use oauth_proto::{Client, Provider, Registration, Timestamp};
/// # let provider = Provider::new("example", "https://id.example/authorize", "https://id.example/token");
/// # let registration = Registration::new("app")?.redirect_uri(RedirectUri::new("https://app.example/cb")?);
/// # let client = Client::public(provider, registration)?;
/// # let now = Timestamp::from_unix_seconds(1_800_000_000);
///
/// let login = client
///     .authorization_code()?
///     .scope(Scope::new(["user:read"])?)
///     .redirect_uri(RedirectUri::new("http://127.0.0.1:51004/cb")?) // the port that was just opened
///     .parameter("prompt", "login")?
///     .return_to("/inbox")? // stays here
///     .application_state("tab-7")? // goes to the server and comes back
///     .time_to_live(Duration::from_secs(300));
/// let (url, awaiting) = login.authorize(Entropy::from_os()?, now);
///
/// assert!(url.as_str().contains("&redirect_uri=http%3A%2F%2F127.0.0.1%3A51004%2Fcb&scope=user%3Aread&state="));
/// assert!(url.as_str().ends_with("&code_challenge_method=S256&prompt=login"));
/// assert_eq!(awaiting.intent().return_to(), Some("/inbox"));
/// assert_eq!(awaiting.application_state(), Some("tab-7"));
/// assert_eq!(awaiting.closes_at(), now.plus(Duration::from_secs(300)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
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
    /// Asks for `scope` instead of the registration's. Where the dialect leaves `scope` out of the request, none is
    /// asked for.
    pub fn scope(mut self, scope: Scope) -> Self {
        self.intent.scope = scope;
        self
    }

    /// What was set so far: what will be asked for.
    pub fn intent(&self) -> &Intent {
        &self.intent
    }
}

impl<G: FrontChannel> Unauthorized<G> {
    /// Sends the browser back to `redirect_uri` instead of the registration's: a loopback port that was just opened
    /// (RFC 8252 section 7.3), for instance. The server must know it (RFC 6749 section 3.1.2.2).
    pub fn redirect_uri(mut self, redirect_uri: RedirectUri) -> Self {
        self.intent.redirect_uri = Some(redirect_uri);
        self
    }

    /// Seals a text of the application's own in the waiting state: where the user was, for instance. No server sees
    /// it. Whoever began the login chose it, so check it before redirecting there.
    ///
    /// # Errors
    /// It is empty, or longer than 4,096 bytes. Nothing was sent; the client can start another.
    pub fn return_to(mut self, return_to: &str) -> Result<Self, ConfigError> {
        ConfigError::check_length("return_to", return_to, 4096)?;
        self.intent.return_to = Some(return_to.into());
        Ok(self)
    }

    /// Lets `data` ride in `state`, behind the random part: for a server-less application, or a router in front of
    /// several. The server and the browser see it, so it must be no secret.
    ///
    /// # Errors
    /// It is empty, longer than 1,024 bytes, or not printable ASCII (RFC 6749 section A.5). Nothing was sent; the
    /// client can start another.
    pub fn application_state(mut self, data: &str) -> Result<Self, ConfigError> {
        self.grant.settings().set_application_state(data)?;
        Ok(self)
    }

    /// Adds a parameter of the provider's own to this authorization request, once. `resource` and
    /// `authorization_details` have methods of their own.
    ///
    /// # Errors
    /// The name is empty, is the protocol's or one that the dialect adds, or was given already, here or in the
    /// endpoint's own query; or a byte of the name or value is not allowed. Nothing was sent; the client can start
    /// another.
    pub fn parameter(mut self, name: &str, value: &str) -> Result<Self, ConfigError> {
        self.grant.settings().add_parameter(&self.client, name, value)?;
        Ok(self)
    }

    /// Asks for the answer as a form that the browser posts, instead of in the URL: `response_mode=form_post` (OAuth 2.0
    /// Form Post Response Mode). It stands in no log and in no `Referer` then. The callback must be given as
    /// [`Callback::form_post`](crate::Callback::form_post), which says what the browser's session needs for it.
    ///
    /// Where the dialect itself adds `response_mode=form_post`, each login asks for it.
    ///
    /// # Errors
    /// The dialect, the endpoint's own query or the caller has another `response_mode`. Nothing was sent; the client can
    /// start another.
    pub fn form_post(mut self) -> Result<Self, ConfigError> {
        self.grant.settings().ask_for_form(&self.client)?;
        Ok(self)
    }

    /// Sets how long the callback is waited for, to the millisecond: ten minutes when this is not called.
    pub fn time_to_live(mut self, time_to_live: Duration) -> Self {
        self.grant.settings().time_to_live = time_to_live;
        self
    }
}

impl Unauthorized<AuthorizationCode> {
    /// Makes the URL to send the browser to, and the state that waits for it to come back (RFC 6749 section 4.1.1).
    ///
    /// Store the state *in the browser's own session*, under its [`key`](AwaitingCode::key), before redirecting. The
    /// login's time to live counts from `now`.
    pub fn authorize(self, entropy: Entropy, now: Timestamp) -> (AuthorizationUrl, AwaitingCode) {
        let verifier = self.grant.pkce.then(|| entropy.verifier());
        let Self { client, intent, mut grant } = self;
        let provider = client.provider();
        let challenge = verifier.as_ref().map(pkce_challenge);
        let opening = Opening {
            to: provider.endpoints.authorization.as_ref(),
            response_type: &provider.dialect.authorize.response_type_code,
            challenge: challenge.as_ref(),
        };
        let (url, login) = Login::open(&client, opening, intent, grant.settings(), &entropy, now);
        (url, AwaitingCode::new(login, verifier))
    }
}

impl Unauthorized<Implicit> {
    /// Makes the URL to send the browser to, and the state that waits for it to come back (RFC 6749 section 4.2.1).
    /// Store it as an [`AwaitingCode`]; the login's time to live counts from `now`.
    pub fn authorize(self, entropy: Entropy, now: Timestamp) -> (AuthorizationUrl, AwaitingToken<Implicit>) {
        self.await_tokens(entropy, now)
    }
}

impl Unauthorized<ImplicitWithRefresh> {
    /// Makes the URL to send the browser to, and the state that waits for it to come back (RFC 6749 section 4.2.1).
    /// Store it as an [`AwaitingCode`]; the login's time to live counts from `now`.
    pub fn authorize(self, entropy: Entropy, now: Timestamp) -> (AuthorizationUrl, AwaitingToken<ImplicitWithRefresh>) {
        self.await_tokens(entropy, now)
    }
}

impl<G: FrontChannelTokens> Unauthorized<G> {
    fn await_tokens(self, entropy: Entropy, now: Timestamp) -> (AuthorizationUrl, AwaitingToken<G>) {
        let Self { client, intent, mut grant } = self;
        let provider = client.provider();
        let opening = Opening {
            to: provider.endpoints.implicit_authorization(),
            response_type: &provider.dialect.authorize.response_type_token,
            challenge: None,
        };
        let (url, login) = Login::open(&client, opening, intent, grant.settings(), &entropy, now);
        (url, AwaitingToken::new(login))
    }
}

impl Unauthorized<Password> {
    /// Makes the token request (RFC 6749 section 4.3.2). The password goes into it and is kept nowhere else. The
    /// tokens' lifetime counts from `now`.
    ///
    /// ```
    /// # use oauth_proto::{Client, Registration, Timestamp, providers};
    /// # let client = Client::confidential(providers::amiqus(), Registration::new("app")?, "s3cret".into())?;
    /// # let now = Timestamp::from_unix_seconds(1_800_000_000);
    /// let (request, in_flight) = client.password()?.request("alice", &"correct horse".into(), now)?;
    /// let body = std::str::from_utf8(request.expose_body())?;
    /// assert!(body.starts_with("grant_type=password&username=alice&password=correct+horse&"));
    /// # drop(in_flight);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// The provider's token requests are made of a value that comes with a callback
    /// ([`NotBound`](crate::error::RequestFault::NotBound)), and there is none here. Nothing was sent, and the
    /// [`Intent`] is handed back.
    pub fn request(
        self,
        username: &str,
        password: &Secret,
        now: Timestamp,
    ) -> Result<(Request, InFlight<Password>), RequestError<Intent>> {
        let request = password_request(&self.client, &self.intent, username, password, now);
        self.send(request, now)
    }
}

impl Unauthorized<ClientCredentials> {
    /// Makes the token request (RFC 6749 section 4.4.2). The token's lifetime counts from `now`.
    ///
    /// ```
    /// # use oauth_proto::{Client, Outcome, Registration, Request, Response, Timestamp, providers};
    /// # fn send(_: Request) -> Outcome {
    /// #     let body = r#"{"access_token":"A1","token_type":"Bearer","expires_in":3600}"#;
    /// #     Response::new(200, [("Content-Type", "application/json")], body).into()
    /// # }
    /// # let client = Client::confidential(providers::amiqus(), Registration::new("app")?, "s3cret".into())?;
    /// # let now = Timestamp::from_unix_seconds(1_800_000_000);
    /// let (request, in_flight) = client.client_credentials()?.request(now)?;
    /// let authorized = in_flight.finish(send(request))?;
    ///
    /// // No user, and no refresh token: when it is due, ask again.
    /// let (request, in_flight) = authorized.reissue(&client, now)?;
    /// # drop((request, in_flight));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// The provider's token requests are made of a value that comes with a callback
    /// ([`NotBound`](crate::error::RequestFault::NotBound)), and there is none here. Nothing was sent, and the
    /// [`Intent`] is handed back.
    pub fn request(self, now: Timestamp) -> Result<(Request, InFlight<ClientCredentials>), RequestError<Intent>> {
        let request = client_credentials_request(&self.client, &self.intent, None, now);
        self.send(request, now)
    }
}

impl<G: Grant<Origin = Intent>> Unauthorized<G> {
    pub(crate) fn send(
        mut self,
        request: Result<Request, RequestFault>,
        now: Timestamp,
    ) -> Result<(Request, InFlight<G>), RequestError<Intent>> {
        // What is not asked for is not granted either: a token must not claim it later.
        if self.client.provider().request_is_without_scope() {
            self.intent.scope = Scope::default();
        }
        match request {
            Ok(request) => Ok((request, InFlight::new(self.intent, &self.client, now))),
            Err(fault) => Err(RequestError::new(self.intent, fault)),
        }
    }
}

impl Intent {
    /// Asks for the same again: `fresh` with this scope, these resources and authorization details and this
    /// [`return_to`](Self::return_to), and, where it is remembered and the client is the same, this redirect URI. A token
    /// that was for one of the resources is for that one again.
    pub fn again<G>(self, mut fresh: Unauthorized<G>) -> Unauthorized<G> {
        let own = &mut fresh.intent;
        own.scope = self.scope;
        if self.server == own.server && self.client_id == own.client_id {
            own.redirect_uri = self.redirect_uri.or_else(|| own.redirect_uri.take());
        }
        own.return_to = self.return_to;
        own.beyond = self.beyond;
        own.beyond.iter_mut().for_each(|beyond| beyond.again());
        fresh
    }
}
