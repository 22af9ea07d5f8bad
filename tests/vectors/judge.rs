//! Whether what came is what was expected.

use serde_json::Value;

use crate::{
    came::Came,
    kinds,
    ops::decoded_basic,
    vector::{Expect, Expected},
};

/// Compares. The details that the crate has no words for come back by name.
///
/// # Errors
/// What is different.
pub fn judge(expected: &Expected, came: &Came) -> Result<Vec<String>, String> {
    if expected.expect != came.expect {
        return Err(match came.expect {
            Expect::Ok => "it leads on".into(),
            Expect::Error => "it is refused".into(),
        });
    }
    let mut unsaid = Vec::new();
    for (name, value) in &expected.detail {
        match holds(name, value, came) {
            Holds::Yes => {}
            Holds::No(what) => return Err(format!("`{name}` is {what}")),
            Holds::Unsaid(what) => unsaid.push(what),
        }
    }
    Ok(unsaid)
}

enum Holds {
    Yes,
    /// What it is.
    No(String),
    /// The crate cannot say.
    Unsaid(String),
}

impl Holds {
    fn when(yes: bool, fact: &Value) -> Self {
        if yes { Self::Yes } else { Self::No(fact.to_string()) }
    }
}

fn holds(name: &str, expected: &Value, came: &Came) -> Holds {
    if name == "kind" {
        return kind(expected, came);
    }
    if let Some(fact) = came.facts.get(name) {
        return Holds::when(same(name, expected, fact), fact);
    }
    let of = |suffix: &str| came.facts.get(name.strip_suffix(suffix)?);
    if let (Some(fact), Some(number)) = (of("_at_least"), expected.as_f64()) {
        return Holds::when(fact.as_f64().is_some_and(|fact| fact >= number), fact);
    }
    if let (Some(fact), Some(elements)) = (of("_has"), expected.as_array()) {
        return Holds::when(elements.iter().all(|element| has(fact, element)), fact);
    }
    if let (Some(fact), Some(elements)) = (of("_lacks"), expected.as_array()) {
        return Holds::when(!elements.iter().any(|element| has(fact, element)), fact);
    }
    Holds::Unsaid(format!("`{name}`"))
}

/// A list means any of its kinds. One that the table does not have may be what our error is: nobody here can say.
fn kind(expected: &Value, came: &Came) -> Holds {
    let kinds: Vec<&str> = match expected {
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
        kind => kind.as_str().into_iter().collect(),
    };
    let ours = came.error.map_or(&[][..], kinds::of);
    if kinds.iter().any(|kind| ours.contains(kind)) {
        return Holds::Yes;
    }
    match kinds.iter().find(|kind| !kinds::all().any(|known| known == **kind)) {
        Some(unknown) => Holds::Unsaid(format!("the kind `{unknown}`")),
        None => Holds::No(format!("{ours:?}")),
    }
}

/// Whether a list of pairs has this name, or this name with this value.
fn has(pairs: &Value, element: &Value) -> bool {
    pairs.as_array().is_some_and(|pairs| pairs.iter().any(|pair| pair == element || pair.get(0) == Some(element)))
}

fn same(name: &str, expected: &Value, fact: &Value) -> bool {
    match (expected, fact) {
        (Value::Number(_), Value::Number(_)) => expected == fact || expected.as_f64() == fact.as_f64(),
        // An empty list says what null says.
        (Value::Null, Value::Array(list)) => list.is_empty(),
        // What is encoded that need not be decodes to the same.
        (Value::String(expected), Value::String(fact)) if name == "authorization_whatwg" => {
            expected == fact || decoded_basic(expected).is_some_and(|it| Some(it) == decoded_basic(fact))
        }
        _ => expected == fact,
    }
}
