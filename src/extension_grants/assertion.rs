//! Assertions as grants (RFC 7521 section 4.1): somebody else vouches for whom the token is for.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use zeroize::Zeroizing;

use super::{ExtensionGrant, GrantParameters};
use crate::{
    error::{ConfigError, Reason},
    vocabulary::Secret,
};

const FIELD: &str = "assertion";

/// A JWT that whoever the server trusts has signed (RFC 7523 section 2.1). This crate signs none.
///
/// ```
/// use oauth_proto::extension_grants::JwtBearer;
/// # use oauth_proto::{Client, Provider, Registration, Timestamp};
/// # let provider = Provider::new("example", "https://id.example/authorize", "https://id.example/token");
/// # let client = Client::public(provider, Registration::new("app")?)?;
/// # let now = Timestamp::from_unix_seconds(1_800_000_000);
/// let assertion = JwtBearer::new("eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJodHRwcyJ9.c2lnbmF0dXJl")?;
/// let (request, in_flight) = client.extension_grant(&assertion)?.request(now)?;
/// assert_eq!(
///     std::str::from_utf8(request.expose_body())?,
///     "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&client_id=app\
///      &assertion=eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJodHRwcyJ9.c2lnbmF0dXJl"
/// );
/// # drop(in_flight);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct JwtBearer {
    assertion: Secret,
}

impl JwtBearer {
    /// Takes a JWT in its compact form. Nothing of it is read: not who signed it, nor until when it is good.
    ///
    /// # Errors
    /// It is empty, or has other characters than base64url and dots (RFC 7519 section 7.2): a file's line break, say.
    pub fn new(assertion: impl Into<Secret>) -> Result<Self, ConfigError> {
        let assertion = assertion.into();
        ConfigError::check_not_empty(FIELD, assertion.expose())?;
        ConfigError::check_characters(FIELD, assertion.expose(), |byte| is_base64url(byte) || byte == b'.')?;
        Ok(Self { assertion })
    }
}

impl ExtensionGrant for JwtBearer {
    const GRANT_TYPE: &'static str = "urn:ietf:params:oauth:grant-type:jwt-bearer";

    fn parameters(&self, parameters: &mut GrantParameters) {
        parameters.add("assertion", self.assertion.clone());
    }
}

/// A SAML 2.0 assertion that whoever the server trusts has signed (RFC 7522 section 2.1). This crate signs none.
///
/// ```
/// use oauth_proto::extension_grants::SamlBearer;
/// # use oauth_proto::{Client, Provider, Registration, Timestamp};
/// # let provider = Provider::new("example", "https://id.example/authorize", "https://id.example/token");
/// # let client = Client::public(provider, Registration::new("app")?)?;
/// # let now = Timestamp::from_unix_seconds(1_800_000_000);
/// let assertion = SamlBearer::new("<Assertion ID=\"_1\"/>")?;
/// let (request, in_flight) = client.extension_grant(&assertion)?.request(now)?;
/// let body = std::str::from_utf8(request.expose_body())?;
/// assert!(body.ends_with("saml2-bearer&client_id=app&assertion=PEFzc2VydGlvbiBJRD0iXzEiLz4"));
/// # drop(in_flight);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct SamlBearer {
    /// In base64url.
    assertion: Secret,
}

impl SamlBearer {
    /// Takes the XML of an assertion, as it was signed, and encodes it: base64url without line breaks and without `=`
    /// (RFC 7522 section 2.1). Nothing of it is read.
    ///
    /// # Errors
    /// It is empty.
    pub fn new(xml: impl Into<Secret>) -> Result<Self, ConfigError> {
        let xml = xml.into();
        ConfigError::check_not_empty(FIELD, xml.expose())?;
        Ok(Self { assertion: Secret::new(URL_SAFE_NO_PAD.encode(xml.expose())) })
    }

    /// Takes an assertion that is encoded already. What the SAML bindings post is base64 of another alphabet, and
    /// is refused.
    ///
    /// # Errors
    /// It is empty, or no base64url without line breaks and without `=`, the last bits zero (RFC 7522 section 2.1).
    pub fn from_base64url(assertion: impl Into<Secret>) -> Result<Self, ConfigError> {
        let assertion = assertion.into();
        ConfigError::check_not_empty(FIELD, assertion.expose())?;
        ConfigError::check_characters(FIELD, assertion.expose(), is_base64url)?;
        // Into a buffer that is wiped, however far it comes.
        let mut xml = Zeroizing::new(vec![0; assertion.expose().len()]);
        match URL_SAFE_NO_PAD.decode_slice(assertion.expose(), &mut xml) {
            Ok(_) => Ok(Self { assertion }),
            Err(_) => Err(ConfigError::new(FIELD, Reason::NotBase64Url)),
        }
    }
}

impl ExtensionGrant for SamlBearer {
    const GRANT_TYPE: &'static str = "urn:ietf:params:oauth:grant-type:saml2-bearer";

    fn parameters(&self, parameters: &mut GrantParameters) {
        parameters.add("assertion", self.assertion.clone());
    }
}

fn is_base64url(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-_".contains(&byte)
}
