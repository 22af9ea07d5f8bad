//! What is refused in our own words: see [`refused`](crate::refused).

use serde::{Deserialize, Deserializer};

use super::{AwaitingUser, Polling};
use crate::{
    client::AnyClient,
    error::RequestError,
    grant::RefreshToken,
    http::Request,
    refused::{Anyone, Never},
    state::InFlight,
    token::{Refreshable, TokenSet},
    vocabulary::Timestamp,
};

#[diagnostic::on_unimplemented(
    message = "`AwaitingUser` is not cloned: two holders would poll twice as often as the server allows",
    label = "this would be the second holder",
    note = "RFC 8628 section 3.5: a client waits from one polling request to the next",
    note = "each ending of a poll hands the state back: go on with what `finish` returns"
)]
pub trait MayClone: Never {}

#[doc(hidden)]
impl AwaitingUser {
    // No `impl Clone`: rustc would then advise calling it where a state is used twice.
    #[allow(clippy::should_implement_trait)]
    pub fn clone(&self) -> Self
    where
        for<'a> Anyone<'a>: MayClone,
    {
        Anyone::never()
    }
}

#[diagnostic::on_unimplemented(
    message = "nothing is refreshed before the user has agreed: this login has no tokens yet",
    label = "the user is still away",
    note = "RFC 8628 section 3.4: a poll with the device code brings the tokens",
    note = "call `awaiting.poll(&client, now)`, and match what its `finish` brings: `Polled::Granted(granted)`"
)]
pub trait MayRefreshBeforeGranted: Never {}

#[doc(hidden)]
impl AwaitingUser {
    pub fn refresh(
        self,
        _: &AnyClient,
        _: Timestamp,
    ) -> Result<(Request, InFlight<RefreshToken>), RequestError<TokenSet<Refreshable>>>
    where
        for<'a> Anyone<'a>: MayRefreshBeforeGranted,
    {
        Anyone::never()
    }
}

#[diagnostic::on_unimplemented(
    message = "`Polling` is not loaded: its request may have been sent before the process ended",
    label = "nobody knows any more whether it was sent",
    note = "RFC 8628 section 3.5: a poll without an answer is repeated after a longer wait",
    note = "load the same bytes as `AwaitingUser`, and poll again"
)]
pub trait MayLoad: Never {}

#[doc(hidden)]
impl<'de> Deserialize<'de> for Polling
where
    for<'a> Anyone<'a>: MayLoad,
{
    fn deserialize<D: Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
        Anyone::never()
    }
}
