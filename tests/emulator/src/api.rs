//! What stands behind the tokens: the API, and MOTAR's checks and logout.

use http::header::WWW_AUTHENTICATE;
use serde_json::json;

use crate::answer::{Answer, Refusal};
use crate::extensions::challenges;
use crate::grants::Store;
use crate::log::Exchange;
use crate::state::State;
use crate::table::{Endpoint, ProviderTable, Step};
use crate::wire::{self, check_lists, deviates};

/// A protected resource, or one of the two checks of a token.
pub(crate) fn protected(
    table: &ProviderTable,
    state: &State,
    now_ms: u64,
    endpoint: &Endpoint,
    seen: &Exchange,
) -> Result<Answer, Refusal> {
    wire::check_method(table, endpoint, seen)?;
    wire::check_no_query(table, endpoint.line, seen)?;
    if seen.method == "GET" {
        wire::check_no_body(table, endpoint.line, seen)?;
    }
    let Some(token) = presented(table, seen)? else {
        if endpoint.step == Step::ValidateSession {
            return deviates(table, endpoint.line, format!("header `{}` is missing", table.presentation.header));
        }
        // RFC 6750 section 3.1: no error code for a request without any credentials.
        return Ok(unauthorized(table, None, "no token"));
    };
    let grants = &state.grants;
    let access = match grants.live_access(&token, now_ms) {
        Ok(access) => access,
        Err(why) => return Ok(unauthorized(table, Some("invalid_token"), why)),
    };
    if endpoint.step == Step::Api {
        if let Some(refusal) = challenges::refuse(table, state, access) {
            return Ok(refusal);
        }
    }
    let grant = grants.grant(access.grant);
    Ok(Answer::json(
        200,
        &json!({
            "provider": table.name,
            "client": grant.client_id,
            "user": grant.user,
            "scope": access.scope,
            "expires_at_ms": access.expires_ms,
        }),
    ))
}

/// The token in the documented header, in the documented form, and in no other.
fn presented(table: &ProviderTable, seen: &Exchange) -> Result<Option<String>, Refusal> {
    let expected = &table.presentation;
    for stranger in ["authorization", "authentication"].into_iter().filter(|name| *name != expected.header) {
        if seen.header(stranger).is_some() {
            let what = format!("header `{stranger}` at {}, where `{}` is documented", seen.path, expected.header);
            return deviates(table, expected.line, what);
        }
    }
    let values: Vec<&str> = seen.headers_named(expected.header).collect();
    let value = match values.as_slice() {
        [] => return Ok(None),
        [one] => *one,
        _ => {
            return deviates(table, expected.line, format!("header `{}` is repeated", expected.header));
        }
    };
    let token = match expected.scheme {
        None => value,
        Some(scheme) => match value.strip_prefix(scheme).and_then(|rest| rest.strip_prefix(' ')) {
            Some(token) => token,
            None => {
                return deviates(table, expected.line, format!("the token does not stand behind `{scheme} `"));
            }
        },
    };
    if token.is_empty() || token.contains([' ', ',']) {
        let form = if expected.scheme.is_some() { "one token" } else { "the token alone, without a scheme" };
        return deviates(table, expected.line, format!("header `{}` is to hold {form}", expected.header));
    }
    Ok(Some(token.to_owned()))
}

fn unauthorized(table: &ProviderTable, error: Option<&'static str>, why: &str) -> Answer {
    let challenge = match error {
        Some(error) => format!("Bearer realm=\"{}\", error=\"{error}\", error_description=\"{why}\"", table.name),
        None => format!("Bearer realm=\"{}\"", table.name),
    };
    let code = error.unwrap_or("unauthorized");
    let refusal = Refusal::Protocol { status: 401, error: code, why: why.to_owned(), authenticate: None };
    Answer::json(401, &json!({ "error": code, "error_description": why }))
        .with(WWW_AUTHENTICATE, challenge)
        .because(refusal)
}

/// Ends the session that a refresh token belongs to.
pub(crate) fn logout(
    table: &ProviderTable,
    grants: &mut Store,
    endpoint: &Endpoint,
    seen: &Exchange,
) -> Result<Answer, Refusal> {
    wire::check_method(table, endpoint, seen)?;
    wire::check_no_query(table, endpoint.line, seen)?;
    wire::check_no_credentials(table, endpoint.line, seen)?;
    let params = wire::body_params(table, seen)?;
    check_lists(table, "logout", &params, table.logout, &[], &[])?;
    let token = params.required("refresh_token")?;
    let Some(refresh) = grants.refresh.get(token).cloned() else {
        if grants.knows_in_other_spelling(token) {
            return deviates(table, endpoint.line, "`refresh_token` was decoded or encoded on its way");
        }
        return Err(Refusal::protocol("invalid_grant", "the refresh token is unknown"));
    };
    if refresh.used || grants.grant(refresh.grant).ended.is_some() {
        return Err(Refusal::protocol("invalid_grant", "the refresh token belongs to no open session"));
    }
    grants.end(refresh.grant, "the user has logged out");
    Ok(Answer::json(200, &json!({})))
}
