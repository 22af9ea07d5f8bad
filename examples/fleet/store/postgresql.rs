//! PostgreSQL, over `postgres`. Each operation is a statement of its own, and so a transaction of its own.

use oauth_proto::{
    Entropy, Timestamp,
    fleet::{Found, InClear, Policy, Record, Swap, Worker, stores::POSTGRESQL},
};
use postgres::{Client, Config, Error, NoTls, Statement};

use super::{Failure, PATIENCE, Row, Store, connected, millis, unsigned};

pub struct Postgresql {
    config: Config,
    connection: Option<Connection>,
}

/// The statements are prepared once for each connection: from then on, each is one way there and back.
struct Connection {
    client: Client,
    get: Statement,
    insert: Statement,
    update: Statement,
}

impl Postgresql {
    pub fn new(url: &str) -> Result<Self, Failure> {
        let mut config: Config = url.parse()?;
        // A store that is silent is as good as one that is gone; what it was told may still happen. The driver has no
        // time-out for a server that stands still on a machine that answers: such a one is waited for.
        config.connect_timeout(PATIENCE).tcp_user_timeout(PATIENCE).keepalives_idle(PATIENCE);
        Ok(Self { config, connection: None })
    }

    fn connect(config: &Config) -> Result<Client, Error> {
        let mut client = config.connect(NoTls)?;
        client.batch_execute(&format!("SET statement_timeout = {}", PATIENCE.as_millis()))?;
        Ok(client)
    }

    fn call<T>(&mut self, call: impl FnOnce(&mut Connection) -> Result<T, Error>) -> Result<T, Error> {
        let prepared = || {
            let mut client = Self::connect(&self.config)?;
            let get = client.prepare(POSTGRESQL.get)?;
            let insert = client.prepare(POSTGRESQL.insert)?;
            let update = client.prepare(POSTGRESQL.update)?;
            Ok(Connection { client, get, insert, update })
        };
        connected(&mut self.connection, prepared, call)
    }
}

impl Store for Postgresql {
    fn create(&mut self) -> Result<(), Failure> {
        Ok(Self::connect(&self.config)?.batch_execute(POSTGRESQL.create)?)
    }

    fn worker(&self, entropy: Entropy, policy: Policy) -> Worker {
        Worker::new(entropy, policy, POSTGRESQL.guarantee, InClear)
    }

    fn get(&mut self, key: &str) -> Found {
        let read = self.call(|Connection { client, get, .. }| {
            let Some(row) = client.query_opt(get, &[&key])? else { return Ok(None) };
            Ok(Some((row.try_get::<_, i64>(0)?, row.try_get::<_, Vec<u8>>(1)?)))
        });
        match read {
            Ok(Some((revision, body))) => Found::Record(Record::new(unsigned(revision), body)),
            Ok(None) => Found::Absent,
            Err(_) => Found::Unknown,
        }
    }

    fn replace(&mut self, row: &Row<'_>) -> Swap {
        let Row { key, expected, revision, body, due_at } = row;
        let written = self.call(|Connection { client, insert, update, .. }| match expected {
            None => client.execute(insert, &[key, revision, body, due_at]),
            Some(expected) => client.execute(update, &[key, revision, body, due_at, expected]),
        });
        match written {
            Ok(0) => Swap::Conflict(None),
            Ok(_) => Swap::Applied(row.version()),
            Err(_) => Swap::Unknown,
        }
    }

    fn remove(&mut self, key: &str) -> Result<(), Failure> {
        self.call(|connection| connection.client.execute(POSTGRESQL.remove, &[&key]))?;
        Ok(())
    }

    fn pick(&mut self, now: Timestamp, until: Timestamp, most: u32) -> Vec<String> {
        let (now, until, most) = (millis(now), millis(until), i64::from(most));
        let picked = self.call(|connection| {
            let rows = connection.client.query(POSTGRESQL.pick, &[&now, &until, &most])?;
            rows.iter().map(|row| row.try_get(0)).collect()
        });
        picked.unwrap_or_default()
    }
}
