//! The input of a vector, read strictly: what is not understood is said, never passed over.

use base64::{Engine, engine::general_purpose::STANDARD};
use oauth_proto::{Response, Scope};
use serde_json::{Map, Value};

use crate::came::End;

/// The members that make a body.
pub const BODY: [&str; 3] = ["body", "body_b64", "body_gen"];

/// A generated body that is longer is a mistake in the vector.
const MAX_BODY: usize = 256 * 1024 * 1024;

pub struct Input<'a>(pub &'a Map<String, Value>);

fn malformed(name: &str, what: &str) -> End {
    End::Malformed(format!("its input's `{name}` {what}"))
}

impl<'a> Input<'a> {
    /// Any other member asks for something that this harness, and so perhaps the crate, does not know. One that is null
    /// or false asks for nothing.
    pub fn only(&self, known: &[&str]) -> Result<(), End> {
        let asks = |value: &Value| !matches!(value, Value::Null | Value::Bool(false));
        let mut others = self.0.iter().filter(|(name, value)| !known.contains(&name.as_str()) && asks(value));
        match others.next() {
            Some((name, _)) => Err(End::NotSupported(format!("option `{name}`"))),
            None => Ok(()),
        }
    }

    /// A null is no value.
    fn get(&self, name: &str) -> Option<&'a Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    pub fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    pub fn text(&self, name: &str) -> Result<Option<&'a str>, End> {
        match self.get(name) {
            None => Ok(None),
            Some(value) => value.as_str().map(Some).ok_or_else(|| malformed(name, "is no text")),
        }
    }

    pub fn needed(&self, name: &str) -> Result<&'a str, End> {
        self.text(name)?.ok_or_else(|| malformed(name, "is missing"))
    }

    pub fn flag(&self, name: &str) -> Result<Option<bool>, End> {
        match self.get(name) {
            None => Ok(None),
            Some(value) => value.as_bool().map(Some).ok_or_else(|| malformed(name, "is neither true nor false")),
        }
    }

    pub fn number(&self, name: &str) -> Result<Option<i64>, End> {
        match self.get(name) {
            None => Ok(None),
            Some(value) => value.as_i64().map(Some).ok_or_else(|| malformed(name, "is no whole number")),
        }
    }

    /// A list of texts.
    pub fn texts(&self, name: &str) -> Result<Vec<&'a str>, End> {
        let texts = self.get(name).ok_or_else(|| malformed(name, "is missing"))?;
        let texts = texts.as_array().and_then(|texts| texts.iter().map(Value::as_str).collect());
        texts.ok_or_else(|| malformed(name, "is no list of texts"))
    }

    /// Names with values: `[["prompt", "consent"]]`.
    pub fn pairs(&self, name: &str) -> Result<Vec<(&'a str, &'a str)>, End> {
        let pair = |value: &'a Value| match value.as_array()?.as_slice() {
            [name, value] => Some((name.as_str()?, value.as_str()?)),
            _ => None,
        };
        match self.get(name) {
            None => Ok(Vec::new()),
            Some(value) => {
                let pairs = value.as_array().and_then(|pairs| pairs.iter().map(pair).collect());
                pairs.ok_or_else(|| malformed(name, "is no list of names with values"))
            }
        }
    }

    /// Scope tokens, as a list or as one text.
    pub fn scope(&self, name: &str) -> Result<Option<Scope>, End> {
        let tokens: Option<Vec<&str>> = match self.get(name) {
            None => return Ok(None),
            Some(Value::String(text)) => Some(text.split(' ').filter(|token| !token.is_empty()).collect()),
            Some(value) => value.as_array().and_then(|tokens| tokens.iter().map(Value::as_str).collect()),
        };
        let tokens = tokens.ok_or_else(|| malformed(name, "is no list of scope tokens"))?;
        Ok(Some(Scope::new(tokens)?))
    }

    pub fn body(&self) -> Result<Vec<u8>, End> {
        if let Some(text) = self.text("body")? {
            return Ok(text.into());
        }
        if let Some(text) = self.text("body_b64")? {
            return STANDARD.decode(text).map_err(|_| malformed("body_b64", "is no base64"));
        }
        match self.get("body_gen") {
            None => Ok(Vec::new()),
            Some(value) => generated(value).ok_or_else(|| malformed("body_gen", "is not what the README describes")),
        }
    }

    /// What the server answered.
    pub fn response(&self) -> Result<Response, End> {
        let status = self.number("status")?.ok_or_else(|| malformed("status", "is missing"))?;
        let status = u16::try_from(status).map_err(|_| malformed("status", "is no status"))?;
        let fields = match self.get("headers") {
            None => &Map::new(),
            Some(value) => value.as_object().ok_or_else(|| malformed("headers", "is no object"))?,
        };
        let mut headers = Vec::new();
        for (name, value) in fields {
            let values = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
            for value in values {
                let value = value.as_str().ok_or_else(|| malformed("headers", "holds what is no text"))?;
                headers.push((name.as_str(), value));
            }
        }
        Ok(Response::new(status, headers, self.body()?))
    }
}

fn generated(value: &Value) -> Option<Vec<u8>> {
    let part = |name: &str| match value.get(name) {
        None => Some(""),
        Some(part) => part.as_str(),
    };
    let count = usize::try_from(value.get("count")?.as_u64()?).ok()?;
    let (repeat, suffix_repeat) = (part("repeat")?, part("suffix_repeat")?);
    repeat.len().checked_add(suffix_repeat.len())?.checked_mul(count).filter(|length| *length <= MAX_BODY)?;
    let parts = [part("prefix")?, &repeat.repeat(count), &suffix_repeat.repeat(count), part("suffix")?];
    Some(parts.concat().into())
}
