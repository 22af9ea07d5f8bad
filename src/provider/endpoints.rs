//! Where the requests go: each URL checked once.

use super::{Address, Provider, extensions::Extensions, variables::Variables};
use crate::{
    dialect::{Dialect, FOLLOW_UP, REFRESH, Step, TOKEN, Wire, is_authorize_parameter, is_query_parameter},
    error::{ConfigError, Reason},
    vocabulary::{ByName, Endpoint, Plaintext},
};

#[derive(Debug)]
pub(crate) struct Endpoints {
    pub(crate) authorization: Option<Endpoint>,
    /// Where it is another.
    own_implicit_authorization: Option<Endpoint>,
    pub(crate) token: Option<Address>,
    /// Where it is another.
    own_refresh: Option<Address>,
    pub(crate) follow_up: Option<Address>,
    pub(crate) checks: ByName<Endpoint>,
    pub(crate) extensions: Extensions,
}

impl Endpoints {
    pub(super) fn new(
        provider: &Provider,
        variables: &mut Variables<'_>,
        plaintext: Plaintext,
    ) -> Result<Self, ConfigError> {
        let kept = &provider.dialect.callback.keep;
        let mut address = |field, text: &Option<String>| match text {
            Some(text) => Address::new(field, variables.url(field, text)?, kept, plaintext).map(Some),
            None => Ok(None),
        };
        let token = address("token_endpoint", &provider.token_endpoint)?;
        let own_refresh = address("refresh_endpoint", &provider.refresh_endpoint)?;
        let follow_up = address("follow_up_endpoint", &provider.follow_up_endpoint)?;
        // The browser goes there before there is a callback.
        let mut endpoint = |field, text: &str| match variables.url(field, text)?.into_literal() {
            Ok(url) => Endpoint::new(field, url, plaintext),
            Err(_) => Err(ConfigError::new(field, Reason::NotYetKnown)),
        };
        let mut optional = |field, text: &Option<String>| text.as_deref().map(|text| endpoint(field, text)).transpose();
        let authorization = optional("authorization_endpoint", &provider.authorization_endpoint)?;
        let own_implicit_authorization =
            optional("implicit_authorization_endpoint", &provider.implicit_authorization_endpoint)?;
        let extensions = Extensions::new(provider, &mut endpoint)?;
        let mut checks = ByName::default();
        for (name, url) in &provider.checks {
            checks.insert(name, endpoint("checks", url)?);
        }
        let endpoints =
            Self { authorization, own_implicit_authorization, token, own_refresh, follow_up, checks, extensions };
        endpoints.check_queries(&provider.dialect)?;
        Ok(endpoints)
    }

    /// Where an implicit login goes.
    pub(crate) fn implicit_authorization(&self) -> Option<&Endpoint> {
        self.own_implicit_authorization.as_ref().or(self.authorization.as_ref())
    }

    /// Where a refresh goes.
    pub(crate) fn refresh(&self) -> Option<&Address> {
        self.own_refresh.as_ref().or(self.token.as_ref())
    }

    /// Where tokens are asked for.
    pub(super) fn addresses(&self) -> impl Iterator<Item = &Address> {
        [&self.token, &self.own_refresh, &self.follow_up].into_iter().flatten()
    }

    fn check_queries(&self, dialect: &Dialect) -> Result<(), ConfigError> {
        let authorize = |name: &str| is_authorize_parameter(&dialect.authorize.parameters, name);
        check_query("authorization_endpoint", &self.authorization, authorize)?;
        check_query("implicit_authorization_endpoint", &self.own_implicit_authorization, authorize)?;
        check_token_query("token_endpoint", self.token.as_ref(), &TOKEN, &dialect.token.wire())?;
        let field = if self.own_refresh.is_some() { "refresh_endpoint" } else { "token_endpoint" };
        check_token_query(field, self.refresh(), &REFRESH, &dialect.refresh.wire())?;
        if let Some(step) = &dialect.follow_up {
            check_token_query("follow_up_endpoint", self.follow_up.as_ref(), &FOLLOW_UP, &step.wire())?;
        }
        match &dialect.presentation.query_parameter {
            Some(token) => {
                check_query("checks", self.checks.iter().map(|(_, endpoint)| endpoint), |name| name == token)
            }
            None => Ok(()),
        }
    }
}

/// The endpoint's own query must not say what a parameter says (RFC 6749 section 3.1).
fn check_query<'e>(
    field: &'static str,
    endpoints: impl IntoIterator<Item = &'e Endpoint>,
    is_parameter: impl Fn(&str) -> bool,
) -> Result<(), ConfigError> {
    let mut names = endpoints.into_iter().flat_map(Endpoint::query_names);
    if names.any(|name| is_parameter(&name)) { Err(ConfigError::new(field, Reason::ReservedName)) } else { Ok(()) }
}

/// The same where a token request's parameters stand in the query (RFC 6749 section 3.2).
fn check_token_query(
    field: &'static str,
    address: Option<&Address>,
    step: &Step,
    wire: &Wire<'_>,
) -> Result<(), ConfigError> {
    let mut names = address.into_iter().flat_map(Address::query_names);
    if names.any(|name| is_query_parameter(step, wire, &name)) {
        Err(ConfigError::new(field, Reason::ReservedName))
    } else {
        Ok(())
    }
}
