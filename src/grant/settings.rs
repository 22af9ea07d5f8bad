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
}

impl Default for LoginSettings {
    fn default() -> Self {
        Self { application_state: None, parameters: Vec::new(), time_to_live: Duration::from_secs(600) }
    }
}

/// The longest text that may ride in `state`, in bytes.
const MAX_APPLICATION_STATE: usize = 1024;

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

    pub(crate) fn add_parameter(&mut self, client: &AnyClient, name: &str, value: &str) -> Result<(), ConfigError> {
        const FIELD: &str = "parameter";
        ConfigError::check_not_empty(FIELD, name)?;
        ConfigError::check_characters(FIELD, name, grammar::is_nqchar)?;
        ConfigError::check_characters(FIELD, value, |byte| !byte.is_ascii_control())?;
        let dialect::AuthorizeStep { parameters: step, fragment, .. } = &client.provider().dialect.authorize;
        // RFC 6749 section 3.1: no parameter twice. What the protocol sends must not be replaced either.
        if dialect::is_authorize_parameter(step, name) || ["resource", "authorization_details"].contains(&name) {
            return Err(ConfigError::new(FIELD, Reason::ReservedName));
        }
        let endpoints = &client.provider().endpoints;
        let endpoints = [endpoints.authorization.as_ref(), endpoints.implicit_authorization()];
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
