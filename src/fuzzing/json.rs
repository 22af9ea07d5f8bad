//! JSON that is nearly right, and a second reader of it.

use std::{collections::VecDeque, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{self, MapAccess, SeqAccess},
};
use serde_json::Value;

use super::input::Input;

/// A JSON text as it stands there: a name may stand in an object twice.
#[derive(Clone, Debug, PartialEq)]
pub enum Json {
    /// A string, a number, a truth value or null.
    Leaf(Value),
    /// A list.
    List(Vec<Json>),
    /// An object.
    Object(Vec<(String, Json)>),
}

/// Reads the whole of `text`, and nothing that is not JSON.
pub fn read(text: &[u8]) -> Result<Json, serde_json::Error> {
    serde_json::from_slice(text)
}

impl Json {
    /// Its members, if it is an object.
    pub fn members(&self) -> &[(String, Json)] {
        match self {
            Self::Object(members) => members,
            Self::Leaf(_) | Self::List(_) => &[],
        }
    }

    /// The text, if it is one.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::Leaf(value) => value.as_str(),
            Self::List(_) | Self::Object(_) => None,
        }
    }

    /// What stands at the end of `path`; a null is as good as nothing.
    pub fn at(&self, path: &str) -> Option<&Json> {
        let (name, rest) = path.split_once('.').map_or((path, None), |(name, rest)| (name, Some(rest)));
        let (_, found) = self.members().iter().find(|(each, _)| each == name)?;
        match rest {
            Some(rest) => found.at(rest),
            None => Some(found).filter(|found| **found != Self::Leaf(Value::Null)),
        }
    }

    /// Whether a name stands twice in any object.
    pub fn repeats(&self) -> bool {
        let mut names: Vec<&str> = self.members().iter().map(|(name, _)| name.as_str()).collect();
        names.sort_unstable();
        !names.is_sorted_by(|one, other| one < other) || self.parts().any(Self::repeats)
    }

    /// How deep objects and lists stand in each other: 0 for what is neither.
    pub fn depth(&self) -> usize {
        match self {
            Self::Leaf(_) => 0,
            _ => self.parts().map(Self::depth).max().unwrap_or_default().saturating_add(1),
        }
    }

    /// How many members all objects have together.
    pub fn count(&self) -> usize {
        self.parts().map(Self::count).fold(self.members().len(), usize::saturating_add)
    }

    fn parts(&self) -> impl Iterator<Item = &Json> {
        let list: &[Json] = if let Self::List(list) = self { list } else { &[] };
        list.iter().chain(self.members().iter().map(|(_, value)| value))
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Any)
    }
}

struct Any;

impl<'de> de::Visitor<'de> for Any {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Leaf(Value::Null))
    }

    fn visit_bool<E>(self, truth: bool) -> Result<Json, E> {
        Ok(Json::Leaf(truth.into()))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Json, E> {
        Ok(Json::Leaf(number.into()))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Json, E> {
        Ok(Json::Leaf(number.into()))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Json, E> {
        Ok(Json::Leaf(number.into()))
    }

    fn visit_str<E>(self, text: &str) -> Result<Json, E> {
        Ok(Json::Leaf(text.into()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Json, A::Error> {
        let mut list = Vec::new();
        while let Some(value) = seq.next_element()? {
            list.push(value);
        }
        Ok(Json::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Json, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = map.next_entry()? {
            members.push(member);
        }
        Ok(Json::Object(members))
    }
}

/// Values as they are written, good and bad.
const VALUES: [&str; 24] = [
    "null",
    "\"\"",
    "0",
    "-1",
    "1.5",
    "3600.0",
    "1e3",
    "1e999",
    "18446744073709551616",
    "-0",
    "true",
    "false",
    "[]",
    "{}",
    r#"["read","write"]"#,
    "[1,null]",
    r#"{"a":1,"a":2}"#,
    "\"\\ud800\"",
    "\"\\u0041\"",
    "\"a\\u0000b\"",
    "\"a\\r\\nb\"",
    "\"3600\"",
    "[[[[]]]]",
    "nul",
];

/// A value: that of `right`, another good one, or one that is not.
pub(super) fn value(input: &mut Input<'_>, right: &str) -> String {
    match input.byte() & 7 {
        0..=4 => right.to_owned(),
        5 => input.pick(VALUES).to_owned(),
        6 => Value::from(input.text(24)).to_string(),
        _ => input.number().to_string(),
    }
}

/// An object that has most of `members` (paths, and values as they are written), some of them twice or odd, and strangers.
pub(super) fn object(input: &mut Input<'_>, members: &[(&str, &str)]) -> Vec<u8> {
    let mut chosen: Vec<(String, String)> = Vec::new();
    for (path, right) in members {
        if !input.rarely(8) {
            chosen.push(((*path).to_owned(), value(input, right)));
        }
        if input.rarely(24) {
            chosen.push(((*path).to_owned(), value(input, right)));
        }
    }
    for _ in 0..input.below(3) {
        let name = input.text(8).replace('.', "_");
        let at = input.below(chosen.len().saturating_add(1)).min(chosen.len());
        let stranger = value(input, "{\"a\":[1,2]}");
        chosen.insert(at, (name, stranger));
    }
    let mut text = write(input, chosen).into_bytes();
    match input.byte() {
        1 => text.truncate(input.below(text.len())),
        2 => text.extend(input.bytes(8)),
        3 => text.splice(0..0, *b"\xef\xbb\xbf").for_each(drop),
        4 | 5 => {
            let (at, byte) = (input.below(text.len()), input.byte());
            text.get_mut(at).into_iter().for_each(|place| *place = byte);
        }
        6 => text = [b"[".as_slice(), &text, b"]"].concat(),
        7 => {
            let deep = input.below(300);
            text = ["{\"deep\":", &"[".repeat(deep), &"]".repeat(deep), ","].concat().into_bytes();
            text.extend(b"\"access_token\":\"tok3n-Deep\",\"token_type\":\"Bearer\"}");
        }
        _ => {}
    }
    text
}

/// Writes members; those whose paths lead into one object stand in one object, for the most part.
fn write(input: &mut Input<'_>, members: Vec<(String, String)>) -> String {
    let mut written: Vec<String> = Vec::new();
    let mut members = VecDeque::from(members);
    while let Some((path, value)) = members.pop_front() {
        let Some((head, _)) = path.split_once('.') else {
            written.push(format!("{}:{value}", name(input, &path)));
            continue;
        };
        let apart = input.rarely(16);
        let rest_of = |path: &str| Some(path.strip_prefix(head)?.strip_prefix('.')?.to_owned());
        let mut own = vec![(rest_of(&path).unwrap_or_default(), value)];
        for (path, value) in std::mem::take(&mut members) {
            match rest_of(&path).filter(|_| !apart) {
                Some(rest) => own.push((rest, value)),
                None => members.push_back((path, value)),
            }
        }
        let object = write(input, own);
        written.push(format!("{}:{object}", name(input, head)));
    }
    let between = if input.rarely(8) { " ,\n\t" } else { "," };
    format!("{{{}}}", written.join(between))
}

/// A name as JSON writes it: now and then with an escape, which two readers must read alike.
fn name(input: &mut Input<'_>, name: &str) -> String {
    let mut chars = name.chars();
    match chars.next().filter(|first| first.is_ascii() && input.rarely(16)) {
        Some(first) => format!("\"\\u{:04x}{}", u32::from(first), Value::from(chars.as_str()).to_string().split_off(1)),
        None => Value::from(name).to_string(),
    }
}
