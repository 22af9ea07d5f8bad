//! Answers that come as a form (OAuth 2.0 Form Post Response Mode).

use crate::answer::{Answer, Refusal};
use crate::decode::Params;
use crate::pages;
use crate::table::ProviderTable;
use crate::wire::deviates;

const SECTION: &str = "OAuth 2.0 Multiple Response Type Encoding Practices section 2.1";

pub(super) fn extend(table: &mut ProviderTable) {
    table.extensions.response_modes = true;
}

/// What an authorization request may say of it.
pub(crate) fn parameters(table: &ProviderTable) -> &'static [&'static str] {
    if table.extensions.response_modes { &["response_mode"] } else { &[] }
}

pub(crate) fn is_asked_for(table: &ProviderTable, params: &Params) -> Result<bool, Refusal> {
    match params.get("response_mode") {
        None => Ok(false),
        Some("form_post") => Ok(true),
        Some(other) => deviates(table, SECTION, format!("`response_mode` {other} is not known here")),
    }
}

/// The page that brings the parameters to the client.
pub(crate) fn page(redirect_uri: &str, parameters: &str) -> Answer {
    let pairs: Vec<(String, String)> = form_urlencoded::parse(parameters.as_bytes()).into_owned().collect();
    pages::form_post(redirect_uri, &pairs)
}
