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
///
/// ```
/// use oauth_proto::FinishError;
/// # use oauth_proto::{Client, Outcome, Provider, RedirectUri, Registration};
/// # use oauth_proto::{Request, Response, Scope, Standing, Timestamp};
/// # fn send(_: Request) -> Outcome {
/// #     Response::new(400, [("Content-Type", "application/json")], r#"{"error":"invalid_grant"}"#).into()
/// # }
/// # let provider = Provider::new("example", "https://id.example/authorize", "https://id.example/token");
/// # let registration = Registration::new("app")?.redirect_uri(RedirectUri::new("https://app.example/cb")?);
/// # let registration = registration.scope(Scope::new(["read"])?);
/// # let client = Client::confidential(provider, registration, "s3cret".into())?;
/// # let now = Timestamp::from_unix_seconds(1_800_000_000);
/// # let tokens = client.import_refreshable_tokens_from_elsewhere("A1".into(), "R1".into(), Some(now))?;
/// # let Standing::Expired(expired) = tokens.at(now) else { unreachable!() };
/// let (request, in_flight) = expired.refresh(&client, now)?;
/// match in_flight.finish(send(request)) {
///     Ok(authorized) => println!("good until {:?}", authorized.expires_at()),
///     Err(FinishError::Dead { remains, .. }) => {
///         // The user took access back: the same scope, by a new login.
///         let login = remains.into_intent().again(client.authorization_code()?);
///         assert!(login.intent().scope().contains("read"));
///     }
///     Err(error) => return Err(error.into()),
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
#[must_use = "refresh it, issue it again, or log in again"]
pub struct Expired<C> {
    tokens: TokenSet<C>,
}

impl<C> Expired<C> {
    pub(crate) fn from_set(tokens: TokenSet<C>) -> Self {
        Self { tokens }
    }

    pub(crate) fn tokens(&self) -> &TokenSet<C> {
        &self.tokens
    }

    /// The tokens, to be stored.
    pub fn into_token_set(self) -> TokenSet<C> {
        self.tokens
    }

    /// Gives the tokens up; what was asked for stays, for a new login: see
    /// [`TokenSet::into_intent`](crate::TokenSet::into_intent).
    pub fn into_intent(self) -> Intent {
        self.tokens.into_intent()
    }
}

impl<C: Capability> Expired<C> {
    /// Makes a refresh request (RFC 6749 section 6). The new token's lifetime counts from `now`.
    ///
    /// # Errors
    /// As [`Authorized::refresh`](crate::Authorized::refresh): the tokens are handed back.
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

    /// Makes a request for a new token of the client's own (RFC 6749 section 4.4). Its lifetime counts from `now`.
    ///
    /// # Errors
    /// As [`Authorized::reissue`](crate::Authorized::reissue): the tokens are handed back.
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
