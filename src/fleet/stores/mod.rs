//! Stores that people run already, as data: the statements and scripts that read and replace a record. The driver is
//! yours; each statement is one call of it.
//!
//! | store | data | promises | as programs |
//! | --- | --- | --- | --- |
//! | PostgreSQL | [`POSTGRESQL`] | [`Durable`](super::Durable) | `examples/fleet/store/postgresql.rs` |
//! | SQLite | [`SQLITE`] | [`SingleNode`](super::SingleNode) | `examples/fleet/store/sqlite.rs` |
//! | Redis, Valkey | [`REDIS`] | [`SingleNode`](super::SingleNode) | `examples/fleet/store/redis.rs` |
//!
//! [`Memory`] is for the tasks of one process, which then need no store at all.
//!
//! DynamoDB, etcd and S3 have an operation of their own for it: `docs/fleet.md` has the calls.
//!
//! A record has a key, a revision, a body and the time at which it is due, which are
//! [`Swapping::key`](super::Swapping::key), [`revision`](super::Swapping::revision), [`bytes`](super::Swapping::bytes) and
//! [`due_at`](super::Swapping::due_at). The revision is the [`Version`](super::Version) that it has in all three.

mod memory;
mod redis;
mod sql;

pub use {
    memory::Memory,
    redis::{REDIS, Scripts},
    sql::{POSTGRESQL, SQLITE, Statements},
};
