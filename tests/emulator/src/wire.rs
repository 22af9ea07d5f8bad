//! Checks of the request as it stands on the wire, before anyone asks what it means.

use std::fmt;

use crate::answer::Refusal;
use crate::decode::{Params, form_params, json_params};
use crate::log::Exchange;
use crate::table::{BodyFormat, Endpoint, Param, ProviderTable};

/// RFC 6749 section 3.1 tells a server to ignore what it does not know. These are the extension parameters that a
/// careful client sends to every provider; any other stranger is a bug of the client.
pub(crate) const TOLERATED_AT_AUTHORIZE: &[&str] = &["state", "code_challenge", "code_challenge_method"];
/// The same for RFC 6749 section 3.2. A verifier belongs to the exchange of a code and to nothing else.
pub(crate) const TOLERATED_WITH_CODE: &[&str] = &["code_verifier"];

/// The method is the documented one.
pub(crate) fn check_method(table: &ProviderTable, endpoint: &Endpoint, seen: &Exchange) -> Result<(), Refusal> {
    if endpoint.methods.contains(&seen.method.as_str()) {
        return Ok(());
    }
    let documented = endpoint.methods.join(" or ");
    deviates(table, endpoint.line, format!("{} {} where {documented} is documented", seen.method, seen.path))
}

/// No credential in a header where the document shows none.
pub(crate) fn check_no_credentials(table: &ProviderTable, line: &str, seen: &Exchange) -> Result<(), Refusal> {
    for name in ["authorization", "authentication"] {
        if seen.header(name).is_some() {
            return deviates(table, line, format!("header `{name}` at {}, where none is documented", seen.path));
        }
    }
    Ok(())
}

/// Nothing in the query of a request whose parameters belong in the body or in a header.
pub(crate) fn check_no_query(table: &ProviderTable, line: &str, seen: &Exchange) -> Result<(), Refusal> {
    match &seen.query {
        Some(_) => deviates(table, line, format!("a query at {}, where none is documented", seen.path)),
        None => Ok(()),
    }
}

/// A GET has no body.
pub(crate) fn check_no_body(table: &ProviderTable, line: &str, seen: &Exchange) -> Result<(), Refusal> {
    if seen.body.is_empty() {
        return Ok(());
    }
    deviates(table, line, format!("{} {} has a body", seen.method, seen.path))
}

/// The query of an authorization request.
pub(crate) fn query_params(table: &ProviderTable, line: &str, seen: &Exchange) -> Result<Params, Refusal> {
    form_params(seen.query.as_deref().unwrap_or(""), "the query").or_else(|what| deviates(table, line, what))
}

/// The body of a POST, in the documented format and declared as such.
pub(crate) fn body_params(table: &ProviderTable, seen: &Exchange) -> Result<Params, Refusal> {
    let (expected, line) = match table.body {
        BodyFormat::Form(line) => ("application/x-www-form-urlencoded", line),
        BodyFormat::Json(line) => ("application/json", line),
    };
    let declared: Vec<&str> = seen.headers_named("content-type").collect();
    match declared.as_slice() {
        [one] if is_media_type(one, expected) => {}
        [] => {
            return deviates(table, line, format!("no Content-Type at {}; {expected} is documented", seen.path));
        }
        other => {
            let other = other.join(", ");
            return deviates(table, line, format!("Content-Type `{other}` at {}; {expected} is documented", seen.path));
        }
    }
    let Ok(text) = std::str::from_utf8(&seen.body) else {
        return deviates(table, line, format!("the body at {} is not UTF-8", seen.path));
    };
    let params = match table.body {
        BodyFormat::Form(_) => form_params(text, "the form body"),
        BodyFormat::Json(_) => json_params(text),
    };
    params.or_else(|what| deviates(table, line, what))
}

/// Every required parameter is there, and none that no list knows.
pub(crate) fn check_lists(
    table: &ProviderTable,
    step: &str,
    params: &Params,
    required: &[Param],
    optional: &[Param],
    tolerated: &[&str],
) -> Result<(), Refusal> {
    for (name, line) in required {
        if params.get(name).is_none() {
            return deviates(table, line, format!("`{name}` is missing from the {step}"));
        }
    }
    for name in params.names() {
        let documented = required.iter().chain(optional).any(|(known, _)| *known == name);
        if !documented && !tolerated.contains(&name) {
            let line = required.first().map_or("L1", |(_, line)| line);
            return deviates(table, line, format!("`{name}` is not a parameter of the {step}"));
        }
    }
    Ok(())
}

/// A refusal with the line that the request violates.
pub(crate) fn deviates<T>(table: &ProviderTable, line: &str, what: impl fmt::Display) -> Result<T, Refusal> {
    Err(Refusal::Deviates(format!("{what} ({})", table.cite(line))))
}

/// The media type, with no parameter but a UTF-8 charset.
pub(crate) fn is_media_type(declared: &str, expected: &str) -> bool {
    let (media_type, parameter) = match declared.split_once(';') {
        Some((media_type, parameter)) => (media_type, Some(parameter)),
        None => (declared, None),
    };
    media_type.trim().eq_ignore_ascii_case(expected)
        && parameter.is_none_or(|parameter| parameter.trim().eq_ignore_ascii_case("charset=utf-8"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn media_types_are_compared_with_care() {
        assert!(is_media_type("application/json", "application/json"));
        assert!(is_media_type("Application/JSON; charset=UTF-8", "application/json"));
        assert!(!is_media_type("application/json; charset=latin1", "application/json"));
        assert!(!is_media_type("application/jsonx", "application/json"));
        assert!(!is_media_type("text/plain", "application/json"));
    }
}
