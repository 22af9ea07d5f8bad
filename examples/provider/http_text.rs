//! Requests and answers as HTTP text.

use oauth_proto::{AuthorizationUrl, Header, Request};

use crate::page::Page;

/// The URL for the browser: a parameter a line, decoded, and then the whole.
pub fn browser(page: &mut Page, url: &AuthorizationUrl) {
    let url = url.as_str();
    // A page that reads its fragment has the parameters there; a word at the end is no parameter.
    let (query, suffix) = match url.split_once('#') {
        Some((_, route)) if route.contains('?') => (route.split_once('?').map(|(_, query)| query), None),
        Some((front, suffix)) => (front.split_once('?').map(|(_, query)| query), Some(suffix)),
        None => (url.split_once('?').map(|(_, query)| query), None),
    };
    let query = query.unwrap_or_default();
    let front = url.split_once(query).map_or(url, |(front, _)| front);
    page.wire(front);
    for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
        page.wire(&format!("  {name} = {value}"));
    }
    if let Some(suffix) = suffix {
        page.wire(&format!("  #{suffix}"));
    }
    page.title("The same, whole:");
    page.wire(url);
}

pub fn request(page: &mut Page, request: &Request) {
    head(page, request.method().as_str(), request.url(), request.headers());
    let body = String::from_utf8_lossy(request.expose_body());
    if !body.is_empty() {
        page.wire("\n");
        page.wire(&body);
    }
    if request.contract().client_certificate() {
        page.say("(over TLS with the client's certificate)");
    }
}

/// The start line and the header fields. The transport adds `Content-Length`.
pub fn head(page: &mut Page, method: &str, url: &str, headers: &[Header]) {
    let (_, rest) = url.split_once("://").unwrap_or(("", url));
    let at = rest.find(['/', '?']).unwrap_or(rest.len());
    let (host, target) = rest.split_at(at);
    let slash = if target.starts_with('/') { "" } else { "/" };
    page.wire(&format!("{method} {slash}{target} HTTP/1.1"));
    page.wire(&format!("Host: {host}"));
    for header in headers {
        page.wire(&format!("{}: {}", header.name(), header.expose_value()));
    }
}
