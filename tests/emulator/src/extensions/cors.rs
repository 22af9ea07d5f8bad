//! Pages of another origin, which call the API and the token endpoint from a browser (CORS, in the Fetch Standard). No
//! document says whether its provider allows it, so nobody is allowed until a test names an origin.

use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_REQUEST_METHOD, ORIGIN, VARY,
};
use http::{HeaderMap, Method};

use crate::answer::{Answer, Refusal};
use crate::log::Exchange;
use crate::table::{Endpoint, ProviderTable, Step};
use crate::wire::{self, deviates};

const STANDARD: &str = "Fetch Standard, CORS protocol";

impl ProviderTable {
    /// Lets the pages of one origin, such as `http://127.0.0.1:8080`, call the API and the token endpoint. The answers
    /// of an injected fault do not say so, like those of a gateway that knows no pages.
    #[must_use]
    pub fn cors(mut self, origin: impl Into<String>) -> Self {
        self.extensions.cors = Some(origin.into());
        self
    }
}

/// Whether a browser asks before it lets a page's request through. Without CORS, or elsewhere, it is a request like any
/// other, with a method that no document has.
pub(crate) fn is_preflight(table: &ProviderTable, endpoint: &Endpoint, method: &Method, headers: &HeaderMap) -> bool {
    table.extensions.cors.is_some()
        && is_for_pages(endpoint)
        && method == Method::OPTIONS
        && headers.contains_key(ORIGIN)
        && headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD)
}

/// Says what a page of the one origin may send here: what the document shows, and no header field besides.
pub(crate) fn preflight(table: &ProviderTable, endpoint: &Endpoint, seen: &Exchange) -> Result<Answer, Refusal> {
    wire::check_no_credentials(table, STANDARD, seen)?;
    wire::check_no_body(table, STANDARD, seen)?;
    let origin = seen.header(ORIGIN.as_str()).unwrap_or_default();
    if !is_allowed(table, origin) {
        return Err(Refusal::Protocol {
            status: 403,
            error: "access_denied",
            why: format!("the pages of {origin} are not allowed here"),
            authenticate: None,
        });
    }
    let method = seen.header(ACCESS_CONTROL_REQUEST_METHOD.as_str()).unwrap_or_default();
    if !endpoint.methods.contains(&method) {
        let documented = endpoint.methods.join(" or ");
        return deviates(
            table,
            endpoint.line,
            format!("a page asks for {method} {}; {documented} is documented", seen.path),
        );
    }
    let field = field_of(table, endpoint);
    for asked in seen.headers_named(ACCESS_CONTROL_REQUEST_HEADERS.as_str()).flat_map(|line| line.split(',')) {
        if asked.trim() != field {
            return deviates(table, STANDARD, format!("a page asks for `{}` at {}", asked.trim(), seen.path));
        }
    }
    let answer = Answer::text(204, "")
        .with(ACCESS_CONTROL_ALLOW_METHODS, endpoint.methods.join(", "))
        .with(ACCESS_CONTROL_ALLOW_HEADERS, field);
    Ok(answer)
}

/// Lets the page of the one origin read the answer, a refusal included: without this, it is a network error there.
pub(crate) fn let_read(answer: Answer, table: &ProviderTable, endpoint: &Endpoint, seen: &Exchange) -> Answer {
    if table.extensions.cors.is_none() || !is_for_pages(endpoint) {
        return answer;
    }
    let answer = answer.with(VARY, "Origin"); // one answer for each origin, whatever keeps it
    match seen.header(ORIGIN.as_str()).filter(|origin| is_allowed(table, origin)) {
        Some(origin) => answer.with(ACCESS_CONTROL_ALLOW_ORIGIN, origin),
        None => answer,
    }
}

fn is_allowed(table: &ProviderTable, origin: &str) -> bool {
    table.extensions.cors.as_deref() == Some(origin)
}

fn is_for_pages(endpoint: &Endpoint) -> bool {
    matches!(endpoint.step, Step::Api | Step::Token)
}

/// The one field that a browser asks for first. A page is a public client: it shows no secret at the token endpoint.
fn field_of(table: &ProviderTable, endpoint: &Endpoint) -> &'static str {
    if endpoint.step == Step::Api { table.presentation.header } else { "content-type" }
}
