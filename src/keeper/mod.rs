//! Keeper: the same machine behind `&mut`, for structs that live long.

pub(crate) mod pace;
mod renewal_error;

use std::{
    fmt,
    sync::{Arc, Weak},
    time::Duration,
};

use serde::{Deserialize, Serialize};

use pace::{AT_LEAST, SameToken, asked_for, half_of_life, same_token_again, wait_after};
pub use renewal_error::RenewalError;

use crate::{
    client::AnyClient,
    dialect::{Presented, Refusal, TokenAnswer},
    error::{Doubt, PresentError, Remedy, RequestFault},
    exchange::Holder,
    http::{Header, LONGEST_WAIT, Outcome, Request, Response},
    intent::Intent,
    provider::CheckedProvider,
    stored::{Kind, Tagged},
    token::AnyTokenSet,
    vocabulary::{Secret, Timestamp, sha256},
};

/// Keeps one session's tokens fresh. It is never empty, is stored as one row, and can be dropped at any `await`.
///
/// Ask it before each use of the token, and do what the [`Turn`] says:
///
/// ```
/// use std::time::Duration;
/// use oauth_proto::{Keeper, Turn, stored};
/// # use oauth_proto::{Client, Outcome, Registration, Request, Response, Timestamp, providers};
/// # fn send(_: Request) -> Outcome {
/// #     let body = r#"{"access_token":"new","token_type":"Bearer","expires_in":60,"refresh_token":"r2"}"#;
/// #     Response::new(200, [("Content-Type", "application/json")], body).into()
/// # }
/// # let registration = Registration::new("app")?;
/// # let client = Client::confidential(providers::amiqus(), registration, "s".into())?;
/// # let now = Timestamp::from_unix_seconds(100);
/// # let tokens = client.import_refreshable_tokens_from_elsewhere("old".into(), "r1".into(), Some(now))?;
/// let mut keeper = Keeper::new(tokens);
/// let access_token = loop {
///     match keeper.poll(&client, now, Duration::from_secs(30)) {
///         Turn::Use(access_token) => break access_token,
///         Turn::Send(request, ticket) => {
///             let row = stored::save(&keeper); // write it to the store: a crash from here on is found again
///             keeper.handle(ticket, send(request), now)?;
/// #           drop(row);
///         }
///         turn => panic!("ask someone: {turn:?}"),
///     }
/// };
/// assert!(access_token.matches("new"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Keeper {
    kind: Kind<Self>,
    tokens: AnyTokenSet,
    /// A renewal was handed out then, and what came of it is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sent_at: Option<Timestamp>,
    /// The server asked not to be bothered before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    not_before: Option<Timestamp>,
    /// When the last renewal brought these tokens.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    renewed_at: Option<Timestamp>,
    /// Alive as long as the ticket that this very value handed out: a ticket that was dropped is noticed. `None` where
    /// another process handed it out.
    #[serde(skip)]
    ticket: Option<Weak<()>>,
}

impl Tagged for Keeper {
    const TAG: &'static str = "keeper/1";
}

/// What to do now.
///
/// ```
/// use std::time::Duration;
/// use oauth_proto::{AnyClient, Decision, Keeper, Request, Secret, Ticket, Timestamp, Turn};
///
/// /// A token to use; or else what must happen first.
/// fn token(keeper: &mut Keeper, client: &AnyClient, now: Timestamp) -> Result<Secret, Option<(Request, Ticket)>> {
///     loop {
///         match keeper.poll(client, now, Duration::from_secs(60)) {
///             Turn::Use(access_token) => return Ok(access_token),
///             Turn::Send(request, ticket) => return Err(Some((request, ticket))),
///             // Of a server that takes a refresh token once, nothing better is known.
///             Turn::Decide { .. } => _ = keeper.decide(Decision::AssumeSpent),
///             Turn::Wait { .. } | Turn::LogIn | Turn::Fix(_) => return Err(None),
///         }
///     }
/// }
/// # use oauth_proto::{Client, Registration, providers};
/// # let client = Client::public(providers::amiqus(), Registration::new("app")?)?;
/// # let mut keeper = Keeper::new(client.import_access_token_from_elsewhere("A1".into(), None)?);
/// assert!(token(&mut keeper, &client, Timestamp::from_unix_seconds(0)).is_ok_and(|token| token.matches("A1")));
/// # Ok::<(), oauth_proto::ConfigError>(())
/// ```
#[derive(Debug)]
#[must_use = "do what it says"]
pub enum Turn {
    /// Use this access token.
    Use(Secret),
    /// Store the keeper, send the request, and bring what came of it back with the ticket.
    Send(Request, Ticket),
    /// Nothing to use, and nothing to do: a renewal is under way, or failed a moment ago.
    Wait {
        /// Until then, where that is known; else until the ticket is handled.
        until: Option<Timestamp>,
    },
    /// A renewal was sent, its ticket is gone or its answer was lost: the refresh token may be spent. Call
    /// [`Keeper::decide`]. The old access token may still work: [`Keeper::access_token_at`].
    Decide {
        /// When it was sent.
        sent_at: Timestamp,
    },
    /// Nothing is left to renew with, or the provider renews no more after expiry: the user must log in again,
    /// `keeper.into_intent()`. For a client that asks for itself it is the same intent, and a request in place of a login:
    /// `keeper.into_intent().again(client.client_credentials()?)`.
    LogIn,
    /// This client cannot renew these tokens, and no waiting helps.
    Fix(RequestFault),
}

/// The right to report what came of one renewal. Dropping it is noticed.
#[must_use = "hand it to `Keeper::handle` with the outcome of its request"]
pub struct Ticket {
    /// Held, not read: the keeper sees whether it is still there.
    _alive: Arc<()>,
    provider: Arc<CheckedProvider>,
    sent_at: Timestamp,
    /// The tokens that it renews, by their hash.
    renews: Fingerprint,
    /// What is left of these where the refresh token is given up.
    leaves: Fingerprint,
}

type Fingerprint = [u8; 32];

impl fmt::Debug for Ticket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ticket").field("sent_at", &self.sent_at).finish_non_exhaustive()
    }
}

/// What to take for true when a renewal's ending is not known. Serde writes `"assume_unspent"` and `"assume_spent"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// The server never saw it: the next [`poll`](Keeper::poll) sends the refresh token again.
    AssumeUnspent,
    /// The server acted: the refresh token is given up, and the access token used to its end. A client that asks for
    /// itself has nothing to give up, and asks again.
    AssumeSpent,
}

impl Keeper {
    /// Keeps `tokens`.
    pub fn new(tokens: impl Into<AnyTokenSet>) -> Self {
        let tokens = tokens.into();
        Self { kind: Kind::new(), tokens, sent_at: None, not_before: None, renewed_at: None, ticket: None }
    }

    /// What to do at `now`. A token that ends within `ahead` is renewed; while that goes on, or when it fails, the
    /// old one is used until its own expiry. A token that a renewal brought is not renewed in the first half of its
    /// life, however long `ahead` is.
    ///
    /// A clock may go back between two polls, even by years: no wait becomes longer than an hour by that, and a renewal
    /// that another process seems to have sent in the far future is one to decide on.
    pub fn poll(&mut self, client: &AnyClient, now: Timestamp, ahead: Duration) -> Turn {
        if let Err(mismatch) = client.check_asked(self.tokens.intent()) {
            return Turn::Fix(RequestFault::WrongClient(mismatch));
        }
        if let Some(sent_at) = self.sent_at {
            return self.under_way(client.provider().deadline(), sent_at, now);
        }
        // No wait makes tokens renewable that are not: a refresh token that was given up, for instance.
        if !self.tokens.is_due(now, self.at_most_half(ahead)) || matches!(self.tokens, AnyTokenSet::AccessOnly(_)) {
            return self.use_or(now, Turn::LogIn);
        }
        if let Some(until) = self.not_before.filter(|until| until.is_soon(now, LONGEST_WAIT)) {
            return self.use_or(now, Turn::Wait { until: Some(until) });
        }
        if let Some(turn) = self.same_token_again(client, now) {
            return turn;
        }
        let request = match &self.tokens {
            AnyTokenSet::Refreshable(tokens) => tokens.refresh_request(client, now),
            AnyTokenSet::Reissuable(tokens) => tokens.reissue_request(client, now),
            AnyTokenSet::AccessOnly(_) => return self.use_or(now, Turn::LogIn),
        };
        match request {
            Ok(request) => Turn::Send(request, self.issue_ticket(client, now)),
            // This provider refreshes only shortly before expiry, however long `ahead` is. A token that was rejected
            // until then will not come back to life by waiting.
            Err(RequestFault::TooEarly { .. }) => self.use_or(now, Turn::LogIn),
            Err(fault) if fault.remedy() == Remedy::LogIn => self.use_or(now, Turn::LogIn),
            Err(fault) => self.use_or(now, Turn::Fix(fault)),
        }
    }

    /// What to do with a rejected token where a renewal cannot bring another.
    fn same_token_again(&self, client: &AnyClient, now: Timestamp) -> Option<Turn> {
        if !self.tokens.is_rejected() {
            return None;
        }
        Some(match same_token_again(client, &self.tokens, self.renewed_at, now)? {
            SameToken::Over => Turn::LogIn,
            SameToken::NotBefore(again) => Turn::Wait { until: Some(again) },
        })
    }

    /// `ahead`, but no more than half the life of a token that a renewal brought.
    fn at_most_half(&self, ahead: Duration) -> Duration {
        half_of_life(self.renewed_at, &self.tokens).map_or(ahead, |half| ahead.min(half))
    }

    /// What to do while a renewal is sent. A ticket of another process is given the time that its request may take, and
    /// as much again for a clock that differs from ours.
    fn under_way(&self, deadline: Duration, sent_at: Timestamp, now: Timestamp) -> Turn {
        let until = sent_at.plus(deadline);
        let sent_lately = until.is_soon(now, deadline.saturating_mul(2));
        match &self.ticket {
            _ if self.ticket_lives() => self.use_or(now, Turn::Wait { until: None }),
            None if sent_lately => self.use_or(now, Turn::Wait { until: Some(until) }),
            Some(_) | None => Turn::Decide { sent_at },
        }
    }

    /// Whether the ticket that this very value handed out is still there.
    fn ticket_lives(&self) -> bool {
        self.ticket.as_ref().is_some_and(|ticket| ticket.strong_count() > 0)
    }

    fn use_or(&self, now: Timestamp, otherwise: Turn) -> Turn {
        self.tokens.access_token_at(now).cloned().map_or(otherwise, Turn::Use)
    }

    fn issue_ticket(&mut self, client: &AnyClient, now: Timestamp) -> Ticket {
        let alive = Arc::new(());
        self.ticket = Some(Arc::downgrade(&alive));
        self.sent_at = Some(now);
        self.not_before = None;
        let [renews, leaves] = [self.tokens.refresh_token(), None].map(|refresh_token| self.fingerprint(refresh_token));
        Ticket { _alive: alive, provider: Arc::clone(client.provider()), sent_at: now, renews, leaves }
    }

    /// The tokens, with this refresh token. Without their expiry, they would be the same after they are extended.
    fn fingerprint(&self, refresh_token: Option<&Secret>) -> Fingerprint {
        let [access, refresh] = [Some(self.tokens.access_token()), refresh_token].map(|token| match token {
            Some(token) => sha256(&[b"1", token.expose().as_bytes()]),
            None => sha256(&[b"0"]),
        });
        let end = self.tokens.expires_at().map_or(u64::MAX, Timestamp::as_unix_millis);
        sha256(&[&access, &refresh, &end.to_be_bytes()])
    }

    /// Whether the tokens are those that this ticket renews, or what was left of them when the refresh token was given up.
    fn holds_tokens_of(&self, ticket: &Ticket) -> bool {
        let held = self.fingerprint(self.tokens.refresh_token());
        held == ticket.renews || (matches!(self.tokens, AnyTokenSet::AccessOnly(_)) && held == ticket.leaves)
    }

    /// Takes in what came of a renewal. Store the keeper afterwards, whatever this returns.
    ///
    /// A keeper that was stored and loaded meanwhile takes it too, as long as it holds the tokens that the ticket renews.
    /// Where somebody has decided meanwhile, new tokens are taken all the same: the server has issued them, and whatever was
    /// assumed, there is nothing better.
    ///
    /// # Errors
    /// The renewal brought no new tokens. The keeper holds what is still true; the next [`poll`](Self::poll) says
    /// what follows. The ticket of another keeper comes back with its outcome, and changes nothing.
    pub fn handle(&mut self, ticket: Ticket, outcome: Outcome, now: Timestamp) -> Result<(), RenewalError> {
        let (ours, expected) = (self.holds_tokens_of(&ticket), self.sent_at == Some(ticket.sent_at));
        match outcome {
            Outcome::Answered(response) if ours => match self.read(&ticket, &response) {
                Ok(answer) => {
                    self.renew(answer, now);
                    Ok(())
                }
                Err(refusal) if expected => Err(self.fail(refusal, now)),
                Err(_) => Err(foreign(ticket, response.into())),
            },
            Outcome::NotSent(why) if ours && expected => Err(self.try_again(RenewalError::NotSent(why), now)),
            Outcome::Lost(why) if ours && expected => Err(self.doubt(Doubt::Lost(why), now)),
            outcome => Err(foreign(ticket, outcome)),
        }
    }

    fn read(&self, ticket: &Ticket, response: &Response) -> Result<TokenAnswer, Refusal> {
        let presented = match &self.tokens {
            AnyTokenSet::Refreshable(_) | AnyTokenSet::AccessOnly(_) => Presented::Refresh {
                access_token: self.tokens.access_token(),
                refresh_token: self.tokens.refresh_token(),
            },
            AnyTokenSet::Reissuable(_) => Presented::Grant,
        };
        ticket.provider.read_answer(response, ticket.sent_at, presented, self.tokens.scope())
    }

    fn renew(&mut self, answer: TokenAnswer, now: Timestamp) {
        match &mut self.tokens {
            AnyTokenSet::Refreshable(tokens) => tokens.refreshed(answer),
            AnyTokenSet::Reissuable(tokens) => tokens.reissued(answer),
            // The refresh token was given up meanwhile; one that came is good all the same.
            AnyTokenSet::AccessOnly(tokens) => self.tokens = tokens.refreshed_after_all(answer),
        }
        self.sent_at = None;
        self.renewed_at = Some(now);
        self.not_before = self.access_token_at(now).is_none().then(|| now.plus(AT_LEAST));
    }

    fn fail(&mut self, refusal: Refusal, now: Timestamp) -> RenewalError {
        let refreshable = matches!(self.tokens, AnyTokenSet::Refreshable(_));
        match refusal {
            Refusal::Dead(response) if refreshable => {
                self.give_up_refresh_token();
                RenewalError::Dead(Box::new(response))
            }
            Refusal::Refused(response) if refreshable => self.try_again(RenewalError::Refused(Box::new(response)), now),
            Refusal::Untrusted(fault) if refreshable => {
                self.give_up_refresh_token();
                self.try_again(RenewalError::Untrusted(fault), now)
            }
            // A client that asks for itself has no grant that could die or be spent.
            Refusal::Refused(response) | Refusal::Dead(response) => {
                self.try_again(RenewalError::refused_to_client(Box::new(response)), now)
            }
            Refusal::Untrusted(fault) => self.try_again(RenewalError::ClientUntrusted(fault), now),
            Refusal::Doubt(doubt) => self.doubt(doubt, now),
        }
    }

    /// What was presented may be presented again, after a while.
    fn try_again(&mut self, failure: RenewalError, now: Timestamp) -> RenewalError {
        self.sent_at = None;
        self.not_before = Some(now.plus(wait_after(&failure)));
        failure
    }

    /// `sent_at` stays and no ticket lives: that is what "in doubt" looks like.
    fn doubt(&mut self, doubt: Doubt, now: Timestamp) -> RenewalError {
        self.ticket = Some(Weak::new());
        let failure = RenewalError::InDoubt(doubt);
        // A client that asks for itself has nothing to lose by asking again, and would do so at every turn. A refresh
        // token is another matter: some servers take it again, and for a moment only.
        let wait = match self.tokens {
            AnyTokenSet::Reissuable(_) => Some(wait_after(&failure)),
            AnyTokenSet::Refreshable(_) | AnyTokenSet::AccessOnly(_) => asked_for(&failure),
        };
        self.not_before = wait.map(|wait| now.plus(wait));
        failure
    }

    fn give_up_refresh_token(&mut self) {
        self.sent_at = None;
        if let AnyTokenSet::Refreshable(tokens) = &self.tokens {
            self.tokens = tokens.without_refresh_token().into();
        }
    }

    /// Decides what became of a renewal, after [`Turn::Decide`]. Returns whether there was anything to decide: while
    /// its ticket lives, a renewal is under way and not in doubt. A keeper that was loaded cannot see the ticket of
    /// another process: there, wait for the turn. If that brings new tokens in the end, [`handle`](Self::handle) takes them,
    /// whatever was decided; until the keeper holds others.
    ///
    /// ```
    /// # use std::time::Duration;
    /// use oauth_proto::{Decision, Keeper, Outcome, Turn};
    /// # use oauth_proto::{Client, Registration, Timestamp, providers};
    /// # let client = Client::confidential(providers::amiqus(), Registration::new("app")?, "s3cret".into())?;
    /// # let now = Timestamp::from_unix_seconds(1_800_000_000);
    /// # let tokens = client.import_refreshable_tokens_from_elsewhere("A1".into(), "R1".into(), Some(now))?;
    /// # let mut keeper = Keeper::new(tokens);
    /// # let Turn::Send(_request, ticket) = keeper.poll(&client, now, Duration::ZERO) else { unreachable!() };
    /// let error = keeper.handle(ticket, Outcome::lost("connection reset"), now).unwrap_err();
    /// assert_eq!(error.remedy(), oauth_proto::Remedy::Decide);
    /// assert!(keeper.decide(Decision::AssumeSpent));
    /// assert!(matches!(keeper.poll(&client, now, Duration::ZERO), Turn::LogIn), "the access token is over too");
    /// # Ok::<(), oauth_proto::ConfigError>(())
    /// ```
    pub fn decide(&mut self, decision: Decision) -> bool {
        if self.sent_at.is_none() || self.ticket_lives() {
            return false;
        }
        match decision {
            Decision::AssumeUnspent => self.sent_at = None,
            Decision::AssumeSpent => self.give_up_refresh_token(),
        }
        true
    }

    /// An API answered 401 to `used`. If it is still the token that is kept, it is not used again; a 401 to a token
    /// that was renewed meanwhile says nothing of the new one. Returns whether it still was. For what a response says
    /// of a token, see [`challenged`](Self::challenged).
    ///
    /// ```
    /// # use oauth_proto::{Client, Keeper, Registration, Secret, Timestamp, providers};
    /// # let client = Client::public(providers::amiqus(), Registration::new("app")?)?;
    /// # let mut keeper = Keeper::new(client.import_access_token_from_elsewhere("A2".into(), None)?);
    /// # let (before_the_renewal, now) = (Secret::from("A1"), Timestamp::from_unix_seconds(0));
    /// assert!(!keeper.rejected(&before_the_renewal));
    /// assert!(keeper.access_token_at(now).is_some());
    /// # Ok::<(), oauth_proto::ConfigError>(())
    /// ```
    pub fn rejected(&mut self, used: &Secret) -> bool {
        let current = self.tokens.access_token().matches(used.expose());
        if current {
            self.tokens.set_rejected();
        }
        current
    }

    /// The access token, if it can be used at `instant`, whatever else goes on.
    pub fn access_token_at(&self, instant: Timestamp) -> Option<&Secret> {
        self.tokens.access_token_at(instant)
    }

    /// The header field that presents the access token to `url`: see [`Authorized::header_for`](crate::Authorized::header_for).
    ///
    /// # Errors
    /// As there; and the token cannot be used at `now`. The keeper is as it was.
    pub fn header_for(&self, client: &AnyClient, url: &str, now: Timestamp) -> Result<Header, PresentError> {
        let access_token = self.access_token_at(now).ok_or(PresentError::Expired)?;
        Holder { access_token, ..self.tokens.holder() }.header_for(client, url)
    }

    /// `url` with the access token in its query: see [`Authorized::url_for`](crate::Authorized::url_for).
    ///
    /// # Errors
    /// As there; and the token cannot be used at `now`. The keeper is as it was.
    pub fn url_for(&self, client: &AnyClient, url: &str, now: Timestamp) -> Result<Secret, PresentError> {
        let access_token = self.access_token_at(now).ok_or(PresentError::Expired)?;
        Holder { access_token, ..self.tokens.holder() }.url_for(client, url)
    }

    /// Hands the tokens out, to log out or to check them, for instance.
    ///
    /// # Errors
    /// A renewal is sent and its ending not known: the keeper comes back as it was.
    pub fn into_tokens(self) -> Result<AnyTokenSet, Box<Self>> {
        if self.sent_at.is_some() { Err(Box::new(self)) } else { Ok(self.tokens) }
    }

    /// The tokens that are kept.
    pub fn tokens(&self) -> &AnyTokenSet {
        &self.tokens
    }

    /// Gives the tokens up; what was asked for stays, for a new login.
    pub fn into_intent(self) -> Intent {
        self.tokens.into_intent()
    }
}

fn foreign(ticket: Ticket, outcome: Outcome) -> RenewalError {
    RenewalError::ForeignTicket { ticket: Box::new(ticket), outcome: Box::new(outcome) }
}
