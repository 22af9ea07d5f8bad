//! Parameters behind an endpoint.

use super::{
    Pair,
    form::{measure, push},
    measured::Measured,
};
use crate::{
    dialect::Fragment,
    vocabulary::{Scope, form, grammar},
};

/// `endpoint` with `pairs` behind the query it may already have (RFC 6749 section 3.1).
pub(crate) fn with_query<'a>(endpoint: &str, pairs: impl Iterator<Item = Pair<'a>> + Clone) -> String {
    let form = measure(pairs);
    let mut url = Vec::with_capacity(endpoint.len().saturating_add(1).saturating_add(form.len()));
    url.extend_from_slice(endpoint.as_bytes());
    push_query(&mut url, endpoint.split_once('?').map(|(_, query)| query), form);
    text(url)
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
    let form = measure(pairs);
    let room = [endpoint.len(), behind_hash(route), 1, form.len(), plain_room, behind_hash(suffix)];
    // It holds `state`: were it to grow, the old buffer would be left behind.
    let mut url = Vec::with_capacity(room.into_iter().fold(0, usize::saturating_add));
    url.extend_from_slice(endpoint.as_bytes());
    push_fragment(&mut url, route);
    push_query(&mut url, route.unwrap_or(endpoint).split_once('?').map(|(_, query)| query), form);
    if let Some(plain) = plain {
        plain.push(&mut url);
    }
    push_fragment(&mut url, suffix);
    text(url)
}

/// What was written is text: endpoints and fragments as they were given, and ASCII.
fn text(url: Vec<u8>) -> String {
    String::from_utf8(url).unwrap_or_default()
}

fn push_fragment(url: &mut Vec<u8>, fragment: Option<&str>) {
    for text in fragment.into_iter().flat_map(|fragment| ["#", fragment]) {
        url.extend_from_slice(text.as_bytes());
    }
}

impl PlainScope<'_> {
    /// How long it is at most, with its `&` and `=`.
    fn room(&self) -> usize {
        let separators = self.scope.iter().count().saturating_mul(self.separator.len());
        let bytes = [self.name.len(), self.scope.as_str().len(), separators].into_iter().fold(0, usize::saturating_add);
        bytes.saturating_mul("%20".len()).saturating_add("&=".len())
    }

    fn push(&self, url: &mut Vec<u8>) {
        url.push(b'&');
        form::push(url, self.name);
        url.push(b'=');
        for (at, token) in self.scope.iter().enumerate() {
            match self.separator {
                _ if at == 0 => {}
                // A plus between two tokens is meant as it stands; one inside a token would be read as a space.
                "+" => url.push(b'+'),
                separator => separator.bytes().for_each(|byte| push_plain(url, byte)),
            }
            token.bytes().for_each(|byte| push_plain(url, byte));
        }
    }
}

/// A byte as it is, but for what no URL has, what would end the value, and what a reader may take for something else.
fn push_plain(url: &mut Vec<u8>, byte: u8) {
    match byte {
        b' ' => url.extend_from_slice(b"%20"),
        b'&' | b'#' | b'%' | b'=' | b'+' => form::push_escape(url, byte),
        byte if !grammar::is_url_byte(byte) => form::push_escape(url, byte),
        byte => url.push(byte),
    }
}

fn push_query<'a>(url: &mut Vec<u8>, existing: Option<&str>, form: Measured<impl Iterator<Item = Pair<'a>> + Clone>) {
    match existing {
        None => url.push(b'?'),
        Some(existing) if !existing.is_empty() && !existing.ends_with('&') => url.push(b'&'),
        Some(_) => {}
    }
    push(url, form);
}
