//! JSON as text: what stands outside of strings, and where the strings are. For questions of shape, which a reader of
//! values does not answer.

/// A piece of a text that is JSON, or the beginning of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Piece<'a> {
    /// A string with its quotes; the last one of a text that ends too early lacks the second.
    String(&'a [u8]),
    /// A byte outside of strings.
    Byte(u8),
}

/// The pieces of `text`, in their order.
pub(crate) fn pieces(text: &[u8]) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let (byte, after) = rest.split_first()?;
        if *byte != b'"' {
            rest = after;
            return Some(Piece::Byte(*byte));
        }
        let length = after_quote(after).map_or(rest.len(), |length| length.saturating_add(1));
        let (string, after) = rest.split_at_checked(length)?;
        rest = after;
        Some(Piece::String(string))
    })
}

/// How many bytes of `text` belong to the string that it is in: up to the quote that ends it, and that.
fn after_quote(text: &[u8]) -> Option<usize> {
    let mut length = 0_usize;
    // The quotes first, and what stands before each then: that is one comparison for most bytes.
    for part in text.split_inclusive(|byte| *byte == b'"') {
        length = length.saturating_add(part.len());
        let before = part.strip_suffix(b"\"")?;
        let escapes = before.iter().rev().take_while(|byte| **byte == b'\\').count();
        if escapes % 2 == 0 {
            return Some(length);
        }
    }
    None
}
