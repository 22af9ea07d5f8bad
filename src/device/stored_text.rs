//! Texts of the server's out of a stored state: a row may have been changed since.

use std::fmt;

use serde::{Deserializer, de};

use crate::vocabulary::Secret;

/// Reads a text, if it is what it had to be when it came.
pub(super) fn load<'de, D: Deserializer<'de>>(
    deserializer: D,
    is_good: fn(&str) -> bool,
    expected: &'static str,
) -> Result<Secret, D::Error> {
    deserializer.deserialize_str(Text { is_good, expected })
}

struct Text {
    is_good: fn(&str) -> bool,
    expected: &'static str,
}

impl de::Visitor<'_> for Text {
    type Value = Secret;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.expected)
    }

    // An error that is made here names the field, and it does not quote the text.
    fn visit_str<E: de::Error>(self, text: &str) -> Result<Secret, E> {
        if (self.is_good)(text) { Ok(text.into()) } else { Err(E::custom(format_args!("expected {}", self.expected))) }
    }
}
