//! What is refused in our own words: see `crate::refused`.

use serde::{Deserialize, Deserializer};

use super::{Deleting, Managing, RegisteredClient, Registering};
use crate::refused::{Anyone, Never};

#[diagnostic::on_unimplemented(
    message = "a registered client is not cloned: its tokens change with each answer, and a copy would keep the old ones",
    label = "this would be the second holder",
    note = "RFC 7592 section 2.2: a client must discard its old secret and registration access token when new ones come",
    note = "to log in from many places, clone the `AnyClient` that `registered.client(provider)` brings"
)]
pub trait MayCloneRegistered: Never {}

#[doc(hidden)]
impl RegisteredClient {
    // No `impl Clone`: rustc would then advise calling it where a client is used after it was deleted.
    #[allow(clippy::should_implement_trait)]
    pub fn clone(&self) -> Self
    where
        for<'a> Anyone<'a>: MayCloneRegistered,
    {
        Anyone::never()
    }
}

#[diagnostic::on_unimplemented(
    message = "`Registering` is not loaded: its request may have been sent before the process ended",
    label = "nobody knows any more whether it was sent",
    note = "RFC 7591 section 3: each registration that arrives makes another client",
    note = "load the same bytes as `RegistrationInDoubt`, and register again by choice: `provider.register(..)`"
)]
pub trait MayLoadRegistering: Never {}

#[doc(hidden)]
impl<'de> Deserialize<'de> for Registering
where
    for<'a> Anyone<'a>: MayLoadRegistering,
{
    fn deserialize<D: Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
        Anyone::never()
    }
}

#[diagnostic::on_unimplemented(
    message = "`{T}` is not loaded: its request may have been sent before the process ended",
    label = "nobody knows any more whether it was sent",
    note = "RFC 7592 section 2: the server may have changed the client, or given it another token",
    note = "load the same bytes as `RegisteredClient`, and ask it: `client.unconfirmed()`, then `client.read(..)`"
)]
pub trait MayLoadManaging<T>: Never {}

macro_rules! refuse_load {
    ($($type:ty,)+) => { $(
        #[doc(hidden)]
        impl<'de> Deserialize<'de> for $type
        where
            for<'a> Anyone<'a>: MayLoadManaging<Self>,
        {
            fn deserialize<D: Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
                Anyone::never()
            }
        }
    )+ };
}

refuse_load!(Managing, Deleting,);
