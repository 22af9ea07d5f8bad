//! Parameters as a JSON object (RFC 8259).

use super::{
    Pair,
    measured::{Measured, Text},
};
use crate::vocabulary::Encoding;

/// In a string, `\"` and `\\` take two bytes each, and a control character up to six (RFC 8259 section 7).
static STRING: Encoding = {
    let mut lengths = [0; 256];
    let mut byte = 0;
    while byte < lengths.len() {
        #[allow(clippy::indexing_slicing, clippy::arithmetic_side_effects)] // while compiling
        match byte as u8 {
            b'"' | b'\\' => lengths[byte] = 2,
            0x00..=0x1F => lengths[byte] = 6,
            _ => {}
        }
        byte += 1;
    }
    Encoding::new(lengths)
};

/// An object of strings, and of numbers and truth values where the dialect has them.
pub(super) fn body<'a>(pairs: impl Iterator<Item = Pair<'a>> + Clone) -> Vec<u8> {
    let pairs = Measured::new(pairs, &STRING, "\"\",".len());
    let mut body = Vec::with_capacity(pairs.len().saturating_add("{}".len()));
    body.push(b'{');
    let mut first = true;
    pairs.for_each(|name, value, bare| {
        if !std::mem::take(&mut first) {
            body.push(b',');
        }
        push_string(&mut body, name);
        body.push(b':');
        if bare {
            body.extend_from_slice(value.text.as_bytes());
        } else {
            push_string(&mut body, value);
        }
    });
    body.push(b'}');
    body
}

fn push_string(body: &mut Vec<u8>, Text { text, same }: Text<'_>) {
    if same {
        body.push(b'"');
        body.extend_from_slice(text.as_bytes());
        body.push(b'"');
    } else {
        // Writing a string to a `Vec` cannot fail.
        let _ = serde_json::to_writer(body, text);
    }
}
