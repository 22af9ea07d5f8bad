//! Expired: an access token that cannot be used any more.

use crate::{
    client::AnyClient,
    error::RequestError,
    grant::{RefreshToken, Reissue},
    http::Request,
    intent::Intent,
    state::InFlight,
    token::{CanRefresh, CanReissue, Capability, Refreshable, Reissuable, TokenSet},
    vocabulary::Timestamp,
};

/// An access token that cannot be used: its expiry is over, or an API rejected it. It shows no token; what can still
/// be done with it is `C`.
#[derive(Debug)]
#[must_use = "refresh it, issue it again, or log in again"]
pub struct Expired<C> {
    tokens: TokenSet<C>,
}

impl<C> Expired<C> {
    pub(crate) fn from_set(tokens: TokenSet<C>) -> Self {
        Self { tokens }
    }

    /// The tokens, to be stored.
    pub fn into_token_set(self) -> TokenSet<C> {
        self.tokens
    }

    /// Gives the tokens up; what was asked for stays, for a new login:
    /// `expired.into_intent().again(client.authorization_code()?)`.
    pub fn into_intent(self) -> Intent {
        self.tokens.into_intent()
    }
}

impl<C: Capability> Expired<C> {
    /// Makes a refresh request (RFC 6749 section 6).
    ///
    /// # Errors
    /// As [`Authorized::refresh`](crate::Authorized::refresh).
    pub fn refresh(
        self, // spent: a refresh token is used once (RFC 9700 section 4.14.2); call `refresh` on what `finish` brings
        client: &AnyClient,
        now: Timestamp,
    ) -> Result<(Request, InFlight<RefreshToken>), RequestError<TokenSet<Refreshable>>>
    where
        C: CanRefresh,
    {
        self.tokens.refresh(client, now)
    }

    /// Makes a request for a new token of the client's own (RFC 6749 section 4.4).
    ///
    /// # Errors
    /// As [`Authorized::reissue`](crate::Authorized::reissue).
    pub fn reissue(
        self, // spent: one request at a time (RFC 6749 section 4.4); call `reissue` on what `finish` brings
        client: &AnyClient,
        now: Timestamp,
    ) -> Result<(Request, InFlight<Reissue>), RequestError<TokenSet<Reissuable>>>
    where
        C: CanReissue,
    {
        self.tokens.reissue(client, now)
    }
}
