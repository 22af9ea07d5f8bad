//! Parameters to bytes. Each encoder takes one allocation: the length is known before the first byte is written.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde::{Serialize, Serializer};
use url::form_urlencoded;
use zeroize::Zeroizing;

use super::{BodyFormat, ResponseFormat};
use crate::vocabulary::Secret;

/// `endpoint` with `pairs` behind the query it may already have (RFC 6749 section 3.1).
pub(crate) fn query<'a>(endpoint: &str, pairs: impl Iterator<Item = (&'a str, &'a str)> + Clone) -> String {
    let mut url = String::with_capacity(endpoint.len().saturating_add(1).saturating_add(form_len(pairs.clone())));
    url.push_str(endpoint);
    match endpoint.split_once('?') {
        None => url.push('?'),
        Some((_, existing)) if !existing.is_empty() && !existing.ends_with('&') => url.push('&'),
        Some(_) => {}
    }
    let start = url.len();
    form_urlencoded::Serializer::for_suffix(url, start).extend_pairs(pairs).finish()
}

const FORM: &str = "application/x-www-form-urlencoded";
const JSON: &str = "application/json";

impl BodyFormat {
    /// The media type of a body in this format, and the body.
    pub(crate) fn encode<'a>(self, pairs: impl Iterator<Item = (&'a str, &'a str)> + Clone) -> (&'static str, Vec<u8>) {
        match self {
            Self::Form => (FORM, form(pairs)),
            Self::Json => (JSON, json(pairs)),
        }
    }
}

impl ResponseFormat {
    pub(crate) fn media_type(self) -> &'static str {
        match self {
            Self::Form => FORM,
            Self::Json => JSON,
        }
    }
}

/// `application/x-www-form-urlencoded` (RFC 6749 appendix B).
fn form<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)> + Clone) -> Vec<u8> {
    let target = String::with_capacity(form_len(pairs.clone()));
    form_urlencoded::Serializer::new(target).extend_pairs(pairs).finish().into_bytes()
}

/// A JSON object of strings.
fn json<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)> + Clone) -> Vec<u8> {
    let mut body = Vec::with_capacity(json_len(pairs.clone()));
    // Writing strings to a `Vec` cannot fail.
    let _ = serde_json::to_writer(&mut body, &Object(pairs));
    body
}

/// The value of an `Authorization` header for HTTP Basic, id and secret form-encoded first (RFC 6749 section 2.3.1).
pub(crate) fn basic_credentials(client_id: &str, client_secret: &str) -> Secret {
    const SCHEME: &str = "Basic ";
    let pieces = || {
        form_urlencoded::byte_serialize(client_id.as_bytes())
            .chain([":"])
            .chain(form_urlencoded::byte_serialize(client_secret.as_bytes()))
    };
    let length = pieces().map(str::len).fold(0usize, usize::saturating_add);
    let mut pair = Zeroizing::new(String::with_capacity(length));
    pieces().for_each(|piece| pair.push_str(piece));
    let encoded = base64::encoded_len(pair.len(), true).unwrap_or_default();
    let mut value = String::with_capacity(SCHEME.len().saturating_add(encoded));
    value.push_str(SCHEME);
    STANDARD.encode_string(pair.as_bytes(), &mut value);
    Secret::new(value)
}

struct Object<I>(I);

impl<'a, I: Iterator<Item = (&'a str, &'a str)> + Clone> Serialize for Object<I> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.clone())
    }
}

fn form_len<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> usize {
    let encoded = |text: &str| {
        let long = text.bytes().filter(|byte| !is_unreserved(*byte)).count();
        text.len().saturating_add(long.saturating_mul(2))
    };
    sum(pairs, 2, encoded)
}

fn json_len<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> usize {
    // `\"` and `\\` take two bytes each; a control character takes up to six.
    let encoded = |text: &str| {
        let escaped = text.bytes().map(|byte| match byte {
            b'"' | b'\\' => 2,
            0x00..=0x1F => 6,
            _ => 1usize,
        });
        escaped.fold(0, usize::saturating_add)
    };
    sum(pairs, 6, encoded).saturating_add(2)
}

fn sum<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>, around: usize, encoded: impl Fn(&str) -> usize) -> usize {
    pairs
        .map(|(name, value)| encoded(name).saturating_add(encoded(value)).saturating_add(around))
        .fold(0, usize::saturating_add)
}

/// What the form encoding writes as one byte, the space (as `+`) included.
fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"*-._ ".contains(&byte)
}
