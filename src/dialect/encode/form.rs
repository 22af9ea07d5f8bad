//! Parameters as a form, in a body or a query (RFC 6749 appendix B).

use super::Pair;
use crate::vocabulary::form::{self, Encoded};

/// Parameters, and what the encoding will make of them.
pub(super) struct Form<I> {
    pairs: I,
    len: usize,
    /// Of the first 64 pairs, those that stay as they are. Most do, and are copied whole.
    same: u64,
}

impl<'a, I: Iterator<Item = Pair<'a>> + Clone> Form<I> {
    pub(super) fn of(pairs: I) -> Self {
        let (mut len, mut same, mut bit) = (0usize, 0, 1u64);
        pairs.clone().for_each(|Pair { name, value, .. }| {
            let (name, value) = (Encoded::of(name), Encoded::of(value));
            len = len.saturating_add(name.len()).saturating_add(value.len()).saturating_add("&=".len());
            if name.is_same() && value.is_same() {
                same |= bit;
            }
            bit <<= 1;
        });
        Self { pairs, len, same }
    }

    /// How many bytes it takes, at most.
    pub(super) fn len(&self) -> usize {
        self.len
    }

    pub(super) fn push_to(self, target: &mut String) {
        let (mut between, mut bit) = ("", 1u64);
        self.pairs.for_each(|Pair { name, value, .. }| {
            target.push_str(between);
            if self.same & bit != 0 {
                target.push_str(name);
                target.push('=');
                target.push_str(value);
            } else {
                form::push(target, name);
                target.push('=');
                form::push(target, value);
            }
            between = "&";
            bit <<= 1;
        });
    }

    /// `application/x-www-form-urlencoded`.
    pub(super) fn into_body(self) -> Vec<u8> {
        let mut body = String::with_capacity(self.len);
        self.push_to(&mut body);
        body.into_bytes()
    }
}
