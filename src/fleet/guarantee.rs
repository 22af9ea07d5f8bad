//! What a store promises of what it said it wrote.

use private::Sealed;

mod private {
    pub trait Sealed {}
}

/// What a store promises of a record that it said it replaced: [`Durable`], [`SingleNode`] or [`BestEffort`].
///
/// It is a type, and [`Worker::new`](super::Worker::new) wants one of the first two: who uses the third must say so.
pub trait Guarantee: Sealed + Copy {
    /// In words, for a line in a log.
    const WORDS: &'static str;
}

/// A store that does not forget, as long as its disks stand: a claim that was made is there for the next who asks. What
/// is promised of the fleet is promised of these.
#[diagnostic::on_unimplemented(
    message = "this store may forget that somebody is sending: a refresh token would be sent twice",
    label = "`{Self}` does not remember all that it said it wrote",
    note = "RFC 9700 section 4.14.2: a refresh token that comes twice ends the whole grant",
    note = "take a store that remembers, or say that you know: `Worker::at_best_effort(entropy, policy, store, envelope)`"
)]
pub trait Remembers: Guarantee {}

/// Every read sees what was written last, whichever node answers, and what it said it wrote outlives the loss of any of
/// them: PostgreSQL (a standby that takes over having been written to synchronously), DynamoDB with consistent reads, etcd,
/// `FoundationDB`, Spanner, conditional writes of S3.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Durable;

/// The same for as long as the one node that it is comes back with its disk: SQLite, Redis or Valkey with
/// `appendfsync always`. There is nobody to take over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SingleNode;

/// When another node takes over, or this one comes back, the last writes may be gone: Redis with replicas or with
/// `appendfsync everysec`, a PostgreSQL standby that is written to asynchronously, Memcached. Then two workers may send the
/// same refresh token; how often is a matter of luck.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BestEffort;

impl Sealed for Durable {}
impl Sealed for SingleNode {}
impl Sealed for BestEffort {}

impl Guarantee for Durable {
    const WORDS: &'static str = "durable";
}

impl Guarantee for SingleNode {
    const WORDS: &'static str = "durable on a single node";
}

impl Guarantee for BestEffort {
    const WORDS: &'static str = "best effort";
}

impl Remembers for Durable {}
impl Remembers for SingleNode {}
