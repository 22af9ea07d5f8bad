//! Where the requests of extensions go that are no token requests.

use super::{Introspection, Provider, Revocation, token_endpoints::TokenEndpoint};
use crate::{error::ConfigError, vocabulary::Endpoint};

#[derive(Debug)]
pub(crate) struct Extensions {
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
}

impl Extensions {
    /// `endpoint` checks the URL that stands at a field.
    pub(super) fn new(
        provider: &Provider,
        endpoint: &mut impl FnMut(&'static str, &str) -> Result<Endpoint, ConfigError>,
    ) -> Result<Self, ConfigError> {
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
        Ok(Self {
            revocation,
            introspection,
            device_authorization: optional("device_authorization_endpoint", &provider.device_authorization_endpoint)?,
            pushed_authorization: optional(
                "pushed_authorization_request_endpoint",
                &provider.pushed_authorization_request_endpoint,
            )?,
        })
    }
}
