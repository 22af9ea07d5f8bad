//! What the machine asks of a store, asked of this one.

use oauth_proto::{
    Timestamp,
    fleet::{Found, Record, Swap, Version},
};

use super::{
    Failure,
    store::{Row, Store},
};

const KEY: &str = "contract";

/// Tries each operation, and says what was not as it should be.
pub fn check(store: &mut dyn Store) -> Result<(), Failure> {
    store.create()?;
    store.create().map_err(|why| format!("what is there already is made again: {why}"))?;
    store.remove(KEY)?;
    holds("what is not there is absent", matches!(store.get(KEY), Found::Absent))?;
    let row = |expected, revision, body, due_at| Row { key: KEY, expected, revision, body, due_at };

    // Every byte that a body may have, and numbers that need more than 53 bits.
    let bytes: Vec<u8> = (0..=u8::MAX).collect();
    let first = i64::MAX - 2;
    is_conflict("nothing is there to be replaced", store.replace(&row(Some(1), 2, b"x", None)), None)?;
    is_applied("a first record", store.replace(&row(None, first, &bytes, Some(1000))), first)?;
    is_conflict("it is there already", store.replace(&row(None, 7, b"x", None)), Some((first, &bytes)))?;
    is_conflict("another is expected", store.replace(&row(Some(8), 9, b"x", None)), Some((first, &bytes)))?;
    let read = matches!(store.get(KEY), Found::Record(record) if is(&record, first, &bytes));
    holds("what was written is read", read)?;

    let at = Timestamp::from_unix_millis;
    holds("nothing is due before it is", store.pick(at(999), at(2000), 9).is_empty())?;
    holds("what is due is picked", store.pick(at(1000), at(2000), 9) == [KEY])?;
    holds("what was picked is kept from others", store.pick(at(1999), at(3000), 9).is_empty())?;
    holds("who picked it may have ended", store.pick(at(2000), at(3000), 9) == [KEY])?;

    is_applied("what is expected is replaced", store.replace(&row(Some(first), first + 1, b"y", None)), first + 1)?;
    is_conflict("once", store.replace(&row(Some(first), first + 1, b"y", None)), Some((first + 1, b"y")))?;
    holds("what is due never is not picked", store.pick(at(9000), at(9999), 9).is_empty())?;
    is_applied("it is due again", store.replace(&row(Some(first + 1), first + 2, b"z", Some(5))), first + 2)?;
    store.remove(KEY)?;
    holds("what was removed is absent", matches!(store.get(KEY), Found::Absent))?;
    holds("and not due", store.pick(at(9000), at(9999), 9).is_empty())
}

fn holds(what: &str, holds: bool) -> Result<(), Failure> {
    if holds { Ok(()) } else { Err(format!("not so: {what}").into()) }
}

fn is_applied(what: &str, swap: Swap, revision: i64) -> Result<(), Failure> {
    let revision = Version::Number(u64::try_from(revision)?);
    holds(what, matches!(&swap, Swap::Applied(version) if *version == revision))
}

/// A conflict, which may say what is there.
fn is_conflict(what: &str, swap: Swap, there: Option<(i64, &[u8])>) -> Result<(), Failure> {
    let right = match (&swap, there) {
        (Swap::Conflict(None), _) => true,
        (Swap::Conflict(Some(record)), Some((revision, body))) => is(record, revision, body),
        _ => false,
    };
    holds(what, right)
}

fn is(record: &Record, revision: i64, body: &[u8]) -> bool {
    u64::try_from(revision).is_ok_and(|revision| record.version == Version::Number(revision)) && *record.bytes == body
}

#[cfg(test)]
mod tests {
    use super::{super::store, check};

    #[test]
    fn sqlite_keeps_the_terms() {
        let folder = tempfile::tempdir().expect("a folder");
        let url = format!("sqlite:{}", folder.path().join("fleet.db").display());
        check(&mut *store::open(&url).expect("a store")).expect("it keeps them");
    }
}
