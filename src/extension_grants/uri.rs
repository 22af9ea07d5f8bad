//! Absolute URIs, for who names a thing by one and goes to none.

use std::borrow::Cow;

use crate::{
    error::{ConfigError, Reason},
    vocabulary::grammar::is_url_byte,
};

/// Checks an absolute URI (RFC 3986 section 4.3): a scheme, something behind it, and no fragment.
pub(super) fn check(field: impl Into<Cow<'static, str>>, text: &str) -> Result<(), ConfigError> {
    let field = field.into();
    if text.is_empty() {
        return Err(ConfigError::new(field, Reason::Empty));
    }
    ConfigError::check_characters(field.clone(), text, is_url_byte)?;
    match text {
        _ if text.contains('#') => Err(ConfigError::new(field, Reason::HasFragment)),
        _ if is_absolute(text) => Ok(()),
        _ => Err(ConfigError::new(field, Reason::NotAUri)),
    }
}

/// Whether a text of such characters is one.
fn is_absolute(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else { return false };
    // RFC 3986 section 3.1.
    let inner = |byte: u8| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte);
    scheme.starts_with(|first: char| first.is_ascii_alphabetic()) && scheme.bytes().all(inner) && !rest.is_empty()
}

/// The same for a text from a server.
pub(super) fn is_uri(text: &str) -> bool {
    text.bytes().all(|byte| is_url_byte(byte) && byte != b'#') && is_absolute(text)
}
