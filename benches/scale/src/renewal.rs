//! Which token sets are to be renewed now: by asking each, and by an index.

use std::{collections::BTreeSet, hint::black_box, time::Duration, time::Instant};

use oauth_proto::{AnyTokenSet, Timestamp};

use crate::{
    held::{in_memory, nanoseconds},
    population::{LIFETIME, START},
};

/// Tokens are renewed a minute before they end.
const AHEAD: Duration = Duration::from_secs(60);

pub struct Renewal {
    /// Nanoseconds for each set that is held, to ask all of them.
    pub scan: f64,
    /// Nanoseconds for each set that is held, to put all into the index; and its bytes for each.
    pub index: f64,
    pub index_bytes: f64,
    /// Nanoseconds for each set that is due, to take it from the index and put it back with its next end.
    pub take: f64,
}

/// Finds those that are due half an hour after the first end, which are about half of all.
pub fn find(sets: &[AnyTokenSet]) -> Renewal {
    let now = START.plus(Duration::from_secs(LIFETIME + LIFETIME / 2));
    let start = Instant::now();
    let asked = black_box(sets).iter().filter(|set| set.is_due(now, AHEAD)).count();
    let scan = nanoseconds(start, sets.len());

    let (before, start) = (in_memory(), Instant::now());
    let mut queue: BTreeSet<(Timestamp, usize)> =
        sets.iter().enumerate().filter_map(|(at, set)| Some((set.due_at(AHEAD)?, at))).collect();
    let index = nanoseconds(start, sets.len());
    let index_bytes = (in_memory() - before) as f64 / sets.len() as f64;

    let start = Instant::now();
    let mut taken = 0;
    while let Some((_, at)) = queue.first().copied().filter(|(due_at, _)| *due_at <= now).and(queue.pop_first()) {
        taken += 1;
        queue.insert((now.plus(Duration::from_secs(LIFETIME)).minus(AHEAD), at));
    }
    let take = nanoseconds(start, taken);
    assert_eq!(taken, asked, "the index finds what asking finds");
    assert!(taken * 5 > sets.len() * 2 && taken * 5 < sets.len() * 3, "about half of them are due: {taken}");
    Renewal { scan, index, index_bytes, take }
}
