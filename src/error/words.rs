//! A reader's error, in words that name the field and quote no value.

use serde::de::IgnoredAny;
use serde_json::error::Category;

use super::Reason;

/// The reader's words, with the field that it stopped at and less what they quote: serde_json repeats a value of the
/// wrong type and names no field.
pub(crate) fn without_values(error: &serde_json::Error, text: &[u8]) -> Box<str> {
    let words = error.to_string();
    let names_its_field = ["missing field", "unknown field", "duplicate field", "kind:", "scope:", "redirect_uri:"];
    if error.classify() != Category::Data || names_its_field.iter().any(|start| words.starts_with(start)) {
        return shown(&words);
    }
    // A text that is no object at all stops at no field.
    let field = Some(path_at(text, error)).filter(|path| !path.is_empty()).unwrap_or_else(|| "the whole".into());
    let quotes = ["invalid type", "invalid value", "unknown variant"];
    if !quotes.iter().any(|start| words.starts_with(start)) {
        return shown(&format!("{field}: {words}"));
    }
    // From the end: the value that stands before may say "expected" too.
    let expected = words.rsplit_once("expected ").map_or("another type", |(_, rest)| rest);
    shown(&format!("{field}: not of the right type or value, expected {expected}"))
}

/// Where a reader of configuration stopped, as a path, and why. `whole` names the text, where it stopped at no field.
pub(super) fn misread(whole: &'static str, error: &serde_json::Error, text: &[u8]) -> (String, Reason) {
    let words = error.to_string();
    let at = || path_at(text, error);
    if let Some(name) = words.strip_prefix("unknown field `") {
        // From the end: the name comes from outside, and may hold anything.
        let (name, expected) =
            name.rsplit_once("`, expected ").or(name.rsplit_once("`, there are ")).unwrap_or((name, ""));
        let path = at();
        let dot = if path.is_empty() { "" } else { "." };
        // A member may have no name at all, and an error names its field.
        let name = if name.is_empty() { "\"\"".into() } else { escaped(name) };
        return (format!("{path}{dot}{name}"), Reason::UnknownName { known: quoted(expected) });
    }
    if words.starts_with("unknown variant `") {
        let expected = words.rsplit_once("`, expected ").map_or("", |(_, expected)| expected);
        return (at(), Reason::UnknownValue { known: quoted(expected) });
    }
    // It is JSON all the same: some value is of another type than its field.
    if error.is_syntax() && serde_json::from_slice::<IgnoredAny>(text).is_ok() {
        return (at(), Reason::Unreadable("not of the right type".into()));
    }
    (whole.into(), Reason::Unreadable(without_values(error, text).into()))
}

/// The names between backticks: the reader's own list of what it knows.
fn quoted(expected: &str) -> Vec<Box<str>> {
    expected.split('`').skip(1).step_by(2).map(Box::from).collect()
}

pub(super) fn escaped(name: &str) -> String {
    name.chars().take(64).flat_map(char::escape_debug).collect()
}

/// A field's name comes from outside: it must break no log line, and fill none.
fn shown(words: &str) -> Box<str> {
    words.chars().take(400).map(|char| if char.is_control() { '\u{FFFD}' } else { char }).collect::<String>().into()
}

/// The path of the member at which the reader stopped: `login.closes_at`.
fn path_at(text: &[u8], error: &serde_json::Error) -> String {
    let lines = text.split_inclusive(|byte| *byte == b'\n').take(error.line().saturating_sub(1));
    let end = lines.map(<[u8]>::len).fold(error.column(), usize::saturating_add);
    let mut rest = text.get(..end).unwrap_or(text);
    let mut string: &[u8] = &[];
    let mut open: Vec<&[u8]> = Vec::new();
    while let Some((byte, after)) = rest.split_first() {
        rest = after;
        match (byte, open.last_mut()) {
            (b'"', _) => (string, rest) = split_string(after),
            (b'{' | b'[', _) => open.push(&[]),
            (b'}' | b']', _) => drop(open.pop()),
            (b':', Some(name)) => *name = string,
            (b',', Some(name)) => *name = &[],
            _ => {}
        }
    }
    let names = open.iter().filter(|name| !name.is_empty()).map(|name| String::from_utf8_lossy(name));
    let names: Vec<String> = names.map(|name| escaped(&name)).collect();
    names.join(".")
}

/// The text of a string up to its closing quote, and what follows it.
fn split_string(text: &[u8]) -> (&[u8], &[u8]) {
    let mut escaped = false;
    let end = text.iter().position(|byte| {
        let closes = *byte == b'"' && !escaped;
        escaped = *byte == b'\\' && !escaped;
        closes
    });
    let (string, rest) = text.split_at(end.unwrap_or(text.len()));
    (string, rest.get(1..).unwrap_or_default())
}
