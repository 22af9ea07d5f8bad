//! What RFC 6749 does not know: each extension in a file of its own, as strict as the rest.

pub(crate) mod assertions;
pub(crate) mod challenges;
pub(crate) mod cors;
mod device;
pub(crate) mod form_post;
mod introspection;
pub(crate) mod metadata;
mod mix_up;
pub(crate) mod pushed;
mod registration;
pub(crate) mod resources;
mod revocation;
mod token_exchange;
mod voucher;

use serde_json::Value;

use crate::answer::{Answer, Refusal};
use crate::clients;
use crate::decode::Params;
use crate::grants::Grant;
use crate::log::Exchange;
use crate::origins::Origins;
use crate::state::State;
use crate::table::{ClientAuth, Endpoint, GrantRule, Param, ProviderTable, Step, TestClient};
use crate::token;
use crate::wire;

/// An endpoint of an extension.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Extension {
    Revocation,
    Introspection,
    PushedAuthorization,
    Metadata(metadata::Document),
    Registration,
    ClientConfiguration,
    DeviceAuthorization,
    /// Where the user of a device goes with a browser.
    DevicePage,
}

/// What a server may do in one way or another.
#[derive(Clone, Debug)]
pub(crate) struct Rules {
    /// Whether access tokens can be revoked, or refresh tokens alone (RFC 7009 section 2.2.1).
    pub(crate) revokes_access_tokens: bool,
    /// Whether `response_mode` is known (OAuth 2.0 Form Post Response Mode).
    pub(crate) response_modes: bool,
    /// What stands as `iss` in each callback (RFC 9207).
    pub(crate) issuer: Option<String>,
    /// Whether no authorization request is taken that was not pushed (RFC 9126 section 5).
    pub(crate) requires_push: bool,
    /// Where an attacker's server sends each browser (RFC 9700 section 4.4).
    pub(crate) lure: Option<mix_up::Lure>,
    /// RFC 9207 section 2.
    pub(crate) iss_in_callbacks: bool,
    pub(crate) words: metadata::Words,
    /// Whether an exchange brings a refresh token along (RFC 8693 section 2.2.1).
    pub(crate) exchange_refresh_token: bool,
    /// Whether it says what it issued, as RFC 8693 section 2.2.1 demands.
    pub(crate) issued_token_type: bool,
    /// Whether an assertion brings a refresh token too (RFC 7521 section 4.1).
    pub(crate) assertion_refresh_token: bool,
    pub(crate) registering: registration::Registering,
    /// What a device is told of the interval, in seconds (RFC 8628 section 3.2).
    pub(crate) device_interval: Option<u64>,
    /// What the API wants of a token that is good.
    pub(crate) demands: challenges::Demands,
    /// Whose pages may call the API and the token endpoint.
    pub(crate) cors: Option<String>,
}

impl Default for Rules {
    fn default() -> Self {
        Rules {
            revokes_access_tokens: true,
            response_modes: false,
            issuer: None,
            requires_push: false,
            lure: None,
            iss_in_callbacks: false,
            words: metadata::Words::default(),
            exchange_refresh_token: false,
            issued_token_type: true,
            assertion_refresh_token: false,
            registering: registration::Registering::default(),
            device_interval: Some(5),
            demands: challenges::Demands::default(),
            cors: None,
        }
    }
}

/// What the extensions remember.
#[derive(Clone, Debug, Default)]
pub(crate) struct Memory {
    pushed: pushed::Store,
    /// Where the hosts of the table are served: known from the start.
    pub(crate) origins: Option<Origins>,
    /// What somebody whom the server trusts has signed.
    pub(crate) assertions: Vec<assertions::Assertion>,
    /// Those that nobody has spent.
    pub(crate) vouchers: Vec<String>,
    pub(crate) clients: Vec<registration::Registered>,
    devices: device::Devices,
    /// What each grant was asked for beyond its scope.
    pub(crate) asked: resources::Asked,
}

/// One request to an endpoint of an extension, and the server that it came to.
pub(crate) struct Call<'a> {
    pub(crate) table: &'a ProviderTable,
    pub(crate) state: &'a mut State,
    pub(crate) now_ms: u64,
    pub(crate) endpoint: &'a Endpoint,
    pub(crate) seen: &'a Exchange,
}

impl ProviderTable {
    /// [`plain`](Self::plain) with every extension that needs no signature.
    pub fn extended() -> Self {
        let mut table = Self::plain();
        table.name = "extended";
        revocation::extend(&mut table);
        introspection::extend(&mut table);
        pushed::extend(&mut table);
        form_post::extend(&mut table);
        metadata::extend(&mut table);
        token_exchange::extend(&mut table);
        assertions::extend(&mut table);
        voucher::extend(&mut table);
        registration::extend(&mut table);
        device::extend(&mut table);
        resources::extend(&mut table);
        table
    }

    /// One more grant type at the token endpoint.
    fn grant(&mut self, grant_type: &'static str, required: &'static [Param], optional: &'static [Param]) {
        let path = self.endpoints.iter().find(|endpoint| endpoint.step == Step::Token).map_or("", |token| token.path);
        self.grants.push(GrantRule { path, grant_type, required, optional, auth: ClientAuth::Rfc6749 });
    }

    /// The scopes that this server knows, any number of which may be asked for: of itself it knows none.
    #[must_use]
    pub fn knowing_scopes(mut self, known: &'static [&'static str]) -> Self {
        self.scopes.known = known;
        self.scopes.many = true;
        for rule in &mut self.authorize {
            rule.optional = Vec::leak([rule.optional, &[("scope", "RFC 6749 section 3.3")]].concat());
        }
        self
    }

    /// One more endpoint on the host of the token endpoint.
    fn serve(
        &mut self,
        extension: Extension,
        methods: &'static [&'static str],
        path: &'static str,
        line: &'static str,
    ) {
        let host = self.endpoints.iter().find(|endpoint| endpoint.step == Step::Token).map_or("", |token| token.host);
        self.endpoints.push(Endpoint { step: Step::Extension(extension), host, path, methods, line });
    }
}

pub(crate) fn answer(extension: Extension, call: Call<'_>) -> Result<Answer, Refusal> {
    match extension {
        Extension::Revocation => revocation::answer(call),
        Extension::Introspection => introspection::answer(call),
        Extension::PushedAuthorization => pushed::answer(call),
        Extension::Metadata(document) => metadata::answer(document, &call),
        Extension::Registration => registration::register(call),
        Extension::ClientConfiguration => registration::manage(call),
        Extension::DeviceAuthorization => device::answer(call),
        Extension::DevicePage => device::page(call),
    }
}

/// A token request with a grant type of an extension, once the client is known.
pub(crate) fn token(request: &token::Request<'_>, state: &mut State) -> Result<Answer, Refusal> {
    match request.rule.grant_type {
        token_exchange::GRANT_TYPE => token_exchange::answer(request, state),
        assertions::JWT_BEARER | assertions::SAML2_BEARER => assertions::answer(request, state),
        voucher::GRANT_TYPE | voucher::PLAIN_NAME => voucher::answer(request, state),
        device::GRANT_TYPE => device::token(request, state),
        other => {
            let error = format!("`{other}` has no code behind it");
            Err(Refusal::protocol("unsupported_grant_type", error))
        }
    }
}

/// What an extension grant may ask for.
const SCOPES: [&str; 2] = ["read", "write"];

/// The scope that a token request asks for (RFC 6749 section 3.3).
fn scope(request: &token::Request<'_>) -> Result<Option<String>, Refusal> {
    match request.params.get("scope") {
        Some(asked) if !asked.split(' ').all(|each| SCOPES.contains(&each)) => {
            Err(Refusal::protocol("invalid_scope", "there is no such scope"))
        }
        asked => Ok(asked.map(str::to_owned)),
    }
}

/// The tokens of a new grant.
fn tokens(
    request: &token::Request<'_>,
    state: &mut State,
    user: Option<String>,
    scope: Option<String>,
    with_refresh: bool,
) -> Answer {
    let token::Request { table, client, now_ms, .. } = *request;
    let grant = Grant { client_id: client.id.clone(), user, scope: scope.clone(), redirect_uri: None, ended: None };
    let grant = state.grants.open(grant);
    let issued = state.grants.issue(&mut state.mint, &table.tokens, grant, now_ms, with_refresh, scope);
    Answer::json(200, &Value::Object(token::fields(table, &issued, now_ms, None)))
}

impl<'a> Call<'a> {
    /// The parameters of a form that a client posts with its credentials, as at the token endpoint; and which client.
    fn form(&self, step: &str, required: &[Param], optional: &[Param]) -> Result<(Params, &'a TestClient), Refusal> {
        wire::check_method(self.table, self.endpoint, self.seen)?;
        wire::check_no_query(self.table, self.endpoint.line, self.seen)?;
        let params = wire::body_params(self.table, self.seen)?;
        wire::check_lists(self.table, step, &params, required, optional, &["client_id", "client_secret"])?;
        let client = clients::by_rfc(self.table, self.seen, &params)?;
        Ok((params, client))
    }
}
