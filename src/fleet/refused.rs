//! What is refused in our own words: see `crate::refused`.

use serde::{Serialize, Serializer};

use super::{Sending, Worker};
use crate::refused::{Anyone, Never};

#[diagnostic::on_unimplemented(
    message = "`Sending` is not cloned: it is the right to send a refresh token once",
    label = "this would be the second sender",
    note = "RFC 9700 section 4.14.2: a refresh token that comes twice ends the whole grant",
    note = "let the other worker ask too: `worker.ask(&client, key)`; it waits for this one, or uses the old token"
)]
pub trait MayCloneSending: Never {}

#[doc(hidden)]
impl Sending<'_> {
    #[allow(clippy::should_implement_trait)] // as for the states: rustc would advise calling it
    pub fn clone(&self) -> Self
    where
        for<'a> Anyone<'a>: MayCloneSending,
    {
        Anyone::never()
    }
}

#[diagnostic::on_unimplemented(
    message = "`{T}` is not stored: whoever loads it could send what was sent",
    label = "after a crash, there would be two of it",
    note = "RFC 9700 section 4.14.2: a refresh token that comes twice ends the whole grant",
    note = "drop it, and ask again: `worker.ask(&client, key)`; what must outlive a crash is in the record"
)]
pub trait MayStore<T>: Never {}

macro_rules! refuse_store {
    ($($type:ty,)+) => { $(
        #[doc(hidden)]
        impl Serialize for $type
        where
            for<'a> Anyone<'a>: MayStore<Self>,
        {
            fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
                Anyone::never()
            }
        }
    )+ };
}

refuse_store! {
    Sending<'_>,
    Worker,
}

#[diagnostic::on_unimplemented(
    message = "a worker is not cloned: two of the same would take each other's claims for their own",
    label = "this would be the same worker twice",
    note = "RFC 9700 section 4.14.2: a refresh token that comes twice ends the whole grant",
    note = "share it: `&worker` serves any number of tasks; or make another: `Worker::new(Entropy::from_os()?, ..)`"
)]
pub trait MayCloneWorker: Never {}

#[doc(hidden)]
impl Worker {
    #[allow(clippy::should_implement_trait)] // as for the states: rustc would advise calling it
    pub fn clone(&self) -> Self
    where
        for<'a> Anyone<'a>: MayCloneWorker,
    {
        Anyone::never()
    }
}
