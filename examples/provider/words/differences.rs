//! Where a step differs from the default, which is RFC 6749.

use serde_json::Value;

/// A field that is not as RFC 6749 has it.
pub struct Difference<'a> {
    /// From the top of the provider's data: `dialect.token.body`.
    pub path: String,
    /// From its step: `body`.
    pub field: String,
    pub value: &'a Value,
}

pub fn differences<'a>(actual: &'a Value, usual: &Value, step: &str) -> Vec<Difference<'a>> {
    let mut found = Vec::new();
    collect(actual, usual, "", &mut found);
    found.into_iter().map(|(field, value)| Difference { path: format!("{step}.{field}"), field, value }).collect()
}

fn collect<'a>(actual: &'a Value, usual: &Value, path: &str, found: &mut Vec<(String, &'a Value)>) {
    match (actual, usual) {
        _ if actual == usual => {}
        // What is empty by default is a list of names, and no struct.
        (Value::Object(members), Value::Object(usual)) if !usual.is_empty() => {
            for (name, value) in members {
                let dot = if path.is_empty() { "" } else { "." };
                collect(value, usual.get(name).unwrap_or(&Value::Null), &format!("{path}{dot}{name}"), found);
            }
        }
        _ => found.push((path.to_owned(), actual)),
    }
}
