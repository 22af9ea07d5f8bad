//! What a login brings: whether it can be refreshed is known only now.

use super::{Authorized, InFlight};
use crate::{
    client::AnyClient,
    dialect::TokenAnswer,
    error::RequestError,
    grant::FollowUp,
    http::Request,
    intent::Intent,
    provider::CheckedProvider,
    token::{AccessOnly, AnyTokenSet, Refreshable, TokenSet},
    vocabulary::{Extras, Scope, Secret, Timestamp},
};

/// The tokens of a login. Whether a refresh token came along is the server's choice (RFC 6749 section 5.1): match, and
/// from there on the types know.
///
/// ```
/// use oauth_proto::{Granted, stored};
/// # use oauth_proto::{Client, Outcome, Registration, Request, Response, Timestamp, providers};
/// # fn send(_: Request) -> Outcome {
/// #     let body = r#"{"access_token":"A1","token_type":"Bearer","expires_in":3600}"#;
/// #     Response::new(200, [("Content-Type", "application/json")], body).into()
/// # }
/// # let client = Client::confidential(providers::amiqus(), Registration::new("app")?, "s3cret".into())?;
/// # let now = Timestamp::from_unix_seconds(1_800_000_000);
/// # let (request, in_flight) = client.password()?.request("alice", &"correct horse".into(), now)?;
/// let (row, offline) = match in_flight.finish(send(request))? {
///     Granted::Refreshable(authorized) => (stored::save(&authorized.into_token_set()), true),
///     Granted::AccessOnly(authorized) => (stored::save(&authorized.into_token_set()), false),
/// };
/// assert!(!offline, "this server sent no refresh token");
/// # drop(row);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
#[must_use = "the tokens are inside"]
pub enum Granted {
    /// The server issued a refresh token.
    Refreshable(Authorized<Refreshable>),
    /// It issued none: when this token ends, the user logs in again.
    AccessOnly(Authorized<AccessOnly>),
}

impl Granted {
    pub(crate) fn new(mut answer: TokenAnswer, intent: Intent, provider: &CheckedProvider) -> Self {
        match answer.refresh_token.take() {
            Some(refresh_token) => {
                let capability = Refreshable::new(refresh_token);
                Self::Refreshable(Authorized::from_set(TokenSet::issued(answer, capability, intent, provider)))
            }
            None => {
                Self::AccessOnly(Authorized::from_set(TokenSet::issued(answer, AccessOnly::new(), intent, provider)))
            }
        }
    }

    /// The client's own tokens come from no login: nothing but a journal that was changed holds them here.
    pub(crate) fn from_set(set: AnyTokenSet) -> Self {
        match set {
            AnyTokenSet::Refreshable(set) => Self::Refreshable(Authorized::from_set(set)),
            AnyTokenSet::AccessOnly(set) => Self::AccessOnly(Authorized::from_set(set)),
            AnyTokenSet::Reissuable(set) => Self::AccessOnly(Authorized::from_set(set.with(|_| AccessOnly::new()))),
        }
    }

    /// Makes the request that trades a short-lived token for a long-lived one, where the provider's data has it: see
    /// [`Authorized::follow_up`].
    ///
    /// # Errors
    /// As there.
    pub fn follow_up(
        self,
        client: &AnyClient,
        now: Timestamp,
    ) -> Result<(Request, InFlight<FollowUp>), RequestError<AnyTokenSet>> {
        match self {
            Self::Refreshable(authorized) => authorized.follow_up(client, now),
            Self::AccessOnly(authorized) => authorized.follow_up(client, now),
        }
    }

    /// What came along with the tokens: see [`Extras`].
    pub fn extras(&self) -> &Extras {
        match self {
            Self::Refreshable(authorized) => authorized.extras(),
            Self::AccessOnly(authorized) => authorized.extras(),
        }
    }

    /// The access token.
    pub fn access_token(&self) -> &Secret {
        match self {
            Self::Refreshable(authorized) => authorized.access_token(),
            Self::AccessOnly(authorized) => authorized.access_token(),
        }
    }

    /// The scope that the server granted; what was asked for where it did not say.
    pub fn scope(&self) -> &Scope {
        match self {
            Self::Refreshable(authorized) => authorized.scope(),
            Self::AccessOnly(authorized) => authorized.scope(),
        }
    }

    /// The tokens, to be stored.
    pub fn into_any_token_set(self) -> AnyTokenSet {
        match self {
            Self::Refreshable(authorized) => authorized.into_token_set().into(),
            Self::AccessOnly(authorized) => authorized.into_token_set().into(),
        }
    }
}
