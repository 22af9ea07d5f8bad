//! The templates in a provider's data.

use std::collections::BTreeSet;

use serde_json::Value;

/// What stands for a value in every provider.
const BUILT_IN: [&str; 3] = ["client_id", "scope", "random"];

/// Members whose texts are no templates, and hold braces at most by chance.
const NO_TEMPLATES: [&str; 4] = ["variables", "keep", "rename", "name"];

/// The names of the provider's own variables, wherever a template names one.
pub fn names(provider: &Value) -> Vec<String> {
    let mut names = BTreeSet::new();
    collect(provider, &mut names);
    names.retain(|name| !BUILT_IN.contains(&name.as_str()) && !is_kept(provider, name));
    names.into_iter().collect()
}

/// Whether a value of this name comes with the callback or with the tokens.
pub fn is_kept(provider: &Value, name: &str) -> bool {
    is_from_callback(provider, name) || kept_members(provider).any(|kept| kept == name)
}

pub fn is_from_callback(provider: &Value, name: &str) -> bool {
    provider.pointer("/dialect/callback/keep").is_some_and(|keep| keep.get(name).is_some())
}

/// The members of a token response that are kept.
pub fn kept_members(provider: &Value) -> impl Iterator<Item = &str> {
    provider.pointer("/dialect/response/keep").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
}

fn collect(value: &Value, names: &mut BTreeSet<String>) {
    match value {
        Value::String(text) => names.extend(variables(text).map(str::to_owned)),
        Value::Array(list) => list.iter().for_each(|each| collect(each, names)),
        Value::Object(members) => {
            let members = members.iter().filter(|(name, _)| !NO_TEMPLATES.contains(&name.as_str()));
            members.for_each(|(_, value)| collect(value, names));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// The names in one template. Two braces are a brace, and name nothing.
pub fn variables(template: &str) -> impl Iterator<Item = &str> {
    let mut rest = template;
    std::iter::from_fn(move || {
        loop {
            let (_, after) = rest.split_once('{')?;
            if let Some(literal) = after.strip_prefix('{') {
                rest = literal;
                continue;
            }
            let (name, after) = after.split_once('}')?;
            rest = after;
            return Some(name);
        }
    })
}

/// The first of a URL's alternatives whose variables all have a value, filled in.
pub fn fill(url: &str, value: impl Fn(&str) -> Option<String>) -> Option<String> {
    url.split(" || ").find_map(|alternative| {
        let mut filled = alternative.to_owned();
        for name in variables(alternative) {
            filled = filled.replace(&format!("{{{name}}}"), &value(name)?);
        }
        Some(filled)
    })
}
