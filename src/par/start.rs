//! The way in: a login by code that is pushed, and its request.

use super::Pushing;
use crate::{
    client::{AnyClient, Client},
    dialect::{Fragment, Pair, PlainScope, is_authorize_parameter},
    error::{ConfigError, Reason},
    exchange::endpoint_request,
    grant::{AuthorizationCode, FrontChannel, LoginSettings, front_channel::Settings},
    http::Request,
    provider::CheckedProvider,
    state::{
        AwaitingCode, Unauthorized,
        login::Login,
        opening::{Destination, Opening},
    },
    vocabulary::{Endpoint, Entropy, Timestamp, pkce_challenge},
};

/// The authorization code grant whose authorization request is pushed (RFC 9126). From the callback on, it is an
/// [`AuthorizationCode`].
#[derive(Debug)]
pub struct PushedAuthorizationCode {
    code: AuthorizationCode,
    /// Where it is pushed to.
    endpoint: Endpoint,
}

impl FrontChannel for PushedAuthorizationCode {}

#[allow(private_interfaces)]
impl Settings for PushedAuthorizationCode {
    fn settings(&mut self) -> &mut LoginSettings {
        self.code.settings()
    }
}

impl<K> Client<K> {
    /// Starts a login with an authorization code and PKCE S256 whose parameters are pushed to the server before the
    /// browser goes there (RFC 9126): see [`par`](crate::par).
    ///
    /// # Errors
    /// As [`authorization_code`](Self::authorization_code). Or the provider has no
    /// [endpoint to push to](crate::Provider::pushed_authorization_request_endpoint); or its data has, in the parameters
    /// of an authorization request or in the query of an endpoint, a name that stands in a pushed request already, or in
    /// the URL that follows. The client is as it was.
    pub fn pushed_authorization_code(&self) -> Result<Unauthorized<PushedAuthorizationCode>, ConfigError> {
        let endpoint = endpoint(self.provider())?.clone();
        let Unauthorized { client, intent, grant: mut code } = self.code_login()?;
        code.settings().pushed = true;
        Ok(Unauthorized { client, intent, grant: PushedAuthorizationCode { code, endpoint } })
    }
}

const PUSH_ENDPOINT: &str = "pushed_authorization_request_endpoint";

/// The reference that stands for the parameters.
pub(super) const REQUEST_URI: &str = "request_uri";

/// Where the provider takes what is pushed. RFC 6749 section 3.1: no parameter stands twice, neither in the request nor in
/// the URL that follows. RFC 9126 section 2.1: no `request_uri` in the request.
fn endpoint(provider: &CheckedProvider) -> Result<&Endpoint, ConfigError> {
    let endpoints = &provider.endpoints;
    let Some(push) = &endpoints.extensions.pushed_authorization else {
        return Err(ConfigError::new(PUSH_ENDPOINT, Reason::Missing));
    };
    let step = &provider.dialect.authorize;
    let is_parameter = |name: &str| is_authorize_parameter(&step.parameters, name);
    let of_the_client = |name: &str| ["client_id", "client_secret"].contains(&name);
    let reserved = |field| Err(ConfigError::new(field, Reason::ReservedName));
    if is_parameter(REQUEST_URI) || is_parameter("client_secret") {
        return reserved("dialect.authorize.parameters");
    }
    if push.query_names().any(|name| is_parameter(&name) || of_the_client(&name) || name == REQUEST_URI) {
        return reserved(PUSH_ENDPOINT);
    }
    if endpoints.authorization.iter().flat_map(Endpoint::query_names).any(|name| name == REQUEST_URI) {
        return reserved("authorization_endpoint");
    }
    if step.fragment.iter().flat_map(Fragment::query_names).any(|name| name == REQUEST_URI) {
        return reserved("dialect.authorize.fragment");
    }
    Ok(push)
}

impl Unauthorized<PushedAuthorizationCode> {
    /// Makes the request that pushes the parameters, from a client that proves itself as at the token endpoint (RFC 9126
    /// section 2.1), and what waits for its answer. How long the login and the reference to it live counts from `now`.
    ///
    /// Nothing in the request is single use: where its answer does not come, push again.
    pub fn push(mut self, entropy: Entropy, now: Timestamp) -> (Request, Pushing) {
        let verifier = self.grant.code.pkce.then(|| entropy.verifier());
        let challenge = verifier.as_ref().map(pkce_challenge);
        let Self { client, intent, grant: PushedAuthorizationCode { code, endpoint } } = &mut self;
        let opening = Opening {
            to: ToServer(endpoint),
            response_type: &client.provider().dialect.authorize.response_type_code,
            challenge: challenge.as_ref(),
        };
        let (request, login) = Login::open(client, opening, intent.clone(), code.settings(), &entropy, now);
        (request, Pushing::new(self, AwaitingCode::new(login, verifier), now))
    }
}

/// To the server, in a form.
struct ToServer<'e>(&'e Endpoint);

impl Destination for ToServer<'_> {
    type Made = Request;
    const HAS_PLAIN_SCOPE: bool = false;

    fn make<'a>(
        self,
        client: &'a AnyClient,
        pairs: impl Iterator<Item = Pair<'a>> + Clone,
        _: Option<PlainScope<'_>>,
    ) -> Request {
        endpoint_request(client, self.0, &pairs.collect::<Vec<_>>())
    }
}
