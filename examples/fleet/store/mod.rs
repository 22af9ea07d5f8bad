//! The stores that a fleet can share, each over its usual driver: thin code over [`oauth_proto::fleet::stores`].
//!
//! Whatever goes wrong on the way to a store is [`Found::Unknown`] or [`Swap::Unknown`]: the machine asks the same again
//! until it knows, however often that arrives. So there is one rule for all failures, and none is looked at.

mod postgresql;
mod redis;
mod sqlite;

use std::{error::Error, time::Duration};

use oauth_proto::{
    Entropy, Timestamp,
    fleet::{Found, Policy, Swap, Swapping, Version, Worker},
};

pub type Failure = Box<dyn Error + Send + Sync>;

/// How long a store may take, for a connection and for an answer: well below the five seconds of a [`Policy::settle`] that
/// nobody has set. The workers of this example are in more haste: one whose store takes this long is taken for dead, which
/// may cost a login, and never sends a refresh token twice.
const PATIENCE: Duration = Duration::from_secs(2);

pub trait Store {
    /// Makes the table, where it is not there: once, before the first worker starts.
    fn create(&mut self) -> Result<(), Failure>;

    /// A worker at this store: what the store promises is in the type of its data.
    fn worker(&self, entropy: Entropy, policy: Policy) -> Worker;

    fn get(&mut self, key: &str) -> Found;

    fn replace(&mut self, row: &Row<'_>) -> Swap;

    fn swap(&mut self, swapping: &Swapping<'_>) -> Swap {
        self.replace(&Row::of(swapping))
    }

    /// The user logs out.
    fn remove(&mut self, key: &str) -> Result<(), Failure>;

    /// At most so many keys that are due at `now`, for who calls this alone until `until`. None, where the store does not
    /// answer: they are picked next time.
    fn pick(&mut self, now: Timestamp, until: Timestamp, most: u32) -> Vec<String>;
}

/// What a record is to become, as the columns of a table.
pub struct Row<'a> {
    pub key: &'a str,
    /// The revision that it must have; `None`, where it is not to be there.
    pub expected: Option<i64>,
    pub revision: i64,
    pub body: &'a [u8],
    /// In milliseconds of Unix time.
    pub due_at: Option<i64>,
}

impl<'a> Row<'a> {
    fn of(swapping: &'a Swapping<'_>) -> Self {
        Self {
            key: swapping.key(),
            expected: swapping.expected().map(|version| match version {
                Version::Number(revision) => signed(*revision),
                Version::Text(_) => unreachable!("these stores give numbers"),
            }),
            revision: signed(swapping.revision()),
            body: swapping.bytes(),
            due_at: swapping.due_at().map(millis),
        }
    }

    fn version(&self) -> Version {
        Version::Number(unsigned(self.revision))
    }
}

/// The store of a URL: `sqlite:PATH`, `postgres://…` or `redis://…`. It is connected to when it is needed.
pub fn open(url: &str) -> Result<Box<dyn Store>, Failure> {
    match url.split_once(':') {
        Some(("sqlite", path)) if !path.is_empty() => Ok(Box::new(sqlite::Sqlite::new(path))),
        Some(("postgres" | "postgresql", _)) => Ok(Box::new(postgresql::Postgresql::new(url)?)),
        Some(("redis" | "valkey", _)) => Ok(Box::new(redis::Redis::new(url)?)),
        _ => Err("a store is `sqlite:PATH`, `postgres://…` or `redis://…`".into()),
    }
}

/// Does something with a connection, which is made where there is none. After a failure it is not used again: an answer
/// that comes late would be taken for that of the next question.
fn connected<C, T, E>(
    connection: &mut Option<C>,
    connect: impl FnOnce() -> Result<C, E>,
    call: impl FnOnce(&mut C) -> Result<T, E>,
) -> Result<T, E> {
    let mut open = match connection.take() {
        Some(open) => open,
        None => connect()?,
    };
    let answer = call(&mut open)?;
    *connection = Some(open);
    Ok(answer)
}

fn millis(time: Timestamp) -> i64 {
    signed(time.as_unix_millis())
}

// Databases have no unsigned numbers of 64 bits: these are the same bits.
fn signed(number: u64) -> i64 {
    number as i64
}

fn unsigned(number: i64) -> u64 {
    number as u64
}
