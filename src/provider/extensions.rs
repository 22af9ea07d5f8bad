//! Where the requests of extensions go that are no token requests.

use super::Provider;
use crate::{error::ConfigError, vocabulary::Endpoint};

#[derive(Debug)]
pub(crate) struct Extensions {
    /// RFC 8628 section 3.1.
    pub(crate) device_authorization: Option<Endpoint>,
    /// RFC 9126 section 2.
    pub(crate) pushed_authorization: Option<Endpoint>,
    /// Whether no authorization request is taken that was not pushed (RFC 9126 section 5).
    pub(crate) requires_push: bool,
}

impl Extensions {
    /// `endpoint` checks the URL that stands at a field, where one does.
    pub(super) fn new(
        provider: &Provider,
        endpoint: &mut impl FnMut(&'static str, &Option<String>) -> Result<Option<Endpoint>, ConfigError>,
    ) -> Result<Self, ConfigError> {
        Ok(Self {
            device_authorization: endpoint("device_authorization_endpoint", &provider.device_authorization_endpoint)?,
            pushed_authorization: endpoint(
                "pushed_authorization_request_endpoint",
                &provider.pushed_authorization_request_endpoint,
            )?,
            requires_push: provider.require_pushed_authorization_requests,
        })
    }
}
