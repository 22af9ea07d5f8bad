//! Invariant: beside `serde_json`, our reader of answers finds the same members with the same values, refuses what
//! stands twice, and never reads what is not JSON.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{self, IgnoredAny, MapAccess},
};
use serde_json::value::RawValue;

use super::{
    answers::{path, turn, with_error, with_tokens},
    input::{Mode, open},
    json::{self, Json},
    scene,
};
use crate::{
    dialect::{AnswerReader, Dialect, RawAnswer, ResponseFormat, Standard},
    json::Value,
    vocabulary::{Limits, length},
};

/// See the invariant on the first line.
pub fn against_serde_json(data: &[u8]) {
    let mut provider = scene::provider();
    let body = match open(data) {
        Mode::Raw(bytes) => bytes.to_vec(),
        Mode::Built(mut input) => {
            turn(&mut input, &mut provider);
            provider.dialect.response.format = ResponseFormat::Json;
            match input.byte() & 1 {
                0 => with_tokens(&mut input, &provider.dialect),
                _ => with_error(&mut input, &provider.dialect),
            }
        }
    };
    let dialect = &provider.dialect;
    let Ok(reader) = AnswerReader::new("dialect.response", &dialect.response) else { return };
    agree(dialect, &provider.limits, reader.read_json(&body, &provider.limits).ok(), &body);
}

/// Whether what we read is what `serde_json` reads.
fn agree(dialect: &Dialect, limits: &Limits, ours: Option<RawAnswer<'_>>, body: &[u8]) {
    let body = body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body);
    // A reader that decodes more than we do may stop at a member that we ignore.
    let plain = json::read(body).ok();
    let within = |json: &Json| {
        matches!(json, Json::Object(_))
            && json.depth() <= length(limits.json_depth)
            && json.count() <= length(limits.members)
            && !json.repeats()
    };
    let Some(mut ours) = ours else {
        let refused = plain.is_none_or(|json| !within(&json));
        assert!(refused, "plain JSON is refused: {}", String::from_utf8_lossy(body));
        return;
    };
    assert!(plain.is_none_or(|json| within(&json)), "read beyond a limit: {}", String::from_utf8_lossy(body));
    assert!(serde_json::from_slice::<IgnoredAny>(body).is_ok(), "what is no JSON is read: {body:?}");
    let text = String::from_utf8_lossy(body);
    let members: Members<'_> = super::claims::must(serde_json::from_str(&text), "an object of members");
    let mut names: Vec<&str> = members.0.iter().map(|(name, _)| name.as_str()).collect();
    names.sort_unstable();
    assert!(names.is_sorted_by(|one, other| one < other), "a member stands there twice: {names:?}");
    for standard in Standard::ALL {
        let theirs = find(&members, path(dialect, standard.name()));
        let value = ours.place(standard).take();
        assert!(same(value.as_ref(), theirs.as_deref()), "{}: {value:?} is no {theirs:?}", standard.name());
    }
}

/// Ours and theirs: none, or the same.
fn same(ours: Option<&Value<'_>>, theirs: Option<&str>) -> bool {
    let theirs = theirs.map(|text| (text, serde_json::from_str::<serde_json::Value>(text)));
    match (ours, theirs) {
        (None, None | Some((_, Ok(serde_json::Value::Null)))) => true,
        // What is not taken as a list or an object is not looked into.
        (Some(Value::Other), Some((text, _))) => text.starts_with(['[', '{']),
        (Some(Value::Text(text)), Some((_, Ok(value)))) => value.as_str() == Some(text),
        (Some(Value::Unsigned(number)), Some((_, Ok(value)))) => value.as_u64() == Some(*number),
        (Some(Value::Negative(number)), Some((_, Ok(value)))) => *number < 0 && value.as_i64() == Some(*number),
        (Some(Value::Float(number)), Some((_, Ok(value)))) => value.is_f64() && value.as_f64() == Some(*number),
        (Some(Value::Truth(truth)), Some((_, Ok(value)))) => value.as_bool() == Some(*truth),
        (Some(Value::List(list)), Some((_, Ok(value)))) => value.as_array().is_some_and(|theirs| {
            list.len() == theirs.len()
                && list.iter().zip(theirs).all(|(one, other)| match one {
                    Value::Other => other.is_null() || other.is_array() || other.is_object(),
                    one => same(Some(one), Some(&other.to_string())),
                })
        }),
        _ => false,
    }
}

/// The text of the value at the end of `path`, as it stands there.
fn find<'m>(members: &Members<'m>, path: &str) -> Option<Box<str>> {
    let (name, rest) = path.split_once('.').map_or((path, None), |(name, rest)| (name, Some(rest)));
    let (_, value) = members.0.iter().find(|(each, _)| each == name)?;
    match rest {
        None => Some(value.get().into()),
        // Where no object stands, nothing is in it.
        Some(rest) => find(&serde_json::from_str::<Members<'m>>(value.get()).ok()?, rest),
    }
}

/// The members of an object, each as it stands there.
struct Members<'a>(Vec<(String, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct All;

        impl<'de> de::Visitor<'de> for All {
            type Value = Vec<(String, &'de RawValue)>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(members)
            }
        }

        deserializer.deserialize_map(All).map(Self)
    }
}
