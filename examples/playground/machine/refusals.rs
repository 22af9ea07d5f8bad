//! What the compiler says to whoever makes a call that a state does not allow; recorded by `tests/machine.rs`.

use std::{collections::BTreeMap, sync::LazyLock};

type Words = BTreeMap<String, BTreeMap<String, String>>;

/// A file for each box of the picture.
pub const FILES: [(&str, &str); 11] = [
    ("Authorized", include_str!("refusals/Authorized.json")),
    ("AwaitingCode", include_str!("refusals/AwaitingCode.json")),
    ("AwaitingToken", include_str!("refusals/AwaitingToken.json")),
    ("Expired", include_str!("refusals/Expired.json")),
    ("InDoubt", include_str!("refusals/InDoubt.json")),
    ("InFlight", include_str!("refusals/InFlight.json")),
    ("Intent", include_str!("refusals/Intent.json")),
    ("ReceivedCode", include_str!("refusals/ReceivedCode.json")),
    ("Revoking", include_str!("refusals/Revoking.json")),
    ("TokenSet", include_str!("refusals/TokenSet.json")),
    ("Unauthorized", include_str!("refusals/Unauthorized.json")),
];

static WORDS: LazyLock<Words> = LazyLock::new(|| {
    FILES.iter().flat_map(|(_, text)| serde_json::from_str::<Words>(text).unwrap_or_default()).collect()
});

/// The compiler's words; none where the call is allowed.
pub fn words(state: &str, call: &str) -> Option<&'static str> {
    WORDS.get(state)?.get(call).map(String::as_str)
}

/// Each state and call for which there are words.
#[allow(dead_code)] // only a test goes through them all
pub fn recorded() -> impl Iterator<Item = (&'static str, &'static str)> {
    WORDS.iter().flat_map(|(state, calls)| calls.keys().map(|call| (state.as_str(), call.as_str())))
}
