//! An object whose members have the same names everywhere.

use std::fmt;

use serde::{
    Deserializer,
    de::{self, DeserializeSeed, MapAccess},
};
use serde_json::value::RawValue;

use super::{Bounds, Value};
use crate::{
    error::AnswerFault,
    vocabulary::{Limits, Wiped, repeats},
};

/// The members of an object, sorted by name. Null says what an absent member says.
///
/// A member of another type than it must have, and one that is needed and absent, are faults that name it.
pub(crate) struct Object<'a> {
    members: Vec<(Wiped<'a>, &'a str)>,
}

impl<'a> Object<'a> {
    /// Reads a body: one object within the limits, each name once, also where nobody looks.
    pub(crate) fn read(body: &'a [u8], limits: &Limits) -> Result<Self, AnswerFault> {
        super::read(body, limits, |json, bounds| Members { bounds, level: 1 }.deserialize(json))
    }

    /// The JSON text of a member.
    pub(crate) fn json(&self, name: &str) -> Option<&'a str> {
        let at = self.members.binary_search_by(|(each, _)| (**each).cmp(name)).ok()?;
        self.members.get(at).map(|(_, json)| *json).filter(|json| *json != "null")
    }

    /// The members with their JSON texts, in the order of their names.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &'a str)> {
        self.members.iter().map(|(name, json)| (&**name, *json))
    }

    fn value<T>(
        &self,
        name: &'static str,
        read: impl FnOnce(Value<'a>) -> Option<T>,
    ) -> Result<Option<T>, AnswerFault> {
        let Some(json) = self.json(name) else { return Ok(None) };
        // Half a surrogate pair is no text.
        let value = Value::from_json(json).ok().and_then(read);
        value.map(Some).ok_or(AnswerFault::Malformed(name))
    }

    /// A text.
    pub(crate) fn text(&self, name: &'static str) -> Result<Option<Wiped<'a>>, AnswerFault> {
        self.value(name, Value::into_text)
    }

    /// A count: an integer, an integral float, or decimal digits in a string. The upper end saturates.
    pub(crate) fn count(&self, name: &'static str) -> Result<Option<u64>, AnswerFault> {
        self.value(name, |value| value.as_count())
    }

    /// `true` or `false`, and nothing that some language takes for one of them.
    pub(crate) fn truth(&self, name: &'static str) -> Result<Option<bool>, AnswerFault> {
        self.value(name, |value| match value {
            Value::Truth(truth) => Some(truth),
            _ => None,
        })
    }

    /// A list of texts.
    pub(crate) fn texts(&self, name: &'static str) -> Result<Option<Vec<Wiped<'a>>>, AnswerFault> {
        self.value(name, |value| match value {
            Value::List(items) => items.into_iter().map(Value::into_text).collect(),
            _ => None,
        })
    }

    /// An object.
    pub(crate) fn object(&self, name: &'static str, limits: &Limits) -> Result<Option<Self>, AnswerFault> {
        match self.json(name) {
            Some(json) if json.starts_with('{') => Self::read(json.as_bytes(), limits).map(Some),
            Some(_) => Err(AnswerFault::Malformed(name)),
            None => Ok(None),
        }
    }
}

/// A member that must be there.
pub(crate) fn required<T>(name: &'static str, value: Option<T>) -> Result<T, AnswerFault> {
    value.ok_or(AnswerFault::Missing(name))
}

/// Reads the members of one object.
struct Members<'a, 'l> {
    bounds: &'a mut Bounds<'l>,
    /// How deep it stands.
    level: usize,
}

impl<'de> DeserializeSeed<'de> for Members<'_, '_> {
    type Value = Object<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Object<'de>, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> de::Visitor<'de> for Members<'_, '_> {
    type Value = Object<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Object<'de>, A::Error> {
        let Self { bounds, level } = self;
        bounds.enter(level)?;
        let mut members = Vec::new();
        while let Some(name) = map.next_key::<Wiped<'de>>()? {
            bounds.member()?;
            let json = map.next_value::<&RawValue>()?.get();
            bounds.look_through(json, level.saturating_add(1))?;
            members.push((name, json));
        }
        if repeats(&mut members, |(one, _), (other, _)| (**one).cmp(&**other)) {
            return Err(bounds.refuse(AnswerFault::Repeated));
        }
        Ok(Object { members })
    }
}
