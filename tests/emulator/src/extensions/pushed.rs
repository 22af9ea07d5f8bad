//! Pushed authorization requests (RFC 9126).

use std::collections::HashMap;

use serde_json::json;

use super::{Call, Extension};
use crate::answer::{Answer, Refusal};
use crate::authorize::{self, Request};
use crate::clients;
use crate::decode::Params;
use crate::state::State;
use crate::table::{Param, ProviderTable, Step};
use crate::wire::{self, deviates};

/// How long a request is kept. Section 2.2 speaks of 5 to 600 seconds.
const SECONDS: u64 = 60;

/// The browser's request (section 4).
const REFERENCE: &[Param] = &[("client_id", "RFC 9126 section 4"), ("request_uri", "RFC 9126 section 4")];

/// What was pushed, by its reference.
pub(super) type Store = HashMap<String, Pushed>;

#[derive(Clone, Debug)]
pub(super) struct Pushed {
    request: Request,
    expires_ms: u64,
}

pub(super) fn extend(table: &mut ProviderTable) {
    table.serve(Extension::PushedAuthorization, &["POST"], "/par", "RFC 9126 section 2");
}

impl ProviderTable {
    /// No authorization request is taken that was not pushed (RFC 9126 section 5).
    #[must_use]
    pub fn requiring_pushed_requests(mut self) -> Self {
        self.extensions.requires_push = true;
        self
    }
}

/// The parameters of an authorization request, from a client that proves itself as at the token endpoint.
pub(super) fn answer(call: Call<'_>) -> Result<Answer, Refusal> {
    let Call { table, state, now_ms, endpoint, seen } = call;
    wire::check_method(table, endpoint, seen)?;
    wire::check_no_query(table, endpoint.line, seen)?;
    let params = wire::body_params(table, seen)?;
    if params.get("request_uri").is_some() {
        return deviates(table, "RFC 9126 section 2.1", "`request_uri` in a pushed request");
    }
    let client = clients::by_rfc(table, seen, &params)?;
    if params.required("client_id")? != client.id {
        return deviates(table, "RFC 9126 section 2.1", "`client_id` is not the client that proves itself");
    }
    let browser = table.endpoints.iter().find(|each| each.step == Step::Authorize);
    let browser = browser.unwrap_or_else(|| panic!("{} has no authorization endpoint", table.name()));
    let request = authorize::check(table, browser, &params, &["client_secret"])?;
    let request_uri = format!("urn:ietf:params:oauth:request_uri:{}", state.mint.opaque());
    let pushed = Pushed { request, expires_ms: now_ms.saturating_add(SECONDS * 1000) };
    state.extensions.pushed.insert(request_uri.clone(), pushed);
    Ok(Answer::json(201, &json!({ "request_uri": request_uri, "expires_in": SECONDS })))
}

/// The request that a browser brings the reference of; `None` where it brings the request itself.
pub(crate) fn of(
    table: &ProviderTable,
    state: &mut State,
    now_ms: u64,
    params: &Params,
) -> Result<Option<Request>, Refusal> {
    let Some(request_uri) = params.get("request_uri") else {
        return match table.extensions.requires_push {
            true => Err(Refusal::protocol("invalid_request", "this server takes pushed requests alone")),
            false => Ok(None),
        };
    };
    wire::check_lists(table, "authorization request that was pushed", params, REFERENCE, &[], &[])?;
    let refuse = |why: &str| Err(Refusal::protocol("invalid_request_uri", why));
    let Some(pushed) = state.extensions.pushed.get(request_uri) else {
        return refuse("nothing was pushed under this `request_uri`, or it was used");
    };
    // Section 2.2: it is bound to the client that pushed it.
    if params.get("client_id") != Some(&pushed.request.client_id) {
        return refuse("another client pushed this");
    }
    // Section 4: used once, or not any more.
    match state.extensions.pushed.remove(request_uri) {
        Some(pushed) if now_ms < pushed.expires_ms => Ok(Some(pushed.request)),
        _ => refuse("this `request_uri` has expired"),
    }
}
