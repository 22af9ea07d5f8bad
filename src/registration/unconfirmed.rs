//! What is not known of a registered client.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::vocabulary::Timestamp;

/// A request about the client of which nobody knows whether it arrived. What is here may be out of date: the server may
/// have changed the client, and given it another secret or another registration access token (RFC 7592 section 2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Unconfirmed {
    /// What was asked for.
    pub operation: Operation,
    /// When it was sent.
    pub sent_at: Timestamp,
}

/// What can be asked about a registered client, the one that changes least first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Operation {
    /// RFC 7592 section 2.1.
    Read,
    /// RFC 7592 section 2.2.
    Update,
    /// RFC 7592 section 2.3.
    Delete,
}

impl Operation {
    const ALL: [(&str, Self); 3] = [("read", Self::Read), ("update", Self::Update), ("delete", Self::Delete)];
}

impl Serialize for Operation {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let name = Self::ALL.iter().find(|(_, each)| each == self).map_or("", |(name, _)| name);
        serializer.serialize_str(name)
    }
}

/// By a visitor of its own: the derived one names no field where a number stands.
impl<'de> Deserialize<'de> for Operation {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(Named)
    }
}

struct Named;

impl de::Visitor<'_> for Named {
    type Value = Operation;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an operation")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Operation, E> {
        let found = Operation::ALL.iter().find(|(name, _)| *name == text);
        found.map(|(_, operation)| *operation).ok_or_else(|| E::custom("there is no such operation"))
    }
}
