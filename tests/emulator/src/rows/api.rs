//! What stands behind the tokens.

use http::header::WWW_AUTHENTICATE;
use serde_json::json;

use crate::answer::{Answer, Refusal};
use crate::clients::basic_text;
use crate::decode::form_params;
use crate::log::Exchange;
use crate::rows::plan::{Plan, Presentation};
use crate::rows::serve::State;

pub(crate) fn answer(plan: &Plan, state: &mut State, now_ms: u64, seen: &Exchange) -> Result<Answer, Refusal> {
    let refuse = |what: String| Refusal::Deviates(format!("{what}, at the API (row {}, token_use)", plan.row.name));
    if seen.method != "GET" || !seen.body.is_empty() {
        return Err(refuse(format!("{} with {} bytes, and not a bare GET", seen.method, seen.body.len())));
    }
    let Some(token) = plan.presentation.token(plan, seen).map_err(refuse)? else {
        // RFC 6750 section 3.1: no error code for a request without any credentials.
        return Ok(unauthorized(None, "no token"));
    };
    if let Err(why) = state.store.opens(&token, now_ms) {
        return Ok(unauthorized(Some("invalid_token"), &why));
    }
    state.counts.api_calls += 1;
    Ok(Answer::json(200, &json!({ "ok": true })))
}

impl Presentation {
    /// The token in the place that the row says, and in no other.
    fn token(&self, plan: &Plan, seen: &Exchange) -> Result<Option<String>, String> {
        let own = match self {
            Presentation::Header { name, .. } => name.as_str(),
            Presentation::Query { .. } => "",
        };
        if own != "authorization" && seen.header("authorization").is_some() {
            return Err("header `authorization`, where the token stands elsewhere".to_owned());
        }
        match self {
            Presentation::Query { name } => {
                let params = form_params(seen.query.as_deref().unwrap_or(""), "the query")?;
                match params.names().find(|known| *known != name) {
                    Some(stranger) => Err(format!("`{stranger}` has no place in the query")),
                    None => Ok(params.owned(name)),
                }
            }
            Presentation::Header { name, scheme, as_user } => {
                if seen.query != plan.api_url.query {
                    return Err("a query other than the URL's own".to_owned());
                }
                let values: Vec<&str> = seen.headers_named(name).collect();
                match values.as_slice() {
                    [] => Ok(None),
                    [value] => in_header(name, scheme.as_deref(), *as_user, value).map(Some),
                    _ => Err(format!("header `{name}` is repeated")),
                }
            }
        }
    }
}

fn in_header(name: &str, scheme: Option<&str>, as_user: bool, value: &str) -> Result<String, String> {
    if as_user {
        let joined = basic_text(value)?;
        return match joined.strip_suffix(':') {
            Some(token) => Ok(token.to_owned()),
            None => Err(format!("`{joined}` in header `{name}`, and not the token and a colon")),
        };
    }
    let token = match scheme {
        None => Some(value),
        Some(scheme) => value.strip_prefix(scheme).and_then(|rest| rest.strip_prefix(' ')),
    };
    match token {
        Some(token) if !token.is_empty() && !token.contains([' ', ',']) => Ok(token.to_owned()),
        _ => Err(format!("header `{name}` is not to hold `{value}`")),
    }
}

fn unauthorized(error: Option<&'static str>, why: &str) -> Answer {
    let challenge = match error {
        Some(error) => format!("Bearer realm=\"row\", error=\"{error}\""),
        None => "Bearer realm=\"row\"".to_owned(),
    };
    let code = error.unwrap_or("unauthorized");
    let refusal = Refusal::Protocol { status: 401, error: code, why: why.to_owned(), authenticate: None };
    Answer::json(401, &json!({ "error": code, "error_description": why }))
        .with(WWW_AUTHENTICATE, challenge)
        .because(refusal)
}
