//! The authorization request, and the callback that answers it.

use http::header::LOCATION;
use serde_json::Value;

use crate::answer::{Answer, Refusal};
use crate::decode::Params;
use crate::extensions::resources::Wanted;
use crate::extensions::{form_post, metadata, pushed};
use crate::grants::{Code, Grant};
use crate::log::Exchange;
use crate::pkce::{self, Challenge};
use crate::state::{State, USER};
use crate::table::{AuthorizeRule, ClientKind, Endpoint, Flow, Pkce, ProviderTable, Spelling, TestClient};
use crate::token;
use crate::wire::{self, check_lists, deviates};

/// An authorization request that may be shown to the user.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) client_id: String,
    pub(crate) scope: Option<String>,
    flow: Flow,
    redirect_uri: String,
    redirect_uri_sent: bool,
    state: Option<String>,
    nonce: Option<String>,
    challenge: Option<Challenge>,
    form_post: bool,
    wanted: Wanted,
}

/// The request that a browser opens.
pub(crate) fn open(
    table: &ProviderTable,
    state: &mut State,
    now_ms: u64,
    endpoint: &Endpoint,
    seen: &Exchange,
) -> Result<Request, Refusal> {
    wire::check_method(table, endpoint, seen)?;
    wire::check_no_credentials(table, endpoint.line, seen)?;
    wire::check_no_body(table, endpoint.line, seen)?;
    let params = wire::query_params(table, endpoint.line, seen)?;
    match pushed::of(table, state, now_ms, &params)? {
        Some(request) => Ok(request),
        None => check(table, endpoint, &params, &[]),
    }
}

/// Checks the parameters of a request against the document. `beside` are those that its way here adds.
pub(crate) fn check(
    table: &ProviderTable,
    endpoint: &Endpoint,
    params: &Params,
    beside: &[&str],
) -> Result<Request, Refusal> {
    let rule = rule_for(table, endpoint, params)?;
    let tolerated = [wire::TOLERATED_AT_AUTHORIZE, form_post::parameters(table), beside].concat();
    check_lists(table, "authorization request", params, rule.required, rule.optional, &tolerated)?;
    for (name, value, line) in rule.fixed {
        if params.get(name).is_some_and(|sent| sent != *value) {
            return deviates(table, line, format!("`{name}` has another value than `{value}`"));
        }
    }
    let id = params.required(table.client_id_name)?;
    let client =
        table.find_client(id).ok_or_else(|| Refusal::protocol("unauthorized_client", "the client is unknown"))?;
    if let Some((kind, line)) = rule.only {
        if client.kind != kind {
            return deviates(table, line, format!("this response_type is for {kind:?} clients"));
        }
    }
    let grant = if rule.flow == Flow::Code { "authorization_code" } else { "implicit" };
    table.check_registered_grant(client, grant)?;
    let redirect_uri = redirect_uri(table, endpoint, client, params)?;
    let challenge = pkce::challenge(params)?;
    if let Pkce::RequiredOfPublic(line) = table.pkce {
        let bound = challenge.as_ref().is_some_and(|challenge| challenge.s256);
        if client.kind == ClientKind::Public && rule.flow == Flow::Code && !bound {
            return deviates(table, line, "a public client asks for a code without an S256 `code_challenge`");
        }
    }
    Ok(Request {
        client_id: client.id.clone(),
        scope: scope(table, params)?,
        flow: rule.flow,
        redirect_uri,
        redirect_uri_sent: params.get("redirect_uri").is_some(),
        state: params.owned("state"),
        nonce: params.owned("nonce"),
        challenge,
        form_post: form_post::is_asked_for(table, params)?,
        wanted: Wanted::read(table, params)?,
    })
}

/// By path, and where one path serves several flows, by `response_type`.
fn rule_for<'t>(table: &'t ProviderTable, endpoint: &Endpoint, params: &Params) -> Result<&'t AuthorizeRule, Refusal> {
    let here: Vec<&AuthorizeRule> = table.authorize.iter().filter(|rule| rule.path == endpoint.path).collect();
    let sent = params.get("response_type");
    let fits = |rule: &&&AuthorizeRule| match (rule.response_type, sent) {
        (Some(expected), Some(sent)) => expected == sent,
        // Whether it may be there or be left out at all is the lists' business.
        _ => true,
    };
    match here.iter().find(fits) {
        Some(rule) => Ok(rule),
        None => deviates(table, endpoint.line, format!("response_type `{}` is not documented", sent.unwrap_or(""))),
    }
}

fn redirect_uri(
    table: &ProviderTable,
    endpoint: &Endpoint,
    client: &TestClient,
    params: &Params,
) -> Result<String, Refusal> {
    let Some(sent) = params.get("redirect_uri") else {
        // RFC 6749 section 3.1.2.3: it may be left out if exactly one is registered.
        return match client.redirect_uris.as_slice() {
            [only] => Ok(only.clone()),
            _ => deviates(table, "RFC 6749 section 3.1.2.3", "`redirect_uri` is missing, and several are registered"),
        };
    };
    if let Some(line) = table.encoded_redirect {
        if params.raw("redirect_uri").is_some_and(|raw| raw.contains([':', '/', '?'])) {
            return deviates(table, line, "`redirect_uri` is not percent-encoded");
        }
    }
    if !client.registered(sent) {
        return deviates(table, endpoint.line, format!("redirect_uri `{sent}` is not registered, byte for byte"));
    }
    Ok(sent.to_owned())
}

pub(crate) fn scope(table: &ProviderTable, params: &Params) -> Result<Option<String>, Refusal> {
    let scopes = &table.scopes;
    let Some(sent) = params.get("scope") else {
        return Ok(scopes.default.map(str::to_owned));
    };
    let parts: Vec<&str> = if scopes.many { sent.split(' ').collect() } else { vec![sent] };
    for (at, part) in parts.iter().enumerate() {
        if !scopes.known.contains(part) {
            return deviates(table, scopes.line, format!("scope `{sent}`: `{part}` is not a documented scope"));
        }
        if parts[..at].contains(part) {
            return deviates(table, scopes.line, format!("scope `{sent}`: `{part}` is repeated"));
        }
    }
    Ok(Some(sent.to_owned()))
}

/// The user agrees: a code or tokens go back to the client.
pub(crate) fn granted(table: &ProviderTable, state: &mut State, now_ms: u64, request: &Request) -> Answer {
    let policy = &table.tokens;
    let grant = state.grants.open(Grant {
        client_id: request.client_id.clone(),
        user: Some(USER.to_owned()),
        scope: request.scope.clone(),
        redirect_uri: Some(request.redirect_uri.clone()),
        ended: None,
    });
    state.extensions.asked.remember(grant, request.wanted.clone());
    let mut callback = Callback::default();
    match request.flow {
        Flow::Code => {
            let code = state.mint.code(policy.spelling);
            match policy.spelling {
                Spelling::Plain => callback.add("code", &code),
                // The value travels as it is: whoever decodes it gets something that was never issued.
                Spelling::PercentSequence => callback.add_raw("code", &code),
            }
            let code_of_grant = Code {
                grant,
                expires_ms: now_ms.saturating_add(policy.code_seconds * 1000),
                redeemed: false,
                redirect_uri_sent: request.redirect_uri_sent,
                challenge: request.challenge.clone(),
                nonce: request.nonce.clone(),
            };
            state.grants.codes.insert(code, code_of_grant);
        }
        Flow::Implicit => {
            let with_refresh = policy.implicit_refresh_token;
            let scope = request.scope.clone();
            let issued = state.grants.issue(&mut state.mint, policy, grant, now_ms, with_refresh, scope);
            for (name, value) in token::fields(table, &issued, now_ms, request.nonce.as_deref()) {
                match value {
                    Value::String(text) => callback.add(&name, &text),
                    other => callback.add(&name, &other.to_string()),
                }
            }
        }
    }
    callback.add_state(table, request);
    callback.answer(table, state, request)
}

/// The user says no.
pub(crate) fn denied(table: &ProviderTable, state: &State, request: &Request) -> Answer {
    let mut callback = Callback::default();
    callback.add("error", "access_denied");
    if table.state_on_denial {
        callback.add_state(table, request);
    }
    callback.answer(table, state, request)
}

/// The parameters of a callback, already encoded.
#[derive(Default)]
struct Callback(Vec<String>);

impl Callback {
    fn add(&mut self, name: &str, value: &str) {
        let value: String = form_urlencoded::byte_serialize(value.as_bytes()).collect();
        self.add_raw(name, &value);
    }

    fn add_raw(&mut self, name: &str, value: &str) {
        self.0.push(format!("{name}={value}"));
    }

    fn add_state(&mut self, table: &ProviderTable, request: &Request) {
        if let Some(state) = request.state.as_deref().filter(|_| table.echo_state) {
            self.add("state", state);
        }
    }

    /// RFC 6749 section 3.1.2: a query that the redirect URI already has stays.
    fn answer(mut self, table: &ProviderTable, state: &State, request: &Request) -> Answer {
        // RFC 9207 section 2: in each answer, errors included.
        let issuer = table.extensions.issuer.clone();
        if let Some(issuer) = issuer.or_else(|| metadata::issuer_of_callbacks(table, state)) {
            self.add("iss", &issuer);
        }
        let uri = &request.redirect_uri;
        if request.form_post {
            return form_post::page(uri, &self.0.join("&"));
        }
        let separator = match request.flow {
            Flow::Implicit if !table.implicit_in_query => '#',
            _ if uri.contains('?') => '&',
            _ => '?',
        };
        Answer::text(302, "").with(LOCATION, format!("{uri}{separator}{}", self.0.join("&")))
    }
}
