//! The metadata of a client, held to what RFC 7591 section 2 shows.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value, json};

use crate::answer::Refusal;

pub(super) type Metadata = Map<String, Value>;

/// Whose signature under a software statement this server believes. It checks none: who signs is test data.
const TRUSTED: &str = "https://trusted.invalid";

/// What a scope may be made of here; the rest is left out without a word, as RFC 7591 section 3.2.1 lets a server do.
const SCOPES: [&str; 2] = ["read", "write"];

const TEXTS: [&str; 3] = ["client_name", "software_id", "software_version"];
const URLS: [&str; 5] = ["client_uri", "logo_uri", "tos_uri", "policy_uri", "jwks_uri"];
const HUMAN_READABLE: [&str; 5] = ["client_name", "client_uri", "logo_uri", "tos_uri", "policy_uri"];
const LISTS: [&str; 4] = ["redirect_uris", "grant_types", "response_types", "contacts"];
const METHODS: [&str; 4] = ["client_secret_basic", "client_secret_post", "none", "private_key_jwt"];
const GRANTS: [&str; 5] = ["authorization_code", "implicit", "password", "client_credentials", "refresh_token"];

/// A member that no RFC has must begin so: a spelling mistake of a client is not kept as an extension.
const EXTENSION: &str = "emulator_";

/// What the server adds to an answer, and a client never sends (RFC 7592 section 2.2).
const OF_THE_SERVER: [&str; 4] =
    ["registration_access_token", "registration_client_uri", "client_secret_expires_at", "client_id_issued_at"];

/// What a client asks to have registered, with what this server makes of it.
pub(super) fn registered(asked: &Metadata) -> Result<Metadata, Refusal> {
    for (name, value) in asked {
        check_member(name, value)?;
    }
    let mut metadata = asked.clone();
    for (name, default) in [
        ("grant_types", json!(["authorization_code"])),
        ("response_types", json!(["code"])),
        ("token_endpoint_auth_method", json!("client_secret_basic")),
    ] {
        metadata.entry(name).or_insert(default);
    }
    if let Some(Value::String(scope)) = metadata.get_mut("scope") {
        *scope = scope.split(' ').filter(|token| SCOPES.contains(token)).collect::<Vec<_>>().join(" ");
    }
    check_together(&metadata)?;
    Ok(metadata)
}

fn check_member(name: &str, value: &Value) -> Result<(), Refusal> {
    let deviates = |what: &str| Err(Refusal::Deviates(format!("`{name}` {what} (RFC 7591 section 2)")));
    let (base, language) = name.split_once('#').map_or((name, None), |(base, tag)| (base, Some(tag)));
    if OF_THE_SERVER.contains(&base) || base == "client_id" || base == "client_secret" {
        return deviates("is the server's to say");
    }
    if language.is_some_and(|tag| tag.is_empty() || !HUMAN_READABLE.contains(&base)) {
        return deviates("has no languages");
    }
    let text = value.as_str().filter(|text| !text.is_empty());
    let texts = || value.as_array().filter(|list| list.iter().all(|each| each.as_str().is_some_and(|e| !e.is_empty())));
    let fits = match base {
        "software_statement" => return check_statement(text),
        "token_endpoint_auth_method" | "scope" => text.is_some(),
        _ if TEXTS.contains(&base) => text.is_some(),
        _ if URLS.contains(&base) => text.is_some_and(|url| url.starts_with("https://")),
        _ if LISTS.contains(&base) => texts().is_some(),
        "jwks" => value.is_object(),
        _ if base.starts_with(EXTENSION) => !value.is_null(),
        _ => return deviates("is no member of client metadata"),
    };
    if fits { Ok(()) } else { deviates("has a value of another kind") }
}

/// RFC 7591 section 3.1.1: three parts of base64url, the second of which is an object that names its issuer.
fn check_statement(text: Option<&str>) -> Result<(), Refusal> {
    let parts: Vec<&str> = text.unwrap_or("").split('.').collect();
    let claims = match parts.as_slice() {
        [_, claims, _] => URL_SAFE_NO_PAD.decode(claims).ok(),
        _ => None,
    };
    let claims: Option<Value> = claims.and_then(|claims| serde_json::from_slice(&claims).ok());
    match claims.as_ref().and_then(|claims| claims.get("iss")) {
        Some(issuer) if issuer == TRUSTED => Ok(()),
        Some(_) => Err(Refusal::protocol("unapproved_software_statement", "nobody here trusts its issuer")),
        None => Err(Refusal::protocol("invalid_software_statement", "it is no JWT with an issuer")),
    }
}

/// RFC 7591 section 2.1, and what this server can do.
fn check_together(metadata: &Metadata) -> Result<(), Refusal> {
    let refuse = |why: &str| Err(Refusal::protocol("invalid_client_metadata", why));
    let (grants, responses) = (texts(metadata, "grant_types"), texts(metadata, "response_types"));
    if !grants.iter().all(|grant| GRANTS.contains(grant)) {
        return refuse("there is no such grant type here");
    }
    if !METHODS.contains(&text(metadata, "token_endpoint_auth_method")) {
        return refuse("there is no such token_endpoint_auth_method here");
    }
    let keys = ["jwks", "jwks_uri"].iter().filter(|name| metadata.contains_key(**name)).count();
    if keys > 1 || (keys == 0 && text(metadata, "token_endpoint_auth_method") == "private_key_jwt") {
        return refuse("keys are given once, where they are needed");
    }
    let pairs = [("code", "authorization_code"), ("token", "implicit")];
    if pairs.iter().any(|(response, grant)| responses.contains(response) != grants.contains(grant)) {
        return refuse("grant_types and response_types do not go together (RFC 7591 section 2.1)");
    }
    let uris = texts(metadata, "redirect_uris");
    let redirects = grants.contains(&"authorization_code") || grants.contains(&"implicit");
    let may_be = |uri: &&str| {
        uri.starts_with("https://") || ["http://127.0.0.1", "http://[::1]"].iter().any(|start| uri.starts_with(start))
    };
    if (redirects && uris.is_empty()) || uris.iter().any(|uri| uri.contains("evil") || !may_be(uri)) {
        return Err(Refusal::protocol(
            "invalid_redirect_uri",
            "a redirect URI is missing, or none of this server's liking",
        ));
    }
    Ok(())
}

pub(super) fn text<'m>(metadata: &'m Metadata, name: &str) -> &'m str {
    metadata.get(name).and_then(Value::as_str).unwrap_or("")
}

pub(super) fn texts<'m>(metadata: &'m Metadata, name: &str) -> Vec<&'m str> {
    metadata.get(name).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(metadata: Value) -> Result<Metadata, String> {
        registered(metadata.as_object().unwrap()).map_err(|refusal| refusal.text())
    }

    #[test]
    fn what_is_left_out_has_its_default() {
        let metadata = of(json!({ "redirect_uris": ["https://app.example/cb"], "scope": "read admin write" })).unwrap();
        assert_eq!(metadata["grant_types"], json!(["authorization_code"]));
        assert_eq!(metadata["scope"], "read write");
    }

    #[test]
    fn each_mistake_is_named() {
        let uri = json!(["https://app.example/cb"]);
        for (metadata, error) in [
            (json!({}), "invalid_redirect_uri"),
            (json!({ "redirect_uris": ["http://app.example/cb"] }), "invalid_redirect_uri"),
            (json!({ "redirect_uris": uri, "grant_types": ["magic"] }), "invalid_client_metadata"),
            (json!({ "redirect_uris": uri, "response_types": ["token"] }), "invalid_client_metadata"),
            (json!({ "redirect_uris": uri, "software_statement": "a.b" }), "invalid_software_statement"),
            (json!({ "redirect_uris": uri, "software_statement": "e30.eyJpc3MiOiJ4In0.x" }), "unapproved_software"),
            (json!({ "redirect_uris": uri, "client_nam": "x" }), "is no member"),
            (json!({ "redirect_uris": uri, "client_id": "x" }), "is the server's"),
            (json!({ "redirect_uris": uri, "scope#de": "x" }), "has no languages"),
            (json!({ "redirect_uris": uri, "logo_uri": null }), "another kind"),
        ] {
            let found = of(metadata).unwrap_err();
            assert!(found.contains(error), "{found}");
        }
    }
}
