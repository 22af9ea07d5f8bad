//! A dialect is checked once, when a client is made of it.

use super::{Authorize, Callback, Dialect, Parameters, Presentation, Refresh, Renames, Token, TokenResponse};
use crate::{
    error::{ConfigError, Reason},
    vocabulary::grammar::{is_nqchar, is_nqschar, is_tchar, is_vschar},
};

/// The parameters of the RFCs, by step.
mod standard {
    pub(super) const AUTHORIZE: &[&str] = &[
        "response_type",
        "client_id",
        "redirect_uri",
        "scope",
        "state",
        "nonce",
        "code_challenge",
        "code_challenge_method",
    ];
    pub(super) const TOKEN: &[&str] = &[
        "grant_type",
        "client_id",
        "client_secret",
        "code",
        "redirect_uri",
        "code_verifier",
        "username",
        "password",
        "scope",
    ];
    pub(super) const REFRESH: &[&str] =
        &["grant_type", "client_id", "client_secret", "refresh_token", "redirect_uri", "scope"];
    pub(super) const CALLBACK: &[&str] = &["code", "state", "error", "error_description", "error_uri", "iss"];
    pub(super) const RESPONSE: &[&str] =
        &["access_token", "refresh_token", "token_type", "expires_in", "scope", "nonce"];
}

/// Header fields that belong to the transport or to the browser.
const TRANSPORT_FIELDS: [&str; 8] =
    ["host", "content-length", "content-type", "transfer-encoding", "connection", "cookie", "accept", "upgrade"];

impl Dialect {
    /// Checks every field.
    ///
    /// # Errors
    /// A field's path in the data (`dialect.token.parameters.add.code`) and the reason.
    pub fn check(&self) -> Result<(), ConfigError> {
        self.authorize.check()?;
        self.callback.check()?;
        self.token.check()?;
        self.refresh.check()?;
        self.response.check()?;
        self.presentation.check()
    }
}

impl Authorize {
    fn check(&self) -> Result<(), ConfigError> {
        check_parameters("dialect.authorize.parameters", &self.parameters, standard::AUTHORIZE)?;
        for (field, text) in [
            ("dialect.authorize.response_type_code", &self.response_type_code),
            ("dialect.authorize.response_type_token", &self.response_type_token),
        ] {
            ConfigError::check_not_empty(field, text)?;
            ConfigError::check_characters(field, text, is_nqschar)?;
        }
        const SEPARATOR: &str = "dialect.authorize.scope_separator";
        ConfigError::check_not_empty(SEPARATOR, &self.scope_separator)?;
        ConfigError::check_characters(SEPARATOR, &self.scope_separator, is_vschar)
    }
}

impl Callback {
    fn check(&self) -> Result<(), ConfigError> {
        check_renames("dialect.callback.rename", &self.rename, standard::CALLBACK)
    }
}

impl Token {
    fn check(&self) -> Result<(), ConfigError> {
        check_parameters("dialect.token.parameters", &self.parameters, standard::TOKEN)
    }
}

impl Refresh {
    fn check(&self) -> Result<(), ConfigError> {
        check_parameters("dialect.refresh.parameters", &self.parameters, standard::REFRESH)
    }
}

impl TokenResponse {
    fn check(&self) -> Result<(), ConfigError> {
        check_renames("dialect.response.rename", &self.rename, standard::RESPONSE)?;
        for text in &self.token_types {
            ConfigError::check_not_empty("dialect.response.token_types", text)?;
            ConfigError::check_characters("dialect.response.token_types", text, is_nqchar)?;
        }
        if self.token_types.is_empty() {
            return Err(ConfigError::new("dialect.response.token_types", Reason::Empty));
        }
        Ok(())
    }
}

impl Presentation {
    fn check(&self) -> Result<(), ConfigError> {
        const HEADER: &str = "dialect.presentation.header";
        const SCHEME: &str = "dialect.presentation.scheme";
        ConfigError::check_not_empty(HEADER, &self.header)?;
        ConfigError::check_characters(HEADER, &self.header, |byte| {
            byte.is_ascii_alphanumeric() || b"-_".contains(&byte)
        })?;
        if TRANSPORT_FIELDS.iter().any(|field| self.header.eq_ignore_ascii_case(field)) {
            return Err(ConfigError::new(HEADER, Reason::ReservedName));
        }
        let Some(scheme) = &self.scheme else {
            return Ok(());
        };
        ConfigError::check_not_empty(SCHEME, scheme)?;
        ConfigError::check_characters(SCHEME, scheme, is_tchar)
    }
}

/// Whether an authorization request has a parameter `name` already, on this provider's wire.
pub(crate) fn is_authorize_parameter(parameters: &Parameters, name: &str) -> bool {
    let standard = standard::AUTHORIZE.iter().map(|standard| (*standard, ""));
    parameters.on_the_wire(standard).any(|(wire, _)| wire == name)
}

fn check_parameters(path: &str, parameters: &Parameters, standard: &[&str]) -> Result<(), ConfigError> {
    check_renames(&format!("{path}.rename"), &parameters.rename, standard)?;
    for name in &parameters.omit {
        if !standard.contains(&name.as_str()) {
            return Err(ConfigError::new(format!("{path}.omit.{}", shown(name)), Reason::UnknownParameter));
        }
    }
    for (name, value) in &parameters.add {
        let field = format!("{path}.add.{}", shown(name));
        check_wire_name(&field, name)?;
        ConfigError::check_characters(field.clone(), value, |byte| !byte.is_ascii_control())?;
        // RFC 6749 section 3.1: no parameter twice. An omitted standard parameter may be replaced by a fixed one.
        let taken =
            standard.iter().any(|each| parameters.rename.wire(each) == name && !parameters.omit.contains(*each));
        if taken {
            return Err(ConfigError::new(field, Reason::ReservedName));
        }
    }
    Ok(())
}

fn check_renames(path: &str, renames: &Renames, standard: &[&str]) -> Result<(), ConfigError> {
    for (name, wire) in renames.iter() {
        let field = format!("{path}.{}", shown(name));
        if !standard.contains(&name) {
            return Err(ConfigError::new(field, Reason::UnknownParameter));
        }
        check_wire_name(&field, wire)?;
        if standard.iter().any(|each| *each != name && renames.wire(each) == wire) {
            return Err(ConfigError::new(field, Reason::Repeated));
        }
    }
    Ok(())
}

fn check_wire_name(field: &str, name: &str) -> Result<(), ConfigError> {
    if name.is_empty() {
        return Err(ConfigError::new(field.to_owned(), Reason::Empty));
    }
    ConfigError::check_characters(field.to_owned(), name, is_nqchar)
}

/// A name as it may stand in an error: data from a file can hold anything.
fn shown(name: &str) -> String {
    name.chars().take(64).flat_map(char::escape_debug).collect()
}
