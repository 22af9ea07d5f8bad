//! The names of a client's metadata, and what may stand under each.

use crate::{
    error::{ConfigError, Reason},
    vocabulary::{Endpoint, Plaintext, grammar},
};

pub(super) const REDIRECT_URIS: &str = "redirect_uris";
pub(super) const AUTH_METHOD: &str = "token_endpoint_auth_method";
pub(super) const GRANT_TYPES: &str = "grant_types";
pub(super) const RESPONSE_TYPES: &str = "response_types";
pub(super) const SCOPE: &str = "scope";

pub(super) const CLIENT_ID: &str = "client_id";
pub(super) const CLIENT_SECRET: &str = "client_secret";
pub(super) const ISSUED_AT: &str = "client_id_issued_at";
pub(super) const SECRET_EXPIRES_AT: &str = "client_secret_expires_at";
pub(super) const ACCESS_TOKEN: &str = "registration_access_token";
pub(super) const CLIENT_URI: &str = "registration_client_uri";

/// What the server adds to the metadata: RFC 7591 section 3.2.1 and RFC 7592 section 3. A client never asks for these.
const OF_THE_SERVER: [&str; 6] = [CLIENT_ID, CLIENT_SECRET, ISSUED_AT, SECRET_EXPIRES_AT, ACCESS_TOKEN, CLIENT_URI];

/// What people read, or what leads to it: RFC 7591 section 2.2 has them in several languages.
const HUMAN_READABLE: [&str; 5] = ["client_name", "client_uri", "logo_uri", "tos_uri", "policy_uri"];

/// The rest of RFC 7591 section 2 that has a method of its own.
const OWN: [&str; 10] = [
    REDIRECT_URIS,
    AUTH_METHOD,
    GRANT_TYPES,
    RESPONSE_TYPES,
    SCOPE,
    "contacts",
    "jwks_uri",
    "software_id",
    "software_version",
    "software_statement",
];

/// The longest text, in bytes; but for a software statement, which is a token.
const MAX_TEXT: usize = 1024;
const MAX_NAME: usize = 256;

pub(super) fn is_of_the_server(name: &str) -> bool {
    OF_THE_SERVER.contains(&name)
}

/// The name of a member that RFC 7591 does not know, or leaves without a method here.
pub(super) fn check_further(name: &str) -> Result<(), ConfigError> {
    const FIELD: &str = "client_metadata";
    ConfigError::check_length(FIELD, name, MAX_NAME)?;
    ConfigError::check_characters(FIELD, name, grammar::is_nqchar)?;
    let base = name.split('#').next().unwrap_or(name);
    if is_of_the_server(base) || OWN.contains(&base) || HUMAN_READABLE.contains(&base) {
        return Err(ConfigError::new(FIELD, Reason::ReservedName));
    }
    Ok(())
}

/// The member of this name that people read.
pub(super) fn human_readable(name: &str) -> Result<&'static str, ConfigError> {
    let known = || HUMAN_READABLE.map(Box::from).into();
    let found = HUMAN_READABLE.into_iter().find(|each| *each == name);
    found.ok_or_else(|| ConfigError::new("client_metadata", Reason::UnknownName { known: known() }))
}

/// A language tag, as far as it must not be able to be anything else (RFC 5646 section 2.1).
pub(super) fn check_language(tag: &str) -> Result<(), ConfigError> {
    const FIELD: &str = "language";
    ConfigError::check_length(FIELD, tag, 35)?;
    ConfigError::check_characters(FIELD, tag, |byte| byte.is_ascii_alphanumeric() || byte == b'-')?;
    if tag.split('-').all(|part| (1..=8).contains(&part.len())) {
        return Ok(());
    }
    Err(ConfigError::new(FIELD, Reason::WrongLength { min: 1, max: 8 }))
}

/// A text that is shown to people, or compared by the server.
pub(super) fn check_text(field: &'static str, text: &str) -> Result<(), ConfigError> {
    ConfigError::check_length(field, text, MAX_TEXT)?;
    match text.char_indices().find(|(_, char)| char.is_control()) {
        Some((at, _)) => Err(ConfigError::new(field, Reason::ForbiddenCharacter { at })),
        None => Ok(()),
    }
}

/// A page or a picture that the server shows to users, or keys that it trusts: nobody on the way may change them.
pub(super) fn check_url(field: &'static str, text: &str) -> Result<(), ConfigError> {
    Endpoint::new(field, text.to_owned(), Plaintext::Refused).map(drop)
}

/// What stands under a name that people read.
pub(super) fn check_human_readable(field: &'static str, text: &str) -> Result<(), ConfigError> {
    if field.ends_with("_uri") { check_url(field, text) } else { check_text(field, text) }
}

/// A grant type, or a response type of several words.
pub(super) fn check_type(field: &'static str, text: &str) -> Result<(), ConfigError> {
    ConfigError::check_length(field, text, MAX_TEXT)?;
    ConfigError::check_characters(field, text, grammar::is_nqschar)
}

/// `1*VSCHAR` without a space: what can stand behind `Bearer`, and a token of three parts.
pub(super) fn is_bearer_token(text: &str) -> bool {
    grammar::is_token_text(text) && !text.contains(' ')
}

pub(super) fn check_bearer_token(field: &'static str, text: &str) -> Result<(), ConfigError> {
    ConfigError::check_length(field, text, grammar::MAX_TOKEN)?;
    ConfigError::check_characters(field, text, |byte| grammar::is_vschar(byte) && byte != b' ')
}
