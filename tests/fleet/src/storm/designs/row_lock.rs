//! A row in PostgreSQL that is locked while the request is under way (`SELECT … FOR UPDATE`), and read again under the
//! lock.

use std::time::{Duration, Instant};

use oauth_proto::{Client, Confidential, Refreshable, TokenSet, stored};
use postgres::{Config, Error, NoTls};

use super::{Design, Got, Work, renewed, usable};
use crate::Failure;

pub struct RowLock {
    config: Config,
    connection: Option<postgres::Client>,
    client: Client<Confidential>,
    work: Work,
}

impl RowLock {
    pub fn new(url: &str, client: Client<Confidential>) -> Result<Self, Failure> {
        let mut config: Config = url.parse()?;
        config.connect_timeout(Duration::from_secs(2));
        Ok(Self { config, connection: None, client, work: Work::default() })
    }

    fn call<T>(&mut self, call: impl FnOnce(&mut postgres::Client) -> Result<T, Error>) -> Result<T, Error> {
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => {
                let mut connection = self.config.connect(NoTls)?;
                connection.batch_execute("SET statement_timeout = 2000")?;
                connection
            }
        };
        let answer = call(&mut connection)?;
        self.connection = Some(connection);
        Ok(answer)
    }

    fn try_token(&mut self, key: &str) -> Result<Got, Error> {
        let client = self.client.clone();
        let got = self.call(|postgres| {
            let Some(row) = postgres.query_opt("SELECT body FROM row_lock WHERE key = $1", &[&key])? else {
                return Ok((Got::Nothing, None));
            };
            if let Some(got) = usable(row.get(0)) {
                return Ok((got, None));
            }
            let mut transaction = postgres.transaction()?;
            let row = transaction.query_one("SELECT body FROM row_lock WHERE key = $1 FOR UPDATE", &[&key])?;
            let body: &str = row.get(0);
            if let Some(got) = usable(body) {
                return Ok((got, None));
            }
            let sent = Instant::now();
            let Some(body) = renewed(&client, body) else { return Ok((Got::Later, None)) };
            transaction.execute("UPDATE row_lock SET body = $2 WHERE key = $1", &[&key, &body])?;
            transaction.commit()?;
            Ok((usable(&body).unwrap_or(Got::Later), Some(sent)))
        });
        let (got, sent) = got?;
        sent.into_iter().for_each(|sent| self.work.refreshed(sent));
        Ok(got)
    }
}

impl Design for RowLock {
    fn create(&mut self, _: &[String]) -> Result<(), Failure> {
        let create = "DROP TABLE IF EXISTS row_lock; CREATE TABLE row_lock (key text PRIMARY KEY, body text NOT NULL)";
        Ok(self.call(|postgres| postgres.batch_execute(create))?)
    }

    fn token(&mut self, key: &str) -> Got {
        self.work.asks += 1;
        self.try_token(key).unwrap_or(Got::Later)
    }

    fn log_in(&mut self, key: &str, tokens: TokenSet<Refreshable>) -> Result<(), Failure> {
        let insert = "INSERT INTO row_lock VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET body = excluded.body";
        self.call(|postgres| postgres.execute(insert, &[&key, &&*stored::save(&tokens)]))?;
        Ok(())
    }

    fn work(&mut self) -> Work {
        std::mem::take(&mut self.work)
    }
}
