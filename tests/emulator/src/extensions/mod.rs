//! What RFC 6749 does not know: each extension in a file of its own, as strict as the rest.

mod device;
mod introspection;
mod revocation;

use crate::answer::{Answer, Refusal};
use crate::clients;
use crate::decode::Params;
use crate::log::Exchange;
use crate::state::State;
use crate::table::{Endpoint, Param, ProviderTable, Step, TestClient};
use crate::token;
use crate::wire;

/// An endpoint of an extension.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Extension {
    Revocation,
    Introspection,
    DeviceAuthorization,
    /// Where the user of a device goes with a browser.
    DevicePage,
}

/// What a server may do in one way or another.
#[derive(Clone, Debug)]
pub(crate) struct Rules {
    /// Whether access tokens can be revoked, or refresh tokens alone (RFC 7009 section 2.2.1).
    pub(crate) revokes_access_tokens: bool,
    /// What a device is told of the interval, in seconds (RFC 8628 section 3.2).
    pub(crate) device_interval: Option<u64>,
}

impl Default for Rules {
    fn default() -> Self {
        Rules { revokes_access_tokens: true, device_interval: Some(5) }
    }
}

/// What the extensions remember.
#[derive(Clone, Debug, Default)]
pub(crate) struct Memory {
    devices: device::Devices,
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
        device::extend(&mut table);
        table
    }

    /// The scopes that this server knows, any number of which may be asked for: of itself it knows none.
    #[must_use]
    pub fn knowing_scopes(mut self, known: &'static [&'static str]) -> Self {
        self.scopes.known = known;
        self.scopes.many = true;
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
        Extension::DeviceAuthorization => device::answer(call),
        Extension::DevicePage => device::page(call),
    }
}

/// A token request with a grant type of an extension, once the client is known.
pub(crate) fn token(request: &token::Request<'_>, state: &mut State) -> Result<Answer, Refusal> {
    if request.rule.grant_type == device::GRANT_TYPE {
        return device::token(request, state);
    }
    let error = format!("`{}` has no code behind it", request.rule.grant_type);
    Err(Refusal::protocol("unsupported_grant_type", error))
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
