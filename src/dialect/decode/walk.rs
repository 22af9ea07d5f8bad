//! From an answer's body to its members: one pass, borrowing from it, into the objects that the dialect names.

use std::fmt;

use serde::{
    Deserializer,
    de::{self, DeserializeSeed, IgnoredAny, MapAccess, SeqAccess},
};
use serde_json::value::RawValue;

use super::{
    RawAnswer,
    tree::{AnswerReader, Leaf, Object, Place},
};
use crate::{
    error::AnswerFault,
    json::{self, Bounds, Name, OneValue, Value},
    vocabulary::{Limits, Wiped, form},
};

impl AnswerReader {
    /// Reads an answer that is JSON.
    pub(crate) fn read_json<'de>(&self, body: &'de [u8], limits: &Limits) -> Result<RawAnswer<'de>, AnswerFault> {
        let mut answer = RawAnswer::default();
        json::read(body, limits, |json, bounds| self.read(json, &mut answer, bounds, true))?;
        Ok(answer)
    }

    /// Reads an answer that is a form.
    pub(super) fn read_form<'de>(&self, body: &'de [u8], limits: &Limits) -> Result<RawAnswer<'de>, AnswerFault> {
        // The reader would mend a broken escape, and so make another token of it.
        let text = std::str::from_utf8(body).map_err(|_| AnswerFault::NotAForm)?;
        if !form::pairs(text).all(|(name, value)| form::decode(name).is_some() && form::decode(value).is_some()) {
            return Err(AnswerFault::NotAForm);
        }
        let mut bounds = Bounds::new(limits);
        let pairs = serde_urlencoded::Deserializer::new(url::form_urlencoded::parse(body));
        let mut answer = RawAnswer::default();
        match self.read(pairs, &mut answer, &mut bounds, false) {
            Ok(()) => Ok(answer),
            Err(_) => Err(bounds.fault().unwrap_or(AnswerFault::NotAForm)),
        }
    }

    fn read<'de, D: Deserializer<'de>>(
        &self,
        deserializer: D,
        answer: &mut RawAnswer<'de>,
        bounds: &mut Bounds<'_>,
        json: bool,
    ) -> Result<(), D::Error> {
        Members { object: &self.root, level: 1, answer, bounds, json }.deserialize(deserializer)
    }
}

/// The members of one object.
struct Members<'r, 'a, 'l, 'de> {
    object: &'r Object,
    /// How deep it stands: 1 is the answer itself.
    level: usize,
    answer: &'a mut RawAnswer<'de>,
    bounds: &'a mut Bounds<'l>,
    json: bool,
}

impl<'de> DeserializeSeed<'de> for Members<'_, '_, '_, 'de> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> de::Visitor<'de> for Members<'_, '_, '_, 'de> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Self { object, level, answer, bounds, json } = self;
        bounds.enter(level)?;
        let inner = level.saturating_add(1);
        // Each name once, known or not.
        let mut known = 0u64;
        let mut others: Vec<Name<'de>> = Vec::new();
        while let Some(name) = map.next_key::<Wiped<'de>>()? {
            bounds.member()?;
            let mut members = object.members.iter().zip(0u32..);
            let Some((member, at)) = members.find(|(member, _)| *member.name == *name) else {
                if json {
                    bounds.look_through(map.next_value::<&RawValue>()?.get(), inner)?;
                } else {
                    map.next_value::<IgnoredAny>()?;
                }
                others.push(Name { object: 0, text: name });
                continue;
            };
            // A dialect names far fewer than 64: the data is checked for that.
            let bit = 1u64.wrapping_shl(at);
            if known & bit != 0 {
                return Err(bounds.refuse(AnswerFault::Repeated));
            }
            known |= bit;
            match &member.place {
                Place::Leaf(leaf) if leaf.whole && json => {
                    let raw: &RawValue = map.next_value()?;
                    bounds.look_through(raw.get(), inner)?;
                    take_json(leaf, raw.get(), answer).map_err(de::Error::custom)?;
                }
                Place::Leaf(leaf) if leaf.whole => take_text(leaf, map.next_value()?, answer),
                Place::Leaf(leaf) => {
                    map.next_value_seed(OneValue { place: answer.place_of(leaf), level: inner, bounds })?;
                    if leaf.tells {
                        answer.tell(leaf);
                    }
                }
                Place::Inside(object) => {
                    map.next_value_seed(Inside(Members { object, level: inner, answer, bounds, json }))?;
                }
            }
        }
        bounds.all_differ(others)
    }
}

/// An object that may also be null, or not an object at all: then nothing is in it.
struct Inside<'r, 'a, 'l, 'de>(Members<'r, 'a, 'l, 'de>);

impl<'de> DeserializeSeed<'de> for Inside<'_, '_, '_, 'de> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> de::Visitor<'de> for Inside<'_, '_, '_, 'de> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<(), A::Error> {
        self.0.visit_map(map)
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<(), A::Error> {
        let Members { level, bounds, .. } = self.0;
        OneValue { place: &mut None, level, bounds }.visit_seq(seq)
    }
}

impl<'de> RawAnswer<'de> {
    fn place_of(&mut self, leaf: &Leaf) -> &mut Option<Value<'de>> {
        match leaf.standard {
            Some(standard) => self.place(standard),
            None => &mut self.tells,
        }
    }

    /// What came for a standard member may be what tells as well.
    fn tell(&mut self, leaf: &Leaf) {
        self.tells = self.place_of(leaf).clone();
    }

    fn take(&mut self, leaf: &Leaf, value: Value<'de>) {
        *self.place_of(leaf) = Some(value);
        if leaf.tells {
            self.tell(leaf);
        }
    }
}

/// What is kept is kept as it stands there: no number is too large and nothing nested too deep for that, and so it
/// cannot spoil the tokens beside it.
fn take_json<'de>(leaf: &Leaf, text: &'de str, answer: &mut RawAnswer<'de>) -> serde_json::Result<()> {
    if text == "null" {
        return Ok(());
    }
    if leaf.standard.is_some() || leaf.tells {
        answer.take(leaf, Value::from_json(text)?);
    }
    if let Some(path) = &leaf.keep {
        match text.starts_with('"').then(|| serde_json::from_str::<Wiped<'_>>(text)) {
            Some(Ok(string)) => answer.extras.insert(path, string),
            // Half a surrogate pair is no text.
            Some(Err(_)) => {}
            None => answer.extras.insert(path, text),
        }
    }
    Ok(())
}

/// A form has texts alone.
fn take_text<'de>(leaf: &Leaf, text: Wiped<'de>, answer: &mut RawAnswer<'de>) {
    if let Some(path) = &leaf.keep {
        answer.extras.insert(path, &*text);
    }
    if leaf.standard.is_some() || leaf.tells {
        answer.take(leaf, Value::Text(text));
    }
}
