//! SQLite, over `rusqlite`: a file that the processes of one machine share.

use oauth_proto::{
    Entropy, Timestamp,
    fleet::{Found, InClear, Policy, Record, Swap, Worker, stores::SQLITE},
};
use rusqlite::{Connection, Error, OptionalExtension, Result, params};

use super::{Failure, PATIENCE, Row, Store, connected, millis, unsigned};

pub struct Sqlite {
    path: String,
    connection: Option<Connection>,
}

impl Sqlite {
    pub fn new(path: &str) -> Self {
        Self { path: path.to_owned(), connection: None }
    }

    fn call<T>(&mut self, call: impl FnOnce(&mut Connection) -> Result<T>) -> Result<T> {
        let connect = || {
            let connection = Connection::open(&self.path)?;
            connection.busy_timeout(PATIENCE)?;
            // `FULL`: what it says it wrote is on the disk, and not only in the system's memory.
            connection.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL")?;
            Ok::<_, Error>(connection)
        };
        connected(&mut self.connection, connect, call)
    }
}

impl Store for Sqlite {
    fn create(&mut self) -> std::result::Result<(), Failure> {
        Ok(self.call(|connection| connection.execute_batch(SQLITE.create))?)
    }

    fn worker(&self, entropy: Entropy, policy: Policy) -> Worker {
        Worker::new(entropy, policy, SQLITE.guarantee, InClear)
    }

    fn get(&mut self, key: &str) -> Found {
        let read = self.call(|connection| {
            let mut get = connection.prepare_cached(SQLITE.get)?;
            get.query_row([key], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, Vec<u8>>(1)?))).optional()
        });
        match read {
            Ok(Some((revision, body))) => Found::Record(Record::new(unsigned(revision), body)),
            Ok(None) => Found::Absent,
            Err(_) => Found::Unknown,
        }
    }

    fn replace(&mut self, row: &Row<'_>) -> Swap {
        let Row { key, expected, revision, body, due_at } = row;
        let written = self.call(|connection| match expected {
            None => connection.prepare_cached(SQLITE.insert)?.execute(params![key, revision, body, due_at]),
            Some(expected) => {
                connection.prepare_cached(SQLITE.update)?.execute(params![key, revision, body, due_at, expected])
            }
        });
        match written {
            Ok(0) => Swap::Conflict(None),
            Ok(_) => Swap::Applied(row.version()),
            Err(_) => Swap::Unknown,
        }
    }

    fn remove(&mut self, key: &str) -> std::result::Result<(), Failure> {
        self.call(|connection| connection.execute(SQLITE.remove, [key]))?;
        Ok(())
    }

    fn pick(&mut self, now: Timestamp, until: Timestamp, most: u32) -> Vec<String> {
        let picked = self.call(|connection| {
            let mut pick = connection.prepare_cached(SQLITE.pick)?;
            let keys = pick.query_map(params![millis(now), millis(until), most], |row| row.get(0))?;
            keys.collect()
        });
        picked.unwrap_or_default()
    }
}
