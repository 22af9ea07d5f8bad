//! How a registered client proves itself.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// How a client proves itself at the token endpoint: the values of `token_endpoint_auth_method` (RFC 7591 section 2), which
/// is how serde writes them too.
///
/// ```
/// use oauth_proto::registration::{AuthMethod, ClientMetadata};
///
/// let metadata = ClientMetadata::new().with_auth_method(&AuthMethod::None);
/// assert_eq!(metadata.json("token_endpoint_auth_method"), Some(r#""none""#));
/// assert_eq!(ClientMetadata::new().auth_method(), AuthMethod::ClientSecretBasic, "what the RFC says of silence");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AuthMethod {
    /// `none`: a public client, which has no secret.
    None,
    /// `client_secret_basic`: the secret in HTTP Basic (RFC 6749 section 2.3.1).
    ClientSecretBasic,
    /// `client_secret_post`: the secret in the body (RFC 6749 section 2.3.1).
    ClientSecretPost,
    /// Another, word for word. This crate makes no client of it.
    Other(Box<str>),
}

impl AuthMethod {
    pub(super) const NONE: &'static str = "none";
    pub(super) const BASIC: &'static str = "client_secret_basic";
    pub(super) const POST: &'static str = "client_secret_post";

    pub(super) fn read(text: &str) -> Self {
        match text {
            Self::NONE => Self::None,
            Self::BASIC => Self::ClientSecretBasic,
            Self::POST => Self::ClientSecretPost,
            other => Self::Other(other.into()),
        }
    }

    /// The method as it stands on the wire.
    pub fn as_str(&self) -> &str {
        match self {
            Self::None => Self::NONE,
            Self::ClientSecretBasic => Self::BASIC,
            Self::ClientSecretPost => Self::POST,
            Self::Other(text) => text,
        }
    }
}

impl Serialize for AuthMethod {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for AuthMethod {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|method| Self::read(&method))
    }
}

impl fmt::Display for AuthMethod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&crate::error::shown(self.as_str()))
    }
}
