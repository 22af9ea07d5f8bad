//! A provider's own way to ask whether a token or session is good: a GET with the token, and the status of its answer.

use crate::{
    client::AnyClient,
    dialect::{Pair, with_query},
    error::{EndpointFault, RequestFault},
    exchange::{EndpointAnswer, check_owner, token_header},
    http::{Body, Method, Outcome, Request, Target},
    state::Authorized,
    vocabulary::Limits,
};

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
        let request = Request::new(Method::Get, url, headers, Body::from(Vec::new()), contract);
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
