//! InDoubt: the request may have arrived, and nobody here knows.

use serde::{Deserialize, Serialize};

use super::{FinishError, InFlight};
use crate::{
    client::AnyClient,
    error::{Doubt, RequestError, RequestFault},
    grant::{AuthorizationCode, Grant, RefreshToken, Reissue, private::Journal},
    http::Request,
    stored::{Kind, Tagged},
    vocabulary::Timestamp,
};

/// A request of grant `G` whose ending is not known. Decide:
///
/// | choice | when | the risk |
/// | --- | --- | --- |
/// | [`retry`](InDoubt::retry) (code, refresh, reissue) | the server allows a refresh token twice for a while, or the code is of no more use otherwise | a strict server takes the second use for theft and ends the session (RFC 9700 section 4.14.2) |
/// | [`assume_unspent`](Self::assume_unspent) | it is known from elsewhere that nothing arrived | the same, at the next use |
/// | [`assume_spent`](Self::assume_spent) | the server is strict | a new login that may have been avoidable |
///
/// With a password or client credentials nothing single use was sent: begin again from the [`Intent`](crate::Intent)
/// that either of the last two leaves. So do extension grants, which no state keeps: with a fresh assertion
/// (RFC 7523 section 3).
///
/// ```
/// use oauth_proto::{AccessOnly, InDoubt, TokenSet, grant::RefreshToken, stored};
/// # use oauth_proto::{Client, Registration, Standing, Timestamp, providers};
/// # let client = Client::confidential(providers::amiqus(), Registration::new("app")?, "s3cret".into())?;
/// # let now = Timestamp::from_unix_seconds(1_800_000_000);
/// # let tokens = client.import_refreshable_tokens_from_elsewhere("A1".into(), "R1".into(), None)?;
/// # let Standing::Authorized(authorized) = tokens.at(now) else { unreachable!() };
/// let (request, in_flight) = authorized.refresh(&client, now)?;
/// let journal = stored::save(&in_flight);
/// # drop((request, in_flight));
///
/// // The process ended here, and another one finds the journal.
/// let in_doubt: InDoubt<RefreshToken> = stored::load(journal.as_bytes())?;
/// assert_eq!(in_doubt.sent_at(), now);
///
/// // This server takes a refresh token once: give it up, and use the access token to its end.
/// let tokens: TokenSet<AccessOnly> = in_doubt.assume_spent();
/// assert!(tokens.access_token_at(now).is_some());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields, bound = "G: Grant")]
#[must_use = "decide what became of the request: `retry`, `assume_unspent` or `assume_spent` (RFC 6749 section 10.5); dropped, the code or token in it is lost"]
pub struct InDoubt<G: Grant> {
    kind: Kind<Self>,
    #[serde(serialize_with = "Journal::store", deserialize_with = "Journal::load")]
    origin: G::Origin,
    sent_at: Timestamp,
}

impl<G: Grant> Tagged for InDoubt<G> {
    const TAG: &'static str = G::TAG;
}

impl<G: Grant> InDoubt<G> {
    pub(crate) fn new(origin: G::Origin, sent_at: Timestamp) -> Self {
        Self { kind: Kind::new(), origin, sent_at }
    }

    pub(crate) fn origin(&self) -> &G::Origin {
        &self.origin
    }

    pub(crate) fn because(self, doubt: Doubt) -> FinishError<G> {
        FinishError::InDoubt { doubt, in_doubt: Box::new(self) }
    }

    /// When the request was made.
    pub fn sent_at(&self) -> Timestamp {
        self.sent_at
    }

    /// Takes it that the server never saw the request: the state before it.
    pub fn assume_unspent(self) -> G::Origin {
        self.origin
    }

    /// Takes it that the server acted: what is left then.
    pub fn assume_spent(self) -> G::Remains {
        G::remains(self.origin)
    }
}

impl InDoubt<AuthorizationCode> {
    /// Sends the same code again, by choice.
    ///
    /// # Errors
    /// As [`ReceivedCode::exchange`](crate::ReceivedCode::exchange). Nothing more was sent, and the doubt is handed back.
    pub fn retry(
        self,
        client: &AnyClient,
        now: Timestamp,
    ) -> Result<(Request, InFlight<AuthorizationCode>), RequestError<Self>> {
        let request = self.origin.request(client, now);
        self.send_again(request, client, now)
    }
}

impl InDoubt<RefreshToken> {
    /// Sends the same refresh token again, by choice.
    ///
    /// # Errors
    /// As [`Authorized::refresh`](crate::Authorized::refresh). Nothing more was sent, and the doubt is handed back.
    pub fn retry(
        self,
        client: &AnyClient,
        now: Timestamp,
    ) -> Result<(Request, InFlight<RefreshToken>), RequestError<Self>> {
        let request = self.origin.refresh_request(client, now);
        self.send_again(request, client, now)
    }
}

impl InDoubt<Reissue> {
    /// Asks again. Nothing single use is in this request.
    ///
    /// # Errors
    /// As [`Authorized::reissue`](crate::Authorized::reissue). Nothing more was sent, and the doubt is handed back.
    pub fn retry(self, client: &AnyClient, now: Timestamp) -> Result<(Request, InFlight<Reissue>), RequestError<Self>> {
        let request = self.origin.reissue_request(client, now);
        self.send_again(request, client, now)
    }
}

impl<G: Grant> InDoubt<G> {
    pub(super) fn send_again(
        self,
        request: Result<Request, RequestFault>,
        client: &AnyClient,
        now: Timestamp,
    ) -> Result<(Request, InFlight<G>), RequestError<Self>> {
        match request {
            Ok(request) => Ok((request, InFlight::new(self.origin, client, now))),
            Err(fault) => Err(RequestError::new(self, fault)),
        }
    }
}

impl<G: Grant> std::fmt::Debug for InDoubt<G> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut shown = f.debug_struct("InDoubt");
        shown.field("kind", &self.kind).field("origin", &self.origin).field("sent_at", &self.sent_at);
        shown.finish()
    }
}
