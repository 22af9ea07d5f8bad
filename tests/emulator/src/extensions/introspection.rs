//! Introspection (RFC 7662).

use serde_json::json;

use super::{Call, Extension, metadata};
use crate::answer::{Answer, Refusal};
use crate::grants::{Grant, Store};
use crate::table::{Param, ProviderTable};

const REQUIRED: &[Param] = &[("token", "RFC 7662 section 2.1")];
const OPTIONAL: &[Param] = &[("token_type_hint", "RFC 7662 section 2.1")];

pub(super) fn extend(table: &mut ProviderTable) {
    table.serve(Extension::Introspection, &["POST"], "/introspect", "RFC 7662 section 2");
}

/// Each client may ask about its own tokens; those of others are not active to it (section 2.2).
pub(super) fn answer(call: Call<'_>) -> Result<Answer, Refusal> {
    let (params, client) = call.form("introspection request", REQUIRED, OPTIONAL)?;
    let token = params.required("token")?;
    let grants: &Store = &call.state.grants;
    let refresh = grants.refresh.get(token).filter(|refresh| !refresh.used).map(|refresh| (refresh.grant, None));
    let access = grants.live_access(token, call.now_ms).ok();
    let access = access.map(|access| (access.grant, Some((access.expires_ms / 1000, access.scope.clone()))));
    let found = access.or(refresh).map(|(id, access)| (id, grants.grant(id), access));
    let live = |(_, grant, _): &(_, &Grant, _)| grant.ended.is_none() && grant.client_id == client.id;
    let Some((id, grant, access)) = found.filter(live) else {
        return Ok(Answer::json(200, &json!({ "active": false })));
    };
    let issuer = metadata::issuer(call.table, &call.state.extensions.origins);
    let mut answer = json!({ "active": true, "client_id": grant.client_id, "iss": issuer });
    if let Some(user) = &grant.user {
        answer["sub"] = json!(user);
        answer["username"] = json!(user);
    }
    if let Some((expires, scope)) = access {
        answer["token_type"] = json!("Bearer");
        answer["exp"] = json!(expires);
        let audience = call.state.extensions.asked.audience(id, token);
        answer["aud"] = audience.unwrap_or_else(|| json!(["https://api.plain.invalid"]));
        answer["scope"] = json!(scope.unwrap_or_default());
    }
    Ok(Answer::json(200, &answer))
}
