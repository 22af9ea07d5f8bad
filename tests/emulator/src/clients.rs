//! Who is asking at the token endpoint.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::answer::Refusal;
use crate::decode::{Params, form_decode};
use crate::log::Exchange;
use crate::table::{ClientAuth, ClientKind, GrantRule, ProviderTable, TestClient};
use crate::wire::{check_no_credentials, deviates};

const SECTION: &str = "RFC 6749 section 2.3.1";

/// Identifies the client, and authenticates it where the grant demands that.
pub(crate) fn authenticate<'t>(
    table: &'t ProviderTable,
    rule: &GrantRule,
    seen: &Exchange,
    params: &Params,
) -> Result<&'t TestClient, Refusal> {
    match rule.auth {
        ClientAuth::Rfc6749 => by_rfc(table, seen, params),
        ClientAuth::BodySecret | ClientAuth::IdentifierOnly => {
            let line = rule.required.first().map_or("L1", |(_, line)| line);
            check_no_credentials(table, line, seen)?;
            let client = known(table, params.required(table.client_id_name)?, None)?;
            if rule.auth == ClientAuth::BodySecret {
                check_secret(client, params.required("client_secret")?, None)?;
            }
            Ok(client)
        }
    }
}

/// RFC 6749 section 2.3.1: in one of two places; a public client says who it is.
pub(crate) fn by_rfc<'t>(
    table: &'t ProviderTable,
    seen: &Exchange,
    params: &Params,
) -> Result<&'t TestClient, Refusal> {
    if seen.header("authentication").is_some() {
        return deviates(table, SECTION, "header `authentication` at the token endpoint");
    }
    let headers: Vec<&str> = seen.headers_named("authorization").collect();
    match headers.as_slice() {
        [] => {
            let method = if params.get("client_secret").is_some() { "client_secret_post" } else { "none" };
            in_body(table, params).and_then(|client| table.check_registered_method(client, method))
        }
        [one] => {
            let client = basic(table, one, params)?;
            table.check_registered_method(client, "client_secret_basic")
        }
        _ => deviates(table, SECTION, "two `authorization` headers at the token endpoint"),
    }
}

fn in_body<'t>(table: &'t ProviderTable, params: &Params) -> Result<&'t TestClient, Refusal> {
    let Some(id) = params.get("client_id") else {
        return deviates(table, SECTION, "neither a Basic header nor `client_id` identifies the client");
    };
    let client = known(table, id, None)?;
    match (params.get("client_secret"), client.kind) {
        (Some(_), ClientKind::Public) => deviates(table, SECTION, "a public client sends a `client_secret`"),
        (Some(secret), ClientKind::Confidential) => check_secret(client, secret, None).map(|()| client),
        (None, ClientKind::Public) => Ok(client),
        (None, ClientKind::Confidential) => Err(invalid_client("a confidential client sends no secret", None)),
    }
}

fn basic<'t>(table: &'t ProviderTable, header: &str, params: &Params) -> Result<&'t TestClient, Refusal> {
    if params.get("client_secret").is_some() {
        return deviates(table, SECTION, "the secret is in the body and in the header");
    }
    let (id, secret) = match read_basic(header) {
        Ok(pair) => pair,
        Err(what) => return deviates(table, SECTION, what),
    };
    if params.get("client_id").is_some_and(|in_body| in_body != id) {
        return deviates(table, SECTION, "`client_id` in the body names another client than the header");
    }
    let client = known(table, &id, Some(table.name))?;
    check_secret(client, &secret, Some(table.name))?;
    Ok(client)
}

/// Identifier and secret are form-encoded before they are joined, so both are decoded after the split.
pub(crate) fn read_basic(header: &str) -> Result<(String, String), String> {
    let joined = basic_text(header)?;
    let (id, secret) = joined.split_once(':').ok_or("the Basic credentials have no colon")?;
    if secret.contains(':') {
        return Err("the Basic credentials are not form-encoded: there are two colons".to_owned());
    }
    Ok((form_decode(id, "the Basic client identifier")?, form_decode(secret, "the Basic client secret")?))
}

/// What stands behind `Basic`, out of its base64.
pub(crate) fn basic_text(header: &str) -> Result<String, String> {
    let credentials = header
        .split_once(' ')
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("basic"))
        .map(|(_, credentials)| credentials)
        .ok_or("the `authorization` header at the token endpoint is not Basic")?;
    let bytes = STANDARD.decode(credentials).map_err(|_| "the Basic credentials are not base64")?;
    String::from_utf8(bytes).map_err(|_| "the Basic credentials are not UTF-8".to_owned())
}

fn known<'t>(table: &'t ProviderTable, id: &str, realm: Option<&str>) -> Result<&'t TestClient, Refusal> {
    table.find_client(id).ok_or_else(|| invalid_client("the client is unknown", realm))
}

fn check_secret(client: &TestClient, secret: &str, realm: Option<&str>) -> Result<(), Refusal> {
    match client.secret.as_deref() {
        Some(known) if known == secret => Ok(()),
        Some(_) => Err(invalid_client("the client secret is wrong", realm)),
        None => Err(invalid_client("the client has no secret", realm)),
    }
}

/// RFC 6749 section 5.2: a challenge is due if the client used a header.
fn invalid_client(why: &str, realm: Option<&str>) -> Refusal {
    Refusal::Protocol {
        status: 401,
        error: "invalid_client",
        why: why.to_owned(),
        authenticate: realm.map(|realm| format!("Basic realm=\"{realm}\"")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn basic_credentials_are_form_decoded_after_the_split() {
        let header = format!("Basic {}", STANDARD.encode("a%3Ab:c+d%2B%25"));
        assert_eq!(read_basic(&header), Ok(("a:b".to_owned(), "c d+%".to_owned())));
        for wrong in ["Bearer x", "Basic", "Basic ***", "Basic YQ==", "Basic YTpiOmM=", "Basic YTolejE="] {
            assert!(read_basic(wrong).is_err(), "{wrong}");
        }
    }
}
