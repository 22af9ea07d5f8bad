//! Endpoint URLs: checked once, kept byte for byte.

use url::Url;

use super::redirect_uri::is_loopback;
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
    text: Box<str>,
    /// Scheme, host and port, as RFC 6454 writes them: for comparing, never for the wire.
    origin: Box<str>,
}

impl Endpoint {
    /// Checks `text`, which stands at `field` of the provider's data.
    pub(crate) fn new(field: &'static str, text: String, plaintext: Plaintext) -> Result<Self, ConfigError> {
        let url = checked_url(field, &text, plaintext)?;
        Ok(Self { origin: origin(&url), text: text.into_boxed_str() })
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    pub(crate) fn origin(&self) -> &str {
        &self.origin
    }

    /// The names of the parameters that the endpoint's own query already has.
    pub(crate) fn query_names(&self) -> impl Iterator<Item = String> {
        let query = self.text.split_once('?').map_or("", |(_, query)| query);
        url::form_urlencoded::parse(query.as_bytes()).map(|(name, _)| name.into_owned()).collect::<Vec<_>>().into_iter()
    }
}

/// The origin of an API's URL; the same rules as for an endpoint.
pub(crate) fn origin_of(field: &'static str, text: &str, plaintext: Plaintext) -> Result<Box<str>, ConfigError> {
    checked_url(field, text, plaintext).map(|url| origin(&url))
}

fn origin(url: &Url) -> Box<str> {
    url.origin().ascii_serialization().into_boxed_str()
}

fn checked_url(field: &'static str, text: &str, plaintext: Plaintext) -> Result<Url, ConfigError> {
    let refuse = |reason| Err(ConfigError::new(field, reason));
    ConfigError::check_not_empty(field, text)?;
    ConfigError::check_characters(field, text, is_url_byte)?;
    let Ok(url) = Url::parse(text) else {
        return refuse(Reason::NotAUrl);
    };
    match (url.scheme(), plaintext) {
        ("https", _) => {}
        ("http", Plaintext::OnLoopback) if is_loopback(&url) => {}
        _ => return refuse(Reason::NotHttps),
    }
    let Some(authority) = authority(text) else {
        return refuse(Reason::NotAUrl);
    };
    // `https://@host/` parses to an empty user name: still refused.
    if authority.contains('@') {
        return refuse(Reason::HasUserInformation);
    }
    if url.fragment().is_some() {
        return refuse(Reason::HasFragment);
    }
    Ok(url)
}

/// What stands between `scheme://` and the path, if that is how `text` begins. The parser forgives `https:host`,
/// `https:/host/x://` and `https:///host`; other readers of the same text do not.
pub(crate) fn authority(text: &str) -> Option<&str> {
    let (_, rest) = text.split_once(':')?;
    let authority = rest.strip_prefix("//")?.split(['/', '?', '#']).next()?;
    (!authority.is_empty()).then_some(authority)
}

/// Printable ASCII less what RFC 3986 keeps out of a URI and what shells and browsers read in ways of their own.
pub(crate) fn is_url_byte(byte: u8) -> bool {
    byte.is_ascii_graphic() && !b"\"<>\\^`{|}".contains(&byte)
}
