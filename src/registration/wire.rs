//! Requests with JSON and a bearer token.

use zeroize::Zeroizing;

use crate::{
    error::{ErrorCode, ErrorResponse},
    http::{Body, Header, Method, Request, Target},
    provider::CheckedProvider,
    vocabulary::{Endpoint, Secret},
};

const JSON: &str = "application/json";

/// RFC 7591 section 3 and RFC 7592 section 2. The token is one that can stand in a header field: that was checked.
pub(super) fn request(
    provider: &CheckedProvider,
    endpoint: &Endpoint,
    method: Method,
    access_token: Option<&Secret>,
    json: Option<Zeroizing<String>>,
) -> Request {
    let mut headers = Vec::with_capacity(3);
    headers.extend(json.as_ref().map(|_| Header::plain("Content-Type", JSON)));
    headers.push(Header::plain("Accept", JSON));
    headers.extend(access_token.map(bearer));
    let body = Body::from(json.map(|mut text| std::mem::take(&mut *text).into_bytes()).unwrap_or_default());
    Request::new(method, Target::Endpoint(endpoint.text().clone()), headers, body, provider.contract(endpoint))
}

/// RFC 6750 section 2.1.
fn bearer(access_token: &Secret) -> Header {
    const SCHEME: &str = "Bearer ";
    let token = access_token.expose();
    let mut value = String::with_capacity(SCHEME.len().saturating_add(token.len()));
    value.push_str(SCHEME);
    value.push_str(token);
    Header::new("Authorization", value)
}

/// Whether the server stands behind a refusal, and so has not acted. 408 is what a gateway says that waited for it.
pub(super) fn is_final(response: &ErrorResponse) -> bool {
    match response.status {
        // An error that comes with a status of success is a refusal too; without one, nobody knows what was done.
        Some(200..=299) => !matches!(response.code, ErrorCode::Unstated | ErrorCode::ServerError),
        Some(400..=407 | 409..=499) => response.code != ErrorCode::ServerError,
        _ => false,
    }
}
