//! A dialect is checked once, when a client is made of it.

use super::{
    AuthorizeStep, CallbackStep, Dialect, Parameters, Presentation, RefreshStep, Renames, ResponseStep, TokenStep,
};
use crate::{
    error::{ConfigError, Reason},
    vocabulary::grammar::{is_nqchar, is_nqschar, is_tchar, is_vschar},
};

/// The parameters of a request, by their names in the RFCs.
struct Step {
    path: &'static str,
    /// What must go out whenever the protocol has it: the client, the proof, and what binds the answer to the request.
    always: &'static [&'static str],
    /// What a dialect may leave out.
    omittable: &'static [&'static str],
}

const AUTHORIZE: Step = Step {
    path: "dialect.authorize.parameters",
    // PKCE is not switched off by data: RFC 9700 section 2.1.1.
    always: &["client_id", "state", "nonce", "code_challenge", "code_challenge_method"],
    omittable: &["response_type", "redirect_uri", "scope"],
};

const TOKEN: Step = Step {
    path: "dialect.token.parameters",
    always: &["code", "code_verifier", "client_secret", "username", "password"],
    omittable: &["grant_type", "client_id", "redirect_uri", "scope"],
};

const REFRESH: Step = Step {
    path: "dialect.refresh.parameters",
    always: &["refresh_token", "client_secret", "redirect_uri"],
    omittable: &["grant_type", "client_id"],
};

const CALLBACK: &[&str] = &["code", "state", "error", "error_description", "error_uri", "iss"];
const RESPONSE: &[&str] = &["access_token", "refresh_token", "token_type", "expires_in", "scope", "nonce"];

impl Step {
    fn names(&self) -> impl Iterator<Item = &'static str> + Clone {
        self.always.iter().chain(self.omittable).copied()
    }
}

/// Header fields that belong to the transport or to the browser.
const TRANSPORT_FIELDS: [&str; 8] =
    ["host", "content-length", "content-type", "transfer-encoding", "connection", "cookie", "accept", "upgrade"];

impl Dialect {
    /// Checks every field.
    ///
    /// ```
    /// use oauth_proto::{dialect::Dialect, error::Reason};
    ///
    /// let mut dialect = Dialect::default();
    /// dialect.authorize.parameters.omit("state");
    /// let error = dialect.check().unwrap_err();
    /// assert_eq!(error.field(), "dialect.authorize.parameters.omit.state");
    /// assert_eq!(*error.reason(), Reason::NotOmittable);
    /// ```
    ///
    /// # Errors
    /// A field's path in the data (`dialect.token.parameters.add.code`) and the reason. The dialect is as it was.
    pub fn check(&self) -> Result<(), ConfigError> {
        self.authorize.check()?;
        self.callback.check()?;
        self.token.check()?;
        self.refresh.check()?;
        self.response.check()?;
        self.check_front_channel()?;
        self.presentation.check()
    }

    /// An implicit callback brings what a callback and what a token response bring: one name must not mean two things.
    fn check_front_channel(&self) -> Result<(), ConfigError> {
        let callback: Vec<_> = CALLBACK.iter().map(|name| self.callback.rename.wire(name)).collect();
        // A token response calls its error by the RFC's names, whatever a callback calls its own.
        let taken = |wire: &str| {
            callback.contains(&wire) || CALLBACK.iter().any(|each| each.starts_with("error") && *each == wire)
        };
        match RESPONSE.iter().find(|name| taken(self.response.rename.wire(name))) {
            Some(name) => Err(ConfigError::new(format!("dialect.response.rename.{name}"), Reason::Repeated)),
            None => Ok(()),
        }
    }
}

impl AuthorizeStep {
    fn check(&self) -> Result<(), ConfigError> {
        check_parameters(&AUTHORIZE, &self.parameters)?;
        for (field, text) in [
            ("dialect.authorize.response_type_code", &self.response_type_code),
            ("dialect.authorize.response_type_token", &self.response_type_token),
        ] {
            ConfigError::check_not_empty(field, text)?;
            ConfigError::check_characters(field, text, is_nqschar)?;
        }
        const SEPARATOR: &str = "dialect.authorize.scope_separator";
        ConfigError::check_not_empty(SEPARATOR, &self.scope_separator)?;
        // What may stand inside a scope token separates nothing.
        let separates = |byte: u8| is_vschar(byte) && !byte.is_ascii_alphanumeric();
        ConfigError::check_characters(SEPARATOR, &self.scope_separator, separates)
    }
}

impl CallbackStep {
    fn check(&self) -> Result<(), ConfigError> {
        check_renames("dialect.callback.rename", &self.rename, CALLBACK)
    }
}

impl TokenStep {
    fn check(&self) -> Result<(), ConfigError> {
        check_parameters(&TOKEN, &self.parameters)
    }
}

impl RefreshStep {
    fn check(&self) -> Result<(), ConfigError> {
        check_parameters(&REFRESH, &self.parameters)
    }
}

impl ResponseStep {
    fn check(&self) -> Result<(), ConfigError> {
        check_renames("dialect.response.rename", &self.rename, RESPONSE)?;
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
    let standard = AUTHORIZE.names().map(|name| (name, ""));
    parameters.on_the_wire(standard).any(|(wire, _)| wire == name)
}

fn check_parameters(step: &Step, parameters: &Parameters) -> Result<(), ConfigError> {
    let path = step.path;
    let standard: Vec<_> = step.names().collect();
    check_renames(&format!("{path}.rename"), &parameters.rename, &standard)?;
    for name in &parameters.omit {
        let field = || format!("{path}.omit.{}", shown(name));
        if step.always.contains(&name.as_str()) {
            return Err(ConfigError::new(field(), Reason::NotOmittable));
        }
        if !step.omittable.contains(&name.as_str()) {
            return Err(ConfigError::new(field(), Reason::UnknownParameter));
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
