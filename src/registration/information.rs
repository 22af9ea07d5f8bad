//! What the server says of a client: its metadata, and what the server adds to it (RFC 7591 section 3.2.1, RFC 7592
//! section 3).

use super::{
    AuthMethod, ClientMetadata,
    members::{
        ACCESS_TOKEN, AUTH_METHOD, CLIENT_ID, CLIENT_SECRET, CLIENT_URI, ISSUED_AT, REDIRECT_URIS, SCOPE,
        SECRET_EXPIRES_AT, is_bearer_token, is_of_the_server,
    },
};
use crate::{
    client::Registration,
    error::{AnswerFault, ConfigError, Reason},
    json::{Object, required},
    vocabulary::{Limits, Scope, Secret, Timestamp, Wiped, grammar, length},
};

/// A client information response.
pub(super) struct Information {
    pub(super) client_id: Box<str>,
    pub(super) client_secret: Option<Secret>,
    /// In seconds since 1970; 0 is never.
    pub(super) secret_expires_at: Option<u64>,
    pub(super) issued_at: Option<Timestamp>,
    pub(super) access_token: Option<Secret>,
    pub(super) client_uri: Option<Box<str>>,
    pub(super) metadata: ClientMetadata,
}

/// The longest metadata, in bytes of JSON: in a row that holds it as a text there must be room for the secrets too.
const MAX_METADATA: usize = 64 * 1024;

/// The longest URL that requests go to.
const MAX_URI: usize = 8 * 1024;

impl Information {
    pub(super) fn read(object: &Object<'_>) -> Result<Self, AnswerFault> {
        let client_id = required(CLIENT_ID, object.text(CLIENT_ID)?)?;
        Registration::new(&*client_id).map_err(|_| AnswerFault::Malformed(CLIENT_ID))?;
        let client_secret = object.text(CLIENT_SECRET)?;
        if client_secret.as_deref().is_some_and(|secret| !grammar::is_token_text(secret)) {
            return Err(AnswerFault::Malformed(CLIENT_SECRET));
        }
        // RFC 7591 section 3.2.1: REQUIRED if a secret is issued. A server that leaves it out has a client all the same,
        // and the secret is nowhere but here.
        let secret_expires_at = object.count(SECRET_EXPIRES_AT)?;
        let access_token = object.text(ACCESS_TOKEN)?;
        if access_token.as_deref().is_some_and(|token| !is_bearer_token(token)) {
            return Err(AnswerFault::Malformed(ACCESS_TOKEN));
        }
        // Whether a request may go there is asked when one is to: the client is good without it.
        let client_uri = object.text(CLIENT_URI)?;
        if client_uri.as_deref().is_some_and(|uri| uri.len() > MAX_URI || !grammar::is_token_text(uri)) {
            return Err(AnswerFault::Malformed(CLIENT_URI));
        }
        let issued_at = object.count(ISSUED_AT).ok().flatten();
        Ok(Self {
            client_id: Box::from(&*client_id),
            client_secret: client_secret.map(Secret::from),
            secret_expires_at,
            issued_at: issued_at.map(Timestamp::from_unix_seconds),
            access_token: access_token.map(Secret::from),
            client_uri: client_uri.as_deref().map(Box::from),
            metadata: ClientMetadata::read(object)?,
        })
    }
}

impl ClientMetadata {
    /// What of an object is metadata. What this crate acts on must be of the right type; the rest is kept as it is.
    fn read(object: &Object<'_>) -> Result<Self, AnswerFault> {
        object.texts(REDIRECT_URIS)?;
        object.text(AUTH_METHOD)?;
        if object.text(SCOPE)?.is_some_and(|scope| Scope::split(&scope, " ").is_err()) {
            return Err(AnswerFault::Malformed(SCOPE));
        }
        let mut metadata = Self::new();
        for (name, json) in object.iter().filter(|(name, json)| *json != "null" && !is_of_the_server(name)) {
            metadata = metadata.set(name, json);
        }
        if metadata.to_json().len() > MAX_METADATA { Err(AnswerFault::TooLarge) } else { Ok(metadata) }
    }

    /// Out of a stored row.
    pub(super) fn load(text: &Wiped<'_>) -> Result<Self, AnswerFault> {
        // Its length bounds all of it. A provider's own limits were kept when it came.
        let limits = Limits { json_depth: 127, members: u32::MAX, ..Limits::default() };
        Self::read(&Object::read(text.as_bytes(), &limits)?)
    }

    /// Whether it can be asked for, as far as that can be known here.
    pub(super) fn check(&self, limits: &Limits) -> Result<(), ConfigError> {
        const FIELD: &str = "client_metadata";
        let text = self.to_json();
        let max = MAX_METADATA.min(length(limits.response_bytes));
        ConfigError::check_length(FIELD, &text, max)?;
        // What a caller gave as JSON is held to what is demanded of a server.
        let object = Object::read(text.as_bytes(), limits);
        object.map_err(|fault| ConfigError::new(FIELD, Reason::Unreadable(fault.to_string())))?;
        // RFC 7591 section 2: not both.
        if self.json("jwks").is_some() && self.json("jwks_uri").is_some() {
            return Err(ConfigError::new("jwks", Reason::Repeated));
        }
        if let AuthMethod::Other(method) = self.auth_method() {
            ConfigError::check_not_empty(AUTH_METHOD, &method)?;
            ConfigError::check_characters(AUTH_METHOD, &method, grammar::is_nqchar)?;
        }
        Ok(())
    }

    /// Whether its parts go together (RFC 7591 section 2.1). What a server has registered may be otherwise.
    pub(super) fn check_flows(&self) -> Result<(), ConfigError> {
        let (grants, responses) = (self.grant_types(), self.response_types());
        let uses = |grant: &str| grants.iter().any(|each| each == grant);
        let asks = |word: &str| responses.iter().any(|each| each.split(' ').any(|each| each == word));
        let stated = self.json(super::members::RESPONSE_TYPES).is_some();
        for (word, grant) in [("code", "authorization_code"), ("token", "implicit")] {
            if stated && asks(word) && !uses(grant) {
                return Err(ConfigError::new(super::members::RESPONSE_TYPES, Reason::GoesOnlyWith(grant)));
            }
        }
        // RFC 7591 section 2: who uses a flow with redirection must register where to.
        let redirects = uses("authorization_code") || uses("implicit");
        if redirects && self.redirect_uris().is_empty() {
            return Err(ConfigError::new(REDIRECT_URIS, Reason::Missing));
        }
        Ok(())
    }
}
