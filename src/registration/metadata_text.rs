//! Metadata in a stored state: the JSON as a text. It holds lists, and no stored state does.

use serde::{Deserialize, Deserializer, Serializer, de};

use super::ClientMetadata;
use crate::vocabulary::Wiped;

pub(super) fn serialize<S: Serializer>(metadata: &ClientMetadata, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&metadata.to_json())
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<ClientMetadata, D::Error> {
    let text = Wiped::deserialize(deserializer)?;
    ClientMetadata::load(&text).map_err(|fault| de::Error::custom(format_args!("client metadata: {fault}")))
}
