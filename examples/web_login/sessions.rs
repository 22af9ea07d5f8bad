//! What is known of each browser, as rows of SQLite: the logins that wait, and the tokens. Any database that can replace a
//! row in one step will do.
//!
//! The rows hold secrets in clear (see `stored::save`), so the file is for this program's user alone. Of a cookie they hold
//! the hash: who reads them has no browser's session.

use std::{
    error::Error,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use oauth_proto::{
    AwaitingCode, Keeper, LoginKey, Timestamp,
    stored::{self, StoredError},
};
use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};
use sha2::{Digest, Sha256};

pub type Failure = Box<dyn Error + Send + Sync>;
type Result<T> = std::result::Result<T, Failure>;

/// What was in a row that is gone, if it could be read.
type Tokens = std::result::Result<Keeper, StoredError>;

/// How long a user stays logged in here.
pub const LIFE: Duration = Duration::from_secs(14 * 24 * 3600);

/// SQLite answers at once, and so nothing here is awaited.
pub struct Sessions(Mutex<Connection>);

const TABLES: &str = "
    CREATE TABLE IF NOT EXISTS waiting (
        browser BLOB NOT NULL, login TEXT NOT NULL, closes_at INTEGER NOT NULL, state TEXT NOT NULL,
        PRIMARY KEY (browser, login)
    ) STRICT;
    CREATE TABLE IF NOT EXISTS session (
        browser BLOB PRIMARY KEY, ends_at INTEGER NOT NULL, tokens TEXT NOT NULL
    ) STRICT;";

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
    pub fn knows(&self, cookie: &str, now: Timestamp) -> Result<bool> {
        let known = "SELECT EXISTS (SELECT 1 FROM waiting WHERE browser = ?1 AND closes_at > ?2)
                         OR EXISTS (SELECT 1 FROM session WHERE browser = ?1 AND ends_at > ?2)";
        Ok(self.connection().query_row(known, params![hash(cookie), millis(now)?], |row| row.get(0))?)
    }

    /// A login waits for its callback. Two tabs are two logins. Whatever is over goes.
    pub fn wait(&self, cookie: &str, awaiting: &AwaitingCode, now: Timestamp) -> Result<()> {
        let connection = self.connection();
        connection.execute("DELETE FROM waiting WHERE closes_at <= ?1", params![millis(now)?])?;
        connection.execute("DELETE FROM session WHERE ends_at <= ?1", params![millis(now)?])?;
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

    /// The browser has a new cookie, and its user is logged in. Logins that waited under the old one are dropped: whoever
    /// knew it may have begun them.
    pub fn log_in(&self, old: &str, new: &str, tokens: &Keeper, now: Timestamp) -> Result<()> {
        let mut connection = self.connection();
        let transaction = connection.transaction()?;
        transaction.execute("DELETE FROM session WHERE browser = ?1", params![hash(old)])?;
        transaction.execute("DELETE FROM waiting WHERE browser = ?1", params![hash(old)])?;
        let kept = "INSERT INTO session (browser, ends_at, tokens) VALUES (?1, ?2, ?3)";
        transaction.execute(kept, params![hash(new), millis(now.plus(LIFE))?, stored::save(tokens)])?;
        Ok(transaction.commit()?)
    }

    /// Looks at the tokens, and stores what becomes of them, before anybody else can look. Nothing is sent in between.
    /// What `act` said, and the tokens as they are stored now; nothing where nobody is logged in.
    pub fn with_tokens<T>(
        &self,
        cookie: &str,
        now: Timestamp,
        act: impl FnOnce(&mut Keeper) -> T,
    ) -> Result<Option<(T, Keeper)>> {
        let mut connection = self.connection();
        // At once, and not when it first writes: another process is to wait here.
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let select = "SELECT tokens FROM session WHERE browser = ?1 AND ends_at > ?2";
        let Some(row) = transaction.query_row(select, params![hash(cookie), millis(now)?], text).optional()? else {
            return Ok(None);
        };
        let mut keeper: Keeper = stored::load(row.as_bytes())?;
        let said = act(&mut keeper);
        let kept = stored::save(&keeper);
        if kept != row {
            transaction.execute("UPDATE session SET tokens = ?2 WHERE browser = ?1", params![hash(cookie), kept])?;
        }
        transaction.commit()?;
        Ok(Some((said, keeper)))
    }

    /// The user is logged out, and the browser's logins wait no more. The tokens.
    pub fn log_out(&self, cookie: &str) -> Result<Option<Tokens>> {
        self.connection().execute("DELETE FROM waiting WHERE browser = ?1", params![hash(cookie)])?;
        self.take_tokens(cookie)
    }

    /// The user is logged out. The tokens.
    pub fn take_tokens(&self, cookie: &str) -> Result<Option<Tokens>> {
        let taken = "DELETE FROM session WHERE browser = ?1 RETURNING tokens";
        let row = self.connection().query_row(taken, params![hash(cookie)], text).optional()?;
        Ok(row.map(|row| stored::load(row.as_bytes())))
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
    {
        use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
        if options.mode(0o600).open(path)?.metadata()?.mode() & 0o077 != 0 {
            return Err("others may read this file: `chmod 600` it, or name another".into());
        }
    }
    #[cfg(not(unix))]
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
