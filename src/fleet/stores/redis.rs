//! Redis and Valkey: a hash, and a script for each operation.

use crate::fleet::{BestEffort, SingleNode};

/// The scripts of Redis, for `EVAL` or `EVALSHA`. A script is one step there, whatever else goes on. A record is read with
/// `HMGET key revision body`, from the master: nil twice means that there is none.
///
/// Each takes two keys: that of the record, and that of the sorted set of what is due, which all records share. In a
/// cluster the two must be of one slot (`{fleet-7}:alice` and `{fleet-7}:due`), so there are several sets. Times are
/// milliseconds of Unix time. No key is ever set to expire: that would be a lock with an end, and lose the tokens too.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Scripts<G> {
    /// Replaces a record: 1 revision, 2 body, 3 due or an empty text, 4 the revision that it must have, or an empty text
    /// where it is not to be there. Brings an empty list where it was replaced; revision and body where it is another, and
    /// that is a conflict. Nil twice is a conflict with a record that is gone: `Conflict(None)`.
    pub swap: &'static str,
    /// Takes a record away when its user logs out.
    pub remove: &'static str,
    /// Picks what is due, and keeps it from others for a while: 1 now, 2 until when, 3 how many. Takes the key of the sorted
    /// set alone. Brings keys, each to be asked for [ahead of time](crate::fleet::Getting::ahead_of_time).
    pub pick: &'static str,
    /// What the store promises.
    pub guarantee: G,
}

/// Redis or Valkey, one node, with `appendonly yes`, `appendfsync always` and a `maxmemory-policy` of `noeviction`.
/// With less than that, or where a replica takes over, see [`Scripts::replicated`].
pub const REDIS: Scripts<SingleNode> = Scripts {
    swap: "\
local found = redis.call('HMGET', KEYS[1], 'revision', 'body')
if (found[1] or '') ~= ARGV[4] then return found end
redis.call('HSET', KEYS[1], 'revision', ARGV[1], 'body', ARGV[2])
if ARGV[3] == '' then redis.call('ZREM', KEYS[2], KEYS[1]) else redis.call('ZADD', KEYS[2], ARGV[3], KEYS[1]) end
return {}",
    remove: "redis.call('ZREM', KEYS[2], KEYS[1]) return redis.call('DEL', KEYS[1])",
    pick: "\
local keys = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1], 'LIMIT', 0, ARGV[3])
for _, key in ipairs(keys) do redis.call('ZADD', KEYS[1], ARGV[2], key) end
return keys",
    guarantee: SingleNode,
};

impl<G> Scripts<G> {
    /// Where a replica takes over (Sentinel, Cluster), which may lack the last writes, or where what was written is on the
    /// disk only later.
    pub fn replicated(self) -> Scripts<BestEffort> {
        let Self { swap, remove, pick, .. } = self;
        Scripts { swap, remove, pick, guarantee: BestEffort }
    }
}
