//! Where the requests of extensions go that are no token requests.

use std::ops::Deref;

use super::{Introspection, Provider, Revocation, token_endpoints::TokenEndpoint};
use crate::{
    error::{ConfigError, Reason},
    vocabulary::Endpoint,
};

/// Most providers have none: they take no room.
#[derive(Debug)]
pub(crate) struct Extensions(Option<Box<Found>>);

#[derive(Debug)]
pub(crate) struct Found {
    /// RFC 7009 section 2.
    pub(crate) revocation: Option<TokenEndpoint<Revocation>>,
    /// RFC 7662 section 2.
    pub(crate) introspection: Option<TokenEndpoint<Introspection>>,
    /// RFC 8628 section 3.1.
    #[cfg_attr(not(feature = "device"), allow(dead_code))] // checked all the same
    pub(crate) device_authorization: Option<Endpoint>,
    /// RFC 9126 section 2.
    #[cfg_attr(not(feature = "par"), allow(dead_code))] // checked all the same
    pub(crate) pushed_authorization: Option<Endpoint>,
    /// Whether no authorization request is taken that was not pushed (RFC 9126 section 5).
    pub(crate) requires_push: bool,
    /// RFC 7591 section 3.
    #[cfg_attr(not(feature = "registration"), allow(dead_code))] // checked all the same
    pub(crate) registration: Option<Endpoint>,
}

impl Extensions {
    /// `endpoint` checks the URL that stands at a field.
    pub(super) fn new(
        provider: &Provider,
        endpoint: &mut impl FnMut(&'static str, &str) -> Result<Endpoint, ConfigError>,
    ) -> Result<Self, ConfigError> {
        // Who registers has no id yet.
        if provider.registration_endpoint.as_deref().is_some_and(|url| url.contains("{client_id}")) {
            return Err(ConfigError::new("registration_endpoint", Reason::NotYetKnown));
        }
        let revocation = match &provider.revocation {
            Some(data) => Some(TokenEndpoint::revocation(endpoint("revocation.endpoint", &data.endpoint)?, data)?),
            None => None,
        };
        let introspection = match &provider.introspection {
            Some(data) => {
                Some(TokenEndpoint::introspection(endpoint("introspection.endpoint", &data.endpoint)?, data)?)
            }
            None => None,
        };
        let mut optional = |field, text: &Option<String>| text.as_deref().map(|text| endpoint(field, text)).transpose();
        let found = Found {
            revocation,
            introspection,
            device_authorization: optional("device_authorization_endpoint", &provider.device_authorization_endpoint)?,
            pushed_authorization: optional(
                "pushed_authorization_request_endpoint",
                &provider.pushed_authorization_request_endpoint,
            )?,
            requires_push: provider.require_pushed_authorization_requests,
            registration: optional("registration_endpoint", &provider.registration_endpoint)?,
        };
        Ok(Self(found.is_any().then(|| Box::new(found))))
    }
}

impl Found {
    fn is_any(&self) -> bool {
        let Self { revocation, introspection, device_authorization, pushed_authorization, registration, requires_push } =
            self;
        let others = [device_authorization, pushed_authorization, registration].into_iter().flatten().count();
        revocation.is_some() || introspection.is_some() || others > 0 || *requires_push
    }
}

impl Deref for Extensions {
    type Target = Found;

    fn deref(&self) -> &Found {
        static NONE: Found = Found {
            revocation: None,
            introspection: None,
            device_authorization: None,
            pushed_authorization: None,
            requires_push: false,
            registration: None,
        };
        self.0.as_deref().unwrap_or(&NONE)
    }
}
