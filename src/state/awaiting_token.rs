//! AwaitingToken: the browser is away, and comes back with tokens.

use serde::{Deserialize, Serialize};

use super::{
    LoginKey,
    ending::check_nonce,
    login::{Login, Rejection},
};
use crate::{
    callback::{Callback, Parameters, Place},
    client::AnyClient,
    dialect::{Refusal, TokenAnswer},
    error::{AnswerFault, CallbackError, Doubt},
    grant::{FrontChannelTokens, Implicit},
    intent::Intent,
    stored::{Kind, Tagged},
    vocabulary::{Secret, Timestamp},
};

/// A login that waits for tokens in the browser's address bar: [`Implicit`] or
/// [`ImplicitWithRefresh`](crate::grant::ImplicitWithRefresh).
///
/// Store it in the browser's own session, as [`AwaitingCode`](crate::AwaitingCode).
///
/// ```
/// use std::time::Duration;
/// use oauth_proto::Callback;
/// # use oauth_proto::{Client, Entropy, RedirectUri, Registration, Timestamp, providers};
/// # let provider = providers::marvel("https://login.example/authorize", "https://api.example");
/// # let registration = Registration::new("app")?.redirect_uri(RedirectUri::new("https://app.example/cb")?);
/// # let client = Client::public(provider, registration)?;
/// # let now = Timestamp::from_unix_seconds(1_800_000_000);
///
/// let (url, awaiting) = client.implicit()?.authorize(Entropy::from_os()?, now);
/// assert!(url.as_str().contains("response_type=token"));
/// # let state = awaiting.state().expose();
/// # let tokens = "access_token=2YotnFZFEjr1zCsicMWpAA&token_type=Bearer&expires_in=3600";
/// # let location_hash = format!("#{tokens}&state={state}");
///
/// // A fragment reaches no server: the page reads it, from `location.hash`.
/// let authorized = awaiting.receive(&client, Callback::fragment(&location_hash), now)?;
/// assert!(authorized.access_token().matches("2YotnFZFEjr1zCsicMWpAA"));
/// assert_eq!(authorized.expires_at(), Some(now.plus(Duration::from_secs(3600))));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, bound = "G: FrontChannelTokens")]
#[must_use = "store it before the browser is sent away"]
pub struct AwaitingToken<G: FrontChannelTokens = Implicit> {
    kind: Kind<Self>,
    login: Login,
    #[serde(skip)]
    grant: std::marker::PhantomData<fn() -> G>,
}

impl<G: FrontChannelTokens> Tagged for AwaitingToken<G> {
    const TAG: &'static str = G::TAG;
}

impl<G: FrontChannelTokens> AwaitingToken<G> {
    pub(crate) fn new(login: Login) -> Self {
        Self { kind: Kind::new(), login, grant: std::marker::PhantomData }
    }

    /// The key to store it under: see [`AwaitingCode::key`](crate::AwaitingCode::key).
    pub fn key(&self) -> LoginKey {
        self.login.key()
    }

    /// The `state` that was sent.
    pub fn state(&self) -> &Secret {
        self.login.state()
    }

    /// The text that rode in `state` behind the random part.
    pub fn application_state(&self) -> Option<&str> {
        self.login.application_state()
    }

    /// What was asked for, and where in the application the user came from.
    pub fn intent(&self) -> &Intent {
        &self.login.intent
    }

    /// From when on a callback comes too late. Remove what is older from the store.
    pub fn closes_at(&self) -> Timestamp {
        self.login.closes_at()
    }

    /// Whether a callback carries this login's `state`: see [`AwaitingCode::matches`](crate::AwaitingCode::matches).
    pub fn matches(&self, client: &AnyClient, callback: Callback<'_>) -> bool {
        self.login.matches(client, &callback, Self::place(client, &callback))
    }

    /// Checks the callback and reads its tokens (RFC 6749 section 4.2.2). Their lifetime counts from `now`: when the
    /// user pressed the button, nobody knows.
    ///
    /// # Errors
    /// As [`AwaitingCode::receive`](crate::AwaitingCode::receive); and [`CallbackError::Unusable`] when the tokens
    /// cannot be read, are of an unknown type, or their nonce is not the one that was sent. The login is over then, and
    /// an [`Intent`] is left; the tokens are dropped.
    pub fn receive(
        self, // spent: a login answers one callback (RFC 6749 section 10.12); for another, call `authorize`
        client: &AnyClient,
        callback: Callback<'_>,
        now: Timestamp,
    ) -> Result<G::Issued, CallbackError<Self>> {
        let parameters = match self.login.accept(client, &callback, Self::place(client, &callback), now) {
            Ok(parameters) => parameters,
            Err(rejection) => return Err(self.reject(rejection)),
        };
        let provider = client.provider();
        let Parameters { tokens, extras, .. } = parameters;
        let expected_scope = self.login.intent.scope();
        let answer = provider
            .read_tokens(tokens.map_or_else(Default::default, |tokens| *tokens), now, expected_scope)
            .map_err(fault_of);
        let answer = answer.map(|answer| TokenAnswer { extras, ..answer });
        match answer.and_then(|answer| self.check_nonce(client, answer)) {
            Ok(answer) => Ok(G::issue(answer, self.login.intent, provider)),
            Err(fault) => Err(CallbackError::Unusable { fault, intent: Box::new(self.login.intent) }),
        }
    }

    fn check_nonce(&self, client: &AnyClient, answer: TokenAnswer) -> Result<TokenAnswer, AnswerFault> {
        let rule = client.provider().dialect.authorize.nonce;
        check_nonce(rule, self.login.nonce.as_ref(), &answer).map(|()| answer)
    }

    fn place(client: &AnyClient, callback: &Callback<'_>) -> Place {
        Place::Tokens(callback.tokens(client.provider().dialect.callback.tokens))
    }

    fn reject(self, rejection: Rejection) -> CallbackError<Self> {
        rejection.with(self, |awaiting| awaiting.login.intent)
    }
}

/// Nothing was sent, so nothing is in doubt: tokens in a callback can be read or not.
fn fault_of(refusal: Refusal) -> AnswerFault {
    match refusal {
        Refusal::Untrusted(fault) | Refusal::Doubt(Doubt::Unreadable(fault)) => fault,
        Refusal::Refused(_) | Refusal::Dead(_) | Refusal::Doubt(_) => AnswerFault::Missing("access_token"),
    }
}
