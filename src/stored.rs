//! Stored states: each carries its kind and version, and is refused by any other reader.

use std::{fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{self, DeserializeOwned},
};
use serde_json::error::Category;

/// A state that may be stored. Sealed: [`save`] and [`load`] take just these.
///
/// | state | tag | why it is stored |
/// | --- | --- | --- |
/// | [`AwaitingCode`](crate::AwaitingCode) | `awaiting_code/1` | the browser comes back to another process |
/// | [`AwaitingToken`](crate::AwaitingToken) | `awaiting_token/…/1` | the same |
/// | [`TokenSet`](crate::TokenSet) | `token_set/1` | tokens outlive the process |
/// | [`InFlight`](crate::InFlight) (write only) | `in_flight/…/1` | written before sending; a crash is found again |
/// | [`InDoubt`](crate::InDoubt) | `in_flight/…/1` | what those bytes load as |
/// | [`Keeper`](crate::Keeper) | `keeper/1` | all of the above in one row |
pub trait Stored: private::Tagged {}

impl<T: private::Tagged> Stored for T {}

pub(crate) mod private {
    /// The kind and version of a stored state: `token_set/1`.
    pub trait Tagged {
        const TAG: &'static str;
    }
}
use private::Tagged;

/// The longest stored state that [`load`] reads, in bytes.
pub const MAX_BYTES: usize = 64 * 1024;

/// Writes a state as JSON. **The text holds secrets in clear**: encrypt it, or store it where tokens may lie.
///
/// ```
/// use oauth_proto::{Secret, TokenSet, AccessOnly, stored};
/// # use oauth_proto::{Client, Registration, Timestamp, providers};
/// # let client = Client::public(providers::amiqus(), Registration::new("app")?)?;
/// let tokens = client.import_access_token_from_elsewhere(Secret::from("t"), None);
/// let row = stored::save(&tokens);
/// let back: TokenSet<AccessOnly> = stored::load(row.as_bytes())?;
/// assert_eq!(stored::save(&back), row);
///
/// let wrong = stored::load::<oauth_proto::AwaitingCode>(row.as_bytes()).unwrap_err();
/// assert!(wrong.to_string().contains("expected `awaiting_code/1`"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn save<S: Stored + Serialize>(state: &S) -> String {
    // Strings, numbers and structs only: JSON can hold them all, and a `String` takes every byte.
    serde_json::to_string(state).unwrap_or_default()
}

/// Reads what [`save`] wrote.
///
/// # Errors
/// The bytes are no JSON, too long, of another kind or version, or a field is absent, unknown or malformed. The
/// error names the field and never quotes a value. The bytes are untouched: nothing is lost.
pub fn load<S: Stored + DeserializeOwned>(bytes: &[u8]) -> Result<S, StoredError> {
    if bytes.len() > MAX_BYTES {
        return Err(StoredError::TooLong);
    }
    // The tag goes first, so that a row of another kind is named as such and not by the first field that differs.
    let unreadable = |error| StoredError::Unreadable { why: without_values(&error, bytes) };
    let header: Header<'_> = serde_json::from_slice(bytes).map_err(unreadable)?;
    if header.kind != S::TAG {
        return Err(StoredError::WrongKind { expected: S::TAG, found: known(&header.kind) });
    }
    serde_json::from_slice(bytes).map_err(unreadable)
}

#[derive(Deserialize)]
struct Header<'a> {
    #[serde(borrow)]
    kind: std::borrow::Cow<'a, str>,
}

/// A tag to name in an error: one of ours, or nothing at all, since foreign text may be anything.
fn known(kind: &str) -> Option<Box<str>> {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_/".contains(&byte);
    (kind.len() <= 64 && kind.bytes().all(plain)).then(|| kind.into())
}

/// Why a stored state was not read.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StoredError {
    /// It is longer than [`MAX_BYTES`].
    TooLong,
    /// It is a state of another kind or version.
    WrongKind {
        /// The tag of the type that was asked for.
        expected: &'static str,
        /// The tag that stands there, if it looks like one.
        found: Option<Box<str>>,
    },
    /// It is no JSON, or a field is absent, unknown or malformed.
    Unreadable {
        /// Which field and why; never a value.
        why: Box<str>,
    },
}

/// The reader's words, with the field that it stopped at and less what they quote: serde_json repeats a value of the
/// wrong type and names no field.
pub(crate) fn without_values(error: &serde_json::Error, text: &[u8]) -> Box<str> {
    let words = error.to_string();
    let names_its_field = ["missing field", "unknown field", "duplicate field", "kind:", "scope:", "redirect_uri:"];
    if error.classify() != Category::Data || names_its_field.iter().any(|start| words.starts_with(start)) {
        return words.into();
    }
    // A text that is no object at all stops at no field.
    let field = Some(path_at(text, error)).filter(|path| !path.is_empty()).unwrap_or_else(|| "the whole".into());
    let quotes = ["invalid type", "invalid value", "unknown variant"];
    if !quotes.iter().any(|start| words.starts_with(start)) {
        return format!("{field}: {words}").into();
    }
    // From the end: the value that stands before may say "expected" too.
    let expected = words.rsplit_once("expected ").map_or("another type", |(_, rest)| rest);
    format!("{field}: not of the right type or value, expected {expected}").into()
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
    let names: Vec<String> = names.map(|name| name.chars().take(64).flat_map(char::escape_debug).collect()).collect();
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

impl fmt::Display for StoredError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong => write!(f, "the stored state is longer than {MAX_BYTES} bytes"),
            Self::WrongKind { expected, found: Some(found) } => {
                write!(f, "kind: expected `{expected}`, found `{found}`")
            }
            Self::WrongKind { expected, found: None } => {
                write!(f, "kind: expected `{expected}`, found no tag of this crate")
            }
            Self::Unreadable { why } => write!(f, "the stored state cannot be read: {why}"),
        }
    }
}

impl std::error::Error for StoredError {}

/// The tag of `T`, as a field: it takes no room, is written as the tag, and reads nothing else.
pub(crate) struct Kind<T>(PhantomData<fn() -> T>);

impl<T> Kind<T> {
    pub(crate) const fn new() -> Self {
        Self(PhantomData)
    }
}

impl<T> Clone for Kind<T> {
    fn clone(&self) -> Self {
        Self::new()
    }
}

impl<T: Tagged> fmt::Debug for Kind<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(T::TAG)
    }
}

impl<T: Tagged> Serialize for Kind<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(T::TAG)
    }
}

impl<'de, T: Tagged> Deserialize<'de> for Kind<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(TagVisitor(PhantomData))
    }
}

struct TagVisitor<T>(PhantomData<fn() -> T>);

impl<T: Tagged> de::Visitor<'_> for TagVisitor<T> {
    type Value = Kind<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the tag `{}`", T::TAG)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
        if text == T::TAG { Ok(Kind::new()) } else { Err(E::custom(format_args!("kind: expected `{}`", T::TAG))) }
    }
}
