//! Resource indicators (RFC 8707) and rich authorization requests (RFC 9396).

use std::collections::HashMap;

use serde_json::{Map, Value};

use crate::answer::Refusal;
use crate::decode::Params;
use crate::grants::GrantId;
use crate::table::{Param, ProviderTable};
use crate::wire::deviates;

const RESOURCE: Param = ("resource", "RFC 8707 section 2");
/// RFC 9470 section 4.
const STEP_UP: [Param; 2] = [("acr_values", "RFC 9470 section 4"), ("max_age", "RFC 9470 section 4")];
const DETAILS: Param = ("authorization_details", "RFC 9396 section 2");

/// What tokens may be asked for.
const RESOURCES: [&str; 3] = ["https://api.plain.invalid/", "urn:plain:files", "urn:plain:mail"];

/// The one type of authorization details; any other is unknown (RFC 9396 section 5).
const TYPE: &str = "account";

/// What each grant was asked for, and what each access token was asked for of that.
#[derive(Clone, Debug, Default)]
pub(crate) struct Asked {
    grants: HashMap<GrantId, Wanted>,
    narrowed: HashMap<String, Vec<String>>,
}

/// What one request asks for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wanted {
    resources: Vec<String>,
    details: Option<Value>,
    acr_values: Option<String>,
}

pub(super) fn extend(table: &mut ProviderTable) {
    let with =
        |optional: &'static [Param], more: &[Param]| -> &'static [Param] { Vec::leak([optional, more].concat()) };
    for rule in &mut table.authorize {
        rule.optional = with(rule.optional, &[RESOURCE, DETAILS, STEP_UP[0], STEP_UP[1]]);
    }
    for rule in &mut table.grants {
        rule.optional = match rule.grant_type {
            "authorization_code" | "refresh_token" => with(rule.optional, &[RESOURCE]),
            "password" | "client_credentials" => with(rule.optional, &[RESOURCE, DETAILS]),
            _ => rule.optional,
        };
    }
}

impl Wanted {
    pub(crate) fn read(table: &ProviderTable, params: &Params) -> Result<Self, Refusal> {
        let resources: Vec<String> = params.all("resource").map(str::to_owned).collect();
        for resource in &resources {
            if resource.contains('#') || !resource.contains(':') {
                return deviates(table, RESOURCE.1, "`resource` is no absolute URI, or has a fragment");
            }
            if !RESOURCES.contains(&resource.as_str()) {
                return Err(Refusal::protocol("invalid_target", format!("there is no resource {resource}")));
            }
        }
        let details = match params.get("authorization_details") {
            Some(text) => Some(details(table, text)?),
            None => None,
        };
        if params.get("max_age").is_some_and(|age| age.parse::<u32>().is_err()) {
            return deviates(table, STEP_UP[1].1, "`max_age` is no number of seconds");
        }
        Ok(Wanted { resources, details, acr_values: params.owned("acr_values") })
    }
}

fn details(table: &ProviderTable, text: &str) -> Result<Value, Refusal> {
    let Ok(Value::Array(list)) = serde_json::from_str(text) else {
        return deviates(table, DETAILS.1, "`authorization_details` is no JSON array");
    };
    for detail in &list {
        match detail.get("type").and_then(Value::as_str) {
            Some(TYPE) => {}
            Some(_) => return Err(Refusal::protocol("invalid_authorization_details", "the type is unknown")),
            None => return deviates(table, DETAILS.1, "an object in `authorization_details` has no `type`"),
        }
    }
    Ok(Value::Array(list))
}

impl Asked {
    pub(crate) fn remember(&mut self, grant: GrantId, wanted: Wanted) {
        self.grants.insert(grant, wanted);
    }

    /// RFC 8707 section 2.2: no more than what the grant was asked for.
    pub(crate) fn check(&self, grant: GrantId, wanted: &Wanted) -> Result<(), Refusal> {
        let granted = self.grants.get(&grant).map_or(&[][..], |asked| &asked.resources);
        match wanted.resources.iter().find(|each| !granted.contains(each)) {
            Some(more) => Err(Refusal::protocol("invalid_target", format!("the grant is not for {more}"))),
            None => Ok(()),
        }
    }

    /// A token request that names resources brings a token for these (RFC 8707 section 2.2).
    pub(crate) fn issued(&mut self, access_token: &str, wanted: Wanted) {
        if !wanted.resources.is_empty() {
            self.narrowed.insert(access_token.to_owned(), wanted.resources);
        }
    }

    /// RFC 9396 section 7: what was granted. The user leaves the last of several things out.
    pub(crate) fn tell(&self, grant: GrantId, fields: &mut Map<String, Value>) {
        let details = self.grants.get(&grant).and_then(|asked| asked.details.as_ref()).and_then(Value::as_array);
        if let Some(details) = details {
            let granted = if details.len() > 1 { &details[..details.len() - 1] } else { details };
            fields.insert("authorization_details".to_owned(), Value::Array(granted.to_vec()));
        }
    }

    /// In which ways the user logged in: in each that was asked for.
    pub(super) fn acr_values(&self, grant: GrantId) -> impl Iterator<Item = &str> {
        let values = self.grants.get(&grant).and_then(|asked| asked.acr_values.as_deref());
        values.unwrap_or_default().split(' ')
    }

    /// Whom an access token is for.
    pub(crate) fn audience(&self, grant: GrantId, access_token: &str) -> Option<Value> {
        let resources = self.narrowed.get(access_token).or(self.grants.get(&grant).map(|asked| &asked.resources))?;
        (!resources.is_empty()).then(|| resources.iter().map(String::as_str).collect())
    }
}
