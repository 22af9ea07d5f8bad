//! PostgreSQL and SQLite: a table, and a statement for each operation.

use crate::fleet::{BestEffort, Durable, SingleNode};

/// The statements of a database, with their parameters in the order of their numbers. Times are milliseconds of Unix time.
///
/// A statement that replaces a record is committed before the next step: by itself, in no transaction of the program's.
/// Nothing is locked while a request is under way.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Statements<G> {
    /// Makes the table, where it is not there: once, before the first worker starts. Of two that do so at the same moment,
    /// PostgreSQL refuses one.
    pub create: &'static str,
    /// Reads a record: 1 key. Brings revision and body; no row where there is none.
    pub get: &'static str,
    /// Writes a record that is not to be there ([`Swapping::expected`](crate::fleet::Swapping::expected) is `None`): 1 key,
    /// 2 revision, 3 body, 4 due. One row was written, or none where there is one already, and that is a conflict.
    pub insert: &'static str,
    /// Replaces a record: 1 key, 2 revision, 3 body, 4 due, 5 the revision that it must have. One row was written, or none
    /// where it has another, and that is a conflict.
    pub update: &'static str,
    /// Takes a record away when its user logs out: 1 key. A renewal that is under way then brings tokens to
    /// [revoke](crate::fleet::NotStored::Removed).
    pub remove: &'static str,
    /// Picks what is due, and keeps it from others for a while: 1 now, 2 until when, 3 how many. Brings keys, each to be
    /// asked for [ahead of time](crate::fleet::Getting::ahead_of_time). Who picks a key and ends before it is renewed leaves
    /// it to be picked again then. That two may not pick the same is for the server's sake; nothing depends on it.
    pub pick: &'static str,
    /// What the store promises.
    pub guarantee: G,
}

/// PostgreSQL: with `synchronous_commit` on, as it is by default. What it says it wrote is [`Durable`] where a standby that
/// takes over is in `synchronous_standby_names`, or where there is none; else see [`Statements::replicated`].
///
/// `FOR UPDATE SKIP LOCKED` is there for speed: those who pick at the same time do not wait for each other.
pub const POSTGRESQL: Statements<Durable> = Statements {
    create: "CREATE TABLE IF NOT EXISTS oauth_fleet (\
        key text PRIMARY KEY, revision bigint NOT NULL, body bytea NOT NULL, due_at bigint); \
        CREATE INDEX IF NOT EXISTS oauth_fleet_due ON oauth_fleet (due_at) WHERE due_at IS NOT NULL",
    get: "SELECT revision, body FROM oauth_fleet WHERE key = $1",
    insert: "INSERT INTO oauth_fleet (key, revision, body, due_at) VALUES ($1, $2, $3, $4) \
        ON CONFLICT (key) DO NOTHING",
    update: "UPDATE oauth_fleet SET revision = $2, body = $3, due_at = $4 WHERE key = $1 AND revision = $5",
    remove: "DELETE FROM oauth_fleet WHERE key = $1",
    pick: "UPDATE oauth_fleet SET due_at = $2 WHERE key IN (\
        SELECT key FROM oauth_fleet WHERE due_at <= $1 ORDER BY due_at LIMIT $3 FOR UPDATE SKIP LOCKED) RETURNING key",
    guarantee: Durable,
};

/// SQLite: one file, for the processes of one machine. Set `journal_mode = WAL`, `synchronous = FULL` and a
/// `busy_timeout` on each connection.
pub const SQLITE: Statements<SingleNode> = Statements {
    create: "CREATE TABLE IF NOT EXISTS oauth_fleet (\
        key TEXT PRIMARY KEY, revision INTEGER NOT NULL, body BLOB NOT NULL, due_at INTEGER) WITHOUT ROWID; \
        CREATE INDEX IF NOT EXISTS oauth_fleet_due ON oauth_fleet (due_at) WHERE due_at IS NOT NULL",
    get: "SELECT revision, body FROM oauth_fleet WHERE key = ?1",
    insert: "INSERT INTO oauth_fleet (key, revision, body, due_at) VALUES (?1, ?2, ?3, ?4) \
        ON CONFLICT (key) DO NOTHING",
    update: "UPDATE oauth_fleet SET revision = ?2, body = ?3, due_at = ?4 WHERE key = ?1 AND revision = ?5",
    remove: "DELETE FROM oauth_fleet WHERE key = ?1",
    pick: "UPDATE oauth_fleet SET due_at = ?2 WHERE key IN (\
        SELECT key FROM oauth_fleet WHERE due_at <= ?1 ORDER BY due_at LIMIT ?3) RETURNING key",
    guarantee: SingleNode,
};

impl<G> Statements<G> {
    /// Where a standby takes over that may lack the last writes.
    pub fn replicated(self) -> Statements<BestEffort> {
        let Self { create, get, insert, update, remove, pick, .. } = self;
        Statements { create, get, insert, update, remove, pick, guarantee: BestEffort }
    }
}
