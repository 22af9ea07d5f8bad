//! The ways to share a token that are compared: the fleet's machine, and two that people use.

pub mod lock;
pub mod ours;
mod row_lock;

use std::{
    process,
    time::{Duration, Instant, SystemTime},
};

use oauth_proto::{
    Client, Confidential, FinishError, Provider, Refreshable, Registration, Standing, Timestamp, TokenSet,
    dialect::ExpiryEncoding, stored,
};

use super::{Failure, transport::send};

/// The leeway of the server that has one.
pub const LEEWAY: Duration = Duration::from_secs(5);

/// A token that is this near its end is renewed.
const AHEAD: Duration = Duration::from_millis(30);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Name {
    /// The fleet's machine, at a strict server.
    Ours,
    /// The same, at a server with a leeway, where a token may be presented three times.
    OursWithLeeway,
    /// A key in Redis that expires, deleted by who set it, and the record read again under it.
    Lock,
    /// A row that is locked while the request is under way, and read again under the lock.
    RowLock,
}

impl Name {
    pub fn words(self) -> &'static str {
        match self {
            Self::Ours => "ours",
            Self::OursWithLeeway => "ours-leeway",
            Self::Lock => "lock",
            Self::RowLock => "row-lock",
        }
    }

    pub fn read(words: &str) -> Option<Self> {
        [Self::Ours, Self::OursWithLeeway, Self::Lock, Self::RowLock].into_iter().find(|name| name.words() == words)
    }

    pub fn design(self, store: &str, origin: &str) -> Result<Box<dyn Design>, Failure> {
        let client = client(origin)?;
        Ok(match self {
            Self::Ours => Box::new(ours::Ours::new(store, client, None)?),
            Self::OursWithLeeway => Box::new(ours::Ours::new(store, client, Some(LEEWAY))?),
            Self::Lock => Box::new(lock::Lock::new(store, client)?),
            Self::RowLock => Box::new(row_lock::RowLock::new(store, client)?),
        })
    }
}

pub enum Got {
    Token,
    /// Not now: the store does not answer, or somebody else is busy.
    Later,
    /// The user must log in again.
    Nothing,
}

pub trait Design {
    /// Makes what is needed in the store, and throws away what is there.
    fn create(&mut self, keys: &[String]) -> Result<(), Failure>;

    fn token(&mut self, key: &str) -> Got;

    fn log_in(&mut self, key: &str, tokens: TokenSet<Refreshable>) -> Result<(), Failure>;

    /// What was done since this was called last.
    fn work(&mut self) -> Work;
}

#[derive(Clone, Copy, Debug, Default)]
pub struct Work {
    pub asks: u64,
    /// Of the store, of which `swaps`.
    pub operations: u64,
    pub swaps: u64,
    /// Renewals, and how long it took from the request until the tokens were stored.
    pub refreshes: u64,
    pub micros: u64,
}

impl Work {
    pub fn add(&mut self, more: &Self) {
        self.asks += more.asks;
        self.operations += more.operations;
        self.swaps += more.swaps;
        self.refreshes += more.refreshes;
        self.micros += more.micros;
    }

    fn refreshed(&mut self, sent: Instant) {
        self.refreshes += 1;
        self.micros += u64::try_from(sent.elapsed().as_micros()).unwrap_or(u64::MAX);
    }
}

/// The server's address for this process ends in its number: that is how the server knows whom to kill.
pub fn client(origin: &str) -> Result<Client<Confidential>, Failure> {
    let endpoint = format!("{origin}/token/{}", process::id());
    let mut provider = Provider::new("storm", format!("{origin}/authorize"), endpoint);
    provider.issuer = Some("https://storm.example".into());
    provider.allow_plaintext_on_loopback = true;
    provider.deadline_seconds = Some(1);
    provider.dialect.response.rename.rename("expires_in", "expires");
    provider.dialect.response.expiry = ExpiryEncoding::MillisecondsSinceEpoch;
    Ok(Client::confidential(provider, Registration::new("app")?, "s3cret".into())?)
}

pub fn wall() -> Timestamp {
    Timestamp::from_unix(SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default())
}

/// A record of the designs that are not ours: tokens, or nothing where they are no good any more.
fn usable(record: &str) -> Option<Got> {
    let Ok(tokens) = stored::load::<TokenSet<Refreshable>>(record.as_bytes()) else { return Some(Got::Nothing) };
    matches!(tokens.at(wall().plus(AHEAD)), Standing::Authorized(_)).then_some(Got::Token)
}

/// Renews the tokens of such a record. Where it is not known what came of it, the record stays as it is: whoever is next
/// tries it again.
fn renewed(client: &Client<Confidential>, record: &str) -> Option<String> {
    let tokens = stored::load::<TokenSet<Refreshable>>(record.as_bytes()).ok()?;
    let begun = match tokens.at(wall()) {
        Standing::Authorized(authorized) => authorized.refresh(client, wall()),
        Standing::Expired(expired) => expired.refresh(client, wall()),
    };
    let (request, in_flight) = begun.ok()?;
    match in_flight.finish(send(request)) {
        Ok(authorized) => Some(stored::save(&authorized.into_token_set())),
        Err(FinishError::Dead { .. }) => Some("over".into()),
        Err(_) => None,
    }
}
