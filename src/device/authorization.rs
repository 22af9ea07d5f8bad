//! The device authorization request (RFC 8628 section 3.1).

use std::{fmt, sync::Arc};

use super::{AwaitingUser, response};
use crate::{
    client::Client,
    dialect::Pair,
    error::{ConfigError, EndpointError, EndpointFault, Reason},
    exchange::{EndpointAnswer, endpoint_request, scope_text},
    http::{Outcome, Request},
    intent::Intent,
    provider::CheckedProvider,
    state::Unauthorized,
    vocabulary::{Endpoint, Secret, Timestamp, grammar},
};

/// The grant of a device without a browser (RFC 8628).
#[derive(Debug)]
pub struct DeviceAuthorization {
    endpoint: Endpoint,
    /// Of the caller's own: some are secrets.
    parameters: Vec<(Box<str>, Secret)>,
}

impl<K> Client<K> {
    /// Starts a login on a device without a browser (RFC 8628 section 3.1), for a client of either kind: see
    /// [`device`](crate::device).
    ///
    /// # Errors
    /// The provider's data has no device authorization endpoint, or no token endpoint. The client is as it was.
    pub fn device_authorization(&self) -> Result<Unauthorized<DeviceAuthorization>, ConfigError> {
        let missing = |field| ConfigError::new(field, Reason::Missing);
        let endpoints = &self.provider().endpoints;
        let endpoint = endpoints.extensions.device_authorization.clone();
        let endpoint = endpoint.ok_or_else(|| missing("device_authorization_endpoint"))?;
        endpoints.token.as_ref().ok_or_else(|| missing("token_endpoint"))?;
        // Nobody is sent back here.
        let intent = Intent { redirect_uri: None, ..self.intent() };
        let grant = DeviceAuthorization { endpoint, parameters: Vec::new() };
        Ok(Unauthorized { client: (**self).clone(), intent, grant })
    }
}

impl Unauthorized<DeviceAuthorization> {
    /// Adds a parameter of the provider's own to the device authorization request, once: an `audience`, for instance.
    /// `resource` and `authorization_details` have methods of their own.
    ///
    /// # Errors
    /// The name is empty, is the protocol's, or was given already, here or in the endpoint's own query; or a byte of
    /// the name or value is not allowed. Nothing was sent; the client can start another.
    pub fn parameter(mut self, name: &str, value: &str) -> Result<Self, ConfigError> {
        const FIELD: &str = "parameter";
        ConfigError::check_not_empty(FIELD, name)?;
        ConfigError::check_characters(FIELD, name, grammar::is_nqchar)?;
        ConfigError::check_characters(FIELD, value, |byte| !byte.is_ascii_control())?;
        if ["client_id", "client_secret", "scope", "resource", "authorization_details"].contains(&name) {
            return Err(ConfigError::new(FIELD, Reason::ReservedName));
        }
        let grant = &mut self.grant;
        // RFC 6749 section 3.2: no parameter twice.
        let mut given = grant.parameters.iter().filter(|(each, _)| **each == *name);
        if given.next().is_some() || grant.endpoint.query_names().any(|each| each == name) {
            return Err(ConfigError::new(FIELD, Reason::Repeated));
        }
        grant.parameters.push((name.into(), value.into()));
        Ok(self)
    }

    /// Makes the device authorization request (RFC 8628 section 3.1). The client proves itself as at the token
    /// endpoint. The lifetime of the codes counts from `now`.
    ///
    /// ```
    /// use oauth_proto::Scope;
    /// # use oauth_proto::{Client, Provider, Registration, Timestamp};
    /// # let mut provider = Provider::new("example", "https://id.example/authorize", "https://id.example/token");
    /// # provider.device_authorization_endpoint = Some("https://id.example/device_authorization".into());
    /// # let client = Client::public(provider, Registration::new("1406020730")?)?;
    /// # let now = Timestamp::from_unix_seconds(1_800_000_000);
    /// let login = client.device_authorization()?.scope(Scope::new(["example_scope"])?);
    /// let (request, authorizing) = login.request(now);
    /// assert_eq!(request.url(), "https://id.example/device_authorization");
    /// assert_eq!(request.expose_body(), b"scope=example_scope&client_id=1406020730");
    /// # drop(authorizing);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn request(self, now: Timestamp) -> (Request, DeviceAuthorizing) {
        let Self { client, intent, grant } = self;
        let scope = scope_text(&client, &intent);
        let scope = scope.as_deref().map(|scope| Pair::new("scope", scope));
        let own = grant.parameters.iter().map(|(name, value)| Pair::new(name, value.expose()));
        let beyond = intent.beyond.iter().flat_map(|beyond| beyond.login_pairs());
        let beyond = beyond.map(|(name, value)| Pair::new(name, value));
        let pairs: Vec<_> = scope.into_iter().chain(beyond).chain(own).collect();
        let request = endpoint_request(&client, &grant.endpoint, &pairs);
        let provider = Arc::clone(client.provider());
        (request, DeviceAuthorizing { intent, provider, sent_at: now })
    }
}

/// A device authorization request whose answer is to come. It is not stored: nobody has seen its codes yet, and a new
/// request brings new ones.
#[must_use = "finish it with the outcome of its request"]
pub struct DeviceAuthorizing {
    intent: Intent,
    provider: Arc<CheckedProvider>,
    sent_at: Timestamp,
}

impl DeviceAuthorizing {
    pub(crate) fn intent(&self) -> &Intent {
        &self.intent
    }

    pub(crate) fn sent_at(&self) -> Timestamp {
        self.sent_at
    }

    /// Reads the answer (RFC 8628 section 3.2) at `now`, the instant of its receipt: the first poll comes one interval
    /// later.
    ///
    /// # Errors
    /// The request brought no codes. Nothing was spent, and the [`Intent`] is handed back: see
    /// [`EndpointFault`].
    pub fn finish(self, outcome: Outcome, now: Timestamp) -> Result<AwaitingUser, EndpointError<Intent>> {
        match self.read(outcome) {
            Ok(codes) => Ok(AwaitingUser::new(codes, self.intent, self.sent_at, now)),
            Err(fault) => Err(EndpointError::new(self.intent, fault)),
        }
    }

    fn read(&self, outcome: Outcome) -> Result<response::Codes, EndpointFault> {
        let limits = &self.provider.limits;
        let answer = EndpointAnswer::read(outcome, 200..=200, limits)?;
        Ok(response::read(&answer.object(limits)?)?)
    }
}

impl fmt::Debug for DeviceAuthorizing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("DeviceAuthorizing");
        shown.field("intent", &self.intent).field("sent_at", &self.sent_at).finish_non_exhaustive()
    }
}
