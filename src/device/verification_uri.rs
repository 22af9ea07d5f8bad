//! Where the user goes: an address for people.

use serde::{Deserialize, Deserializer, Serialize, de};

use crate::vocabulary::is_web_url;

/// An `http` or `https` URL of the server's, checked, and kept byte for byte. It is shown, and never opened.
#[derive(Serialize)]
#[serde(transparent)]
pub(super) struct VerificationUri(Box<str>);

impl VerificationUri {
    pub(super) fn new(text: &str) -> Option<Self> {
        is_web_url(text).then(|| Self(text.into()))
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

/// A row may have been changed since.
impl<'de> Deserialize<'de> for VerificationUri {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::new(&text).ok_or_else(|| de::Error::custom("it is no web address"))
    }
}
