//! Parameters to bytes. Each encoder takes one allocation: the length is known before the first byte is written.

use std::borrow::Cow;

use base64::{Engine, engine::general_purpose::STANDARD};
use serde::{Serialize, Serializer};
use zeroize::Zeroizing;

use super::{BasicEncoding, BodyFormat, Fragment, ResponseFormat};
use crate::vocabulary::{Scope, Secret, form, grammar};

/// A parameter by its name on the wire.
#[derive(Clone, Copy)]
pub(crate) struct Pair<'a> {
    pub(crate) name: &'a str,
    pub(crate) value: &'a str,
    /// A number or a truth value, which JSON writes without quotation marks.
    pub(crate) bare: bool,
}

impl<'a> Pair<'a> {
    pub(crate) fn new(name: &'a str, value: &'a str) -> Self {
        Self { name, value, bare: false }
    }
}

/// `endpoint` with `pairs` behind the query it may already have (RFC 6749 section 3.1).
pub(crate) fn with_query<'a>(endpoint: &str, pairs: impl Iterator<Item = Pair<'a>> + Clone) -> String {
    let room = endpoint.len().saturating_add(1).saturating_add(form_len(pairs.clone()));
    let mut url = String::with_capacity(room);
    url.push_str(endpoint);
    push_query(&mut url, endpoint.split_once('?').map(|(_, query)| query), pairs);
    url
}

/// A scope that stands in the URL with as little encoding as it can.
pub(crate) struct PlainScope<'a> {
    pub(crate) name: &'a str,
    pub(crate) scope: &'a Scope,
    pub(crate) separator: &'a str,
}

/// The same for the browser: with a fragment, where the provider's page reads one, and with the scope as it is, where
/// it compares before it decodes.
pub(crate) fn authorization_url<'a>(
    endpoint: &str,
    fragment: Option<&Fragment>,
    pairs: impl Iterator<Item = Pair<'a>> + Clone,
    plain: Option<PlainScope<'_>>,
) -> String {
    let (route, suffix) = match fragment {
        Some(Fragment::Route(route)) => (Some(route.as_str()), None),
        Some(Fragment::Suffix(suffix)) => (None, Some(suffix.as_str())),
        None => (None, None),
    };
    let behind_hash = |text: Option<&str>| text.map_or(0, |text| text.len().saturating_add(1));
    let plain_room = plain.as_ref().map_or(0, PlainScope::room);
    let room = [endpoint.len(), behind_hash(route), 1, form_len(pairs.clone()), plain_room, behind_hash(suffix)];
    // It holds `state`: were it to grow, the old buffer would be left behind.
    let mut url = String::with_capacity(room.into_iter().fold(0, usize::saturating_add));
    url.push_str(endpoint);
    for text in route.into_iter().flat_map(|route| ["#", route]) {
        url.push_str(text);
    }
    push_query(&mut url, route.unwrap_or(endpoint).split_once('?').map(|(_, query)| query), pairs);
    if let Some(plain) = plain {
        plain.push(&mut url);
    }
    for text in suffix.into_iter().flat_map(|suffix| ["#", suffix]) {
        url.push_str(text);
    }
    url
}

impl PlainScope<'_> {
    /// How long it is at most, with its `&` and `=`.
    fn room(&self) -> usize {
        let separators = self.scope.iter().count().saturating_mul(self.separator.len());
        let bytes = [self.name.len(), self.scope.as_str().len(), separators].into_iter().fold(0, usize::saturating_add);
        bytes.saturating_mul("%20".len()).saturating_add("&=".len())
    }

    fn push(&self, url: &mut String) {
        url.push('&');
        form::push(url, self.name);
        url.push('=');
        for (at, token) in self.scope.iter().enumerate() {
            match self.separator {
                _ if at == 0 => {}
                // A plus between two tokens is meant as it stands; one inside a token would be read as a space.
                "+" => url.push('+'),
                separator => separator.bytes().for_each(|byte| push_plain(url, byte)),
            }
            token.bytes().for_each(|byte| push_plain(url, byte));
        }
    }
}

/// A byte as it is, but for what no URL has, what would end the value, and what a reader may take for something else.
fn push_plain(url: &mut String, byte: u8) {
    match byte {
        b' ' => url.push_str("%20"),
        b'&' | b'#' | b'%' | b'=' | b'+' => form::push_escape(url, byte),
        byte if !grammar::is_url_byte(byte) => form::push_escape(url, byte),
        byte => url.push(char::from(byte)),
    }
}

fn push_query<'a>(url: &mut String, existing: Option<&str>, pairs: impl Iterator<Item = Pair<'a>>) {
    match existing {
        None => url.push('?'),
        Some(existing) if !existing.is_empty() && !existing.ends_with('&') => url.push('&'),
        Some(_) => {}
    }
    push_pairs(url, pairs);
}

fn push_pairs<'a>(target: &mut String, pairs: impl Iterator<Item = Pair<'a>>) {
    let mut between = "";
    pairs.for_each(|Pair { name, value, .. }| {
        target.push_str(between);
        form::push(target, name);
        target.push('=');
        form::push(target, value);
        between = "&";
    });
}

const FORM: &str = "application/x-www-form-urlencoded";
const JSON: &str = "application/json";

/// Parameters in their place.
pub(crate) struct Placed<'u> {
    pub(crate) url: Cow<'u, str>,
    /// The media type of the body, where there is one.
    pub(crate) content_type: Option<&'static str>,
    pub(crate) body: Vec<u8>,
}

impl BodyFormat {
    /// Puts the parameters of a request to `url` where this format has them.
    pub(crate) fn place<'a, 'u>(self, url: Cow<'u, str>, pairs: impl Iterator<Item = Pair<'a>> + Clone) -> Placed<'u> {
        match self {
            Self::Form => Placed { url, content_type: Some(FORM), body: form(pairs) },
            Self::Json => Placed { url, content_type: Some(JSON), body: json(pairs) },
            Self::Query => Placed { url: with_query(&url, pairs).into(), content_type: None, body: Vec::new() },
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
fn form<'a>(pairs: impl Iterator<Item = Pair<'a>> + Clone) -> Vec<u8> {
    let mut body = String::with_capacity(form_len(pairs.clone()));
    push_pairs(&mut body, pairs);
    body.into_bytes()
}

/// A JSON object of strings, and of numbers and truth values where the dialect has them.
fn json<'a>(pairs: impl Iterator<Item = Pair<'a>> + Clone) -> Vec<u8> {
    let mut body = Vec::with_capacity(json_len(pairs.clone()));
    // Writing strings to a `Vec` cannot fail.
    let _ = serde_json::to_writer(&mut body, &Object(pairs));
    body
}

/// The value of an `Authorization` header for HTTP Basic.
pub(crate) fn basic_header(user: &str, password: &str, encoding: BasicEncoding) -> Secret {
    const SCHEME: &str = "Basic ";
    let pair = match encoding {
        // RFC 6749 section 2.3.1.
        BasicEncoding::Form => {
            let room = form::encoded_len(user).saturating_add(form::encoded_len(password)).saturating_add(1);
            let mut pair = Zeroizing::new(String::with_capacity(room));
            form::push(&mut pair, user);
            pair.push(':');
            form::push(&mut pair, password);
            pair
        }
        // RFC 7617.
        BasicEncoding::None => {
            let room = user.len().saturating_add(password.len()).saturating_add(1);
            let mut pair = Zeroizing::new(String::with_capacity(room));
            pair.push_str(user);
            pair.push(':');
            pair.push_str(password);
            pair
        }
    };
    let encoded = base64::encoded_len(pair.len(), true).unwrap_or_default();
    let mut value = String::with_capacity(SCHEME.len().saturating_add(encoded));
    value.push_str(SCHEME);
    STANDARD.encode_string(pair.as_bytes(), &mut value);
    Secret::new(value)
}

struct Object<I>(I);

impl<'a, I: Iterator<Item = Pair<'a>> + Clone> Serialize for Object<I> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.clone().map(|pair| (pair.name, Member(pair))))
    }
}

struct Member<'a>(Pair<'a>);

impl Serialize for Member<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Pair { value, bare, .. } = self.0;
        match (bare, value.parse::<i64>()) {
            (false, _) => serializer.serialize_str(value),
            (true, Ok(number)) => serializer.serialize_i64(number),
            (true, Err(_)) => serializer.serialize_bool(value == "true"),
        }
    }
}

fn form_len<'a>(pairs: impl Iterator<Item = Pair<'a>>) -> usize {
    sum(pairs, "&=".len(), form::encoded_len)
}

fn json_len<'a>(pairs: impl Iterator<Item = Pair<'a>>) -> usize {
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

fn sum<'a>(pairs: impl Iterator<Item = Pair<'a>>, around: usize, encoded: impl Fn(&str) -> usize) -> usize {
    pairs
        .map(|pair| encoded(pair.name).saturating_add(encoded(pair.value)).saturating_add(around))
        .fold(0, usize::saturating_add)
}
