//! A lock in Redis, with all that people are told to do: it expires, it is deleted by who set it alone, and the record is
//! read again under it.

use std::{
    thread,
    time::{Duration, Instant},
};

use oauth_proto::{Client, Confidential, Refreshable, TokenSet, stored};
use redis::{Connection, RedisResult, Script};

use super::{Design, Got, Work, renewed, usable};
use crate::Failure;

/// How long the lock lives: many times what a request takes here.
const TTL: Duration = Duration::from_millis(300);
const PATIENCE: Duration = Duration::from_secs(2);

pub struct Lock {
    redis: redis::Client,
    connection: Option<Connection>,
    client: Client<Confidential>,
    work: Work,
}

impl Lock {
    pub fn new(url: &str, client: Client<Confidential>) -> Result<Self, Failure> {
        Ok(Self { redis: redis::Client::open(url)?, connection: None, client, work: Work::default() })
    }

    fn call<T>(&mut self, call: impl FnOnce(&mut Connection) -> RedisResult<T>) -> RedisResult<T> {
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => self.redis.get_connection_with_timeout(PATIENCE)?,
        };
        connection.set_read_timeout(Some(PATIENCE))?;
        let answer = call(&mut connection)?;
        self.connection = Some(connection);
        Ok(answer)
    }

    fn read(&mut self, key: &str) -> RedisResult<Option<String>> {
        self.call(|redis| redis::cmd("GET").arg(record(key)).query(redis))
    }

    fn write(&mut self, key: &str, text: &str) -> RedisResult<()> {
        self.call(|redis| redis::cmd("SET").arg(record(key)).arg(text).exec(redis))
    }

    fn try_token(&mut self, key: &str) -> RedisResult<Got> {
        let began = Instant::now();
        let owner = fastrand::u64(..).to_string();
        while began.elapsed() < PATIENCE {
            match self.read(key)?.map(|record| usable(&record)) {
                None => return Ok(Got::Nothing),
                Some(Some(got)) => return Ok(got),
                Some(None) => {}
            }
            let mut set = redis::cmd("SET");
            set.arg(lock(key)).arg(&owner).arg("NX").arg("PX").arg(TTL.as_millis() as u64);
            if self.call(|redis| set.query::<Option<String>>(redis))?.is_some() {
                let got = self.under_lock(key);
                let release = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end";
                self.call(|redis| Script::new(release).key(lock(key)).arg(&owner).invoke::<Option<i64>>(redis))?;
                return got;
            }
            thread::sleep(Duration::from_millis(fastrand::u64(10..30)));
        }
        Ok(Got::Later)
    }

    fn under_lock(&mut self, key: &str) -> RedisResult<Got> {
        let Some(record) = self.read(key)? else { return Ok(Got::Nothing) };
        if let Some(got) = usable(&record) {
            return Ok(got);
        }
        let sent = Instant::now();
        let Some(record) = renewed(&self.client, &record) else { return Ok(Got::Later) };
        self.write(key, &record)?;
        self.work.refreshed(sent);
        Ok(usable(&record).unwrap_or(Got::Later))
    }
}

impl Design for Lock {
    fn create(&mut self, keys: &[String]) -> Result<(), Failure> {
        for key in keys {
            self.call(|redis| redis::cmd("DEL").arg(record(key)).arg(lock(key)).exec(redis))?;
        }
        Ok(())
    }

    fn token(&mut self, key: &str) -> Got {
        self.work.asks += 1;
        self.try_token(key).unwrap_or(Got::Later)
    }

    fn log_in(&mut self, key: &str, tokens: TokenSet<Refreshable>) -> Result<(), Failure> {
        Ok(self.write(key, &stored::save(&tokens))?)
    }

    fn work(&mut self) -> Work {
        std::mem::take(&mut self.work)
    }
}

fn record(key: &str) -> String {
    format!("lock_record:{key}")
}

fn lock(key: &str) -> String {
    format!("lock:{key}")
}
