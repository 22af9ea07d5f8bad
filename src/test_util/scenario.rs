//! Scenario: a client, what its server answers, and the walk to any state.

use std::time::Duration;

use super::{
    NotReached,
    answer::{self, Told},
    entropy,
};
use crate::{
    callback::Callback,
    client::{Client, Confidential},
    dialect::{ResponseStep, TokenPlace},
    grant::{self, ImplicitWithRefresh},
    http::{Outcome, Request},
    state::{Authorized, AwaitingCode, AwaitingToken, Granted, InFlight},
    token::{AccessOnly, Refreshable, Reissuable},
    vocabulary::{Secret, Timestamp},
};

/// A client, and what its server answers: at first the access token `A1` for an hour, the refresh token `R1`, and no scope,
/// which means the one that was asked for. See [the module](super) for what it brings.
///
/// ```
/// use std::time::Duration;
/// use oauth_proto::{providers, test_util::{Scenario, at}};
/// # use oauth_proto::{Client, RedirectUri, Registration};
/// # let registration = Registration::new("app")?.redirect_uri(RedirectUri::new("https://app.example/cb")?);
/// # let client = Client::confidential(providers::marq(), registration, "s3cret".into())?;
///
/// // In the words of the provider that the client is of.
/// let scenario = Scenario::of(&client).access_token("T").expires_in(Duration::from_secs(10));
/// let tokens = scenario.refreshable()?.into_token_set();
/// assert_eq!(tokens.expires_at(), Some(at(10)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
#[must_use = "walk to a state with it"]
pub struct Scenario<'c, K> {
    client: &'c Client<K>,
    told: Told,
    now: Timestamp,
}

impl<'c, K> Scenario<'c, K> {
    /// Of this client.
    pub fn of(client: &'c Client<K>) -> Self {
        let told = Told {
            access_token: "A1".into(),
            refresh_token: Some("R1".into()),
            expires_in: Some(Duration::from_secs(3600)),
            scope: None,
            members: Vec::new(),
        };
        Self { client, told, now: super::at(0) }
    }

    /// The server issues this access token.
    pub fn access_token(mut self, access_token: impl Into<Secret>) -> Self {
        self.told.access_token = access_token.into();
        self
    }

    /// The server issues this refresh token.
    pub fn refresh_token(mut self, refresh_token: impl Into<Secret>) -> Self {
        self.told.refresh_token = Some(refresh_token.into());
        self
    }

    /// The server issues no refresh token.
    pub fn without_refresh_token(mut self) -> Self {
        self.told.refresh_token = None;
        self
    }

    /// The access token lives so long, counted from [`now`](Self::now), as far as this dialect can tell: in whole seconds,
    /// for most.
    pub fn expires_in(mut self, expires_in: Duration) -> Self {
        self.told.expires_in = Some(expires_in);
        self
    }

    /// The server does not say how long the access token lives.
    pub fn without_expiry(mut self) -> Self {
        self.told.expires_in = None;
        self
    }

    /// The server grants this scope, in words with spaces between them. What is no scope (RFC 6749 section 3.3) is sent as it
    /// is: the answer cannot be read, and no tokens come of it.
    ///
    /// ```
    /// use oauth_proto::test_util::{self, Scenario};
    ///
    /// let client = test_util::client()?;
    /// assert_eq!(Scenario::of(&client).scope("read").refreshable()?.scope().as_str(), "read");
    /// assert!(Scenario::of(&client).scope("a\"b").refreshable().is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn scope(mut self, scope: &str) -> Self {
        self.told.scope = Some(scope.into());
        self
    }

    /// The server sends a text along. A dot leads down into an object: `team.id`. It is kept as one of the
    /// [`Extras`](crate::Extras) where the dialect says so, and ignored elsewhere.
    pub fn member(mut self, path: &str, text: &str) -> Self {
        self.told.members.push((path.into(), text.into()));
        self
    }

    /// It is so late. At first it is [`at(0)`](super::at).
    pub fn now(mut self, now: Timestamp) -> Self {
        self.now = now;
        self
    }

    /// The answer that brings the tokens. To a refresh that
    /// [extends the tokens that are there](crate::dialect::RefreshAnswer::ExtendsSeconds), it is a good answer if they are the
    /// same; others would be a contradiction.
    pub fn tokens(&self) -> Outcome {
        self.tokens_of(&self.dialect().response)
    }

    /// The answer to a [follow-up](Self::follow_up_in_flight) that brings the long-lived tokens: its shape may be its own
    /// ([`Dialect::follow_up_response`](crate::dialect::Dialect::follow_up_response)).
    pub fn follow_up_tokens(&self) -> Outcome {
        self.tokens_of(self.follow_up_response())
    }

    /// The answer that says no, with this code (RFC 6749 section 5.2) and the status 400.
    pub fn refusal(&self, code: &str) -> Outcome {
        answer::refusal(&self.dialect().response, code).into()
    }

    /// The same to a [follow-up](Self::follow_up_in_flight).
    ///
    /// ```
    /// use oauth_proto::{FinishError, test_util::{self, Scenario}};
    /// # use oauth_proto::{Client, RedirectUri, Registration, dialect::{ResponseStep, TokenStep}};
    /// # let mut provider = test_util::provider();
    /// # provider.follow_up_endpoint = Some("https://id.example/long".into());
    /// # provider.dialect.follow_up = Some(TokenStep::default());
    /// # let mut answer = ResponseStep::default();
    /// # answer.error.code = "problem.code".into();
    /// # provider.dialect.follow_up_response = Some(answer);
    /// # let registration = Registration::new("app")?.redirect_uri(RedirectUri::new("https://app.example/cb")?);
    /// # let client = Client::confidential(provider, registration, "s3cret".into())?;
    /// let scenario = Scenario::of(&client);
    /// let (_, in_flight) = scenario.follow_up_in_flight()?;
    /// let ending = in_flight.finish(scenario.follow_up_refusal("invalid_grant"));
    /// assert!(matches!(ending, Err(FinishError::Dead { .. })));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn follow_up_refusal(&self, code: &str) -> Outcome {
        answer::refusal(self.follow_up_response(), code).into()
    }

    /// The answer that brings tokens of a type that nobody knows, and that must not be used (RFC 6749 section 7.1).
    pub fn untrusted(&self) -> Outcome {
        self.untrusted_of(&self.dialect().response)
    }

    /// The same to a [follow-up](Self::follow_up_in_flight).
    pub fn follow_up_untrusted(&self) -> Outcome {
        self.untrusted_of(self.follow_up_response())
    }

    /// What the answer to a follow-up looks like.
    fn follow_up_response(&self) -> &ResponseStep {
        let dialect = self.dialect();
        dialect.follow_up_response.as_ref().unwrap_or(&dialect.response)
    }

    fn tokens_of(&self, step: &ResponseStep) -> Outcome {
        answer::tokens(self.dialect(), step, &self.told, &entropy().nonce(), self.now).into()
    }

    fn untrusted_of(&self, step: &ResponseStep) -> Outcome {
        answer::untrusted(self.dialect(), step, &self.told, &entropy().nonce(), self.now).into()
    }

    /// A login that waits for its code, with the state [`STATE`](super::STATE) and the verifier
    /// [`CODE_VERIFIER`](super::CODE_VERIFIER).
    ///
    /// # Errors
    /// The client has no redirect URI, or its provider no authorization endpoint.
    pub fn awaiting_code(&self) -> Result<AwaitingCode, NotReached> {
        let login = self.client.authorization_code().map_err(NotReached::at("a login waits for its code"))?;
        Ok(login.authorize(entropy(), self.now).1)
    }

    /// A login that waits for its tokens.
    ///
    /// # Errors
    /// As [`awaiting_code`](Self::awaiting_code); or the provider has no implicit grant.
    pub fn awaiting_token(&self) -> Result<AwaitingToken, NotReached> {
        let login = self.client.implicit().map_err(NotReached::at("a login waits for its tokens"))?;
        Ok(login.authorize(entropy(), self.now).1)
    }

    /// The same where a refresh token comes along.
    ///
    /// # Errors
    /// As [`awaiting_token`](Self::awaiting_token); or the dialect knows no such grant.
    pub fn awaiting_token_with_refresh(&self) -> Result<AwaitingToken<ImplicitWithRefresh>, NotReached> {
        let login = self.client.implicit_with_refresh().map_err(NotReached::at("a login waits for its tokens"))?;
        Ok(login.authorize(entropy(), self.now).1)
    }

    /// A code on its way to the token endpoint.
    ///
    /// # Errors
    /// As [`awaiting_code`](Self::awaiting_code).
    pub fn code_in_flight(&self) -> Result<(Request, InFlight<grant::AuthorizationCode>), NotReached> {
        let awaiting = self.awaiting_code()?;
        let callback = self.callback(awaiting.state());
        let form = self.client.provider().asks_for_form;
        let callback = if form { Callback::form_post(&callback) } else { Callback::query(&callback) };
        awaiting.receive(self.client, callback, self.now).map_err(NotReached::at("a code on its way"))
    }

    /// A user's password on its way to the token endpoint: `ada` and `pa55`.
    ///
    /// # Errors
    /// The provider has no token endpoint, or its token requests are made of what comes with a callback.
    pub fn password_in_flight(&self) -> Result<(Request, InFlight<grant::Password>), NotReached> {
        let state = "a password on its way";
        let login = self.client.password().map_err(NotReached::at(state))?;
        login.request("ada", &"pa55".into(), self.now).map_err(NotReached::at(state))
    }

    /// A refresh token on its way to the token endpoint.
    ///
    /// # Errors
    /// As [`refreshable`](Self::refreshable); or a public client's provider wants a secret for this.
    pub fn refresh_in_flight(&self) -> Result<(Request, InFlight<grant::RefreshToken>), NotReached> {
        let authorized = self.refreshable()?;
        // Some servers refresh only shortly before the end.
        let opens = self.dialect().refresh.opens_seconds_before_expiry.zip(authorized.expires_at());
        let now = opens.map_or(self.now, |(seconds, end)| end.minus(Duration::from_secs(seconds.into())).max(self.now));
        authorized.refresh(self.client, now).map_err(NotReached::at("a refresh token on its way"))
    }

    /// A short-lived token on its way to be traded for a long-lived one.
    ///
    /// # Errors
    /// The provider has no such exchange; or as [`granted`](Self::granted).
    pub fn follow_up_in_flight(&self) -> Result<(Request, InFlight<grant::FollowUp>), NotReached> {
        let granted = self.granted()?;
        granted.follow_up(self.client, self.now).map_err(NotReached::at("a short-lived token on its way"))
    }

    /// What a login brings: by code, and for a client that has no such login, by the implicit grant with a refresh token, or
    /// by password.
    ///
    /// # Errors
    /// It has none of these.
    pub fn granted(&self) -> Result<Granted, NotReached> {
        let state = "tokens of a login";
        let no_code = match self.code_in_flight() {
            Ok((_, in_flight)) => return in_flight.finish(self.tokens()).map_err(NotReached::at(state)),
            Err(why) => why,
        };
        if let Ok(awaiting) = self.awaiting_token_with_refresh() {
            return self.receive_tokens(awaiting);
        }
        match self.password_in_flight() {
            Ok((_, in_flight)) => in_flight.finish(self.tokens()).map_err(NotReached::at(state)),
            Err(_) => Err(no_code),
        }
    }

    /// A user's tokens, good until their expiry, that can be refreshed; where short-lived tokens are traded for long-lived
    /// ones first, those.
    ///
    /// # Errors
    /// As [`granted`](Self::granted); or [no refresh token comes along](Self::without_refresh_token).
    pub fn refreshable(&self) -> Result<Authorized<Refreshable>, NotReached> {
        let state = "tokens that can be refreshed";
        let granted = match self.granted()? {
            short_lived @ Granted::AccessOnly(_) if self.dialect().follow_up.is_some() => {
                let (_, in_flight) = short_lived.follow_up(self.client, self.now).map_err(NotReached::at(state))?;
                in_flight.finish(self.follow_up_tokens()).map_err(NotReached::at(state))?
            }
            granted => granted,
        };
        match granted {
            Granted::Refreshable(authorized) => Ok(authorized),
            Granted::AccessOnly(_) => Err(NotReached::new(state, "no refresh token came along")),
        }
    }

    /// A user's access token, good until its expiry, and no refresh token, whatever else is set.
    ///
    /// # Errors
    /// As [`granted`](Self::granted); or in this dialect each token can be refreshed.
    pub fn access_only(&self) -> Result<Authorized<AccessOnly>, NotReached> {
        let told = Told { refresh_token: None, ..self.told.clone() };
        let without = Scenario { client: self.client, told, now: self.now };
        match without.granted() {
            Ok(Granted::AccessOnly(authorized)) => Ok(authorized),
            other => match (self.awaiting_token(), other) {
                (Ok(awaiting), _) => without.receive_tokens(awaiting),
                (_, Err(why)) => Err(why),
                (Err(_), Ok(_)) => Err(NotReached::new("an access token alone", "each token can be refreshed here")),
            },
        }
    }

    fn receive_tokens<G: grant::FrontChannelTokens + std::fmt::Debug>(
        &self,
        awaiting: AwaitingToken<G>,
    ) -> Result<G::Issued, NotReached> {
        let parameters = self.token_callback(awaiting.state());
        let callback = match self.dialect().callback.tokens {
            _ if self.client.provider().asks_for_form => Callback::form_post(&parameters),
            TokenPlace::Query => Callback::query(&parameters),
            TokenPlace::Fragment | TokenPlace::FragmentOrQuery => Callback::fragment(&parameters),
        };
        awaiting.receive(self.client, callback, self.now).map_err(NotReached::at("tokens in a callback"))
    }

    pub(super) fn client(&self) -> &'c Client<K> {
        self.client
    }

    pub(super) fn told(&self) -> &Told {
        &self.told
    }

    pub(super) fn clock(&self) -> Timestamp {
        self.now
    }
}

impl Scenario<'_, Confidential> {
    /// The client's own request on its way to the token endpoint.
    ///
    /// # Errors
    /// The provider has no token endpoint, or its token requests are made of what comes with a callback.
    pub fn client_credentials_in_flight(&self) -> Result<(Request, InFlight<grant::ClientCredentials>), NotReached> {
        let state = "the client's own request on its way";
        let login = self.client.client_credentials().map_err(NotReached::at(state))?;
        login.request(self.now).map_err(NotReached::at(state))
    }

    /// The client's own token, good until its expiry.
    ///
    /// # Errors
    /// As [`client_credentials_in_flight`](Self::client_credentials_in_flight).
    pub fn reissuable(&self) -> Result<Authorized<Reissuable>, NotReached> {
        let (_, in_flight) = self.client_credentials_in_flight()?;
        in_flight.finish(self.tokens()).map_err(NotReached::at("the client's own token"))
    }

    /// The client's own request again, with a token that it has already.
    ///
    /// # Errors
    /// As [`reissuable`](Self::reissuable).
    pub fn reissue_in_flight(&self) -> Result<(Request, InFlight<grant::Reissue>), NotReached> {
        let authorized = self.reissuable()?;
        authorized.reissue(self.client, self.now).map_err(NotReached::at("the client's own request again"))
    }
}
