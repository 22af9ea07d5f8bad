//! Text that must not be seen.

use std::fmt;

use serde::{Deserialize, Deserializer, Serializer, de};
use subtle::ConstantTimeEq;
use zeroize::Zeroize;

use super::wipe_text;

/// A token, code, verifier or password: text that is wiped when dropped and that no formatter prints.
///
/// It has no `Display`, no `==`, no `Hash` and no serde of its own. The states that are meant to be stored
/// write their secrets out themselves; nothing else does.
///
/// ```
/// use oauth_proto::Secret;
///
/// let secret = Secret::from("gX1fBat3bV");
/// assert_eq!(format!("{secret:?}"), "Secret(redacted)");
/// assert!(secret.matches("gX1fBat3bV"));
/// assert_eq!(secret.expose(), "gX1fBat3bV");
/// ```
#[derive(Clone)]
pub struct Secret(Box<str>); // not shown, not hashed (RFC 6749 section 10.3); call `expose` to send it, `matches` to compare it

impl Secret {
    /// Wraps `text`. A buffer with room to spare is copied to an exact one and wiped, so that no copy stays behind.
    pub fn new(text: impl Into<String>) -> Self {
        let mut text = text.into();
        if text.capacity() == text.len() {
            return Self(text.into_boxed_str());
        }
        let exact = Box::from(text.as_str());
        wipe_text(&mut text);
        Self(exact)
    }

    /// The text itself. Each call is a place to look at when asking where a secret can leak.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether this secret is `other`, in a time that depends on the lengths alone.
    pub fn matches(&self, other: &str) -> bool {
        self.0.as_bytes().ct_eq(other.as_bytes()).into()
    }
}

impl Drop for Secret {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(redacted)")
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self(Box::from(text))
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

/// For `#[serde(serialize_with)]` on a secret field of a stored state.
pub(crate) fn store<S: Serializer>(secret: &Secret, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(secret.expose())
}

/// For `#[serde(deserialize_with)]` on a secret field of a stored state: `1*VSCHAR`, as everywhere on the wire.
pub(crate) fn load<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Secret, D::Error> {
    deserializer.deserialize_str(Text)
}

/// The same two for a secret that a state may lack.
pub(crate) mod option {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::{Secret, Shown, Stored};

    pub(crate) fn serialize<S: Serializer>(secret: &Option<Secret>, serializer: S) -> Result<S::Ok, S::Error> {
        secret.as_ref().map(Shown).serialize(serializer)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Secret>, D::Error> {
        Ok(Option::<Stored>::deserialize(deserializer)?.map(|stored| stored.0))
    }
}

/// A secret, to be written into a stored state.
pub(crate) struct Shown<'a>(pub(crate) &'a Secret);

impl serde::Serialize for Shown<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        store(self.0, serializer)
    }
}

/// A secret out of a stored state.
pub(crate) struct Stored(Secret);

impl From<Stored> for Secret {
    fn from(stored: Stored) -> Self {
        stored.0
    }
}

impl<'de> Deserialize<'de> for Stored {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        load(deserializer).map(Self)
    }
}

struct Text;

impl de::Visitor<'_> for Text {
    type Value = Secret;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a secret of printable ASCII")
    }

    // Borrowed text arrives here without a copy in between; the error does not quote it.
    fn visit_str<E: de::Error>(self, text: &str) -> Result<Secret, E> {
        if super::grammar::is_token_text(text) {
            Ok(Secret::from(text))
        } else {
            Err(E::custom("a stored secret must be printable ASCII and not empty"))
        }
    }
}
