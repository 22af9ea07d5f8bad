//! What is refused in our own words: see [`crate::refused`].

use super::PushedAuthorizationCode;
use crate::{
    refused::{Anyone, Never},
    state::{AuthorizationUrl, AwaitingCode, Unauthorized},
    vocabulary::{Entropy, Timestamp},
};

#[diagnostic::on_unimplemented(
    message = "the browser is not sent away before the request is pushed: it would carry the parameters itself",
    label = "nothing was pushed yet",
    note = "RFC 9126 section 4: the browser brings the `request_uri` that the server answered the push with",
    note = "call `push(entropy, now)`, and `pushed.authorize(now)` on what `finish` brings; or begin with `client.authorization_code()`"
)]
pub trait MayAuthorizeUnpushed: Never {}

#[doc(hidden)]
impl Unauthorized<PushedAuthorizationCode> {
    pub fn authorize(self, _: Entropy, _: Timestamp) -> (AuthorizationUrl, AwaitingCode)
    where
        for<'a> Anyone<'a>: MayAuthorizeUnpushed,
    {
        Anyone::never()
    }
}
