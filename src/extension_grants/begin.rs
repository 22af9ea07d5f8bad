//! The way in of every extension grant.

use super::{GrantParameters, request::extension_request, uri};
use crate::{
    client::AnyClient,
    error::{ConfigError, Reason, RequestError},
    http::Request,
    intent::Intent,
    state::{InFlight, Unauthorized},
    vocabulary::Timestamp,
};

/// A grant that RFC 6749 does not know (section 4.5), in a type of one's own: see the example of
/// [the module](crate::extension_grants).
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no extension grant: it does not say what it sends",
    label = "this has neither a grant type nor parameters",
    note = "RFC 6749 section 4.5: an extension grant has an absolute URI as its `grant_type`, and parameters of its own",
    note = "write `impl ExtensionGrant for {Self}`; for a JWT take `JwtBearer`, for a SAML assertion `SamlBearer`, and to exchange a token call `client.token_exchange(..)`"
)]
pub trait ExtensionGrant {
    /// What `grant_type` says: an absolute URI, which the server's documentation names (RFC 6749 sections 4.5 and 8.3).
    const GRANT_TYPE: &'static str;

    /// Adds what the grant sends beside `grant_type`, the scope and the client's proof.
    fn parameters(&self, parameters: &mut GrantParameters);
}

/// Any [`ExtensionGrant`]. What it presents is in the request and nowhere else: no state keeps it.
#[derive(Debug)]
pub struct Extension {
    grant_type: &'static str,
    parameters: GrantParameters,
}

/// `grant_type` of the grants of RFC 6749, which have states of their own here.
const OWN: [&str; 4] = ["authorization_code", "password", "client_credentials", "refresh_token"];

impl AnyClient {
    /// Starts with an extension grant (RFC 6749 section 4.5). Its parameters are taken now, and sent once.
    ///
    /// # Errors
    /// The provider has no token endpoint, or its dialect leaves `grant_type` out. The grant type is no absolute URI. A
    /// parameter's name is empty, has characters that RFC 6749 section A does not allow, is one that the request has
    /// already, or stands there twice (but for `audience`, in a form); or its value is empty or has a
    /// control character. The client is as it was, and nothing was sent.
    pub fn extension_grant<E: ExtensionGrant>(&self, grant: &E) -> Result<Unauthorized<Extension>, ConfigError> {
        uri::check("grant_type", E::GRANT_TYPE)?;
        self.begin_extension(grant)
    }

    /// The same for a server whose grant type is a plain name, **against RFC 6749 section 4.5**: `delegation`.
    ///
    /// # Errors
    /// As [`extension_grant`](Self::extension_grant), but for the URI. The name has other characters than letters, digits,
    /// `-`, `.` and `_` (RFC 6749 section A.10), or is that of a grant of RFC 6749.
    pub fn extension_grant_of_a_plain_name<E: ExtensionGrant>(
        &self,
        grant: &E,
    ) -> Result<Unauthorized<Extension>, ConfigError> {
        const FIELD: &str = "grant_type";
        ConfigError::check_not_empty(FIELD, E::GRANT_TYPE)?;
        let is_name_char = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
        ConfigError::check_characters(FIELD, E::GRANT_TYPE, is_name_char)?;
        if OWN.contains(&E::GRANT_TYPE) {
            return Err(ConfigError::new(FIELD, Reason::ReservedName));
        }
        self.begin_extension(grant)
    }

    fn begin_extension<E: ExtensionGrant>(&self, grant: &E) -> Result<Unauthorized<Extension>, ConfigError> {
        check_endpoint(self)?;
        let mut parameters = GrantParameters::new();
        grant.parameters(&mut parameters);
        parameters.check(self)?;
        let grant = Extension { grant_type: E::GRANT_TYPE, parameters };
        Ok(Unauthorized { intent: self.intent(), client: self.clone(), grant })
    }
}

/// There must be a token endpoint, and one that is told which grant it is.
pub(super) fn check_endpoint(client: &AnyClient) -> Result<(), ConfigError> {
    let provider = client.provider();
    if provider.endpoints.token.is_none() {
        return Err(ConfigError::new("token_endpoint", Reason::Missing));
    }
    if provider.dialect.token.parameters.omits("grant_type") {
        return Err(ConfigError::new("dialect.token.parameters.omit.grant_type", Reason::NotOmittable));
    }
    Ok(())
}

impl Unauthorized<Extension> {
    /// Makes the token request. What the grant presents goes into it and is kept nowhere else. The tokens' lifetime counts
    /// from `now`.
    ///
    /// # Errors
    /// The provider's token requests are made of a value that comes with a callback, or of a `{random}` where the client
    /// has no secret ([`NotBound`](crate::error::RequestFault::NotBound)). Nothing was sent, and the [`Intent`] is
    /// handed back.
    pub fn request(self, now: Timestamp) -> Result<(Request, InFlight<Extension>), RequestError<Intent>> {
        let Extension { grant_type, parameters } = &self.grant;
        let request = extension_request(&self.client, &self.intent, grant_type, parameters, now);
        self.send(request, now)
    }
}
