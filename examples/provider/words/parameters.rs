//! Parameters of another name, left out, added, or in another place.

use serde_json::Value;

use super::plain;

/// A sentence for each name in one of the lists of `parameters`.
pub fn sentences(list: &str, value: &Value) -> Vec<String> {
    let pairs = || value.as_object().into_iter().flatten();
    let names = || value.as_array().into_iter().flatten().map(plain);
    match list {
        "rename" => renames(value),
        "omit" => names().map(|name| format!("`{name}` is left out")).collect(),
        "add" => pairs().map(|(name, value)| format!("adds `{name}`: {}", plain(value))).collect(),
        "in_query" => names().map(|name| format!("`{name}` stands in the URL's query")).collect(),
        "omit_unset" => vec!["what is added is left out where its variables have no value".into()],
        other => vec![format!("{other}: {}", plain(value))],
    }
}

pub fn renames(value: &Value) -> Vec<String> {
    let pairs = value.as_object().into_iter().flatten();
    pairs.map(|(name, wire)| format!("`{name}` is called `{}`", plain(wire))).collect()
}
