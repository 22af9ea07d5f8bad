//! Metadata of the server (RFC 8414, OpenID Connect Discovery) and of the API (RFC 9728): what is really served, unless
//! a test says otherwise. And `iss` in each callback (RFC 9207).

use http::header::{HeaderName, WWW_AUTHENTICATE};
use serde_json::{Map, Value, json};

use super::{Call, Extension};
use crate::answer::{Answer, Refusal};
use crate::origins::Origins;
use crate::state::State;
use crate::table::{Endpoint, Flow, Pkce, ProviderTable, Step};
use crate::wire::{self, deviates};

/// Which document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Document {
    Server,
    Openid,
    Resource,
}

/// What a test wants to be said, in place of what is true: a member, and its value. A null takes it away.
#[derive(Clone, Debug, Default)]
pub(crate) struct Words {
    server: Vec<(&'static str, Value)>,
    resource: Vec<(&'static str, Value)>,
}

pub(super) fn extend(table: &mut ProviderTable) {
    let server = "/.well-known/oauth-authorization-server";
    table.serve(Extension::Metadata(Document::Server), &["GET"], server, "RFC 8414 section 3.1");
    let openid = "/.well-known/openid-configuration";
    table.serve(Extension::Metadata(Document::Openid), &["GET"], openid, "OpenID Connect Discovery 1.0 section 4.1");
    let host = api(table).map_or("", |api| api.host);
    table.endpoints.push(Endpoint {
        step: Step::Extension(Extension::Metadata(Document::Resource)),
        host,
        path: "/.well-known/oauth-protected-resource/me",
        methods: &["GET"],
        line: "RFC 9728 section 3.1",
    });
    table.extensions.iss_in_callbacks = true;
}

impl ProviderTable {
    /// The server says this of itself, true or not; null takes the member away.
    #[must_use]
    pub fn server_says(mut self, member: &'static str, value: impl Into<Value>) -> Self {
        self.extensions.words.server.push((member, value.into()));
        self
    }

    /// The same of the API.
    #[must_use]
    pub fn resource_says(mut self, member: &'static str, value: impl Into<Value>) -> Self {
        self.extensions.words.resource.push((member, value.into()));
        self
    }

    /// Callbacks have no `iss`, whatever the metadata promises.
    #[must_use]
    pub fn without_iss(mut self) -> Self {
        self.extensions.iss_in_callbacks = false;
        self
    }
}

/// What `iss` is in a callback, if it is there.
pub(crate) fn issuer_of_callbacks(table: &ProviderTable, state: &State) -> Option<String> {
    table.extensions.iss_in_callbacks.then(|| issuer(table, &state.extensions.origins).to_owned())
}

/// The challenge of an API that has metadata points to it (RFC 9728 section 5.1).
pub(crate) fn point(mut answer: Answer, table: &ProviderTable, state: &State) -> Answer {
    let is_resource = |endpoint: &&Endpoint| endpoint.step == Step::Extension(Extension::Metadata(Document::Resource));
    let is_challenge = |name: &HeaderName| *name == WWW_AUTHENTICATE;
    if let Some(endpoint) = table.endpoints.iter().find(is_resource) {
        let url = format!("{}{}", origin(&state.extensions.origins, endpoint.host), endpoint.path);
        for (_, challenge) in answer.headers.iter_mut().filter(|(name, _)| is_challenge(name)) {
            challenge.push_str(&format!(", resource_metadata=\"{url}\""));
        }
    }
    answer
}

/// Anybody may ask, and nobody says who asks.
pub(super) fn answer(document: Document, call: &Call<'_>) -> Result<Answer, Refusal> {
    let Call { table, state, endpoint, seen, .. } = call;
    wire::check_method(table, endpoint, seen)?;
    wire::check_no_query(table, endpoint.line, seen)?;
    wire::check_no_credentials(table, endpoint.line, seen)?;
    wire::check_no_body(table, endpoint.line, seen)?;
    if seen.header("accept") != Some("application/json") {
        return deviates(table, endpoint.line, "`accept` is not application/json, which is what there is");
    }
    let origins = &state.extensions.origins;
    let (mut said, words) = match document {
        Document::Server | Document::Openid => (of_server(table, origins), &table.extensions.words.server),
        Document::Resource => (of_resource(table, origins), &table.extensions.words.resource),
    };
    for (member, value) in words {
        match value {
            Value::Null => said.remove(*member),
            value => said.insert((*member).to_owned(), value.clone()),
        };
    }
    Ok(Answer::json(200, &said.into()))
}

fn of_server(table: &ProviderTable, origins: &Option<Origins>) -> Map<String, Value> {
    let mut said = Map::new();
    said.insert("issuer".into(), issuer(table, origins).into());
    for endpoint in &table.endpoints {
        if let Some(member) = member(endpoint.step) {
            said.insert(member.into(), format!("{}{}", origin(origins, endpoint.host), endpoint.path).into());
        }
    }
    let response_types: Vec<_> = table.authorize.iter().filter_map(|rule| rule.response_type).collect();
    said.insert("response_types_supported".into(), json!(response_types));
    let grants = table.grants.iter().map(|rule| rule.grant_type);
    let implicit = table.authorize.iter().any(|rule| rule.flow == Flow::Implicit).then_some("implicit");
    said.insert("grant_types_supported".into(), grants.chain(implicit).collect());
    // RFC 8414 section 2: a list of nothing is left out.
    if !table.scopes.known.is_empty() {
        said.insert("scopes_supported".into(), json!(table.scopes.known));
    }
    let methods = ["client_secret_basic", "client_secret_post", "none"];
    said.insert("token_endpoint_auth_methods_supported".into(), json!(methods));
    if table.pkce != Pkce::Unknown {
        said.insert("code_challenge_methods_supported".into(), json!(["plain", "S256"]));
    }
    said.insert("authorization_response_iss_parameter_supported".into(), table.extensions.iss_in_callbacks.into());
    said
}

/// What an endpoint is called in the metadata.
fn member(step: Step) -> Option<&'static str> {
    match step {
        Step::Authorize => Some("authorization_endpoint"),
        Step::Token => Some("token_endpoint"),
        Step::Extension(extension) => match extension {
            Extension::Revocation => Some("revocation_endpoint"),
            Extension::Introspection => Some("introspection_endpoint"),
            Extension::PushedAuthorization => Some("pushed_authorization_request_endpoint"),
            Extension::Registration => Some("registration_endpoint"),
            Extension::DeviceAuthorization => Some("device_authorization_endpoint"),
            Extension::ClientConfiguration | Extension::DevicePage | Extension::Metadata(_) => None,
        },
        Step::Logout | Step::FollowUp | Step::ValidateToken | Step::ValidateSession | Step::Api => None,
    }
}

fn of_resource(table: &ProviderTable, origins: &Option<Origins>) -> Map<String, Value> {
    let mut said = Map::new();
    if let Some(api) = api(table) {
        said.insert("resource".into(), format!("{}{}", origin(origins, api.host), api.path).into());
    }
    said.insert("authorization_servers".into(), json!([issuer(table, origins)]));
    said.insert("bearer_methods_supported".into(), json!(["header"]));
    said.insert("resource_name".into(), "The API".into());
    said
}

fn api(table: &ProviderTable) -> Option<&Endpoint> {
    table.endpoints.iter().find(|endpoint| endpoint.step == Step::Api)
}

/// The origin of the host that the token endpoint is on.
pub(super) fn issuer<'o>(table: &ProviderTable, origins: &'o Option<Origins>) -> &'o str {
    let token = table.endpoints.iter().find(|endpoint| endpoint.step == Step::Token);
    origin(origins, token.map_or("", |token| token.host))
}

fn origin<'o>(origins: &'o Option<Origins>, host: &str) -> &'o str {
    origins.as_ref().map_or("", |origins| origins.of_documented(host))
}
