//! Capabilities as they are stored: `{"refreshable":"…"}`, `{"reissuable":null}` or `"access_only"`.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::{AccessOnly, Refreshable, Reissuable, sealed};
use crate::vocabulary::{Secret, secret};

const REFRESHABLE: &str = "refreshable";
const REISSUABLE: &str = "reissuable";
const ACCESS_ONLY: &str = "access_only";

/// One of the three, told apart by the name that it is stored under.
pub(super) enum AnyCapability {
    Refreshable(Secret),
    Reissuable(Option<Secret>),
    AccessOnly,
}

impl sealed::Loadable for AnyCapability {}

impl<'de> Deserialize<'de> for AnyCapability {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Named)
    }
}

struct Named;

impl<'de> de::Visitor<'de> for Named {
    type Value = AnyCapability;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a capability")
    }

    fn visit_str<E: de::Error>(self, name: &str) -> Result<AnyCapability, E> {
        if name == ACCESS_ONLY { Ok(AnyCapability::AccessOnly) } else { Err(other(ACCESS_ONLY)) }
    }

    fn visit_map<A: de::MapAccess<'de>>(self, mut map: A) -> Result<AnyCapability, A::Error> {
        let capability = match map.next_key()? {
            Some(Name::Refreshable) => AnyCapability::Refreshable(map.next_value::<secret::Stored>()?.into()),
            Some(Name::Reissuable) => {
                AnyCapability::Reissuable(map.next_value::<Option<secret::Stored>>()?.map(Secret::from))
            }
            None => return Err(de::Error::custom("none stands there")),
        };
        match map.next_key::<Name>()? {
            None => Ok(capability),
            Some(_) => Err(de::Error::custom("more than one stands there")),
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Name {
    Refreshable,
    Reissuable,
}

fn other<E: de::Error>(expected: &str) -> E {
    E::custom(format_args!("expected `{expected}`"))
}

impl<'de> Deserialize<'de> for Refreshable {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match AnyCapability::deserialize(deserializer)? {
            AnyCapability::Refreshable(refresh_token) => Ok(Self::new(refresh_token)),
            _ => Err(other(REFRESHABLE)),
        }
    }
}

impl<'de> Deserialize<'de> for Reissuable {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match AnyCapability::deserialize(deserializer)? {
            AnyCapability::Reissuable(refresh_token) => Ok(Self::new(refresh_token)),
            _ => Err(other(REISSUABLE)),
        }
    }
}

impl<'de> Deserialize<'de> for AccessOnly {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match AnyCapability::deserialize(deserializer)? {
            AnyCapability::AccessOnly => Ok(Self::new()),
            _ => Err(other(ACCESS_ONLY)),
        }
    }
}

impl Serialize for Refreshable {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map([(REFRESHABLE, secret::Shown(&self.refresh_token))])
    }
}

impl Serialize for Reissuable {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map([(REISSUABLE, self.refresh_token.as_ref().map(secret::Shown))])
    }
}

impl Serialize for AccessOnly {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(ACCESS_ONLY)
    }
}
