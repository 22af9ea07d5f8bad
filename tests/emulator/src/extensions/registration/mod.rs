//! Dynamic client registration (RFC 7591) and its management (RFC 7592).

mod metadata;

use std::borrow::Cow;

use http::header::CONTENT_TYPE;
use serde_json::{Value, json};

use self::metadata::{Metadata, text, texts};
use super::{Call, Extension, Memory};
use crate::Emulator;
use crate::answer::{Answer, Refusal};
use crate::log::Exchange;
use crate::table::{ClientKind, ProviderTable, TestClient};
use crate::wire::{self, deviates};

const REGISTER: &str = "RFC 7591 section 3";
const MANAGE: &str = "RFC 7592 section 2";

/// Which client it is stands in the query, as RFC 7592 section 3 lets a server do.
const CONFIGURATION: &str = "/register/configuration";

pub(super) fn extend(table: &mut ProviderTable) {
    table.serve(Extension::Registration, &["POST"], "/register", REGISTER);
    table.serve(Extension::ClientConfiguration, &["GET", "PUT", "DELETE"], CONFIGURATION, MANAGE);
}

/// What a server may do in one way or another.
#[derive(Clone, Debug)]
pub(crate) struct Registering {
    /// Who may register: everybody, or who has this token.
    initial_access_token: Option<String>,
    /// How long a secret lives; for ever if absent.
    secret_seconds: Option<u64>,
    manages: bool,
    /// Where clients are managed, if it is another origin than that of the registration.
    elsewhere: Option<String>,
    /// Whether each answer brings another registration access token.
    rotates: bool,
    forbidden: Vec<&'static str>,
    deletes: bool,
    /// The clients that registered, in the copy of the table that answers one request.
    registered: Vec<Known>,
}

impl Default for Registering {
    fn default() -> Self {
        Registering {
            initial_access_token: None,
            secret_seconds: None,
            manages: true,
            elsewhere: None,
            rotates: true,
            forbidden: Vec::new(),
            deletes: true,
            registered: Vec::new(),
        }
    }
}

/// A client that registered, as far as it is asked about at the other endpoints.
#[derive(Clone, Debug)]
struct Known {
    id: String,
    auth_method: String,
    grant_types: Vec<String>,
}

/// A client that registered.
#[derive(Clone, Debug)]
pub(crate) struct Registered {
    id: String,
    secret: Option<String>,
    secret_expires_ms: Option<u64>,
    issued_ms: u64,
    access_token: String,
    metadata: Metadata,
}

impl ProviderTable {
    /// Only who has this token may register (RFC 7591 section 3).
    #[must_use]
    pub fn registering_with(mut self, initial_access_token: &str) -> Self {
        self.extensions.registering.initial_access_token = Some(initial_access_token.to_owned());
        self
    }

    /// A secret lives so long, in seconds (RFC 7591 section 3.2.1).
    #[must_use]
    pub fn secrets_that_expire(mut self, seconds: u64) -> Self {
        self.extensions.registering.secret_seconds = Some(seconds);
        self
    }

    /// Clients register, and nobody manages them: RFC 7591 without RFC 7592.
    #[must_use]
    pub fn without_client_management(mut self) -> Self {
        self.extensions.registering.manages = false;
        self
    }

    /// Clients are told to be managed at another origin.
    #[must_use]
    pub fn managing_clients_at(mut self, origin: &str) -> Self {
        self.extensions.registering.elsewhere = Some(origin.to_owned());
        self
    }

    /// The registration access token stays the same, and is not repeated in answers to a read.
    #[must_use]
    pub fn with_steady_registration_tokens(mut self) -> Self {
        self.extensions.registering.rotates = false;
        self
    }

    /// Clients may not do this: 403 (RFC 7592 sections 2.1 to 2.3).
    #[must_use]
    pub fn forbidding_clients_to(mut self, method: &'static str) -> Self {
        self.extensions.registering.forbidden.push(method);
        self
    }

    /// No client is deleted: 405 (RFC 7592 section 2.3).
    #[must_use]
    pub fn deleting_no_clients(mut self) -> Self {
        self.extensions.registering.deletes = false;
        self
    }

    /// Whether a client that registered may use this grant; the others may use all.
    pub(crate) fn check_registered_grant(&self, client: &TestClient, grant: &str) -> Result<(), Refusal> {
        match self.extensions.registering.registered.iter().find(|known| known.id == client.id) {
            Some(known) if !known.grant_types.iter().any(|each| each == grant) => {
                Err(Refusal::protocol("unauthorized_client", "the client is not registered for this grant"))
            }
            _ => Ok(()),
        }
    }

    /// Whether a client that registered proves itself as it said; the others do as they like.
    pub(crate) fn check_registered_method<'t>(
        &self,
        client: &'t TestClient,
        method: &str,
    ) -> Result<&'t TestClient, Refusal> {
        match self.extensions.registering.registered.iter().find(|known| known.id == client.id) {
            Some(known) if known.auth_method != method => {
                let what = format!("the client proves itself by {method}, and is registered for {}", known.auth_method);
                deviates(self, "RFC 7591 section 2", what)
            }
            _ => Ok(client),
        }
    }

    /// The table with the clients that registered.
    pub(crate) fn with_registered(&self, memory: &Memory, now_ms: u64) -> Cow<'_, Self> {
        if memory.clients.is_empty() {
            return Cow::Borrowed(self);
        }
        let mut table = self.clone();
        for client in &memory.clients {
            table.extensions.registering.registered.push(Known {
                id: client.id.clone(),
                auth_method: text(&client.metadata, "token_endpoint_auth_method").to_owned(),
                grant_types: texts(&client.metadata, "grant_types").into_iter().map(str::to_owned).collect(),
            });
            table = table.client(client.as_test_client(now_ms));
        }
        Cow::Owned(table)
    }
}

impl Emulator {
    /// The ids of the clients that have registered themselves and are there.
    pub fn registered_clients(&self) -> Vec<String> {
        self.shared.lock().extensions.clients.iter().map(|client| client.id.clone()).collect()
    }
}

impl Registered {
    fn has_secret(metadata: &Metadata) -> bool {
        text(metadata, "token_endpoint_auth_method").starts_with("client_secret_")
    }

    fn is_expired(&self, now_ms: u64) -> bool {
        self.secret_expires_ms.is_some_and(|expires_ms| expires_ms <= now_ms)
    }

    fn as_test_client(&self, now_ms: u64) -> TestClient {
        let public = text(&self.metadata, "token_endpoint_auth_method") == "none";
        TestClient {
            id: self.id.clone(),
            // An expired one opens nothing.
            secret: self.secret.clone().filter(|_| !self.is_expired(now_ms)),
            redirect_uris: texts(&self.metadata, "redirect_uris").into_iter().map(str::to_owned).collect(),
            kind: if public { ClientKind::Public } else { ClientKind::Confidential },
        }
    }
}

/// A POST to the registration endpoint.
pub(super) fn register(mut call: Call<'_>) -> Result<Answer, Refusal> {
    wire::check_method(call.table, call.endpoint, call.seen)?;
    wire::check_no_query(call.table, REGISTER, call.seen)?;
    let expected = call.table.extensions.registering.initial_access_token.as_deref();
    match (call.bearer_token()?, expected) {
        (None, None) => {}
        (Some(sent), Some(expected)) if sent == expected => {}
        (None, Some(_)) => return Err(unauthorized("no initial access token")),
        (Some(_), Some(_)) => return Err(unauthorized("the initial access token is unknown")),
        (Some(_), None) => return deviates(call.table, REGISTER, "a token where everybody may register"),
    }
    let metadata = metadata::registered(&call.json_object()?)?;
    let id = format!("client-{}", call.state.mint.opaque());
    let access_token = format!("reg-{}", call.state.mint.opaque());
    let issued_ms = call.now_ms;
    let mut client = Registered { id, secret: None, secret_expires_ms: None, issued_ms, access_token, metadata };
    call.renew_secret(&mut client);
    let answer = call.information(201, &client, true);
    call.state.extensions.clients.push(client);
    Ok(answer)
}

/// A GET, PUT or DELETE at the client configuration endpoint.
pub(super) fn manage(mut call: Call<'_>) -> Result<Answer, Refusal> {
    wire::check_method(call.table, call.endpoint, call.seen)?;
    let rules = &call.table.extensions.registering;
    let query = call.seen.query.as_deref().and_then(|query| query.strip_prefix("client_id="));
    let Some(id) = query else {
        return deviates(call.table, "RFC 7592 section 3", "another URL than the registration_client_uri");
    };
    let Some(token) = call.bearer_token()? else {
        return deviates(call.table, MANAGE, "no registration access token");
    };
    // Section 2.1: whether the client is gone or the token is no good, the answer is the same.
    let found = call.state.extensions.clients.iter().position(|client| client.id == id);
    let Some(at) = found.filter(|at| call.state.extensions.clients[*at].access_token == token) else {
        return Err(unauthorized("the client is unknown, or the registration access token is another"));
    };
    let method = call.seen.method.as_str();
    if rules.forbidden.contains(&method) {
        return Err(refusal(403, "insufficient_scope", "a client may not do this"));
    }
    let mut client = call.state.extensions.clients[at].clone();
    match method {
        "DELETE" if !rules.deletes => return Err(refusal(405, "invalid_request", "no client is deleted here")),
        "DELETE" => {
            wire::check_no_body(call.table, "RFC 7592 section 2.3", call.seen)?;
            call.state.extensions.clients.remove(at);
            call.state.grants.end_all_of_client(id, "the client was deleted");
            return Ok(Answer { headers: Vec::new(), ..Answer::text(204, "") });
        }
        "PUT" => client.metadata = call.updated(&client)?,
        _ => wire::check_no_body(call.table, "RFC 7592 section 2.1", call.seen)?,
    }
    let rotates = rules.rotates;
    if rotates {
        client.access_token = format!("reg-{}", call.state.mint.opaque());
    }
    let has_secret = Registered::has_secret(&client.metadata);
    let new_secret = client.is_expired(call.now_ms) || has_secret != client.secret.is_some();
    if new_secret {
        call.renew_secret(&mut client);
    }
    // A server that keeps a hash of a secret cannot say it again.
    let answer = call.information(200, &client, new_secret);
    call.state.extensions.clients[at] = client;
    Ok(answer)
}

impl Call<'_> {
    /// The token in `Authorization` (RFC 6750 section 2.1).
    fn bearer_token(&self) -> Result<Option<String>, Refusal> {
        let seen: &Exchange = self.seen;
        match seen.headers_named("authorization").collect::<Vec<_>>().as_slice() {
            [] => Ok(None),
            [one] => match one.strip_prefix("Bearer ") {
                Some(token) if !token.is_empty() && !token.contains(' ') => Ok(Some(token.to_owned())),
                _ => deviates(self.table, "RFC 6750 section 2.1", "the `authorization` header is no bearer token"),
            },
            _ => deviates(self.table, "RFC 6750 section 2.1", "two `authorization` headers"),
        }
    }

    fn json_object(&self) -> Result<Metadata, Refusal> {
        let types: Vec<&str> = self.seen.headers_named(CONTENT_TYPE.as_str()).collect();
        if !matches!(types.as_slice(), [one] if wire::is_media_type(one, "application/json")) {
            return deviates(self.table, REGISTER, format!("Content-Type {types:?}, where JSON is documented"));
        }
        if self.seen.header("accept") != Some("application/json") {
            return deviates(self.table, REGISTER, "Accept is not application/json");
        }
        match serde_json::from_slice(&self.seen.body) {
            Ok(Value::Object(object)) => Ok(object),
            _ => deviates(self.table, REGISTER, "the body is no JSON object"),
        }
    }

    /// RFC 7592 section 2.2: the id goes along, and the secret is right where it does.
    fn updated(&self, client: &Registered) -> Result<Metadata, Refusal> {
        let mut asked = self.json_object()?;
        let secret = asked.remove("client_secret");
        if asked.remove("client_id") != Some(json!(client.id)) {
            return deviates(self.table, "RFC 7592 section 2.2", "`client_id` is missing, or another");
        }
        if secret.is_some_and(|secret| Some(secret) != client.secret.as_deref().map(Value::from)) {
            return deviates(self.table, "RFC 7592 section 2.2", "`client_secret` is not the one that was issued");
        }
        metadata::registered(&asked)
    }

    fn renew_secret(&mut self, client: &mut Registered) {
        let has_secret = Registered::has_secret(&client.metadata);
        client.secret = has_secret.then(|| format!("cs-{}+/=", self.state.mint.opaque()));
        let seconds = self.table.extensions.registering.secret_seconds.filter(|_| has_secret);
        client.secret_expires_ms = seconds.map(|seconds| self.now_ms + seconds * 1000);
    }

    /// RFC 7591 section 3.2.1 and RFC 7592 section 3.
    fn information(&self, status: u16, client: &Registered, with_secret: bool) -> Answer {
        let rules = &self.table.extensions.registering;
        let mut members = client.metadata.clone();
        let mut put = |name: &str, value: Value| drop(members.insert(name.to_owned(), value));
        put("client_id", json!(client.id));
        put("client_id_issued_at", json!(client.issued_ms / 1000));
        if let Some(secret) = client.secret.as_ref().filter(|_| with_secret) {
            put("client_secret", json!(secret));
            put("client_secret_expires_at", json!(client.secret_expires_ms.unwrap_or(0) / 1000));
        }
        if rules.manages {
            let own = format!("http://{}", self.seen.header("host").unwrap_or_default());
            let origin = rules.elsewhere.as_deref().unwrap_or(&own);
            put("registration_client_uri", json!(format!("{origin}{CONFIGURATION}?client_id={}", client.id)));
            if status == 201 || rules.rotates {
                put("registration_access_token", json!(client.access_token));
            }
        }
        Answer::json(status, &Value::Object(members))
    }
}

fn refusal(status: u16, error: &'static str, why: &str) -> Refusal {
    Refusal::Protocol { status, error, why: why.to_owned(), authenticate: None }
}

/// RFC 6750 section 3.1.
fn unauthorized(why: &str) -> Refusal {
    let authenticate = Some("Bearer error=\"invalid_token\"".to_owned());
    Refusal::Protocol { status: 401, error: "invalid_token", why: why.to_owned(), authenticate }
}
