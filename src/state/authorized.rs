//! Authorized: an access token that was good at the instant it was asked about.

use std::time::Duration;

use crate::{
    client::AnyClient,
    error::{PresentError, RequestError},
    grant::{RefreshToken, Reissue},
    http::{Header, Request},
    intent::Intent,
    state::{Expired, InFlight},
    token::{CanRefresh, CanReissue, Capability, Refreshable, Reissuable, TokenSet},
    vocabulary::{Extras, Scope, Secret, Timestamp},
};

/// An access token to use, and what can be done when it ends: `C`.
///
/// It is not stored: what was stored yesterday must meet a clock first. Store its [`TokenSet`].
///
/// ```
/// use std::time::Duration;
/// use oauth_proto::{PresentError, stored};
/// # use oauth_proto::{Client, Registration, Standing, Timestamp, providers};
/// # let client = Client::confidential(providers::amiqus(), Registration::new("app")?, "s3cret".into())?;
/// # let now = Timestamp::from_unix_seconds(1_800_000_000);
/// # let end = now.plus(Duration::from_secs(3600));
/// # let tokens = client.import_refreshable_tokens_from_elsewhere("A1".into(), "R1".into(), Some(end))?;
/// # let Standing::Authorized(authorized) = tokens.at(now) else { unreachable!() };
/// let header = authorized.header_for(&client, "https://id.amiqus.co/api/v2/me")?;
/// assert_eq!((header.name(), header.expose_value()), ("Authorization", "Bearer A1"));
/// let elsewhere = authorized.header_for(&client, "https://id.amiqus.co.example/api/v2/me");
/// assert_eq!(elsewhere.unwrap_err(), PresentError::ForeignOrigin);
///
/// assert!(!authorized.is_due(now, Duration::from_secs(60)), "an hour is left");
///
/// // The API answered 401 all the same: the token was taken back.
/// let tokens = authorized.rejected().into_token_set();
/// let row = stored::save(&tokens);
/// assert!(tokens.is_due(now, Duration::ZERO) && row.contains(r#""rejected":true"#));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
#[must_use = "the tokens are inside; store them with `into_token_set`"]
pub struct Authorized<C> {
    tokens: TokenSet<C>,
}

impl<C> Authorized<C> {
    pub(crate) fn from_set(tokens: TokenSet<C>) -> Self {
        Self { tokens }
    }

    pub(crate) fn tokens(&self) -> &TokenSet<C> {
        &self.tokens
    }

    /// The access token. Prefer [`header_for`](Self::header_for), which knows where it may go.
    pub fn access_token(&self) -> &Secret {
        self.tokens.access_token()
    }

    /// The header field that presents the token to `url`, as the provider wants it (RFC 6750 section 2.1). It asks no
    /// clock: the token was good at the instant that [`TokenSet::at`] was given.
    ///
    /// # Errors
    /// `url` is no absolute `https` URL, its origin is none of the provider's `api_origins`, or the client is another
    /// one; or the provider's tokens go into the URL. The token is untouched, and nothing was shown.
    pub fn header_for(&self, client: &AnyClient, url: &str) -> Result<Header, PresentError> {
        self.tokens.holder().header_for(client, url)
    }

    /// `url` with the token in its query, for a provider that wants it there (RFC 6750 section 2.3): its data says so in
    /// `presentation.query_parameter`. It holds a credential, so it must not be logged.
    ///
    /// ```
    /// # use oauth_proto::{Client, Provider, Registration, Standing, Timestamp};
    /// # let provider = Provider::new("example", "https://id.example/authorize", "https://id.example/token");
    /// # let mut provider = provider.api_origin("https://api.example");
    /// provider.dialect.presentation.query_parameter = Some("access_token".into());
    /// # let client = Client::public(provider, Registration::new("app")?)?;
    /// # let tokens = client.import_access_token_from_elsewhere("A1".into(), None)?;
    /// # let Standing::Authorized(authorized) = tokens.at(Timestamp::from_unix_seconds(0)) else { unreachable!() };
    /// let url = authorized.url_for(&client, "https://api.example/me?lang=en")?;
    /// assert_eq!(url.expose(), "https://api.example/me?lang=en&access_token=A1");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// As [`header_for`](Self::header_for); and the provider's tokens go into a header field.
    pub fn url_for(&self, client: &AnyClient, url: &str) -> Result<Secret, PresentError> {
        self.tokens.holder().url_for(client, url)
    }

    /// What came along with the tokens: see [`Extras`].
    pub fn extras(&self) -> &Extras {
        self.tokens.extras()
    }

    #[cfg_attr(not(feature = "__fuzzing"), allow(dead_code))] // extensions ask
    pub(crate) fn intent(&self) -> &Intent {
        self.tokens.intent()
    }

    /// When the access token expires, if the server said so.
    pub fn expires_at(&self) -> Option<Timestamp> {
        self.tokens.expires_at()
    }

    /// Whether it is time to renew: see [`TokenSet::is_due`].
    pub fn is_due(&self, now: Timestamp, ahead: Duration) -> bool {
        self.tokens.is_due(now, ahead)
    }

    /// The scope that the server granted; what was asked for where it did not say.
    pub fn scope(&self) -> &Scope {
        self.tokens.scope()
    }

    /// The tokens, to be stored.
    pub fn into_token_set(self) -> TokenSet<C> {
        self.tokens
    }

    /// An API answered 401 to this access token: it is not used again, and the refusal is stored with it.
    pub fn rejected(self) -> Expired<C> {
        self.tokens.rejected()
    }
}

impl<C: Capability> Authorized<C> {
    /// Makes a refresh request, ahead of expiry (RFC 6749 section 6). The new token's lifetime counts from `now`.
    ///
    /// # Errors
    /// The client is another one, or is public where the provider wants a secret; the provider has no endpoint to
    /// refresh at; or its deadline is over. The tokens are handed back: nothing was spent.
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

    /// Makes a request for a new token of the client's own, ahead of expiry (RFC 6749 section 4.4). Its lifetime counts
    /// from `now`; the old token works on to its own end.
    ///
    /// # Errors
    /// The client is another one, or its provider has no token endpoint. The tokens are handed back.
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

impl<C: Capability> TokenSet<C> {
    pub(crate) fn refresh(
        self, // tokens without a clock are not sent (RFC 6749 section 5.1: they expire); ask `tokens.at(now)` first
        client: &AnyClient,
        now: Timestamp,
    ) -> Result<(Request, InFlight<RefreshToken>), RequestError<TokenSet<Refreshable>>>
    where
        C: CanRefresh,
    {
        let tokens = C::refreshable(self);
        match tokens.refresh_request(client, now) {
            Ok(request) => Ok((request, InFlight::new(tokens, client, now))),
            Err(fault) => Err(RequestError::new(tokens, fault)),
        }
    }

    pub(crate) fn reissue(
        self,
        client: &AnyClient,
        now: Timestamp,
    ) -> Result<(Request, InFlight<Reissue>), RequestError<TokenSet<Reissuable>>>
    where
        C: CanReissue,
    {
        let tokens = C::reissuable(self);
        match tokens.reissue_request(client, now) {
            Ok(request) => Ok((request, InFlight::new(tokens, client, now))),
            Err(fault) => Err(RequestError::new(tokens, fault)),
        }
    }
}

impl Authorized<Reissuable> {
    /// Turns to refreshing, where the server sent a refresh token along (RFC 6749 section 4.4.3 advises against it).
    ///
    /// # Errors
    /// It sent none: the token comes back as it was, to be issued again.
    #[allow(clippy::result_large_err)] // the tokens themselves, handed back; this is no hot path
    pub fn into_refreshable(self) -> Result<Authorized<Refreshable>, Self> {
        self.tokens.into_refreshable().map(Authorized::from_set).map_err(Self::from_set)
    }
}
