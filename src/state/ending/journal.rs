//! What each grant's journal holds: the state before its request.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{
    grant::private::Journal,
    intent::Intent,
    state::{ReceivedCode, ReceivedCodeRecord},
    token::{Capability, TokenSet},
};

impl Journal for Intent {
    fn store<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.serialize(serializer)
    }

    fn load<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::deserialize(deserializer)
    }
}

impl<C: Capability> Journal for TokenSet<C> {
    fn store<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.serialize(serializer)
    }

    fn load<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::deserialize(deserializer)
    }
}

/// A received code has no serde of its own: only its journal is stored, and loads as in doubt.
impl Journal for ReceivedCode {
    fn store<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.record().serialize(serializer)
    }

    fn load<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        ReceivedCodeRecord::deserialize(deserializer).map(Self::from_record)
    }
}
