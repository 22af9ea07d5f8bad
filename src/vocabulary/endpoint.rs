//! Endpoint URLs: checked once, kept byte for byte.

use std::borrow::Cow;

use url::{Position, Url};

use super::{
    Shared,
    url_text::{self, is_loopback},
};
use crate::error::{ConfigError, Reason};

/// Whether `http` is good enough for an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Plaintext {
    /// Never: RFC 6749 sections 3.1 and 3.2 require TLS.
    Refused,
    /// On loopback, because the provider's data says so: for tests and local servers.
    OnLoopback,
}

/// An absolute URL that a request may go to.
#[derive(Clone, Debug)]
pub(crate) struct Endpoint {
    text: Shared,
    /// Scheme, host and port, as RFC 6454 writes them: for comparing, never for the wire.
    origin: Shared,
}

impl Endpoint {
    /// Checks `text`, which stands at `field` of the provider's data.
    pub(crate) fn new(field: &'static str, text: String, plaintext: Plaintext) -> Result<Self, ConfigError> {
        let url = checked_url(field, &text, plaintext)?;
        Ok(Self { origin: origin(&url), text: text.into() })
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    pub(crate) fn text(&self) -> &Shared {
        &self.text
    }

    pub(crate) fn origin(&self) -> &Shared {
        &self.origin
    }

    /// The names of the parameters that the endpoint's own query already has.
    pub(crate) fn query_names(&self) -> impl Iterator<Item = Cow<'_, str>> {
        url_text::query_names(&self.text)
    }
}

/// The origin of an API's URL; the same rules as for an endpoint.
pub(crate) fn origin_of(field: &'static str, text: &str, plaintext: Plaintext) -> Result<Shared, ConfigError> {
    checked_url(field, text, plaintext).map(|url| origin(&url))
}

/// Of a web URL without user information, which is what was checked, all that stands before the path.
fn origin(url: &Url) -> Shared {
    url[..Position::BeforePath].into()
}

fn checked_url(field: &'static str, text: &str, plaintext: Plaintext) -> Result<Url, ConfigError> {
    let url = url_text::checked(field, text)?;
    match (url.scheme(), plaintext) {
        ("https", _) => Ok(url),
        ("http", Plaintext::OnLoopback) if is_loopback(&url) => Ok(url),
        _ => Err(ConfigError::new(field, Reason::NotHttps)),
    }
}
