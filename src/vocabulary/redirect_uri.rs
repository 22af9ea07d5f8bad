//! Redirect URIs (RFC 6749 section 3.1.2), checked but never changed.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, de};

use super::{
    Shared,
    url_text::{self, is_loopback},
};
use crate::error::{ConfigError, Reason};

/// Where the server sends the browser back to. It is kept and sent byte for byte as given.
///
/// Servers compare redirect URIs as strings, while URL libraries lower-case hosts and drop `:443`.
/// Allowed are `https`, `http` to a loopback host (RFC 8252 section 7.3), and schemes of an application's own
/// (RFC 8252 section 7.1).
///
/// ```
/// use oauth_proto::RedirectUri;
///
/// let uri = RedirectUri::new("https://Example.com:443/cb?tenant=7")?;
/// assert_eq!(uri.as_str(), "https://Example.com:443/cb?tenant=7");
/// assert!(RedirectUri::new("http://example.com/cb").is_err());
/// # Ok::<(), oauth_proto::ConfigError>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct RedirectUri(Shared);

/// Schemes that run or read something instead of coming back to an application.
const NO_APPLICATION: [&str; 9] = ["javascript", "data", "vbscript", "file", "blob", "about", "ftp", "ws", "wss"];

impl RedirectUri {
    /// Checks `text` and keeps it.
    ///
    /// # Errors
    /// It is not an absolute URI of the characters that RFC 3986 allows, is longer than 8 KiB, has a fragment or user
    /// information, is `http` to a host that is not loopback, or its scheme leads to no application.
    pub fn new(text: impl Into<String>) -> Result<Self, ConfigError> {
        let text = text.into();
        if url_text::is_plain(&text) {
            return Ok(Self(text.into()));
        }
        let refuse = |reason| Err(ConfigError::new("redirect_uri", reason));
        let url = url_text::checked("redirect_uri", &text)?;
        match url.scheme() {
            "https" => {}
            "http" if is_loopback(&url) => {}
            "http" => return refuse(Reason::NotHttps),
            scheme if NO_APPLICATION.contains(&scheme) => return refuse(Reason::ForbiddenScheme),
            _ => {}
        }
        Ok(Self(text.into()))
    }

    /// The text as it was given.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for RedirectUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RedirectUri({:?})", self.0)
    }
}

impl<'de> Deserialize<'de> for RedirectUri {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(String::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}
