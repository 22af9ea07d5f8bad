//! What a challenge means for the token that was shown.

use std::time::Duration;

use super::{Challenge, ResourceErrorCode};
use crate::{
    client::AnyClient,
    http::Response,
    keeper::Keeper,
    state::{Authorized, Expired},
    vocabulary::{Scope, Secret},
};

/// What an API's refusal says of the token: see [`Authorized::challenged`].
#[derive(Debug)]
#[must_use = "the token is inside"]
pub enum Challenged<C> {
    /// The token is no good any more (`invalid_token`, RFC 6750 section 3.1), or the API gave no reason for its 401: as
    /// [`Authorized::rejected`].
    Rejected(Expired<C>),
    /// The token is good, but not for this (`insufficient_scope`, RFC 6750 section 3.1).
    InsufficientScope {
        /// The token, as it was.
        authorized: Authorized<C>,
        /// What would be enough, in the API's words: untrusted. It may be more than the user should give.
        scope: Option<Scope>,
    },
    /// The token is good, but the user's login was too weak or too long ago (`insufficient_user_authentication`, RFC
    /// 9470 section 3).
    StepUp {
        /// The token, as it was.
        authorized: Authorized<C>,
        /// What the login must be like.
        step_up: StepUp,
    },
    /// The answer says nothing of the token: it is no 401 or 403, or refuses for another reason.
    NotAboutTheToken(Authorized<C>),
}

/// What a login must be like for an API to take its token (RFC 9470 section 3), in the API's words: untrusted. Give it
/// to [`Unauthorized::step_up`](crate::Unauthorized::step_up).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepUp {
    acr_values: Option<Box<str>>,
    max_age: Option<Duration>,
    scope: Option<Scope>,
}

impl StepUp {
    fn of(challenge: &Challenge<'_>) -> Self {
        Self {
            acr_values: challenge.acr_values().filter(|values| !values.is_empty()).map(Box::from),
            max_age: challenge.max_age(),
            scope: challenge.scope(),
        }
    }

    /// How the user must log in, the best way first, in words with spaces between them.
    pub fn acr_values(&self) -> Option<&str> {
        self.acr_values.as_deref()
    }

    /// How long ago the login may be, to the second.
    pub fn max_age(&self) -> Option<Duration> {
        self.max_age
    }

    /// The scope that is needed as well. It may be more than the user should give.
    pub fn scope(&self) -> Option<&Scope> {
        self.scope.as_ref()
    }
}

impl<C> Authorized<C> {
    /// What the API's `response` says of this token (RFC 6750 section 3, RFC 9470 section 3). Only the scheme that the
    /// provider's tokens are shown with speaks of them, and only in a 401 or 403.
    ///
    /// ```
    /// use oauth_proto::{Entropy, Response, challenge::Challenged};
    /// # use oauth_proto::{Client, Provider, RedirectUri, Registration, Standing, Timestamp};
    /// # let provider = Provider::new("example", "https://id.example/authorize", "https://id.example/token");
    /// # let registration = Registration::new("app")?.redirect_uri(RedirectUri::new("https://app.example/cb")?);
    /// # let client = Client::public(provider, registration)?;
    /// # let now = Timestamp::from_unix_seconds(1_800_000_000);
    /// # let tokens = client.import_access_token_from_elsewhere("A1".into(), None)?;
    /// # let Standing::Authorized(authorized) = tokens.at(now) else { unreachable!() };
    /// let field = r#"Bearer error="insufficient_user_authentication", acr_values="phr", max_age="60""#;
    /// let response = Response::new(401, [("WWW-Authenticate", field)], "");
    /// match authorized.challenged(&client, &response) {
    ///     Challenged::StepUp { authorized, step_up } => {
    ///         let login = authorized.into_token_set().into_intent().again(client.authorization_code()?);
    ///         let (url, _awaiting) = login.step_up(&step_up)?.authorize(Entropy::from_os()?, now);
    ///         assert!(url.as_str().ends_with("&acr_values=phr&max_age=60"));
    ///     }
    ///     Challenged::Rejected(expired) => drop(expired), // refresh, or log in again
    ///     Challenged::InsufficientScope { authorized, .. } => drop(authorized), // ask for more, if that is right
    ///     Challenged::NotAboutTheToken(authorized) => drop(authorized),
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn challenged(self, client: &AnyClient, response: &Response) -> Challenged<C> {
        match Verdict::of(client, response) {
            Verdict::Rejected => Challenged::Rejected(self.rejected()),
            Verdict::InsufficientScope { scope } => Challenged::InsufficientScope { authorized: self, scope },
            Verdict::StepUp(step_up) => Challenged::StepUp { authorized: self, step_up },
            Verdict::NotAboutTheToken => Challenged::NotAboutTheToken(self),
        }
    }
}

/// What an API's refusal says of a token that a [`Keeper`] handed out: see [`Keeper::challenged`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The token is no good any more (`invalid_token`, RFC 6750 section 3.1), or the API gave no reason for its 401. The
    /// keeper knows: [`poll`](Keeper::poll) it for another.
    Rejected,
    /// The token is good, but not for this (`insufficient_scope`, RFC 6750 section 3.1).
    InsufficientScope {
        /// What would be enough, in the API's words: untrusted. It may be more than the user should give.
        scope: Option<Scope>,
    },
    /// The token is good, but the user's login was too weak or too long ago (RFC 9470 section 3).
    StepUp(StepUp),
    /// The answer says nothing of the token: it is no 401 or 403, or refuses for another reason.
    NotAboutTheToken,
}

impl Verdict {
    fn of(client: &AnyClient, response: &Response) -> Self {
        if !matches!(response.status(), 401 | 403) {
            return Self::NotAboutTheToken;
        }
        let provider = client.provider();
        let scheme = provider.dialect.presentation.scheme.as_deref().unwrap_or("Bearer");
        let challenges = response.challenges(&provider.limits).ok();
        let challenge = challenges.as_ref().and_then(|challenges| challenges.of_scheme(scheme).next());
        match (challenge.and_then(Challenge::error), challenge, response.status()) {
            (Some(ResourceErrorCode::InsufficientScope), Some(challenge), _) => {
                Self::InsufficientScope { scope: challenge.scope() }
            }
            (Some(ResourceErrorCode::InsufficientUserAuthentication), Some(challenge), _) => {
                Self::StepUp(StepUp::of(challenge))
            }
            // The request was not as it should be, whatever the token is.
            (Some(ResourceErrorCode::InvalidRequest), ..)
            | (Some(ResourceErrorCode::InvalidDpopProof | ResourceErrorCode::UseDpopNonce), ..) => {
                Self::NotAboutTheToken
            }
            (Some(ResourceErrorCode::InvalidToken), ..) | (_, _, 401) => Self::Rejected,
            // RFC 9110 section 15.5.4: whoever asks.
            _ => Self::NotAboutTheToken,
        }
    }
}

impl Keeper {
    /// What the API's `response` says of `used`, the token that [`poll`](Keeper::poll) gave: as
    /// [`Authorized::challenged`]. Where it is rejected, so it is here ([`Keeper::rejected`]): if it is still the token that
    /// is kept, it is not used again.
    ///
    /// ```
    /// # use std::time::Duration;
    /// use oauth_proto::{Response, Turn, challenge::Verdict};
    /// # use oauth_proto::{Client, Keeper, Registration, Timestamp, providers};
    /// # let client = Client::confidential(providers::amiqus(), Registration::new("app")?, "s3cret".into())?;
    /// # let now = Timestamp::from_unix_seconds(1_800_000_000);
    /// # let mut keeper = Keeper::new(client.import_refreshable_tokens_from_elsewhere("A1".into(), "R1".into(), None)?);
    /// let Turn::Use(token) = keeper.poll(&client, now, Duration::ZERO) else { return Err("nothing to use".into()) };
    /// let response = Response::new(401, [("WWW-Authenticate", "Bearer error=\"invalid_token\"")], "");
    /// match keeper.challenged(&token, &client, &response) {
    ///     Verdict::Rejected => assert!(matches!(keeper.poll(&client, now, Duration::ZERO), Turn::Send(..))),
    ///     Verdict::StepUp(step_up) => println!("log in again: {step_up:?}"),
    ///     Verdict::InsufficientScope { scope } => println!("that needs {scope:?}"),
    ///     Verdict::NotAboutTheToken => println!("status {}", response.status()),
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn challenged(&mut self, used: &Secret, client: &AnyClient, response: &Response) -> Verdict {
        let verdict = Verdict::of(client, response);
        if verdict == Verdict::Rejected {
            self.rejected(used);
        }
        verdict
    }
}
