//! Parameters as a JSON object.

use serde::{Serialize, Serializer};

use super::Pair;

/// A JSON object of strings, and of numbers and truth values where the dialect has them.
pub(super) fn body<'a>(pairs: impl Iterator<Item = Pair<'a>> + Clone) -> Vec<u8> {
    let mut body = Vec::with_capacity(len(pairs.clone()));
    // Writing strings to a `Vec` cannot fail.
    let _ = serde_json::to_writer(&mut body, &Object(pairs));
    body
}

struct Object<I>(I);

impl<'a, I: Iterator<Item = Pair<'a>> + Clone> Serialize for Object<I> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.clone().map(|pair| (pair.name, Member(pair))))
    }
}

struct Member<'a>(Pair<'a>);

impl Serialize for Member<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Pair { value, bare, .. } = self.0;
        match (bare, value.parse::<i64>()) {
            (false, _) => serializer.serialize_str(value),
            (true, Ok(number)) => serializer.serialize_i64(number),
            (true, Err(_)) => serializer.serialize_bool(value == "true"),
        }
    }
}

/// How many bytes the object takes, at most.
fn len<'a>(pairs: impl Iterator<Item = Pair<'a>>) -> usize {
    // `\"` and `\\` take two bytes each; a control character takes up to six.
    let encoded = |text: &str| {
        let escaped = text.bytes().map(|byte| match byte {
            b'"' | b'\\' => 2,
            0x00..=0x1F => 6,
            _ => 1usize,
        });
        escaped.fold(0, usize::saturating_add)
    };
    let around = "\"\":\"\",".len();
    let pairs = pairs.map(|pair| encoded(pair.name).saturating_add(encoded(pair.value)).saturating_add(around));
    pairs.fold("{}".len(), usize::saturating_add)
}
