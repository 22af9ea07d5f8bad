//! The text of an absolute URL, read so that no two readers see two hosts in it.

use std::borrow::Cow;

use url::{Host, Url};

use super::grammar::is_url_byte;
use crate::error::{ConfigError, Reason};

/// How long a URL may be, in bytes.
const MAX_URL: usize = 8 * 1024;

/// Whether `text` is an `https` URL of the plainest kind: a host of ordinary labels, no port, and no fragment. That every
/// reader reads alike, and no parser is needed to see it. What is not plain may be good all the same.
pub(super) fn is_plain(text: &str) -> bool {
    let Some(rest) = text.strip_prefix("https://").filter(|_| text.len() <= MAX_URL) else { return false };
    let end = rest.bytes().position(|byte| matches!(byte, b'/' | b'?')).unwrap_or(rest.len());
    let (host, path) = rest.split_at_checked(end).unwrap_or_default();
    let is_label = |label: &str| {
        let ordinary = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        !label.is_empty() && label.bytes().all(ordinary) && !label.starts_with("xn--")
    };
    // A last label that begins with a digit may make an address of the whole.
    let (_, last) = host.rsplit_once('.').unwrap_or(("", host));
    host.split('.').all(is_label)
        && last.starts_with(|first: char| first.is_ascii_lowercase())
        && path.bytes().all(|byte| is_url_byte(byte) && byte != b'#')
}

/// Whether `text` is a web URL without user information: one that can be shown to people, and that they and their browser
/// read alike. Where it leads is another question.
#[cfg(feature = "device")]
pub(crate) fn is_web_url(text: &str) -> bool {
    is_plain(text) || parsed("", text).is_ok_and(|url| matches!(url.scheme(), "https" | "http"))
}

/// Parses `text`, which stands at `field`: an absolute URL without user information or fragment.
pub(super) fn checked(field: &'static str, text: &str) -> Result<Url, ConfigError> {
    let url = parsed(field, text)?;
    if url.fragment().is_some() { Err(ConfigError::new(field, Reason::HasFragment)) } else { Ok(url) }
}

fn parsed(field: &'static str, text: &str) -> Result<Url, ConfigError> {
    let refuse = |reason| Err(ConfigError::new(field, reason));
    ConfigError::check_length(field, text, MAX_URL)?;
    ConfigError::check_characters(field, text, is_url_byte)?;
    let Ok(url) = Url::parse(text) else {
        return refuse(Reason::NotAUrl);
    };
    // A web URL is written out in full: the parser forgives more than other readers of the same text do.
    let web = matches!(url.scheme(), "https" | "http");
    match authority(text) {
        None if web => return refuse(Reason::NotAUrl),
        // `https://@host/` parses to an empty user name: still refused.
        Some(authority) if authority.contains('@') => return refuse(Reason::HasUserInformation),
        // `https://%65xample.com/` is another host to a reader that does not decode it.
        Some(authority) if web && authority.contains('%') => return refuse(Reason::NotAUrl),
        // `0x7f.1` and `2130706433` are addresses to one reader and names to another.
        Some(authority) if is_odd_address(&url, authority) => return refuse(Reason::NotAUrl),
        _ => {}
    }
    Ok(url)
}

/// What stands between `scheme://` and the path, if that is how `text` begins. The parser forgives `https:host`,
/// `https:/host/x://` and `https:///host`.
fn authority(text: &str) -> Option<&str> {
    let (_, rest) = text.split_once(':')?;
    let rest = rest.strip_prefix("//")?;
    let end = rest.bytes().position(|byte| matches!(byte, b'/' | b'?' | b'#')).unwrap_or(rest.len());
    rest.get(..end).filter(|authority| !authority.is_empty())
}

/// Whether the host is an IPv4 address that is written in another way than with four decimal numbers.
fn is_odd_address(url: &Url, authority: &str) -> bool {
    let Some(Host::Ipv4(address)) = url.host() else { return false };
    authority.split(':').next() != Some(&*address.to_string())
}

/// The names of the parameters in the query of a URL, or of a route that looks like one.
pub(crate) fn query_names(text: &str) -> impl Iterator<Item = Cow<'_, str>> {
    let query = text.split_once('?').map_or("", |(_, query)| query);
    url::form_urlencoded::parse(query.as_bytes()).map(|(name, _)| name)
}

/// Whether the URL's host is this machine: `localhost` or a loopback address.
pub(super) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}
