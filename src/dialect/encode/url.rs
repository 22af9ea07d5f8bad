//! Parameters behind an endpoint.

use url::form_urlencoded::byte_serialize;

use super::{Pair, form::Form};
use crate::{
    dialect::Fragment,
    vocabulary::{Scope, form, grammar},
};

/// `endpoint` with `pairs` behind the query it may already have (RFC 6749 section 3.1).
pub(crate) fn with_query<'a>(endpoint: &str, pairs: impl Iterator<Item = Pair<'a>> + Clone) -> String {
    let form = Form::of(pairs);
    let mut url = String::with_capacity(endpoint.len().saturating_add(1).saturating_add(form.len()));
    url.push_str(endpoint);
    push_query(&mut url, endpoint.split_once('?').map(|(_, query)| query), form);
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
    let form = Form::of(pairs);
    let room = [endpoint.len(), behind_hash(route), 1, form.len(), plain_room, behind_hash(suffix)];
    // It holds `state`: were it to grow, the old buffer would be left behind.
    let mut url = String::with_capacity(room.into_iter().fold(0, usize::saturating_add));
    url.push_str(endpoint);
    for text in route.into_iter().flat_map(|route| ["#", route]) {
        url.push_str(text);
    }
    push_query(&mut url, route.unwrap_or(endpoint).split_once('?').map(|(_, query)| query), form);
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
        b'&' | b'#' | b'%' | b'=' | b'+' => url.extend(byte_serialize(&[byte])),
        byte if !grammar::is_url_byte(byte) => url.extend(byte_serialize(&[byte])),
        byte => url.push(char::from(byte)),
    }
}

fn push_query<'a>(url: &mut String, existing: Option<&str>, form: Form<impl Iterator<Item = Pair<'a>> + Clone>) {
    match existing {
        None => url.push('?'),
        Some(existing) if !existing.is_empty() && !existing.ends_with('&') => url.push('&'),
        Some(_) => {}
    }
    form.push_to(url);
}
