//! From a fuzzer's bytes to choices.

use arbitrary::Unstructured;

/// How a body reads its bytes.
pub(super) enum Mode<'a> {
    /// As they are. Such a seed begins with `@`, and can be read.
    Raw(&'a [u8]),
    /// As choices: what is built of them is nearly right, and so gets further than most bytes do.
    Built(Input<'a>),
}

/// The first byte chooses how the rest is read: one in four as it is.
pub(super) fn open(data: &[u8]) -> Mode<'_> {
    match data.split_first() {
        None => Mode::Raw(&[]),
        Some((first, rest)) if first & 3 == 0 => Mode::Raw(rest),
        Some((_, rest)) => Mode::Built(Input::new(rest)),
    }
}

/// Bytes that make choices. When they are used up, each choice is the first.
pub(super) struct Input<'a>(Unstructured<'a>);

impl<'a> Input<'a> {
    pub(super) fn new(data: &'a [u8]) -> Self {
        Self(Unstructured::new(data))
    }

    pub(super) fn is_used_up(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn byte(&mut self) -> u8 {
        self.0.arbitrary().unwrap_or_default()
    }

    pub(super) fn number(&mut self) -> u64 {
        // Numbers of each size are as likely as the large ones.
        let bits = u32::from(self.byte() & 63);
        self.0.arbitrary::<u64>().unwrap_or_default().wrapping_shr(63u32.saturating_sub(bits))
    }

    /// A number less than `end`; 0 where there is none.
    pub(super) fn below(&mut self, end: usize) -> usize {
        self.0.int_in_range(0..=end.saturating_sub(1)).unwrap_or_default()
    }

    /// True in one of `of` cases.
    pub(super) fn rarely(&mut self, of: u8) -> bool {
        self.byte().checked_rem(of) == Some(1)
    }

    pub(super) fn pick<T, const N: usize>(&mut self, from: [T; N]) -> T {
        let at = self.below(N);
        let Some(picked) = from.into_iter().nth(at) else { unreachable!("there is always a choice") };
        picked
    }

    /// A text of up to `max` bytes, of the kinds that readers trip over.
    pub(super) fn text(&mut self, max: usize) -> String {
        let alphabet = self.byte();
        let length = self.below(max.saturating_add(1)).min(self.0.len());
        let bytes = self.0.bytes(length).unwrap_or_default();
        match alphabet & 3 {
            // Printable ASCII.
            0 | 1 => bytes.iter().map(|byte| char::from(byte.wrapping_rem(95).saturating_add(32))).collect(),
            2 => String::from_utf8_lossy(bytes).into_owned(),
            _ => bytes.iter().map(|byte| ODD.chars().nth(usize::from(byte & 31)).unwrap_or('a')).collect(),
        }
    }

    /// Bytes that may be anything.
    pub(super) fn bytes(&mut self, max: usize) -> Vec<u8> {
        let length = self.below(max.saturating_add(1)).min(self.0.len());
        self.0.bytes(length).unwrap_or_default().into()
    }
}

/// Characters that mean something to some reader: 32 of them.
const ODD: &str = "\"\\/&=+%#?{}.:;@,[]<> \t\r\n\0\u{7f}\u{85}\u{2028}\u{feff}\u{e4}\u{1f600}a0";
