//! Parameters as a form, in a body or a query (RFC 6749 appendix B).

use super::Pair;
use crate::vocabulary::form::{self, Encoded};

/// Parameters, and what the encoding will make of them.
pub(super) struct Form<I> {
    pairs: I,
    len: usize,
    /// Of the first 64 texts (a name, its value, the next name), those that stay as they are. Most do, and are copied whole.
    same: u64,
}

impl<'a, I: Iterator<Item = Pair<'a>> + Clone> Form<I> {
    pub(super) fn of(pairs: I) -> Self {
        let (mut len, mut same, mut bit) = (0usize, 0, 1u64);
        pairs.clone().for_each(|Pair { name, value, .. }| {
            for text in [name, value] {
                let encoded = Encoded::of(text);
                len = len.saturating_add(encoded.len()).saturating_add("&".len());
                same |= if encoded.is_same() { bit } else { 0 };
                bit <<= 1;
            }
        });
        Self { pairs, len, same }
    }

    /// How many bytes it takes, at most.
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// Appends them. What it appends is ASCII.
    pub(super) fn push_to(self, target: &mut Vec<u8>) {
        let (mut first, mut bit) = (true, 1u64);
        self.pairs.for_each(|Pair { name, value, .. }| {
            for (text, separator) in [(name, b'&'), (value, b'=')] {
                if !std::mem::take(&mut first) {
                    target.push(separator);
                }
                if self.same & bit != 0 {
                    target.extend_from_slice(text.as_bytes());
                } else {
                    form::push(target, text);
                }
                bit <<= 1;
            }
        });
    }

    /// `application/x-www-form-urlencoded`.
    pub(super) fn into_body(self) -> Vec<u8> {
        let mut body = Vec::with_capacity(self.len);
        self.push_to(&mut body);
        body
    }
}
