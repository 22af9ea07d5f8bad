//! Revocation (RFC 7009).

use super::{Call, Extension};
use crate::answer::{Answer, Refusal};
use crate::table::{Param, ProviderTable};
use crate::wire::deviates;

const REQUIRED: &[Param] = &[("token", "RFC 7009 section 2.1")];
const OPTIONAL: &[Param] = &[("token_type_hint", "RFC 7009 section 2.1")];

pub(super) fn extend(table: &mut ProviderTable) {
    table.serve(Extension::Revocation, &["POST"], "/revoke", "RFC 7009 section 2");
}

impl ProviderTable {
    /// Only refresh tokens can be revoked (RFC 7009 section 2.2.1).
    #[must_use]
    pub fn revoking_refresh_tokens_alone(mut self) -> Self {
        self.extensions.revokes_access_tokens = false;
        self
    }
}

pub(super) fn answer(call: Call<'_>) -> Result<Answer, Refusal> {
    let (params, client) = call.form("revocation request", REQUIRED, OPTIONAL)?;
    let hint = params.get("token_type_hint");
    if hint.is_some_and(|hint| !["access_token", "refresh_token"].contains(&hint)) {
        return deviates(call.table, "RFC 7009 section 2.1", "`token_type_hint` is no type of this server");
    }
    let token = params.required("token")?;
    let grants = &mut call.state.grants;
    let (grant, is_access) = match (grants.refresh.get(token), grants.access.get(token)) {
        (Some(refresh), _) => (refresh.grant, false),
        (None, Some(access)) => (access.grant, true),
        // Section 2.2: what is not there any more need not be revoked.
        (None, None) if grants.knows_in_other_spelling(token) => {
            return deviates(call.table, "RFC 7009 section 2.1", "`token` was decoded or encoded on its way");
        }
        (None, None) => return Ok(Answer::text(200, "")),
    };
    // A wrong hint is no error (section 2.1), but a client knows what it holds.
    if hint.is_some_and(|hint| hint != if is_access { "access_token" } else { "refresh_token" }) {
        return deviates(call.table, "RFC 7009 section 2.1", "`token_type_hint` names the other type");
    }
    if grants.grant(grant).client_id != client.id {
        return Err(Refusal::protocol("invalid_grant", "the token was issued to another client"));
    }
    if !is_access {
        grants.end(grant, "the refresh token was revoked");
    } else if call.table.extensions.revokes_access_tokens {
        if let Some(access) = grants.access.get_mut(token) {
            access.replaced = true;
        }
    } else {
        return Err(Refusal::protocol("unsupported_token_type", "access tokens cannot be revoked here"));
    }
    Ok(Answer::text(200, ""))
}
