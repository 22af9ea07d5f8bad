//! Bytes to parameters. Standard decoders do the work; this refuses what they repair in silence.

use std::borrow::Cow;
use std::fmt;

use percent_encoding::percent_decode_str;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Value;

use crate::answer::Refusal;

/// The parameters of one request, each present once, but for those of [`REPEATABLE`].
#[derive(Clone, Debug)]
pub(crate) struct Params(Vec<Pair>);

#[derive(Clone, Debug)]
struct Pair {
    name: String,
    value: String,
    /// The value before form decoding, or its JSON text.
    raw: String,
}

/// RFC 8693 section 2.1 and RFC 8707 section 2: one for each of several.
const REPEATABLE: [&str; 2] = ["resource", "audience"];

impl Params {
    /// Each value of a parameter that may be there several times.
    pub(crate) fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |pair| pair.name == name).map(|pair| pair.value.as_str())
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.pair(name).map(|pair| pair.value.as_str())
    }

    pub(crate) fn raw(&self, name: &str) -> Option<&str> {
        self.pair(name).map(|pair| pair.raw.as_str())
    }

    pub(crate) fn owned(&self, name: &str) -> Option<String> {
        self.get(name).map(str::to_owned)
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|pair| pair.name.as_str())
    }

    fn pair(&self, name: &str) -> Option<&Pair> {
        self.0.iter().find(|pair| pair.name == name)
    }

    /// A parameter that [`check_lists`](crate::wire::check_lists) has found to be there.
    pub(crate) fn required(&self, name: &str) -> Result<&str, Refusal> {
        self.get(name).ok_or_else(|| Refusal::Deviates(format!("`{name}` is missing")))
    }

    fn push(&mut self, pair: Pair, place: &str) -> Result<(), String> {
        if self.pair(&pair.name).is_some() && !REPEATABLE.contains(&&*pair.name) {
            return Err(format!("`{}` is repeated in {place} (RFC 6749 sections 3.1 and 3.2)", pair.name));
        }
        if pair.value.is_empty() {
            return Err(format!("`{}` is empty in {place} (RFC 6749 sections 3.1 and 3.2)", pair.name));
        }
        self.0.push(pair);
        Ok(())
    }
}

/// Splits and decodes `application/x-www-form-urlencoded`, refusing what a lenient parser repairs.
pub(crate) fn form_params(text: &str, place: &str) -> Result<Params, String> {
    let mut params = Params(Vec::new());
    if text.is_empty() {
        return Ok(params);
    }
    for segment in text.split('&') {
        if segment.is_empty() {
            return Err(format!("an empty parameter between two `&` in {place}"));
        }
        let (name, raw) = segment.split_once('=').ok_or_else(|| format!("`{segment}` has no value in {place}"))?;
        check_encoding(name, place)?;
        check_encoding(raw, place)?;
        let mut decoded = form_urlencoded::parse(segment.as_bytes());
        let (name, value) = decoded.next().unwrap_or((Cow::Borrowed(""), Cow::Borrowed("")));
        params.push(Pair { name: name.into_owned(), value: value.into_owned(), raw: raw.to_owned() }, place)?;
    }
    Ok(params)
}

/// Form-decodes a single value, as strictly as [`form_params`] does.
pub(crate) fn form_decode(raw: &str, place: &str) -> Result<String, String> {
    check_encoding(raw, place)?;
    let spaced = raw.replace('+', " ");
    percent_decode_str(&spaced).decode_utf8().map(Cow::into_owned).map_err(|_| format!("{place} is not UTF-8"))
}

fn check_encoding(raw: &str, place: &str) -> Result<(), String> {
    // The characters of an RFC 3986 query; anything else has to be percent-encoded.
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~!$'()*+,;=:@/?%".contains(&byte);
    if let Some(stray) = raw.chars().find(|character| !u8::try_from(*character).is_ok_and(plain)) {
        return Err(format!("{stray:?} stands unencoded in {place}"));
    }
    for (at, _) in raw.match_indices('%') {
        let digits = raw.as_bytes().get(at + 1..at + 3).unwrap_or(&[]);
        if digits.len() != 2 || !digits.iter().all(u8::is_ascii_hexdigit) {
            return Err(format!("`{raw}` has a % that no two hexadecimal digits follow, in {place}"));
        }
    }
    match percent_decode_str(raw).decode_utf8() {
        Ok(_) => Ok(()),
        Err(_) => Err(format!("`{raw}` does not decode to UTF-8, in {place}")),
    }
}

/// Reads a JSON object of strings.
pub(crate) fn json_params(text: &str) -> Result<Params, String> {
    let params = json_scalars(text)?;
    match params.0.iter().find(|pair| !pair.raw.starts_with('"')) {
        Some(pair) => Err(format!("`{}` is not a string in the JSON body", pair.name)),
        None => Ok(params),
    }
}

/// Reads a JSON object of strings, numbers and truth values. What is raw of them is their JSON text.
pub(crate) fn json_scalars(text: &str) -> Result<Params, String> {
    let Members(members) =
        serde_json::from_str(text).map_err(|error| format!("the body is not the documented JSON object: {error}"))?;
    let mut params = Params(Vec::new());
    for (name, value) in members {
        let raw = value.to_string();
        let value = match value {
            Value::String(text) => text,
            Value::Number(_) | Value::Bool(_) => raw.clone(),
            Value::Null | Value::Array(_) | Value::Object(_) => {
                return Err(format!("`{name}` is not a single value in the JSON body"));
            }
        };
        params.push(Pair { name, value, raw }, "the JSON body")?;
    }
    Ok(params)
}

/// A JSON object with its members in order. A map would let the last of two equal keys win in silence.
struct Members(Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Collect;
        impl<'de> Visitor<'de> for Collect {
            type Value = Members;
            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a JSON object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(Collect)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn form_oddities_are_refused() {
        for wrong in
            ["a", "a=", "a=1&", "&a=1", "a=1&&b=2", "a=1&a=2", "a=%", "a=%4", "a=%zz", "a=%ff", "a=b c", "a=\u{e9}"]
        {
            assert!(form_params(wrong, "a test").is_err(), "{wrong}");
        }
        let params = form_params("a=1%2B2+3&redirect_uri=http://h/p?k=v", "a test").unwrap();
        assert_eq!(params.get("a"), Some("1+2 3"));
        assert_eq!(params.raw("a"), Some("1%2B2+3"));
        assert_eq!(params.get("redirect_uri"), Some("http://h/p?k=v"));
    }

    #[test]
    fn json_oddities_are_refused() {
        for wrong in [
            "",
            "[]",
            "{",
            "\"a\"",
            r#"{"a":1}"#,
            r#"{"a":null}"#,
            r#"{"a":""}"#,
            r#"{"a":"1","a":"1"}"#,
            r#"{"a":"1"} x"#,
        ] {
            assert!(json_params(wrong).is_err(), "{wrong}");
        }
        assert_eq!(json_params(r#"{"a":"x%3D"}"#).unwrap().get("a"), Some("x%3D"));
        assert_eq!(json_scalars(r#"{"a":1}"#).unwrap().raw("a"), Some("1"));
        assert_eq!(json_scalars(r#"{"a":"1"}"#).unwrap().raw("a"), Some("\"1\""));
        assert!(json_scalars(r#"{"a":{}}"#).is_err());
    }
}
