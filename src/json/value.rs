//! A JSON value, as far as an answer can hold one.

use std::{borrow::Cow, fmt};

use serde::{
    Deserializer,
    de::{self, DeserializeSeed, MapAccess, SeqAccess},
};
use serde_json::{Number, value::RawValue};

use super::bounds::{Bounds, Name};
use crate::vocabulary::{Wiped, grammar::decimal};

/// A JSON value. A list is read only where the dialect says that there is one.
#[derive(Clone, Debug)]
pub(crate) enum Value<'a> {
    Text(Wiped<'a>),
    Unsigned(u64),
    Negative(i64),
    Float(f64),
    Truth(bool),
    List(Box<[Value<'a>]>),
    /// A list or an object where none is expected.
    Other,
}

impl<'a> Value<'a> {
    /// Where the JSON reader begins to be a fraction off when it reads a float: the whole number that was written may
    /// have one then.
    const INEXACT_FROM: f64 = 1e12;

    /// Of a JSON value that was looked through, and so is not looked through again. Lists and objects in a list are not
    /// read.
    pub(crate) fn from_json(json: &'a str) -> serde_json::Result<Self> {
        match json.as_bytes().first() {
            Some(b'"') => serde_json::from_str(json).map(Self::Text),
            Some(b'[') => {
                let items: Vec<&'a RawValue> = serde_json::from_str(json)?;
                let item = |item: &&'a RawValue| match item.get() {
                    inner if inner.starts_with('[') => Ok(Self::Other),
                    value => Self::from_json(value),
                };
                items.iter().map(item).collect::<Result<_, _>>().map(Self::List)
            }
            Some(b'{') => Ok(Self::Other),
            _ => match json {
                "true" => Ok(Self::Truth(true)),
                "false" => Ok(Self::Truth(false)),
                "null" => Ok(Self::Other),
                number => serde_json::from_str(number).map(Self::from_number),
            },
        }
    }

    fn from_number(number: Number) -> Self {
        match (number.as_u64(), number.as_i64(), number.as_f64()) {
            (Some(number), _, _) => Self::Unsigned(number),
            (_, Some(number), _) => Self::Negative(number),
            (_, _, Some(number)) => Self::Float(number),
            _ => Self::Other,
        }
    }

    pub(crate) fn into_text(self) -> Option<Wiped<'a>> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(crate) fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// A string, or a whole number as it is written: codes come as both.
    pub(crate) fn as_code(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Text(text) => Some(Cow::Borrowed(text)),
            Self::Unsigned(number) => Some(Cow::Owned(number.to_string())),
            Self::Negative(number) => Some(Cow::Owned(number.to_string())),
            _ => None,
        }
    }

    /// A count: an integer, an integral float, or decimal digits in a string. The upper end saturates.
    pub(crate) fn as_count(&self) -> Option<u64> {
        match self {
            Self::Unsigned(number) => Some(*number),
            // The cast saturates, which is what is wanted of a number beyond `u64`.
            Self::Float(number) if *number >= 0.0 && (number.fract() == 0.0 || *number >= Self::INEXACT_FROM) => {
                Some(*number as u64)
            }
            Self::Text(text) => decimal(text),
            _ => None,
        }
    }
}

/// Reads a value into its place. Of a list or an object no more than how much it holds, at most. A null says what an
/// absent member says: servers send both, and what was presented is spent whichever it is.
pub(crate) struct OneValue<'a, 'l, 'de> {
    pub(crate) place: &'a mut Option<Value<'de>>,
    /// How deep a list or an object would stand here.
    pub(crate) level: usize,
    pub(crate) bounds: &'a mut Bounds<'l>,
}

impl<'de> OneValue<'_, '_, 'de> {
    #[inline]
    fn take<E>(self, value: Value<'de>) -> Result<(), E> {
        *self.place = Some(value);
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for OneValue<'_, '_, 'de> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> de::Visitor<'de> for OneValue<'_, '_, 'de> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    #[inline] // the tokens come here
    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<(), E> {
        self.take(Value::Text(text.into()))
    }

    fn visit_str<E>(self, text: &str) -> Result<(), E> {
        self.take(Value::Text(text.to_owned().into()))
    }

    fn visit_string<E>(self, text: String) -> Result<(), E> {
        self.take(Value::Text(text.into()))
    }

    #[inline]
    fn visit_u64<E>(self, number: u64) -> Result<(), E> {
        self.take(Value::Unsigned(number))
    }

    fn visit_i64<E>(self, number: i64) -> Result<(), E> {
        self.take(u64::try_from(number).map_or(Value::Negative(number), Value::Unsigned))
    }

    fn visit_f64<E>(self, number: f64) -> Result<(), E> {
        self.take(Value::Float(number))
    }

    fn visit_bool<E>(self, truth: bool) -> Result<(), E> {
        self.take(Value::Truth(truth))
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        self.bounds.enter(self.level)?;
        while let Some(raw) = seq.next_element::<&RawValue>()? {
            self.bounds.look_through(raw.get(), self.level.saturating_add(1))?;
        }
        self.take(Value::Other)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        self.bounds.enter(self.level)?;
        let mut names = Vec::new();
        while let Some((text, raw)) = map.next_entry::<Wiped<'de>, &RawValue>()? {
            self.bounds.member()?;
            self.bounds.look_through(raw.get(), self.level.saturating_add(1))?;
            names.push(Name { object: 0, text });
        }
        self.bounds.all_differ(names)?;
        self.take(Value::Other)
    }
}
