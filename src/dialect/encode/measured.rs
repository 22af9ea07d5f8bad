//! Parameters, and what an encoding will make of them.

use super::Pair;
use crate::vocabulary::Encoding;

pub(super) struct Measured<I> {
    pairs: I,
    len: usize,
    /// Of the first 64 texts (a name, its value, the next name), those that stay as they are. Most do, and are copied whole.
    same: u64,
}

/// A name or a value.
#[derive(Clone, Copy)]
pub(super) struct Text<'a> {
    pub(super) text: &'a str,
    /// Whether it is known to stay as it is.
    pub(super) same: bool,
}

impl<'a, I: Iterator<Item = Pair<'a>> + Clone> Measured<I> {
    /// `around` is how many bytes stand around each text.
    pub(super) fn new(pairs: I, encoding: &Encoding, around: usize) -> Self {
        let (mut len, mut same, mut bit) = (0usize, 0, 1u64);
        pairs.clone().for_each(|Pair { name, value, .. }| {
            for text in [name, value] {
                let encoded = encoding.measure(text);
                len = len.saturating_add(encoded.len()).saturating_add(around);
                same |= if encoded.is_same() { bit } else { 0 };
                bit <<= 1;
            }
        });
        Self { pairs, len, same }
    }

    /// How many bytes they take, at most, with what stands around each.
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// Shows `push` each name, each value, and whether the value is bare.
    pub(super) fn for_each(self, mut push: impl FnMut(Text<'a>, Text<'a>, bool)) {
        let mut bit = 1u64;
        let mut next = |text| {
            let same = self.same & bit != 0;
            bit <<= 1;
            Text { text, same }
        };
        self.pairs.for_each(|Pair { name, value, bare }| push(next(name), next(value), bare));
    }
}
