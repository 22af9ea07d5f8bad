//! What the compiler says to whoever makes a call that a state does not allow; recorded by `tests/machine.rs`.

use std::{collections::BTreeMap, sync::LazyLock};

type Words = BTreeMap<String, BTreeMap<String, String>>;

static WORDS: LazyLock<Words> =
    LazyLock::new(|| serde_json::from_str(include_str!("refusals.json")).unwrap_or_default());

/// The compiler's words; none where the call is allowed.
pub fn words(state: &str, call: &str) -> Option<&'static str> {
    WORDS.get(state)?.get(call).map(String::as_str)
}
