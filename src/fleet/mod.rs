//! Many machines that share one refresh token.
//!
//! A server that rotates refresh tokens takes each of them once, and ends the whole session when one comes twice (RFC 9700
//! section 4.14.2). A lock does not keep two workers from that: the one that holds it may stand still for longer than the
//! lock lives, or end between sending and storing. Here, **the right to send is itself a fact in the store**, written
//! before the request goes out and never given twice: whatever is paused, killed or lost, a refresh token is presented no
//! more often than the [`Policy`] says.
//!
//! The store is the one that you have. All that it must do is to read a record, and to replace it if it is still the one
//! that was read: a row in PostgreSQL or SQLite, a script in Redis, a conditional write of DynamoDB, etcd or S3. As
//! everywhere in this crate, nothing is done here: a [`Step`] says what to do, and takes in what came of it.
//!
//! ```
//! use oauth_proto::{
//!     Entropy, Outcome, Request,
//!     fleet::{InClear, Moment, Policy, ReuseClass, Step, Stopped, Usable, Worker, stores::Memory},
//! };
//!
//! /// The loop that each program writes once. In yours, the store is a database, and it and the
//! /// transport may be awaited.
//! fn token<'a>(
//!     mut step: Step<'a>,
//!     store: &mut Memory,
//!     send: &mut dyn FnMut(Request) -> Outcome,
//!     now: impl Fn() -> Moment,
//! ) -> Result<Usable, Stopped> {
//!     loop {
//!         step = match step {
//!             Step::Get(getting) => {
//!                 let found = store.get(getting.key());
//!                 getting.finish(found, now())
//!             }
//!             Step::Swap(swapping) => {
//!                 let swap = store.swap(&swapping);
//!                 swapping.finish(swap, now())
//!             }
//!             Step::Send(request, sending) => sending.finish(send(request), now()),
//!             Step::Sleep(sleeping) => {
//!                 std::thread::sleep(sleeping.duration());
//!                 sleeping.finish()
//!             }
//!             Step::Use(usable) => return Ok(*usable),
//!             Step::Stop(stopped) => return Err(stopped),
//!         }
//!     }
//! }
//! # use std::time::Duration;
//! # use oauth_proto::{Client, Registration, Response, Timestamp, providers};
//! # let mut send = |_: Request| -> Outcome {
//! #     let body = r#"{"access_token":"A2","token_type":"Bearer","expires_in":3600,"refresh_token":"R2"}"#;
//! #     Response::new(200, [("Content-Type", "application/json")], body).into()
//! # };
//! # let now = || Moment { wall: Timestamp::from_unix_seconds(1_800_000_000), monotonic: Duration::from_secs(7) };
//! # let client = Client::confidential(providers::amiqus(), Registration::new("app")?, "s3cret".into())?;
//! # let over = Some(Timestamp::from_unix_seconds(1_799_999_999));
//! # let tokens = client.import_refreshable_tokens_from_elsewhere("A1".into(), "R1".into(), over)?;
//!
//! // Once, when a process starts. What the server makes of a token that comes twice must be said, and what the store
//! // promises.
//! let worker = Worker::new(Entropy::from_os()?, Policy::new(ReuseClass::Strict), Memory::GUARANTEE, InClear);
//!
//! let mut store = Memory::default();
//! // After a login:
//! token(worker.log_in(&client, "alice", tokens).into(), &mut store, &mut send, now)?;
//! // Before each use, in any process:
//! let usable = token(worker.ask(&client, "alice").into(), &mut store, &mut send, now)?;
//! assert!(usable.access_token().matches("A2"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What is promised
//!
//! Whatever crashes, stands still, or is lost, late or sent twice, and however wrong the clocks are:
//!
//! - A refresh token is sent once ([`Strict`](ReuseClass::Strict)), or as often as [`Policy::presentations`] says. No clock
//!   is part of that: a worker sends once for each claim, and each claim is another record.
//! - A token that the server issued and a worker received is stored, though others gave it up meanwhile.
//! - The store never goes back to earlier tokens. A negative answer is shared: after it, nobody else asks.
//! - While one worker renews, the others use the old token to its end.
//!
//! # What cannot be
//!
//! If a worker ends between sending and storing, nobody knows whether the server acted. That is noticed, always: it is
//! [`Stopped::InDoubt`], once the old access token is over. A strict server that acted has spent the token, and the user must
//! log in again. A server with a leeway takes the token once more, and nobody notices.
//!
//! # Time
//!
//! A claim that has stood unchanged for [`Policy::suspicion`], by the watcher's own monotonic clock, is that of a worker
//! that is dead. It is the sum of three times, so it cannot be shorter than them: until a worker with the right to send has
//! begun to ([`Policy::permit`]), what the provider's data gives a request, and until its answer is stored
//! ([`Policy::settle`]). A worker that stood still for longer than its permit does not send.

mod ask;
mod decide;
mod entry;
mod envelope;
mod getting;
mod guarantee;
#[cfg(feature = "__fuzzing")]
mod model;
mod moment;
mod policy;
mod policy_file;
mod refused;
mod schedule;
mod sending;
mod sleeping;
mod step;
mod stopped;
mod store;
pub mod stores;
mod swapping;
mod usable;
mod worker;

pub use {
    ask::Seen,
    envelope::{Envelope, InClear},
    getting::Getting,
    guarantee::{BestEffort, Durable, Guarantee, Remembers, SingleNode},
    moment::Moment,
    policy::{Policy, ReuseClass},
    sending::Sending,
    sleeping::Sleeping,
    step::Step,
    stopped::{NotStored, RecordFault, Stopped},
    store::{Found, Record, Swap, Version},
    swapping::Swapping,
    usable::Usable,
    worker::Worker,
};
