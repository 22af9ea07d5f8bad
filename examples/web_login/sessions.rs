//! What is known of each browser, as rows of SQLite: the logins that wait, and the tokens. Any database that can replace a
//! row in one step will do.
//!
//! The rows hold secrets in clear (see `stored::save`), so the file is for this program's user alone. Of a cookie they hold
//! the hash: who reads them has no browser's session.

use std::{
    error::Error,
    sync::{Mutex, MutexGuard, PoisonError},
};

use oauth_proto::{AwaitingCode, Keeper, LoginKey, Timestamp, stored};
use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};
use sha2::{Digest, Sha256};

pub type Failure = Box<dyn Error + Send + Sync>;
type Result<T> = std::result::Result<T, Failure>;

/// SQLite answers at once, and so nothing here is awaited.
pub struct Sessions(Mutex<Connection>);

const TABLES: &str = "
    CREATE TABLE IF NOT EXISTS waiting (
        browser BLOB NOT NULL, login TEXT NOT NULL, closes_at INTEGER NOT NULL, state TEXT NOT NULL,
        PRIMARY KEY (browser, login)
    ) STRICT;
    CREATE TABLE IF NOT EXISTS session (browser BLOB PRIMARY KEY, tokens TEXT NOT NULL) STRICT;";

impl Sessions {
    /// In this file; in memory, for `:memory:`.
    pub fn open(path: &str) -> Result<Self> {
        if path != ":memory:" {
            create_for_owner(path)?;
        }
        let connection = Connection::open(path)?;
        connection.execute_batch(TABLES)?;
        Ok(Self(Mutex::new(connection)))
    }

    /// Whether anything is known of the browser with this cookie.
    pub fn knows(&self, cookie: &str) -> Result<bool> {
        let known = "SELECT EXISTS (SELECT 1 FROM waiting WHERE browser = ?1)
                         OR EXISTS (SELECT 1 FROM session WHERE browser = ?1)";
        Ok(self.connection().query_row(known, params![hash(cookie)], |row| row.get(0))?)
    }

    /// A login waits for its callback. Two tabs are two logins.
    pub fn wait(&self, cookie: &str, awaiting: &AwaitingCode, now: Timestamp) -> Result<()> {
        let connection = self.connection();
        connection.execute("DELETE FROM waiting WHERE closes_at <= ?1", params![millis(now)?])?;
        connection.execute(
            "INSERT OR REPLACE INTO waiting (browser, login, closes_at, state) VALUES (?1, ?2, ?3, ?4)",
            params![hash(cookie), awaiting.key().as_str(), millis(awaiting.closes_at())?, stored::save(awaiting)],
        )?;
        Ok(())
    }

    /// Takes out the login that a callback claims to answer, if it is this browser's. In one step: of two callbacks that
    /// come at once, one finds it.
    pub fn take(&self, cookie: &str, login: &LoginKey) -> Result<Option<AwaitingCode>> {
        let taken = "DELETE FROM waiting WHERE browser = ?1 AND login = ?2 RETURNING state";
        let connection = self.connection();
        let row = connection.query_row(taken, params![hash(cookie), login.as_str()], text).optional()?;
        row.map(|row| Ok(stored::load(row.as_bytes())?)).transpose()
    }

    /// The browser has a new cookie, and its user is logged in. Its other tabs may still be.
    pub fn log_in(&self, old: &str, new: &str, tokens: &Keeper) -> Result<()> {
        let mut connection = self.connection();
        let transaction = connection.transaction()?;
        transaction.execute("DELETE FROM session WHERE browser = ?1", params![hash(old)])?;
        transaction.execute("UPDATE waiting SET browser = ?2 WHERE browser = ?1", params![hash(old), hash(new)])?;
        let kept = "INSERT INTO session (browser, tokens) VALUES (?1, ?2)";
        transaction.execute(kept, params![hash(new), stored::save(tokens)])?;
        Ok(transaction.commit()?)
    }

    /// Looks at the tokens, and stores what becomes of them, before anybody else can look. Nothing is sent in between.
    pub fn with_tokens<T>(&self, cookie: &str, act: impl FnOnce(&mut Keeper) -> T) -> Result<Option<T>> {
        let mut connection = self.connection();
        // At once, and not when it first writes: another process is to wait here.
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let select = "SELECT tokens FROM session WHERE browser = ?1";
        let Some(row) = transaction.query_row(select, params![hash(cookie)], text).optional()? else {
            return Ok(None);
        };
        let mut keeper: Keeper = stored::load(row.as_bytes())?;
        let done = act(&mut keeper);
        let kept = stored::save(&keeper);
        if kept != row {
            transaction.execute("UPDATE session SET tokens = ?2 WHERE browser = ?1", params![hash(cookie), kept])?;
        }
        transaction.commit()?;
        Ok(Some(done))
    }

    /// The user is logged out, and the browser's logins wait no more. The tokens.
    pub fn log_out(&self, cookie: &str) -> Result<Option<Keeper>> {
        self.connection().execute("DELETE FROM waiting WHERE browser = ?1", params![hash(cookie)])?;
        self.take_tokens(cookie)
    }

    /// The user is logged out. The tokens.
    pub fn take_tokens(&self, cookie: &str) -> Result<Option<Keeper>> {
        let taken = "DELETE FROM session WHERE browser = ?1 RETURNING tokens";
        let row = self.connection().query_row(taken, params![hash(cookie)], text).optional()?;
        row.map(|row| Ok(stored::load(row.as_bytes())?)).transpose()
    }

    fn connection(&self) -> MutexGuard<'_, Connection> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// SQLite would make a file that others may read; what it writes beside it has the rights of this one.
fn create_for_owner(path: &str) -> Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)?;
    Ok(())
}

fn text(row: &rusqlite::Row<'_>) -> rusqlite::Result<String> {
    row.get(0)
}

fn hash(cookie: &str) -> [u8; 32] {
    Sha256::digest(cookie.as_bytes()).into()
}

fn millis(instant: Timestamp) -> Result<i64> {
    Ok(instant.as_unix_millis().try_into()?)
}
