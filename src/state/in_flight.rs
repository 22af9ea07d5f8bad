//! InFlight: a request was handed over, and its answer is to come.

use std::sync::Arc;

use serde::{Serialize, Serializer};

use super::{FinishError, InDoubt};
use crate::{
    client::AnyClient,
    dialect::Refusal,
    error::Doubt,
    grant::{AuthorizationCode, Grant},
    http::Outcome,
    intent::Intent,
    provider::CheckedProvider,
    stored::Tagged,
    vocabulary::Timestamp,
};

/// What waits for the answer to a [`Request`](crate::Request) of grant `G`.
///
/// Store it *before* sending, with [`stored::save`](crate::stored::save): after a crash, or when a future is dropped
/// in mid-send, the same bytes load as [`InDoubt`], and nothing is lost. It cannot be loaded as itself: who holds the
/// bytes does not know whether the request was sent.
///
/// Write it *in place of* the row that holds the state before it, and what `finish` brings in place of it: with two
/// rows, whoever loads the older one sends a spent refresh token again.
///
/// ```
/// use oauth_proto::stored;
/// # use oauth_proto::{Client, Outcome, Registration, Request, Response, Standing, Timestamp, providers};
/// # fn send(_: Request) -> Outcome {
/// #     let body = r#"{"access_token":"A2","token_type":"Bearer","expires_in":3600,"refresh_token":"R2"}"#;
/// #     Response::new(200, [("Content-Type", "application/json")], body).into()
/// # }
/// # let client = Client::confidential(providers::amiqus(), Registration::new("app")?, "s3cret".into())?;
/// # let now = Timestamp::from_unix_seconds(1_800_000_000);
/// # let tokens = client.import_refreshable_tokens_from_elsewhere("A1".into(), "R1".into(), Some(now))?;
/// # let Standing::Expired(expired) = tokens.at(now) else { unreachable!() };
/// let (request, in_flight) = expired.refresh(&client, now)?;
/// let mut row = stored::save(&in_flight); // written in place of the tokens, before anything is sent
/// assert_eq!(&*stored::kind(row.as_bytes())?, "in_flight/refresh_token/1");
///
/// let authorized = in_flight.finish(send(request))?;
/// row = stored::save(&authorized.into_token_set()); // and this in place of the journal
/// assert_eq!(&*stored::kind(row.as_bytes())?, "token_set/1");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use = "finish it with the outcome of its request: `flight.finish(outcome)` (RFC 6749 section 5); dropped, the code or token in it is lost"]
pub struct InFlight<G: Grant> {
    /// What it becomes if the answer never comes.
    in_doubt: InDoubt<G>,
    provider: Arc<CheckedProvider>,
}

impl<G: Grant> InFlight<G> {
    pub(crate) fn new(origin: G::Origin, client: &AnyClient, sent_at: Timestamp) -> Self {
        Self { in_doubt: InDoubt::new(origin, sent_at), provider: Arc::clone(client.provider()) }
    }

    pub(crate) fn origin(&self) -> &G::Origin {
        self.in_doubt.origin()
    }

    /// When the request was made. The lifetime of its tokens counts from then.
    pub fn sent_at(&self) -> Timestamp {
        self.in_doubt.sent_at()
    }

    /// Takes what came of the request to the state that it leads to. A token that the server gave no time comes as
    /// `Authorized` all the same: what meets the clock is its [`TokenSet`](crate::TokenSet).
    ///
    /// Each ending has a row to write in place of the journal:
    ///
    /// ```
    /// use oauth_proto::{FinishError, InFlight, Outcome, Remedy, grant::RefreshToken, stored};
    ///
    /// fn settle(in_flight: InFlight<RefreshToken>, outcome: Outcome) -> (String, Option<Remedy>) {
    ///     let error = match in_flight.finish(outcome) {
    ///         Ok(authorized) => return (stored::save(&authorized.into_token_set()), None),
    ///         Err(error) => error,
    ///     };
    ///     let remedy = error.remedy();
    ///     let row = match error {
    ///         FinishError::NotSent { origin, .. } => stored::save(&*origin), // the same tokens
    ///         FinishError::Refused { origin, .. } => stored::save(&*origin), // the same tokens
    ///         FinishError::Dead { remains, .. } => stored::save(&*remains), // without the refresh token
    ///         FinishError::Untrusted { remains, .. } => stored::save(&*remains), // without the refresh token
    ///         FinishError::InDoubt { in_doubt, .. } => stored::save(&*in_doubt), // the journal
    ///     };
    ///     (row, Some(remedy))
    /// }
    /// # use oauth_proto::{Client, Registration, Standing, Timestamp, providers};
    /// # let client = Client::confidential(providers::amiqus(), Registration::new("app")?, "s3cret".into())?;
    /// # let now = Timestamp::from_unix_seconds(1_800_000_000);
    /// # let tokens = client.import_refreshable_tokens_from_elsewhere("A1".into(), "R1".into(), Some(now))?;
    /// # let Standing::Expired(expired) = tokens.at(now) else { unreachable!() };
    /// # let (_request, in_flight) = expired.refresh(&client, now)?;
    ///
    /// let journal = stored::save(&in_flight);
    /// assert_eq!(settle(in_flight, Outcome::lost("connection reset")), (journal, Some(Remedy::Decide)));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Each holds the state that is still true: see [`FinishError`].
    pub fn finish(
        self, // spent: a request has one answer (RFC 6749 section 5); use what the first `finish` brought
        outcome: Outcome,
    ) -> Result<G::Issued, FinishError<G>> {
        let Self { in_doubt, provider } = self;
        let response = match outcome {
            Outcome::Answered(response) => response,
            Outcome::NotSent(why) => {
                return Err(FinishError::NotSent { origin: Box::new(in_doubt.assume_unspent()), why });
            }
            Outcome::Lost(why) => return Err(in_doubt.because(Doubt::Lost(why))),
        };
        match G::read(in_doubt.origin(), &response, in_doubt.sent_at(), &provider) {
            Ok(answer) => G::issue(in_doubt.assume_unspent(), answer, &provider)
                .map_err(|(fault, remains)| FinishError::Untrusted { fault, remains: Box::new(remains) }),
            Err(refusal) => Err(end(refusal, in_doubt)),
        }
    }
}

/// The table of endings that are answers.
fn end<G: Grant>(refusal: Refusal, in_doubt: InDoubt<G>) -> FinishError<G> {
    match refusal {
        Refusal::Refused(response) => {
            FinishError::Refused { response: Box::new(response), origin: Box::new(in_doubt.assume_unspent()) }
        }
        Refusal::Dead(response) => {
            FinishError::Dead { response: Box::new(response), remains: Box::new(in_doubt.assume_spent()) }
        }
        Refusal::Untrusted(fault) => FinishError::Untrusted { fault, remains: Box::new(in_doubt.assume_spent()) },
        Refusal::Doubt(doubt) => in_doubt.because(doubt),
    }
}

impl InFlight<AuthorizationCode> {
    /// What was asked for, and where in the application the user came from: read it before `finish`, the tokens forget it.
    pub fn intent(&self) -> &Intent {
        self.in_doubt.origin().intent()
    }
}

impl<G: Grant> Tagged for InFlight<G> {
    const TAG: &'static str = G::TAG;
}

/// The journal: written before sending, read back only as [`InDoubt`].
impl<G: Grant> Serialize for InFlight<G> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.in_doubt.serialize(serializer)
    }
}

impl<G: Grant> std::fmt::Debug for InFlight<G> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("InFlight").field(&self.in_doubt).finish()
    }
}
