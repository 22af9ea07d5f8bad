//! What kind of token is presented, wanted or issued (RFC 8693 section 3).

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::uri;
use crate::error::ConfigError;

/// The kind of a token in an exchange: an absolute URI (RFC 8693 section 3).
///
/// ```
/// use oauth_proto::extension_grants::TokenType;
///
/// assert_eq!(TokenType::JWT.as_str(), "urn:ietf:params:oauth:token-type:jwt");
/// assert_eq!(TokenType::new("urn:example:ticket")?.as_str(), "urn:example:ticket");
/// assert!(TokenType::new("ticket").unwrap_err().to_string().starts_with("token_type: is no absolute URI"));
/// # Ok::<(), oauth_proto::ConfigError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TokenType(Cow<'static, str>);

const FIELD: &str = "token_type";

/// How long one may be, in bytes.
const MAX: usize = 1024;

impl TokenType {
    /// An access token, opaque to the client.
    pub const ACCESS_TOKEN: Self = Self(Cow::Borrowed("urn:ietf:params:oauth:token-type:access_token"));
    /// A refresh token.
    pub const REFRESH_TOKEN: Self = Self(Cow::Borrowed("urn:ietf:params:oauth:token-type:refresh_token"));
    /// An ID token (OpenID Connect Core section 2).
    pub const ID_TOKEN: Self = Self(Cow::Borrowed("urn:ietf:params:oauth:token-type:id_token"));
    /// A SAML 1.1 assertion, base64url-encoded.
    pub const SAML1: Self = Self(Cow::Borrowed("urn:ietf:params:oauth:token-type:saml1"));
    /// A SAML 2.0 assertion, base64url-encoded.
    pub const SAML2: Self = Self(Cow::Borrowed("urn:ietf:params:oauth:token-type:saml2"));
    /// A JWT of any use: the same text may be an access token too, and says so by its type.
    pub const JWT: Self = Self(Cow::Borrowed("urn:ietf:params:oauth:token-type:jwt"));

    /// A kind that RFC 8693 does not name.
    ///
    /// # Errors
    /// It is no absolute URI, or longer than 1,024 bytes.
    pub fn new(uri: impl Into<String>) -> Result<Self, ConfigError> {
        let uri = uri.into();
        ConfigError::check_length(FIELD, &uri, MAX)?;
        uri::check(FIELD, &uri)?;
        Ok(Self(uri.into()))
    }

    /// One that a server says; `None` where it is none.
    pub(super) fn read(text: &str) -> Option<Self> {
        (text.len() <= MAX && uri::is_uri(text)).then(|| Self(text.to_owned().into()))
    }

    /// The URI.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether RFC 8693 says of this kind what it is, and that is no access token.
    pub(super) fn is_no_access_token(&self) -> bool {
        [Self::REFRESH_TOKEN, Self::ID_TOKEN, Self::SAML1, Self::SAML2].contains(self)
    }
}

impl TryFrom<String> for TokenType {
    type Error = ConfigError;

    fn try_from(uri: String) -> Result<Self, ConfigError> {
        Self::new(uri)
    }
}

impl From<TokenType> for String {
    fn from(token_type: TokenType) -> Self {
        token_type.0.into_owned()
    }
}
