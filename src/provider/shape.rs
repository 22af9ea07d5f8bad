//! What a JSON reader forgives in a provider file, and must not: a list that is taken for an object, and a name that
//! stands there twice.

use std::{collections::BTreeSet, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{self, IgnoredAny},
};
use serde_json::Value;

use crate::error::{ConfigError, Reason, escaped};

/// Holds the shape of the text against what was read of it.
#[inline] // as `from_json`
pub(super) fn check(text: &str, read: &Value) -> Result<(), ConfigError> {
    // What is no JSON at all was refused before.
    let given = serde_json::from_str(text).unwrap_or(Shape::Other);
    match fault(&given, read, "") {
        Some((path, reason)) if path.is_empty() => Err(ConfigError::new("provider", reason)),
        Some((path, reason)) => Err(ConfigError::new(path, reason)),
        None => Ok(()),
    }
}

/// A value, as far as its shape goes.
enum Shape {
    Object(Vec<(String, Shape)>),
    List,
    Other,
}

/// The first place at which the shape is wrong.
#[inline] // as `from_json`
fn fault(given: &Shape, read: &Value, path: &str) -> Option<(String, Reason)> {
    let (members, read) = match (given, read) {
        (Shape::Object(members), Value::Object(read)) => (members, read),
        (Shape::List, Value::Object(_)) => return Some((path.to_owned(), Reason::NotAnObject)),
        _ => return None,
    };
    let mut earlier = BTreeSet::new();
    members.iter().find_map(|(name, given)| {
        let dot = if path.is_empty() { "" } else { "." };
        let path = format!("{path}{dot}{}", escaped(name));
        if !earlier.insert(name) {
            return Some((path, Reason::Repeated));
        }
        fault(given, read.get(name)?, &path)
    })
}

impl<'de> Deserialize<'de> for Shape {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyShape)
    }
}

struct AnyShape;

impl<'de> de::Visitor<'de> for AnyShape {
    type Value = Shape;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_map<A: de::MapAccess<'de>>(self, mut map: A) -> Result<Shape, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = map.next_entry()? {
            members.push(member);
        }
        Ok(Shape::Object(members))
    }

    fn visit_seq<A: de::SeqAccess<'de>>(self, mut seq: A) -> Result<Shape, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Shape::List)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Shape, E> {
        Ok(Shape::Other)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Shape, E> {
        Ok(Shape::Other)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Shape, E> {
        Ok(Shape::Other)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Shape, E> {
        Ok(Shape::Other)
    }

    fn visit_str<E>(self, _: &str) -> Result<Shape, E> {
        Ok(Shape::Other)
    }

    fn visit_unit<E>(self) -> Result<Shape, E> {
        Ok(Shape::Other)
    }
}
