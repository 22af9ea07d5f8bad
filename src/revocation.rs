//! Tokens given back (RFC 7009) and, at some providers, a session ended: the same request in another shape, which
//! [`Provider::revocation`](crate::Provider::revocation) says.
//!
//! ```
//! use oauth_proto::{Revocation, stored};
//! # use oauth_proto::{Client, Outcome, Provider, Registration, Request, Response, Standing, Timestamp};
//! # fn send(_: Request) -> Outcome { Response::new(200, [("Content-Length", "0")], "").into() }
//! # let now = Timestamp::from_unix_seconds(1_800_000_000);
//! # let mut provider = Provider::new("example", "https://id.example/authorize", "https://id.example/token");
//! provider.revocation = Some(Revocation::new("https://id.example/revoke"));
//! # let client = Client::confidential(provider, Registration::new("app")?, "s3cret".into())?;
//! # let tokens = client.import_refreshable_tokens_from_elsewhere("A1".into(), "R1".into(), None)?;
//!
//! // The user logs out: the refresh token goes, and with it all that came of the same login.
//! let (request, revoking) = tokens.revoke(&client)?;
//! assert_eq!(request.expose_body(), b"token=R1&token_type_hint=refresh_token");
//! let intent = revoking.finish(send(request))?; // now remove the stored tokens, not before
//! assert_eq!(intent.client_id(), "app");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Nothing single use is sent. Where the answer is lost, the tokens are handed back, and revoking them again does no harm:
//! what the server does not know any more, it takes for revoked (RFC 7009 section 2.2).

use crate::{
    client::AnyClient,
    dialect::Pair,
    error::{EndpointError, RequestError, RequestFault},
    exchange::{EndpointAnswer, anonymous_request, check_owner, request_in},
    http::{Outcome, Request},
    intent::Intent,
    state::{Authorized, Expired},
    token::{AnyTokenSet, Capability, TokenSet},
    vocabulary::{Limits, Secret},
};

/// A revocation whose answer is to come. It is not stored: keep the row of the tokens until `finish` says yes.
#[derive(Debug)]
#[must_use = "finish it with the outcome of its request"]
pub struct Revoking<S> {
    tokens: Box<S>,
    limits: Limits,
}

/// The revocation of an access token alone, whose answer is to come. It is not stored: keep the row of the tokens until
/// `finish` says yes.
#[derive(Debug)]
#[must_use = "finish it with the outcome of its request"]
pub struct RevokingAccessToken<C> {
    tokens: Box<TokenSet<C>>,
    limits: Limits,
}

impl<C: Capability> TokenSet<C> {
    /// Makes the request that gives the tokens up: the refresh token, where there is one, or else the access token. With
    /// a refresh token, a server ends all that came of the same grant (RFC 7009 section 2.1).
    ///
    /// # Errors
    /// The provider's data has no revocation, or none of access tokens and there is no refresh token; or the client is
    /// another one. Nothing was sent; the tokens are handed back.
    pub fn revoke(self, client: &AnyClient) -> Result<(Request, Revoking<Self>), RequestError<Self>> {
        let request = revocation_request(client, self.intent(), self.capability().refresh_token(), self.access_token());
        revoking(self, client, request)
    }

    /// Makes the request that takes back the access token alone: one that got into the wrong hands, for instance. A
    /// server may end the refresh token with it (RFC 7009 section 2.1).
    ///
    /// # Errors
    /// The provider's data has no revocation of access tokens, or the client is another one. Nothing was sent; the tokens
    /// are handed back.
    pub fn revoke_access_token(
        self,
        client: &AnyClient,
    ) -> Result<(Request, RevokingAccessToken<C>), RequestError<Self>> {
        let request = revocation_request(client, self.intent(), None, self.access_token());
        let (request, Revoking { tokens, limits }) = revoking(self, client, request)?;
        Ok((request, RevokingAccessToken { tokens, limits }))
    }
}

impl AnyTokenSet {
    /// Makes the request that gives the tokens up: see [`TokenSet::revoke`].
    ///
    /// # Errors
    /// As there.
    pub fn revoke(self, client: &AnyClient) -> Result<(Request, Revoking<Self>), RequestError<Self>> {
        let request = revocation_request(client, self.intent(), self.refresh_token(), self.access_token());
        revoking(self, client, request)
    }
}

impl<C: Capability> Authorized<C> {
    /// Makes the request that gives the tokens up: see [`TokenSet::revoke`].
    ///
    /// # Errors
    /// As there.
    #[allow(clippy::type_complexity)] // in words: the request and what waits for it, or the tokens
    pub fn revoke(self, client: &AnyClient) -> Result<(Request, Revoking<TokenSet<C>>), RequestError<TokenSet<C>>> {
        self.into_token_set().revoke(client)
    }
}

impl<C: Capability> Expired<C> {
    /// Makes the request that gives the tokens up: see [`TokenSet::revoke`].
    ///
    /// # Errors
    /// As there.
    #[allow(clippy::type_complexity)] // in words: the request and what waits for it, or the tokens
    pub fn revoke(self, client: &AnyClient) -> Result<(Request, Revoking<TokenSet<C>>), RequestError<TokenSet<C>>> {
        self.into_token_set().revoke(client)
    }
}

fn revoking<S>(
    tokens: S,
    client: &AnyClient,
    request: Result<Request, RequestFault>,
) -> Result<(Request, Revoking<S>), RequestError<S>> {
    match request {
        Ok(request) => Ok((request, Revoking { tokens: Box::new(tokens), limits: client.provider().limits.clone() })),
        Err(fault) => Err(RequestError::new(tokens, fault)),
    }
}

/// RFC 7009 section 2.1, in the shape that the provider's data has.
fn revocation_request(
    client: &AnyClient,
    intent: &Intent,
    refresh_token: Option<&Secret>,
    access_token: &Secret,
) -> Result<Request, RequestFault> {
    let revocation = &client.provider().endpoints.extensions.revocation;
    let revocation = revocation.as_ref().ok_or(RequestFault::NoEndpoint("revocation"))?;
    check_owner(client, intent)?;
    let (endpoint, data) = (&revocation.endpoint, &revocation.data);
    let (token, hint) = match refresh_token {
        Some(refresh_token) => (refresh_token, "refresh_token"),
        None if data.refresh_tokens_only => return Err(RequestFault::NoEndpoint("revocation of access tokens")),
        None => (access_token, "access_token"),
    };
    let hint = data.token_type_hint.then(|| Pair::new("token_type_hint", hint));
    let pairs: Vec<_> = std::iter::once(Pair::new(&data.parameter, token.expose())).chain(hint).collect();
    Ok(match data.client_authentication {
        true => request_in(data.body, client, endpoint, &pairs),
        false => anonymous_request(data.body, client, endpoint, &pairs),
    })
}

impl<S> Revoking<S> {
    pub(crate) fn tokens(&self) -> &S {
        &self.tokens
    }

    /// RFC 7009 section 2.2: the status says it all, and the body of a yes nothing. Some servers say 204.
    fn settle(self, outcome: Outcome) -> Result<S, EndpointError<S>> {
        match EndpointAnswer::read(outcome, 200..=299, &self.limits) {
            Ok(_) => Ok(*self.tokens),
            Err(fault) => Err(EndpointError::new(*self.tokens, fault)),
        }
    }
}

impl<C> Revoking<TokenSet<C>> {
    /// Takes in the answer: the tokens are over, and what was asked for is left.
    ///
    /// # Errors
    /// The revocation was not confirmed by a 2xx: the tokens may be alive or over. They are handed back, to try again;
    /// after [`ErrorResponse::retry_after`](crate::ErrorResponse::retry_after) where the server is busy.
    pub fn finish(self, outcome: Outcome) -> Result<Intent, EndpointError<TokenSet<C>>> {
        self.settle(outcome).map(TokenSet::into_intent)
    }
}

impl Revoking<AnyTokenSet> {
    /// Takes in the answer: the tokens are over, and what was asked for is left.
    ///
    /// # Errors
    /// As for a `TokenSet`.
    pub fn finish(self, outcome: Outcome) -> Result<Intent, EndpointError<AnyTokenSet>> {
        self.settle(outcome).map(AnyTokenSet::into_intent)
    }
}

impl<C> RevokingAccessToken<C> {
    pub(crate) fn tokens(&self) -> &TokenSet<C> {
        &self.tokens
    }

    /// Takes in the answer: the access token is over, as if an API had rejected it.
    ///
    /// # Errors
    /// The revocation was not confirmed by a 2xx: the tokens are handed back, to try again.
    pub fn finish(self, outcome: Outcome) -> Result<Expired<C>, EndpointError<TokenSet<C>>> {
        let Self { tokens, limits } = self;
        Revoking { tokens, limits }.settle(outcome).map(TokenSet::rejected)
    }
}
