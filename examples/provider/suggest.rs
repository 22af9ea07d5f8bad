//! A refusal in one line, with the nearest of the names that there are.

use oauth_proto::{
    ConfigError, Provider,
    dialect::{ResponseStep, TokenStep},
    error::Reason,
};
use serde_json::Value;

use crate::template;

/// How near a name must be to be meant, from 0 to 1.
const NEAR: f64 = 0.6;

/// What is wrong, where it stands, and what was meant. `data` is what was read.
pub fn line(error: &ConfigError, data: &Value) -> String {
    // Where the whole is to blame, no field is.
    let field = if error.field() == "provider" { String::new() } else { format!("{}: ", error.field()) };
    let last = error.field().rsplit('.').next().unwrap_or_default();
    match error.reason() {
        Reason::UnknownName { known } => {
            let known: Vec<_> = known.iter().map(|name| &**name).collect();
            let elsewhere = places(last);
            if nearest(last, &known).is_some() || elsewhere.is_empty() {
                format!("{field}there is no such name here; {}", meant(last, &known))
            } else {
                format!("{field}there is no such name here; it stands at {}", elsewhere.join(", "))
            }
        }
        Reason::UnknownValue { known } => {
            let known: Vec<_> = known.iter().map(|value| &**value).collect();
            format!("{field}there is no such value here; {}", meant(&value_at(data, error.field()), &known))
        }
        Reason::UnknownVariable => {
            let mut names = template::names(data);
            names.retain(|name| name != last);
            let known: Vec<_> = names.iter().map(String::as_str).collect();
            format!("{field}{}; {}", error.reason(), meant(last, &known))
        }
        reason => format!("{field}{reason}"),
    }
}

fn meant(written: &str, known: &[&str]) -> String {
    let all = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
    match nearest(written, known) {
        Some(near) => format!("did you mean `{near}`? There are: {all}"),
        None => format!("there are: {all}"),
    }
}

/// The nearest of `known`, if one is near.
pub fn nearest<'a>(written: &str, known: &[&'a str]) -> Option<&'a str> {
    let written = folded(written);
    let near = |name: &&str| {
        let name = folded(name);
        let contains = written.len() > 3 && (name.contains(&written) || written.contains(&name));
        let likeness = strsim::normalized_damerau_levenshtein(&written, &name);
        if contains { likeness.max(NEAR) } else { likeness }
    };
    let best = known.iter().max_by(|one, other| near(one).total_cmp(&near(other)))?;
    (near(best) >= NEAR).then_some(*best)
}

/// `tokenUrl` and `token_endpoint` are meant to be the same; and OpenID Connect has a name of its own for a secret in the
/// body.
fn folded(name: &str) -> String {
    let letters: String = name.chars().filter(|char| char.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    letters.replace("url", "endpoint").replace("uri", "endpoint").replace("clientsecretpost", "body")
}

/// The text that stands at `path`, or the name in an object of one member.
fn value_at(data: &Value, path: &str) -> String {
    match path.split('.').try_fold(data, |value, name| value.get(name)) {
        Some(Value::Object(members)) => members.keys().next().cloned().unwrap_or_default(),
        Some(value) => value.as_str().unwrap_or_default().to_owned(),
        None => String::new(),
    }
}

/// Where a field of this very name stands: the right name at the wrong place.
fn places(name: &str) -> Vec<String> {
    let mut all = Provider::default();
    all.dialect.follow_up = Some(TokenStep::default());
    all.dialect.follow_up_response = Some(ResponseStep::default());
    let mut found = Vec::new();
    find(&serde_json::to_value(all).unwrap_or_default(), name, "", &mut found);
    found
}

fn find(value: &Value, name: &str, path: &str, found: &mut Vec<String>) {
    for (member, value) in value.as_object().into_iter().flatten() {
        let dot = if path.is_empty() { "" } else { "." };
        let here = format!("{path}{dot}{member}");
        if member == name {
            found.push(here.clone());
        }
        find(value, name, &here, found);
    }
}
