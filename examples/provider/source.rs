//! From a file to a provider. TOML becomes JSON first, so that both have the same errors.

use std::{fs, io::ErrorKind, path::Path};

use oauth_proto::Provider;
use serde_json::Value;

use crate::{Failure, suggest};

/// A provider as its file has it. It may lack values for its variables.
pub fn read(path: &Path) -> Result<Provider, Failure> {
    let name = path.display();
    let is_toml = match path.extension().and_then(|extension| extension.to_str()) {
        Some("toml") => true,
        Some("json") => false,
        _ => return Err(Failure::Usage(format!("{name}: the name must end in .json or .toml"))),
    };
    let refused = |why: String| Failure::Refused(format!("{name}: {why}"));
    let bytes = fs::read(path).map_err(|error| {
        Failure::Usage(match error.kind() {
            ErrorKind::NotFound => format!("{name}: there is no such file"),
            ErrorKind::IsADirectory => format!("{name}: this is a directory, not a file"),
            _ => format!("{name}: cannot be read: {error}"),
        })
    })?;
    let text = String::from_utf8(bytes)
        .map_err(|error| refused(format!("byte {} is no UTF-8", error.utf8_error().valid_up_to())))?;
    // Some editors put a mark in front that is no part of the text.
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(&text);
    if text.trim().is_empty() {
        return Err(refused("the file is empty".into()));
    }
    let json = if is_toml { from_toml(text).map_err(refused)?.to_string() } else { text.to_owned() };
    provider(&json).map_err(refused)
}

/// Variables without a value are asked for later; every other mistake is told here, as `Provider::from_json` does.
fn provider(json: &str) -> Result<Provider, String> {
    serde_json::from_str(json).map_err(|_| match Provider::from_json(json) {
        Err(error) => suggest::line(&error, &serde_json::from_str(json).unwrap_or_default()),
        Ok(_) => "cannot be read".into(),
    })
}

fn from_toml(text: &str) -> Result<Value, String> {
    let table: toml::Table = toml::from_str(text).map_err(|error| {
        let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        format!("line {line}, column {column}: {}", error.message().replace('\n', " "))
    })?;
    Ok(to_json(toml::Value::Table(table)))
}

fn to_json(value: toml::Value) -> Value {
    match value {
        toml::Value::String(text) => text.into(),
        toml::Value::Integer(number) => number.into(),
        toml::Value::Float(number) => number.into(),
        toml::Value::Boolean(truth) => truth.into(),
        // A date without quotation marks: JSON knows none.
        toml::Value::Datetime(date) => date.to_string().into(),
        toml::Value::Array(list) => list.into_iter().map(to_json).collect(),
        toml::Value::Table(table) => table.into_iter().map(|(name, value)| (name, to_json(value))).collect(),
    }
}
