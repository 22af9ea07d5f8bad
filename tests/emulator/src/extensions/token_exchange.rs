//! Token exchange (RFC 8693).

use serde_json::json;

use super::Rules;
use crate::answer::{Answer, Refusal};
use crate::grants::Grant;
use crate::state::State;
use crate::table::{Param, ProviderTable};
use crate::token::Request;
use crate::wire::deviates;

pub(super) const GRANT_TYPE: &str = "urn:ietf:params:oauth:grant-type:token-exchange";

const SECTION: &str = "RFC 8693 section 2.1";
const REQUIRED: &[Param] = &[("grant_type", SECTION), ("subject_token", SECTION), ("subject_token_type", SECTION)];
const OPTIONAL: &[Param] = &[
    ("actor_token", SECTION),
    ("actor_token_type", SECTION),
    ("resource", SECTION),
    ("audience", SECTION),
    ("requested_token_type", SECTION),
    ("scope", SECTION),
    ("client_id", "RFC 6749 section 2.3.1"),
    ("client_secret", "RFC 6749 section 2.3.1"),
];

/// What tokens may be asked for.
const RESOURCES: [&str; 2] = ["https://backend.plain.invalid/api", "urn:plain:store"];
const AUDIENCES: [&str; 2] = ["billing", "shipping"];

const ACCESS_TOKEN: &str = "urn:ietf:params:oauth:token-type:access_token";
const REFRESH_TOKEN: &str = "urn:ietf:params:oauth:token-type:refresh_token";
const ID_TOKEN: &str = "urn:ietf:params:oauth:token-type:id_token";
const SAML2: &str = "urn:ietf:params:oauth:token-type:saml2";
const JWT: &str = "urn:ietf:params:oauth:token-type:jwt";

pub(super) fn extend(table: &mut ProviderTable) {
    table.grant(GRANT_TYPE, REQUIRED, OPTIONAL);
}

impl ProviderTable {
    /// An exchange brings a refresh token along (RFC 8693 section 2.2.1).
    #[must_use]
    pub fn exchanging_with_refresh_token(mut self) -> Self {
        self.extensions.exchange_refresh_token = true;
        self
    }

    /// An exchange does not say what it issued, **against RFC 8693 section 2.2.1**.
    #[must_use]
    pub fn exchanging_without_issued_token_type(mut self) -> Self {
        self.extensions.issued_token_type = false;
        self
    }
}

pub(super) fn answer(request: &Request<'_>, state: &mut State) -> Result<Answer, Refusal> {
    let Request { table, params, client, now_ms, .. } = *request;
    if params.get("actor_token").is_some() != params.get("actor_token_type").is_some() {
        return deviates(table, SECTION, "`actor_token` and `actor_token_type` go together");
    }
    for resource in params.all("resource") {
        if resource.contains('#') || !resource.contains(':') {
            return deviates(table, SECTION, "`resource` is no absolute URI, or has a fragment");
        }
    }
    let user = user(request, state, "subject_token", "subject_token_type")?;
    if params.get("actor_token").is_some() {
        user_of_actor(request, state)?;
    }
    // Section 2.2.2: at one target of several that is unknown, the whole is refused.
    let strange = params.all("resource").any(|each| !RESOURCES.contains(&each));
    if strange || params.all("audience").any(|each| !AUDIENCES.contains(&each)) {
        return Err(Refusal::protocol("invalid_target", "there is no such target service"));
    }
    let scope = super::scope(request)?;
    let Rules { exchange_refresh_token, issued_token_type: says, .. } = table.extensions;
    let wanted = params.get("requested_token_type").unwrap_or(ACCESS_TOKEN);
    let (token_type, with_refresh) = match wanted {
        ACCESS_TOKEN | JWT => ("Bearer", exchange_refresh_token),
        REFRESH_TOKEN => ("N_A", true),
        ID_TOKEN | SAML2 => ("N_A", false),
        _ => return Err(Refusal::protocol("invalid_request", "no token of this type is issued here")),
    };
    let grant = Grant { client_id: client.id.clone(), user, scope: scope.clone(), redirect_uri: None, ended: None };
    let grant = state.grants.open(grant);
    let policy = &table.tokens;
    let issued = state.grants.issue(&mut state.mint, policy, grant, now_ms, with_refresh, scope);
    let (token, refresh_token) = match wanted {
        ACCESS_TOKEN | JWT => (issued.access_token, issued.refresh_token),
        REFRESH_TOKEN => (issued.refresh_token.unwrap_or_default(), None),
        _ => (state.mint.opaque(), None),
    };
    let mut answer = json!({
        "access_token": token,
        "token_type": token_type,
        "expires_in": (issued.expires_ms - now_ms) / 1000,
    });
    if says {
        answer["issued_token_type"] = json!(wanted);
    }
    if let Some(refresh_token) = refresh_token {
        answer["refresh_token"] = json!(refresh_token);
    }
    if let Some(scope) = issued.scope {
        answer["scope"] = json!(scope);
    }
    Ok(Answer::json(200, &answer))
}

fn user_of_actor(request: &Request<'_>, state: &State) -> Result<(), Refusal> {
    user(request, state, "actor_token", "actor_token_type").map(drop)
}

/// Whose token it is: one of this server's own, and alive. Otherwise, whatever is wrong with it, the request is invalid
/// (section 2.2.2).
fn user(request: &Request<'_>, state: &State, name: &str, kind: &str) -> Result<Option<String>, Refusal> {
    let Request { table, params, client, now_ms, .. } = *request;
    let (token, grants) = (params.required(name)?, &state.grants);
    if grants.knows_in_other_spelling(token) {
        return deviates(table, SECTION, format!("`{name}` was decoded or encoded on its way"));
    }
    let invalid = |why: &str| Refusal::protocol("invalid_request", format!("{name}: {why}"));
    let grant = match params.required(kind)? {
        ACCESS_TOKEN => grants.live_access(token, now_ms).map_err(invalid)?.grant,
        REFRESH_TOKEN => {
            let refresh = grants.refresh.get(token).ok_or_else(|| invalid("the refresh token is unknown"))?;
            let grant = grants.grant(refresh.grant);
            // RFC 6749 section 10.4: it is bound to its client.
            if refresh.used || grant.ended.is_some() || grant.client_id != client.id {
                return Err(invalid("the refresh token is of no use"));
            }
            refresh.grant
        }
        _ => return Err(invalid("tokens of this type are not understood here")),
    };
    Ok(grants.grant(grant).user.clone())
}
