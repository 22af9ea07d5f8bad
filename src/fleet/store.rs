//! What a store answers. The machine knows it by two operations: read a record, and replace it if it is still the one that
//! was read.

use std::fmt;

use zeroize::Zeroizing;

/// What a store compares: a number that it counts up, a revision, an ETag. The machine hands it back as it came, and looks
/// at nothing but whether two are the same.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Version {
    /// A number: a column, `mod_revision` of etcd.
    Number(u64),
    /// A text: an ETag.
    Text(Box<str>),
}

impl From<u64> for Version {
    fn from(number: u64) -> Self {
        Self::Number(number)
    }
}

impl From<&str> for Version {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}

/// A record as it stands in the store. Its bytes are wiped when it is dropped, and `Debug` shows how many they are.
#[derive(Clone, PartialEq, Eq)]
pub struct Record {
    /// The version that it has there.
    pub version: Version,
    /// Its bytes.
    pub bytes: Zeroizing<Vec<u8>>,
}

impl Record {
    /// The most bytes that a record has.
    pub const MAX_BYTES: usize = crate::stored::MAX_BYTES;

    /// What was read.
    pub fn new(version: impl Into<Version>, bytes: impl Into<Vec<u8>>) -> Self {
        Self { version: version.into(), bytes: Zeroizing::new(bytes.into()) }
    }
}

impl fmt::Debug for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Record").field("version", &self.version).field("bytes", &self.bytes.len()).finish()
    }
}

/// What came of reading a record.
#[derive(Debug)]
pub enum Found {
    /// It is this.
    Record(Record),
    /// There is none.
    Absent,
    /// The store did not answer. It is asked again, until it does or the caller ends it:
    /// [`Step::give_up`](super::Step::give_up).
    Unknown,
}

/// What came of replacing a record.
#[derive(Debug)]
pub enum Swap {
    /// It was replaced, and has this version now. Say it only of what will last: after a commit, not before.
    Applied(Version),
    /// It was another already, and stands as it was: this one, where the store told it at once.
    Conflict(Option<Record>),
    /// The store did not answer: it may have been replaced, or may yet be. It is tried again, until it does or the caller ends
    /// it: [`Step::give_up`](super::Step::give_up).
    Unknown,
}
