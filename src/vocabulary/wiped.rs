//! Text on its way through: borrowed where it lies, or a copy that is wiped.

use std::{borrow::Cow, fmt, ops::Deref};

use serde::{Deserialize, Deserializer, de};
use zeroize::{Zeroize, Zeroizing};

use super::Secret;

/// Text of a message that may be a secret, before anybody knows what it is. What had to be decoded, and so copied, is
/// wiped when dropped, whether it was believed or not.
#[derive(Clone, Default)]
pub(crate) struct Wiped<'a>(Cow<'a, str>);

impl Wiped<'_> {
    /// The text, for who knows that it is no secret.
    pub(crate) fn into_string(mut self) -> String {
        std::mem::take(&mut self.0).into_owned()
    }
}

impl Drop for Wiped<'_> {
    fn drop(&mut self) {
        if let Cow::Owned(copy) = &mut self.0 {
            wipe_text(copy);
        }
    }
}

impl Deref for Wiped<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Wiped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Wiped(redacted)")
    }
}

impl<'a> From<&'a str> for Wiped<'a> {
    fn from(text: &'a str) -> Self {
        Self(Cow::Borrowed(text))
    }
}

impl From<String> for Wiped<'_> {
    fn from(text: String) -> Self {
        Self(Cow::Owned(text))
    }
}

impl From<Wiped<'_>> for Secret {
    fn from(mut text: Wiped<'_>) -> Self {
        match &mut text.0 {
            Cow::Borrowed(text) => Self::from(*text),
            Cow::Owned(text) => Self::new(std::mem::take(text)),
        }
    }
}

/// A string, borrowed where the reader allows it.
impl<'de: 'a, 'a> Deserialize<'de> for Wiped<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(AnyText)
    }
}

struct AnyText;

impl<'de> de::Visitor<'de> for AnyText {
    type Value = Wiped<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(text.into())
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(text.to_owned().into())
    }

    fn visit_string<E>(self, text: String) -> Result<Self::Value, E> {
        Ok(text.into())
    }
}

/// Wipes a buffer that is not needed any more, with the room that it has to spare. All at once: a `Vec` wipes itself byte
/// by byte.
pub(crate) fn wipe(buffer: &mut Vec<u8>) {
    buffer.resize(buffer.capacity(), 0);
    buffer.as_mut_slice().zeroize();
    buffer.clear();
}

/// The same for a text.
pub(crate) fn wipe_text(buffer: &mut String) {
    wipe(&mut std::mem::take(buffer).into_bytes());
}

/// Makes room for so many bytes more. A buffer that grows by itself leaves its old place as it is.
pub(crate) fn reserve(buffer: &mut Vec<u8>, more: usize) {
    let length = buffer.len().saturating_add(more);
    if length > buffer.capacity() {
        let mut larger = Vec::with_capacity(length.saturating_mul(2));
        larger.extend_from_slice(buffer);
        wipe(buffer);
        *buffer = larger;
    }
}

/// Appends to a text that may hold a secret. A buffer that grows by itself leaves its old place as it is.
pub(crate) fn append(buffer: &mut Zeroizing<String>, text: &str) {
    let length = buffer.len().saturating_add(text.len());
    if length > buffer.capacity() {
        let mut larger = Zeroizing::new(String::with_capacity(length.saturating_mul(2)));
        larger.push_str(buffer);
        *buffer = larger; // the old one is wiped
    }
    buffer.push_str(text);
}
