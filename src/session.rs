//! Requests that end or check a session, where a provider has them: RFC 6749 knows none, so each is in the provider's
//! data, [`Provider::logout`](crate::Provider::logout) and [`Provider::checks`](crate::Provider::checks).
//!
//! ```
//! use oauth_proto::{providers, session::Validity};
//! # use oauth_proto::{Client, Outcome, Registration, Request, Response, Standing, Timestamp};
//! # fn send(_: Request) -> Outcome { Response::new(200, [("Content-Length", "0")], "").into() }
//! # let now = Timestamp::from_unix_seconds(1_800_000_000);
//!
//! let client = Client::confidential(providers::motar(), Registration::new("app")?, "s3cret".into())?;
//! # let tokens = client.import_refreshable_tokens_from_elsewhere("A1".into(), "R1".into(), None)?;
//! # let Standing::Authorized(authorized) = tokens.at(now) else { unreachable!() };
//!
//! let (request, checking) = authorized.check(&client, "session")?;
//! assert_eq!(request.url(), "https://api.motar.io/oauth/session/validate");
//! assert_eq!(checking.finish(send(request))?, Validity::Good);
//!
//! let (request, logging_out) = authorized.logout(&client)?;
//! assert_eq!(request.expose_body(), b"refresh_token=R1");
//! let intent = logging_out.finish(send(request))?; // now remove the stored tokens, not before
//! assert_eq!(intent.client_id(), "app");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use crate::{
    client::AnyClient,
    dialect::{Pair, Placed, with_query},
    error::{EndpointError, EndpointFault, RequestError, RequestFault},
    exchange::{EndpointAnswer, check_owner, token_header},
    http::{Body, Header, Method, Outcome, Request, Target},
    intent::Intent,
    provider::LogoutRequest,
    state::{Authorized, Expired},
    token::{Refreshable, TokenSet},
    vocabulary::Limits,
};

/// A logout whose answer is to come. It is not stored: keep the row of the tokens until `finish` says yes.
#[derive(Debug)]
#[must_use = "finish it with the outcome of its request"]
pub struct LoggingOut {
    tokens: Box<TokenSet<Refreshable>>,
    limits: Limits,
}

impl TokenSet<Refreshable> {
    /// Makes the request that ends the session at the provider.
    ///
    /// # Errors
    /// The provider's data has no logout, or the client is another one. Nothing was sent; the tokens are handed back.
    pub fn logout(self, client: &AnyClient) -> Result<(Request, LoggingOut), RequestError<Self>> {
        let Some(logout) = &client.provider().endpoints.logout else {
            return Err(RequestError::new(self, RequestFault::NoEndpoint("logout")));
        };
        if let Err(fault) = check_owner(client, self.intent()) {
            return Err(RequestError::new(self, fault));
        }
        let request = logout_request(client, logout, self.refresh_token().expose());
        let limits = client.provider().limits.clone();
        Ok((request, LoggingOut { tokens: Box::new(self), limits }))
    }
}

impl Authorized<Refreshable> {
    /// Makes the request that ends the session at the provider: see [`TokenSet::logout`].
    ///
    /// # Errors
    /// As there.
    pub fn logout(self, client: &AnyClient) -> Result<(Request, LoggingOut), RequestError<TokenSet<Refreshable>>> {
        self.into_token_set().logout(client)
    }
}

impl Expired<Refreshable> {
    /// Makes the request that ends the session at the provider: see [`TokenSet::logout`].
    ///
    /// # Errors
    /// As there.
    pub fn logout(self, client: &AnyClient) -> Result<(Request, LoggingOut), RequestError<TokenSet<Refreshable>>> {
        self.into_token_set().logout(client)
    }
}

fn logout_request(client: &AnyClient, logout: &LogoutRequest, refresh_token: &str) -> Request {
    let pairs = std::iter::once(Pair::new(&logout.parameter, refresh_token));
    let Placed { url, content_type, body } = logout.body.place(Target::Endpoint(logout.endpoint.text().clone()), pairs);
    let headers = content_type.map(|content_type| Header::plain("Content-Type", content_type)).into_iter().collect();
    let contract = client.provider().contract(&logout.endpoint);
    Request::new(Method::Post, url, headers, Body::from(body), contract)
}

impl LoggingOut {
    /// Takes in the answer: the session is over, and what was asked for is left.
    ///
    /// # Errors
    /// The logout was not confirmed by a 2xx: the session may be alive or over. The tokens are handed back, to try
    /// again: that does no harm.
    pub fn finish(self, outcome: Outcome) -> Result<Intent, EndpointError<TokenSet<Refreshable>>> {
        let Self { tokens, limits } = self;
        match EndpointAnswer::read(outcome, 200..=299, &limits) {
            Ok(_) => Ok(tokens.into_intent()),
            Err(fault) => Err(EndpointError::new(*tokens, fault)),
        }
    }
}

/// A check whose answer is to come.
#[derive(Debug)]
#[must_use = "finish it with the outcome of its request"]
pub struct Checking {
    limits: Limits,
}

/// What a provider says of a token or session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "a token that is not good must be `rejected`"]
pub enum Validity {
    /// It is good.
    Good,
    /// It is not (401): call `rejected` on the token.
    Rejected,
}

impl<C> Authorized<C> {
    /// Asks the provider whether the token or session is still good, at the endpoint that its data lists in `checks`
    /// under `name`. The token stays as it is, whatever comes.
    ///
    /// # Errors
    /// The provider's data has no check of this name, or the client is another one. Nothing was sent.
    pub fn check(&self, client: &AnyClient, name: &str) -> Result<(Request, Checking), RequestFault> {
        check_owner(client, self.intent())?;
        let endpoint =
            client.provider().endpoints.checks.get(name).ok_or(RequestFault::NoEndpoint("check of this name"))?;
        let contract = client.provider().contract(endpoint);
        let (url, headers) = match &client.provider().dialect.presentation.query_parameter {
            Some(name) => {
                let pairs = std::iter::once(Pair::new(name, self.access_token().expose()));
                (Target::WithQuery(with_query(endpoint.as_str(), pairs).into()), Vec::new())
            }
            None => (Target::Endpoint(endpoint.text().clone()), vec![token_header(client, self.access_token())]),
        };
        let request = Request::new(Method::Get, url, headers, Body::empty(), contract);
        Ok((request, Checking { limits: client.provider().limits.clone() }))
    }
}

impl Checking {
    /// Takes in the answer.
    ///
    /// # Errors
    /// No answer came, or one that says neither yes nor no. Nothing is known of the token, which is as it was.
    pub fn finish(self, outcome: Outcome) -> Result<Validity, EndpointFault> {
        match EndpointAnswer::read(outcome, 200..=299, &self.limits) {
            Ok(_) => Ok(Validity::Good),
            // Not 403: RFC 6750 section 3.1 has it for a token that is good, but not for this.
            Err(EndpointFault::Refused(response)) if response.status == Some(401) => Ok(Validity::Rejected),
            Err(fault) => Err(fault),
        }
    }
}
