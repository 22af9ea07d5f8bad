//! What dependencies leave behind, one by one, and why it is not wiped.

/// The beginning of the name of a type that was dropped, or of a function that let go of a buffer; and the reason.
pub const LEFT_BEHIND: &[(&str, &str)] = &[
    (
        "serde_json::de::Deserializer",
        "a text with an escape in it is put together in a scratch buffer of the reader's own, which nobody else can reach",
    ),
    ("serde_json::read::", "the same buffer, when it grows"),
    ("serde_json::error::", "an error quotes a value of the wrong type; our own words are made without it, and wiped"),
    ("bytes::", "what was handed over as a type of the `http` crate is that crate's"),
];
