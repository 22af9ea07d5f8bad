//! Stored states: each carries its kind and version, and is refused by any other reader.

mod kind;

use std::{fmt, io};

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use zeroize::Zeroizing;

pub(crate) use kind::{Kind, Tagged};

use crate::{
    error::{Remedy, without_values},
    vocabulary::{
        Wiped,
        json_text::{Piece, pieces},
        reserve,
    },
};

/// A state that may be stored. Sealed: [`save`] and [`load`] take just these.
///
/// | state | tag | why it is stored |
/// | --- | --- | --- |
/// | [`AwaitingCode`](crate::AwaitingCode) | `awaiting_code/1` | the browser comes back to another process |
/// | [`AwaitingToken`](crate::AwaitingToken) | `awaiting_token/…/1` | the same |
/// | [`TokenSet`](crate::TokenSet) | `token_set/1` | tokens outlive the process |
/// | [`InFlight`](crate::InFlight) (write only) | `in_flight/…/1` | written before sending; a crash is found again |
/// | [`InDoubt`](crate::InDoubt) | `in_flight/…/1` | what those bytes load as |
/// | `device::AwaitingUser` | `awaiting_user/1` | the user is away for minutes, and has the code before him |
/// | `device::Polling` (write only) | `awaiting_user/1` | written before sending; loads as an `AwaitingUser` |
/// | `IssuedToken` (feature `extension-grants`) | `issued_token/1` | a token that is no access token outlives the process |
/// | `RegisteredClient` (feature `registration`) | `registered_client/1` | a client outlives the process that registered it |
/// | `RegistrationInDoubt` (feature `registration`) | `registering/1` | what a registration is stored as before it is sent |
/// | [`Keeper`](crate::Keeper) | `keeper/1` | tokens, and whether a renewal of them is under way, in one row |
pub trait Stored: Tagged {}

impl<T: Tagged> Stored for T {}

/// The longest stored state that [`load`] reads, in bytes.
pub const MAX_BYTES: usize = 512 * 1024;

/// Writes a state as JSON. **The text holds secrets in clear**: encrypt it, or store it where tokens may lie.
///
/// ```
/// use oauth_proto::{Secret, TokenSet, AccessOnly, stored};
/// # use oauth_proto::{Client, Registration, Timestamp, providers};
/// # let client = Client::public(providers::amiqus(), Registration::new("app")?)?;
/// let tokens = client.import_access_token_from_elsewhere(Secret::from("t"), None)?;
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
    let mut row = Row(Zeroizing::new(Vec::with_capacity(1024)));
    match serde_json::to_writer(&mut row, state) {
        Ok(()) => String::from_utf8(std::mem::take(&mut *row.0)).unwrap_or_default(),
        Err(_) => String::new(),
    }
}

/// A row as it is written. Where it grows, what it was before is wiped.
struct Row(Zeroizing<Vec<u8>>);

impl io::Write for Row {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write_all(bytes).map(|()| bytes.len())
    }

    // Most writes are short, and there is room for them.
    #[inline]
    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        if bytes.len() > self.0.capacity().saturating_sub(self.0.len()) {
            reserve(&mut self.0, bytes.len());
        }
        self.0.extend_from_slice(bytes);
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Reads what [`save`] wrote.
///
/// # Errors
/// The bytes are no JSON, too long, of another kind or version, or a field is absent, unknown or malformed. The
/// error names the field and never quotes a value. The bytes are untouched: nothing is lost.
pub fn load<S: Stored + DeserializeOwned>(bytes: &[u8]) -> Result<S, StoredError> {
    let state = parsed(bytes)?.map_err(|error| match parsed::<Header<'_>>(bytes) {
        // A row of another kind is named as such, and not by the first field that differs.
        Ok(Ok(Header { kind })) if *kind != *S::TAG => StoredError::WrongKind { expected: S::TAG, found: known(&kind) },
        _ => unreadable(&error, bytes),
    })?;
    if has_list(bytes) {
        return Err(StoredError::Unreadable { why: "a list stands where an object is to stand".into() });
    }
    Ok(state)
}

/// Whether a list stands in JSON text. The reader takes one for any object, by the order of its fields, and nothing that is
/// stored holds one.
pub(crate) fn has_list(json: &[u8]) -> bool {
    json.contains(&b'[') && pieces(json).any(|piece| piece == Piece::Byte(b'['))
}

fn parsed<'de, T: Deserialize<'de>>(bytes: &'de [u8]) -> Result<serde_json::Result<T>, StoredError> {
    if bytes.len() > MAX_BYTES {
        return Err(StoredError::TooLong);
    }
    // At once: the reader would look at each string by itself.
    Ok(match std::str::from_utf8(bytes) {
        Ok(text) => serde_json::from_str(text),
        Err(_) => serde_json::from_slice(bytes), // which says where
    })
}

fn unreadable(error: &serde_json::Error, bytes: &[u8]) -> StoredError {
    StoredError::Unreadable { why: without_values(error, bytes) }
}

/// The tag of a stored state, for a table that holds several kinds: `token_set/1`. It says nothing of the rest.
///
/// ```
/// use oauth_proto::{AnyTokenSet, InDoubt, grant::RefreshToken, stored};
/// # use oauth_proto::{Client, Registration, providers};
/// # let client = Client::public(providers::amiqus(), Registration::new("app")?)?;
/// # let row = stored::save(&client.import_access_token_from_elsewhere("A1".into(), None)?);
/// match &*stored::kind(row.as_bytes())? {
///     "token_set/1" => drop(stored::load::<AnyTokenSet>(row.as_bytes())?),
///     // A process ended while it refreshed.
///     "in_flight/refresh_token/1" => drop(stored::load::<InDoubt<RefreshToken>>(row.as_bytes())?.assume_spent()),
///     other => return Err(format!("no tokens: {other}").into()),
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// The bytes are no JSON object with a `kind` that looks like a tag, or too long. They are untouched.
pub fn kind(bytes: &[u8]) -> Result<Box<str>, StoredError> {
    let header: Header<'_> = parsed(bytes)?.map_err(|error| unreadable(&error, bytes))?;
    if !bytes.trim_ascii_start().starts_with(b"{") {
        return Err(StoredError::Unreadable { why: "the whole: expected an object".into() });
    }
    known(&header.kind).ok_or(StoredError::Unreadable { why: "kind: no tag of this crate".into() })
}

#[derive(Deserialize)]
struct Header<'a> {
    #[serde(borrow)]
    kind: Wiped<'a>,
}

/// A tag to name in an error: one of ours, or nothing at all, since foreign text may be anything.
fn known(kind: &str) -> Option<Box<str>> {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_/".contains(&byte);
    (kind.contains('/') && kind.len() <= 64 && kind.bytes().all(plain)).then(|| kind.into())
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
    /// It is no JSON, has no tag, or a field is absent, unknown or malformed.
    Unreadable {
        /// Which field and why; never a value.
        why: Box<str>,
    },
}

impl StoredError {
    /// What to do: the row is not what this type wrote, and will not become so by itself. Find out who changed the store, or
    /// which other type it was written by. Where nobody can, what was in it is lost, and the user logs in again.
    pub fn remedy(&self) -> Remedy {
        Remedy::Fix
    }
}

impl fmt::Display for StoredError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong => write!(f, "the stored state is longer than {MAX_BYTES} bytes: it is none of this crate's"),
            Self::WrongKind { expected, found: Some(found) } => {
                write!(
                    f,
                    "kind: expected `{expected}`, found `{found}`; load it as the state of that tag (`stored::kind`), or by the release that wrote it"
                )
            }
            Self::WrongKind { expected, found: None } => {
                write!(f, "kind: expected `{expected}`, found no tag of this crate: it is no stored state")
            }
            Self::Unreadable { why } => write!(f, "the stored state cannot be read, and is as it was: {why}"),
        }
    }
}

impl std::error::Error for StoredError {}
