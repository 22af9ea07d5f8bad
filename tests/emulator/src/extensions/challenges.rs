//! An API that wants more than a token that is good: a scope (RFC 6750 section 3.1), or a stronger login (RFC 9470).

use http::header::WWW_AUTHENTICATE;
use serde_json::json;

use crate::answer::{Answer, Refusal};
use crate::grants::Access;
use crate::state::State;
use crate::table::ProviderTable;

/// What the API wants.
#[derive(Clone, Debug, Default)]
pub(crate) struct Demands {
    scope: Option<&'static str>,
    acr: Option<&'static str>,
}

impl ProviderTable {
    /// The API takes tokens of this scope alone, and says so to others.
    #[must_use]
    pub fn api_demanding_scope(mut self, scope: &'static str) -> Self {
        self.extensions.demands.scope = Some(scope);
        self
    }

    /// The API takes tokens of users who logged in in this way alone, and says so to others.
    #[must_use]
    pub fn api_demanding_acr(mut self, acr: &'static str) -> Self {
        self.extensions.demands.acr = Some(acr);
        self
    }
}

/// The refusal of a token that is good, and not enough.
pub(crate) fn refuse(table: &ProviderTable, state: &State, access: &Access) -> Option<Answer> {
    let Demands { scope, acr } = table.extensions.demands;
    if let Some(wanted) = scope {
        let granted = access.scope.as_deref().unwrap_or_default();
        if !granted.split(' ').any(|each| each == wanted) {
            let field = format!("Bearer error=\"insufficient_scope\", scope=\"{wanted}\"");
            return Some(answer(403, "insufficient_scope", &field));
        }
    }
    if let Some(wanted) = acr {
        if !state.extensions.asked.acr_values(access.grant).any(|each| each == wanted) {
            let field =
                format!("Bearer error=\"insufficient_user_authentication\", acr_values=\"{wanted}\", max_age=\"60\"");
            return Some(answer(401, "insufficient_user_authentication", &field));
        }
    }
    None
}

fn answer(status: u16, error: &'static str, field: &str) -> Answer {
    let why = "the token is good, and not enough".to_owned();
    let refusal = Refusal::Protocol { status, error, why, authenticate: None };
    Answer::json(status, &json!({ "error": error })).with(WWW_AUTHENTICATE, field).because(refusal)
}
