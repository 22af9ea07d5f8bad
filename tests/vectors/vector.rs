//! A vector, as it stands in a file.

use serde_json::{Map, Value, value::RawValue};

/// Whether a step leads on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expect {
    Ok,
    Error,
}

impl Expect {
    pub fn flipped(self) -> Self {
        match self {
            Self::Ok => Self::Error,
            Self::Error => Self::Ok,
        }
    }
}

/// Whether a vector binds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// `must` and `should`.
    Binding,
    /// Either answer can be defended.
    Choice,
}

/// What is to come of a vector.
#[derive(Clone, Debug)]
pub struct Expected {
    pub expect: Expect,
    pub detail: Map<String, Value>,
}

#[derive(Clone, Debug)]
pub struct Vector {
    pub id: String,
    pub op: String,
    pub level: Level,
    pub input: Map<String, Value>,
    pub expected: Expected,
}

/// One element of a file: a vector, or why it is none.
pub struct Entry {
    pub id: String,
    pub op: String,
    pub vector: Result<Vector, String>,
}

/// The op of what has none.
const NO_OP: &str = "?";

/// Reads a file. One element that is no vector does not spoil the others.
pub fn read(file: &str, text: &str) -> Vec<Entry> {
    match serde_json::from_str::<Vec<&RawValue>>(text) {
        Ok(elements) => elements.iter().enumerate().map(|(at, raw)| entry(file, at, raw.get())).collect(),
        Err(why) => {
            let vector = Err(format!("the file is no list of vectors: {why}"));
            vec![Entry { id: file.into(), op: NO_OP.into(), vector }]
        }
    }
}

/// Whether a file is of another schema: a list, and none of its elements names an op.
pub fn of_another_schema(entries: &[Entry]) -> bool {
    entries.iter().all(|entry| entry.op == NO_OP && entry.vector.is_err()) && entries.len() != 1
}

fn entry(file: &str, at: usize, text: &str) -> Entry {
    let element = match serde_json::from_str(text) {
        Ok(Value::Object(element)) => Ok(element),
        Ok(_) => Err("it is no object".to_owned()),
        Err(why) => Err(format!("it cannot be read: {why}")),
    };
    let named = |name: &str| element.as_ref().ok()?.get(name)?.as_str().map(str::to_owned);
    let id = named("id").unwrap_or_else(|| format!("{file}, element {at}"));
    let op = named("op").unwrap_or_else(|| NO_OP.into());
    let vector = element.and_then(|element| vector(&id, &element));
    Entry { id, op, vector }
}

fn vector(id: &str, element: &Map<String, Value>) -> Result<Vector, String> {
    let text = |name: &str| match element.get(name) {
        Some(Value::String(text)) => Ok(text.as_str()),
        Some(_) => Err(format!("its `{name}` is no text")),
        None => Err(format!("it has no `{name}`")),
    };
    text("id")?;
    let object = |name: &str| match element.get(name) {
        Some(Value::Object(object)) => Ok(object.clone()),
        None | Some(Value::Null) => Ok(Map::new()),
        Some(_) => Err(format!("its `{name}` is no object")),
    };
    let expect = match text("expect")? {
        "ok" => Expect::Ok,
        "error" => Expect::Error,
        other => return Err(format!("`expect` is {other:?}, and neither ok nor error")),
    };
    let level = match text("level")? {
        "must" | "should" => Level::Binding,
        "choice" => Level::Choice,
        other => return Err(format!("`level` is {other:?}, and none of must, should and choice")),
    };
    let expected = Expected { expect, detail: object("expect_detail")? };
    Ok(Vector { id: id.into(), op: text("op")?.into(), level, input: object("input")?, expected })
}
