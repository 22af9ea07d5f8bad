//! A reader's error, in words that name the field and quote no value.

use std::fmt::{self, Write};

use serde::de::IgnoredAny;
use serde_json::error::Category;
use zeroize::Zeroizing;

use super::Reason;
use crate::vocabulary::json_text::{Piece, pieces};

/// What is wrong with a stored state, in the reader's words, less what they quote. In bytes that were damaged, a value
/// may have become a part of a name: only what looks like a field of ours is shown.
pub(crate) fn without_values(error: &serde_json::Error, text: &[u8]) -> Box<str> {
    let words = words_of(error);
    match unknown_field(&words) {
        Some((name, known)) if !looks_like_ours(name) => shown(&format!("unknown field, expected {known}")),
        _ => described(&words, error, text, |name| if looks_like_ours(name) { name.into() } else { "…".into() }),
    }
}

/// The reader's words, with the field that it stopped at and less what they quote: serde_json repeats a value of the
/// wrong type and names no field. A name is shown as `show` has it.
fn described(words: &str, error: &serde_json::Error, text: &[u8], show: impl Fn(&str) -> String) -> Box<str> {
    let names_its_field = ["missing field", "unknown field", "duplicate field", "kind:", "scope:", "redirect_uri:"];
    if error.classify() != Category::Data || names_its_field.iter().any(|start| words.starts_with(start)) {
        return shown(words);
    }
    // A text that is no object at all stops at no field.
    let field = Some(path_at(text, error, show)).filter(|path| !path.is_empty()).unwrap_or_else(|| "the whole".into());
    let quotes = ["invalid type", "invalid value", "unknown variant"];
    if !quotes.iter().any(|start| words.starts_with(start)) {
        return shown(&format!("{field}: {words}"));
    }
    // From the end: the value that stands before may say "expected" too.
    let expected = words.rsplit_once("expected ").map_or("another type", |(_, rest)| rest);
    shown(&format!("{field}: not of the right type or value, expected {expected}"))
}

/// Whether a name may be one of a state's fields.
fn looks_like_ours(name: &str) -> bool {
    name.len() <= 25 && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
}

/// The reader's words, before anybody looked whether they quote a secret: in a buffer that does not grow, and is wiped.
fn words_of(error: &serde_json::Error) -> Zeroizing<String> {
    struct Length(usize);

    impl Write for Length {
        fn write_str(&mut self, text: &str) -> fmt::Result {
            self.0 = self.0.saturating_add(text.len());
            Ok(())
        }
    }

    let mut length = Length(0);
    // Writing to either cannot fail.
    let _ = write!(length, "{error}");
    let mut words = Zeroizing::new(String::with_capacity(length.0));
    let _ = write!(words, "{error}");
    words
}

/// Where a reader of configuration stopped, as a path, and why. `whole` names the text, where it stopped at no field.
pub(super) fn misread(whole: &'static str, error: &serde_json::Error, text: &[u8]) -> (String, Reason) {
    let words = words_of(error);
    let path = path_at(text, error, escaped);
    if let Some((name, expected)) = unknown_field(&words) {
        let dot = if path.is_empty() { "" } else { "." };
        // A member may have no name at all, and an error names its field.
        let name = if name.is_empty() { "\"\"".into() } else { escaped(name) };
        return (format!("{path}{dot}{name}"), Reason::UnknownName { known: quoted(expected) });
    }
    // A text that is no object at all stops at no field.
    let at = if path.is_empty() { whole.to_owned() } else { path };
    if words.starts_with("unknown variant `") {
        let expected = words.rsplit_once("`, expected ").map_or("", |(_, expected)| expected);
        return (at, Reason::UnknownValue { known: quoted(expected) });
    }
    // It is JSON all the same: some value is of another type than its field.
    if error.is_syntax() && serde_json::from_slice::<IgnoredAny>(text).is_ok() {
        return (at, Reason::Unreadable("not of the right type".into()));
    }
    (whole.into(), Reason::Unreadable(described(&words, error, text, escaped).into()))
}

/// The name of the field that the reader does not know, and its words for those that it does.
fn unknown_field(words: &str) -> Option<(&str, &str)> {
    let name = words.strip_prefix("unknown field `")?;
    // From the end: the name comes from outside, and may hold anything.
    Some(name.rsplit_once("`, expected ").or(name.rsplit_once("`, there are ")).unwrap_or((name, "")))
}

/// The names between backticks: the reader's own list of what it knows.
fn quoted(expected: &str) -> Vec<Box<str>> {
    expected.split('`').skip(1).step_by(2).map(Box::from).collect()
}

/// As much of a name as an error should show, with control characters escaped.
pub(crate) fn escaped(name: &str) -> String {
    beginning(name, 64)
}

/// So many characters of a text from outside, with control characters escaped.
pub(super) fn beginning(text: &str, most: usize) -> String {
    text.chars().take(most).flat_map(char::escape_debug).collect()
}

/// A field's name comes from outside: it must break no log line, turn none around, and fill none.
fn shown(words: &str) -> Box<str> {
    // What is not printed as itself: control characters, and those that change the direction of what follows.
    let harmless = |char: char| !char.is_control() && (char.is_ascii() || char.escape_debug().len() == 1);
    words.chars().take(400).map(|char| if harmless(char) { char } else { '\u{FFFD}' }).collect::<String>().into()
}

/// The path of the member at which the reader stopped: `login.closes_at`. A name in it is shown as `show` has it.
fn path_at(text: &[u8], error: &serde_json::Error, show: impl Fn(&str) -> String) -> String {
    let lines = text.split_inclusive(|byte| *byte == b'\n').take(error.line().saturating_sub(1));
    let end = lines.map(<[u8]>::len).fold(error.column(), usize::saturating_add);
    let mut string: &[u8] = &[];
    let mut open: Vec<&[u8]> = Vec::new();
    for piece in pieces(text.get(..end).unwrap_or(text)) {
        match (piece, open.last_mut()) {
            (Piece::String(text), _) => string = without_quotes(text),
            (Piece::Byte(b'{' | b'['), _) => open.push(&[]),
            (Piece::Byte(b'}' | b']'), _) => drop(open.pop()),
            (Piece::Byte(b':'), Some(name)) => *name = string,
            (Piece::Byte(b','), Some(name)) => *name = &[],
            _ => {}
        }
    }
    let names = open.iter().filter(|name| !name.is_empty()).map(|name| String::from_utf8_lossy(name));
    let names: Vec<String> = names.map(|name| show(&name)).collect();
    names.join(".")
}

fn without_quotes(string: &[u8]) -> &[u8] {
    let text = string.strip_prefix(b"\"").unwrap_or(string);
    text.strip_suffix(b"\"").unwrap_or(text)
}
