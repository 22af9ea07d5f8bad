//! Where the user goes: an address for people.

use serde::{Deserialize, Deserializer, Serialize};

use super::stored_text;
use crate::vocabulary::{Secret, is_web_url, secret};

/// An `http` or `https` URL of the server's, checked, and kept byte for byte. It is shown, and never opened. One may
/// have the user code in it, which is for the user's eyes alone.
#[derive(Serialize)]
#[serde(transparent)]
pub(super) struct VerificationUri(#[serde(serialize_with = "secret::store")] Secret);

impl VerificationUri {
    pub(super) fn new(text: Secret) -> Option<Self> {
        is_web_url(text.expose()).then_some(Self(text))
    }

    pub(super) fn as_str(&self) -> &str {
        self.0.expose()
    }
}

impl<'de> Deserialize<'de> for VerificationUri {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        stored_text::load(deserializer, is_web_url, "a web address").map(Self)
    }
}
