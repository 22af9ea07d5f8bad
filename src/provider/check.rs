//! A provider whose URLs and names were checked, ready to make requests of.

use std::{collections::BTreeMap, time::Duration};

use super::{Logout, Provider, template::Templates};
use crate::{
    dialect::{BodyFormat, Dialect, IssuerParameter, Parameters, is_authorize_parameter},
    error::{ConfigError, PresentError, Reason},
    http::TransportContract,
    vocabulary::{Endpoint, Plaintext, grammar, origin_of},
};

const MAX_RESPONSE_BYTES: u32 = 256 * 1024;
const DEADLINE_SECONDS: u32 = 30;
const MAX_IDENTITY: usize = 4096;

#[derive(Debug)]
pub(crate) struct CheckedProvider {
    pub(crate) identity: Box<str>,
    pub(crate) issuer: Option<Box<str>>,
    pub(crate) authorization: Option<Endpoint>,
    pub(crate) implicit_authorization: Option<Endpoint>,
    pub(crate) token: Option<Endpoint>,
    pub(crate) refresh: Option<Endpoint>,
    pub(crate) logout: Option<LogoutRequest>,
    pub(crate) checks: BTreeMap<Box<str>, Endpoint>,
    pub(crate) dialect: Dialect,
    api_origins: Vec<Box<str>>,
    plaintext: Plaintext,
    max_response_bytes: usize,
    deadline: Duration,
}

#[derive(Debug)]
pub(crate) struct LogoutRequest {
    pub(crate) endpoint: Endpoint,
    pub(crate) parameter: Box<str>,
    pub(crate) body: BodyFormat,
}

impl CheckedProvider {
    pub(crate) fn new(provider: Provider) -> Result<Self, ConfigError> {
        check_identity("name", &provider.name)?;
        provider.issuer.as_deref().map_or(Ok(()), |issuer| check_identity("issuer", issuer))?;
        // It goes into every stored state, and the variables are part of it.
        ConfigError::check_length("variables", &provider.identity(), MAX_IDENTITY)?;
        provider.dialect.check()?;
        // RFC 9207 section 2.4: an `iss` that must be there must have something to be compared with.
        if provider.dialect.callback.issuer == IssuerParameter::Required && provider.issuer.is_none() {
            return Err(ConfigError::new("issuer", Reason::Missing));
        }
        let plaintext = if provider.allow_plaintext_on_loopback { Plaintext::OnLoopback } else { Plaintext::Refused };
        let mut templates = Templates::new(&provider.variables)?;
        let mut endpoint = |field, text: &Option<String>| {
            let Some(text) = text else {
                return Ok(None);
            };
            Endpoint::new(field, templates.fill(field, text)?, plaintext).map(Some)
        };

        let authorization = endpoint("authorization_endpoint", &provider.authorization_endpoint)?;
        let implicit = endpoint("implicit_authorization_endpoint", &provider.implicit_authorization_endpoint)?;
        let token = endpoint("token_endpoint", &provider.token_endpoint)?;
        let refresh = endpoint("refresh_endpoint", &provider.refresh_endpoint)?;
        let mut logout = None;
        if let Some(Logout { endpoint: url, parameter, body }) = &provider.logout {
            ConfigError::check_not_empty("logout.parameter", parameter)?;
            ConfigError::check_characters("logout.parameter", parameter, grammar::is_nqchar)?;
            let url = endpoint("logout.endpoint", &Some(url.clone()))?;
            logout = url.map(|endpoint| LogoutRequest { endpoint, parameter: parameter.as_str().into(), body: *body });
        }
        let mut checks = BTreeMap::new();
        for (name, url) in &provider.checks {
            if let Some(endpoint) = endpoint("checks", &Some(url.clone()))? {
                checks.insert(name.as_str().into(), endpoint);
            }
        }
        let mut api_origins: Vec<_> = checks.values().map(|check: &Endpoint| check.origin().into()).collect();
        for origin in &provider.api_origins {
            api_origins.push(origin_of("api_origins", &templates.fill("api_origins", origin)?, plaintext)?);
        }
        templates.finish()?;

        let dialect = &provider.dialect;
        let implicit_authorization = implicit.or_else(|| authorization.clone());
        check_query("authorization_endpoint", &authorization, &dialect.authorize.parameters)?;
        check_query("implicit_authorization_endpoint", &implicit_authorization, &dialect.authorize.parameters)?;
        let whole = |field, value: Option<u32>, default| match value {
            Some(0) => Err(ConfigError::new(field, Reason::Empty)),
            value => Ok(value.unwrap_or(default)),
        };
        let deadline = whole("deadline_seconds", provider.deadline_seconds, DEADLINE_SECONDS)?;
        let max_bytes = whole("max_response_bytes", provider.max_response_bytes, MAX_RESPONSE_BYTES)?;
        Ok(Self {
            identity: provider.identity().into_boxed_str(),
            issuer: provider.issuer.as_deref().map(Box::from),
            authorization,
            implicit_authorization,
            refresh: refresh.or_else(|| token.clone()),
            token,
            logout,
            checks,
            api_origins,
            plaintext,
            max_response_bytes: usize::try_from(max_bytes).unwrap_or(usize::MAX),
            deadline: Duration::from_secs(deadline.into()),
            dialect: provider.dialect,
        })
    }

    pub(crate) fn max_response_bytes(&self) -> usize {
        self.max_response_bytes
    }

    pub(crate) fn deadline(&self) -> Duration {
        self.deadline
    }

    pub(crate) fn contract(&self, endpoint: &Endpoint) -> TransportContract {
        TransportContract {
            origin: endpoint.origin().into(),
            max_response_bytes: self.max_response_bytes,
            deadline: self.deadline,
        }
    }

    /// Whether an access token may be shown to `url`. RFC 9700 section 4.9: shown to another server, it is that
    /// server's.
    pub(crate) fn check_api(&self, url: &str) -> Result<(), PresentError> {
        let origin = origin_of("url", url, self.plaintext).map_err(|_| PresentError::NotAUrl)?;
        if self.api_origins.contains(&origin) { Ok(()) } else { Err(PresentError::ForeignOrigin) }
    }
}

fn check_identity(field: &'static str, text: &str) -> Result<(), ConfigError> {
    ConfigError::check_length(field, text, 1024)?;
    ConfigError::check_characters(field, text, grammar::is_vschar)
}

/// The endpoint's own query must not say what a parameter says (RFC 6749 section 3.1).
fn check_query(field: &'static str, endpoint: &Option<Endpoint>, parameters: &Parameters) -> Result<(), ConfigError> {
    let mut names = endpoint.iter().flat_map(Endpoint::query_names);
    if names.any(|name| is_authorize_parameter(parameters, &name)) {
        Err(ConfigError::new(field, Reason::ReservedName))
    } else {
        Ok(())
    }
}
