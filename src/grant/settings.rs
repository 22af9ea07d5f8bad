//! What a login asks for beyond its intent.

use std::time::Duration;

use crate::{
    client::AnyClient,
    dialect,
    error::{ConfigError, Reason},
    vocabulary::{Endpoint, Entropy, Secret, grammar},
};

/// What a login asks for beyond its intent.
#[derive(Debug)]
pub(crate) struct LoginSettings {
    application_state: Option<Box<str>>,
    /// Of the caller's own: some are secrets.
    pub(crate) parameters: Vec<(Box<str>, Secret)>,
    pub(crate) time_to_live: Duration,
    /// Whether the answer is to come as a form.
    pub(crate) form_post: bool,
    /// Whether the parameters go to the server in a request of the client's own.
    pub(crate) pushed: bool,
}

impl Default for LoginSettings {
    fn default() -> Self {
        Self {
            application_state: None,
            parameters: Vec::new(),
            time_to_live: Duration::from_secs(600),
            form_post: false,
            pushed: false,
        }
    }
}

/// The longest text that may ride in `state`, in bytes.
const MAX_APPLICATION_STATE: usize = 1024;

/// OAuth 2.0 Multiple Response Type Encoding Practices, section 2.1; and the value that Form Post Response Mode gives it.
const RESPONSE_MODE: &str = "response_mode";
const FORM_POST: &str = "form_post";

/// What each request of a login says, and not this one alone: they have methods of their own.
const OF_METHODS: [&str; 2] = ["resource", "authorization_details"];

/// What a pushed request has beside its parameters, or must not have at all (RFC 9126 section 2.1).
const OF_A_PUSH: [&str; 3] = ["request_uri", "client_id", "client_secret"];

/// What stands between the random part of `state` and the application's own.
pub(crate) const APPLICATION_STATE_SEPARATOR: &str = ".";

impl LoginSettings {
    pub(crate) fn set_application_state(&mut self, data: &str) -> Result<(), ConfigError> {
        const FIELD: &str = "application_state";
        ConfigError::check_length(FIELD, data, MAX_APPLICATION_STATE)?;
        ConfigError::check_characters(FIELD, data, grammar::is_vschar)?;
        self.application_state = Some(data.into());
        Ok(())
    }

    /// Asks for the answer as a form.
    pub(crate) fn ask_for_form(&mut self, client: &AnyClient) -> Result<(), ConfigError> {
        if !self.form_post && !client.provider().asks_for_form {
            let taken = |error: ConfigError| ConfigError::new(RESPONSE_MODE, error.reason().clone());
            self.push_parameter(client, RESPONSE_MODE, FORM_POST).map_err(taken)?;
        }
        self.form_post = true;
        Ok(())
    }

    pub(crate) fn add_parameter(&mut self, client: &AnyClient, name: &str, value: &str) -> Result<(), ConfigError> {
        // Whoever asks for a form must also read one.
        if name == RESPONSE_MODE && value == FORM_POST {
            return Err(ConfigError::new(
                RESPONSE_MODE,
                Reason::GoesOnlyWith("`form_post()`, in place of `parameter(..)`"),
            ));
        }
        self.push_parameter(client, name, value)
    }

    fn push_parameter(&mut self, client: &AnyClient, name: &str, value: &str) -> Result<(), ConfigError> {
        const FIELD: &str = "parameter";
        ConfigError::check_not_empty(FIELD, name)?;
        ConfigError::check_characters(FIELD, name, grammar::is_nqchar)?;
        ConfigError::check_characters(FIELD, value, |byte| !byte.is_ascii_control())?;
        let dialect::AuthorizeStep { parameters: step, fragment, .. } = &client.provider().dialect.authorize;
        // RFC 6749 section 3.1: no parameter twice. What the protocol sends must not be replaced either.
        let reserved = dialect::is_authorize_parameter(step, name) || OF_METHODS.contains(&name);
        if reserved || (self.pushed && OF_A_PUSH.contains(&name)) {
            return Err(ConfigError::new(FIELD, Reason::ReservedName));
        }
        let endpoints = &client.provider().endpoints;
        let push = endpoints.extensions.pushed_authorization.as_ref().filter(|_| self.pushed);
        let endpoints = [endpoints.authorization.as_ref(), endpoints.implicit_authorization(), push];
        let in_route = fragment.iter().flat_map(dialect::Fragment::query_names);
        let mut in_url = endpoints.into_iter().flatten().flat_map(Endpoint::query_names).chain(in_route);
        let mut given = self.parameters.iter().filter(|(each, _)| **each == *name);
        if given.next().is_some() || in_url.any(|each| each == name) {
            return Err(ConfigError::new(FIELD, Reason::Repeated));
        }
        self.parameters.push((name.into(), value.into()));
        Ok(())
    }

    /// The random part, and the application's own behind it.
    pub(crate) fn state(&self, entropy: &Entropy) -> Secret {
        match &self.application_state {
            None => entropy.state(),
            Some(data) => Secret::new([entropy.state().expose(), APPLICATION_STATE_SEPARATOR, data].concat()),
        }
    }
}
