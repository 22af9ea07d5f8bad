//! Records in the memory of one process.

use std::{collections::BTreeMap, fmt};

use crate::{
    fleet::{Found, Record, SingleNode, Swap, Swapping},
    vocabulary::Timestamp,
};

/// Records in memory: for the tasks of one process, and for tests. Keep it behind a lock, and hold that for no longer than
/// a call. The records end with the process, and so do their tokens: what is to outlive it stands in a store.
#[derive(Default)]
pub struct Memory {
    rows: BTreeMap<Box<str>, Row>,
}

struct Row {
    record: Record,
    due_at: Option<Timestamp>,
}

impl Memory {
    /// What it promises.
    pub const GUARANTEE: SingleNode = SingleNode;

    /// Reads a record.
    pub fn get(&self, key: &str) -> Found {
        self.rows.get(key).map_or(Found::Absent, |row| Found::Record(row.record.clone()))
    }

    /// Replaces a record, if it is still the one that was read.
    pub fn swap(&mut self, swapping: &Swapping<'_>) -> Swap {
        let stored = self.rows.get(swapping.key()).map(|row| &row.record);
        if stored.map(|record| &record.version) != swapping.expected() {
            return Swap::Conflict(stored.cloned());
        }
        let record = Record::new(swapping.revision(), swapping.bytes());
        let version = record.version.clone();
        self.rows.insert(swapping.key().into(), Row { record, due_at: swapping.due_at() });
        Swap::Applied(version)
    }

    /// Takes a record away when its user logs out, and says whether it was there. A renewal that is under way then brings
    /// tokens to [revoke](crate::fleet::NotStored::Removed).
    pub fn remove(&mut self, key: &str) -> bool {
        self.rows.remove(key).is_some()
    }

    /// Picks up to `most` of what is due at `now`, what has been due for longest first, and keeps it from others `until`
    /// then. Each key is to be asked for [ahead of time](crate::fleet::Getting::ahead_of_time).
    pub fn pick(&mut self, now: Timestamp, until: Timestamp, most: usize) -> Vec<Box<str>> {
        let rows = self.rows.iter_mut().filter(|(_, row)| row.due_at.is_some_and(|due_at| due_at <= now));
        let mut due: Vec<_> = rows.collect();
        due.sort_by_key(|(_, row)| row.due_at);
        let picked = due.into_iter().take(most).map(|(key, row)| {
            row.due_at = Some(until);
            key.clone()
        });
        picked.collect()
    }
}

impl fmt::Debug for Memory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Memory").field("records", &self.rows.len()).finish()
    }
}
