//! The values of one connection: made for a row, and told to both sides.

use std::collections::BTreeMap;

use oauth_proto_emulator::rows::{Connection, Row};
use serde_json::Value;

use crate::map::{Place, variables};

/// The connections that a row is driven with: one with all its variables; and, where it can do without some, one for
/// each alternative of its URLs, with the variables of that one.
pub fn connections(row: &Row) -> Vec<(String, Connection)> {
    let whole = with_all(row);
    let mut connections = vec![("all variables".to_owned(), whole.clone())];
    let variables = variables(row);
    let optional: Vec<&String> =
        variables.iter().filter(|(_, places)| is_optional(row, places)).map(|(name, _)| name).collect();
    if optional.is_empty() {
        return connections;
    }
    let urls = [&row.authorize_url, &row.token_url, &row.refresh_url];
    let urls: Vec<Vec<&str>> = urls.into_iter().flatten().map(|url| url.split(" || ").collect()).collect();
    for at in 0..urls.iter().map(Vec::len).max().unwrap_or(1) {
        let chosen = urls.iter().filter_map(|alternatives| alternatives.get(at).or(alternatives.last()));
        let chosen: String = chosen.copied().collect();
        let mut connection = whole.clone();
        connection.variables.retain(|name, _| !optional.contains(&name) || chosen.contains(&format!("{{{name}}}")));
        connections.push((format!("alternative {}", at + 1), connection));
    }
    connections
}

fn is_optional(row: &Row, places: &[Place]) -> bool {
    let omits = row.special.iter().any(|special| special == "omit_empty_authorize_params");
    places.iter().all(|place| match place {
        Place::Alternatives => true,
        Place::Parameter => omits,
        Place::Url | Place::Header => false,
    })
}

fn with_all(row: &Row) -> Connection {
    let values = variables(row).into_iter().map(|(name, places)| {
        let value = value_for(&name, &places);
        (name, value)
    });
    let in_url = [&row.authorize_url, &row.token_url, &row.refresh_url];
    let id_in_url = in_url.into_iter().flatten().any(|url| url.contains("{client_id}"));
    // RFC 7617: a user name in raw Basic holds no colon. In a URL, no character that would need encoding.
    let client_id = if id_in_url { "client-7" } else { "client+1/2 x%41" };
    Connection {
        client_id: client_id.to_owned(),
        client_secret: "s&=+ %/?#41".to_owned(),
        // A query that is already there has to survive.
        redirect_uri: "https://app.example/call%20back?keep=1".to_owned(),
        scope: scope(row),
        variables: values.collect(),
        callback: callback(row),
        api_url: "https://api.of-the-row.example/me".to_owned(),
    }
}

/// What fits into a host, a path and a query alike; and what is awkward wherever it is encoded.
fn value_for(name: &str, places: &[Place]) -> String {
    let plain: String = name.chars().map(|char| if char.is_ascii_alphanumeric() { char } else { '-' }).collect();
    if places.iter().any(|place| matches!(place, Place::Url | Place::Alternatives)) {
        format!("{}.example", plain.to_ascii_lowercase())
    } else if places.contains(&Place::Header) {
        format!("{plain} = \"7\"")
    } else {
        format!("{plain}&=+ %41/ü")
    }
}

fn scope(row: &Row) -> Vec<String> {
    let replaces = |add: &serde_json::Map<String, Value>| add.get("scope").is_some_and(|scope| scope != "{scope}");
    if replaces(&row.extra_authorize_params) || replaces(&row.extra_token_params) {
        return Vec::new();
    }
    let mut scope = vec!["read:all".to_owned(), "write".to_owned()];
    let needed = row.special.iter().filter_map(|special| special.strip_prefix("refresh_token_needs_scope:"));
    scope.extend(needed.filter_map(|names| names.split(',').next()).map(str::to_owned));
    scope
}

fn callback(row: &Row) -> BTreeMap<String, String> {
    let mut values = BTreeMap::new();
    for name in &row.callback_extras {
        let in_header = row.token_headers.values().any(|value| value.contains(&format!("{{{name}}}")));
        let value = if in_header { "from the callback 7" } else { "a+b &=%41/ü" };
        values.insert(name.clone(), value.to_owned());
    }
    for name in &row.late_bound_url_vars {
        let urls = [&row.token_url, &row.refresh_url];
        let mut alternatives = urls.into_iter().flatten().flat_map(|url| url.split(" || "));
        let whole = alternatives.any(|url| url.starts_with(&format!("{{{name}}}")));
        let value = if whole { "https://accounts.late.example" } else { "late-7" };
        values.insert(name.clone(), value.to_owned());
    }
    values
}
