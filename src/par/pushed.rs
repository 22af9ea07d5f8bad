//! Pushed: the server has the parameters, and the browser may go.

use super::PushedAuthorizationCode;
use crate::{
    error::{RequestError, RequestFault},
    intent::Intent,
    state::{AuthorizationUrl, AwaitingCode, Unauthorized},
    vocabulary::Timestamp,
};

/// An authorization request that the server has, for a browser that has not left yet.
///
/// The reference to it is good once, and not for long: a minute at many servers. Send the browser away at once.
#[derive(Debug)]
#[must_use = "send the browser to it with `authorize(now)`"]
pub struct Pushed {
    login: Unauthorized<PushedAuthorizationCode>,
    awaiting: AwaitingCode,
    url: AuthorizationUrl,
    expires_at: Timestamp,
}

impl Pushed {
    pub(crate) fn intent(&self) -> &Intent {
        self.login.intent()
    }

    pub(super) fn new(
        login: Unauthorized<PushedAuthorizationCode>,
        awaiting: AwaitingCode,
        url: AuthorizationUrl,
        expires_at: Timestamp,
    ) -> Self {
        Self { login, awaiting, url, expires_at }
    }

    /// From when on the server has forgotten the request. It counts from when that was sent.
    pub fn expires_at(&self) -> Timestamp {
        self.expires_at
    }

    /// The URL to send the browser to, with the client's id and the reference alone (RFC 9126 section 4), and the state
    /// that waits for it to come back. Store that *in the browser's own session*, under its [`key`](AwaitingCode::key),
    /// before redirecting.
    ///
    /// # Errors
    /// The reference is over ([`PushExpired`](RequestFault::PushExpired)): the server would show its user an error page.
    /// The login is handed back, with all that was set, to be [pushed](Unauthorized::push) again.
    pub fn authorize(
        self, // spent: a `request_uri` is good once (RFC 9126 section 4); for another, call `push`
        now: Timestamp,
    ) -> Result<(AuthorizationUrl, AwaitingCode), RequestError<Unauthorized<PushedAuthorizationCode>>> {
        if now >= self.expires_at {
            return Err(RequestError::new(self.login, RequestFault::PushExpired(self.expires_at)));
        }
        Ok((self.url, self.awaiting))
    }
}
