//! Redis and Valkey, over `redis`: one node, which is to have `appendonly yes` and `appendfsync always`.

use oauth_proto::{
    Entropy, Timestamp,
    fleet::{Found, InClear, Policy, Record, Swap, Worker, stores::REDIS},
};
use redis::{Client, Connection, RedisResult, Script, Value, from_redis_value};

use super::{Failure, PATIENCE, Row, Store, connected, millis, unsigned};

/// A record's key begins with it.
const RECORD: &str = "oauth_fleet:";
/// The sorted set of what is due: no record's key.
const DUE: &str = "oauth_fleet_due";

pub struct Redis {
    client: Client,
    connection: Option<Connection>,
    swap: Script,
    remove: Script,
    pick: Script,
}

/// Revision and body, where there is a record.
type Read = (Option<i64>, Option<Vec<u8>>);

impl Redis {
    pub fn new(url: &str) -> Result<Self, Failure> {
        let url = url.replacen("valkey:", "redis:", 1);
        let [swap, remove, pick] = [REDIS.swap, REDIS.remove, REDIS.pick].map(Script::new);
        Ok(Self { client: Client::open(url)?, connection: None, swap, remove, pick })
    }
}

fn call<T>(
    client: &Client,
    connection: &mut Option<Connection>,
    call: impl FnOnce(&mut Connection) -> RedisResult<T>,
) -> RedisResult<T> {
    let connect = || {
        let connection = client.get_connection_with_timeout(PATIENCE)?;
        connection.set_read_timeout(Some(PATIENCE))?;
        connection.set_write_timeout(Some(PATIENCE))?;
        Ok(connection)
    };
    connected(connection, connect, call)
}

fn record((revision, body): Read) -> Option<Record> {
    Some(Record::new(unsigned(revision?), body?))
}

impl Store for Redis {
    fn create(&mut self) -> Result<(), Failure> {
        Ok(call(&self.client, &mut self.connection, |connection| redis::cmd("PING").exec(connection))?)
    }

    fn worker(&self, entropy: Entropy, policy: Policy) -> Worker {
        Worker::new(entropy, policy, REDIS.guarantee, InClear)
    }

    fn get(&mut self, key: &str) -> Found {
        let read = call(&self.client, &mut self.connection, |connection| {
            redis::cmd("HMGET").arg(format!("{RECORD}{key}")).arg("revision").arg("body").query::<Read>(connection)
        });
        match read {
            Ok(read) => record(read).map_or(Found::Absent, Found::Record),
            Err(_) => Found::Unknown,
        }
    }

    fn replace(&mut self, row: &Row<'_>) -> Swap {
        let text = |number: Option<i64>| number.map(|number| number.to_string()).unwrap_or_default();
        let mut swap = self.swap.key(format!("{RECORD}{}", row.key));
        swap.key(DUE).arg(row.revision).arg(row.body).arg(text(row.due_at)).arg(text(row.expected));
        match call(&self.client, &mut self.connection, |connection| swap.invoke::<Value>(connection)) {
            Ok(Value::Array(found)) if found.is_empty() => Swap::Applied(row.version()),
            Ok(found) => from_redis_value(found).map_or(Swap::Unknown, |found| Swap::Conflict(record(found))),
            Err(_) => Swap::Unknown,
        }
    }

    fn remove(&mut self, key: &str) -> Result<(), Failure> {
        let mut remove = self.remove.key(format!("{RECORD}{key}"));
        remove.key(DUE);
        Ok(call(&self.client, &mut self.connection, |connection| remove.invoke(connection))?)
    }

    fn pick(&mut self, now: Timestamp, until: Timestamp, most: u32) -> Vec<String> {
        let mut pick = self.pick.key(DUE);
        pick.arg(millis(now)).arg(millis(until)).arg(most);
        let picked = call(&self.client, &mut self.connection, |connection| pick.invoke::<Vec<String>>(connection));
        let keys = picked.unwrap_or_default().into_iter();
        keys.filter_map(|key| key.strip_prefix(RECORD).map(str::to_owned)).collect()
    }
}
