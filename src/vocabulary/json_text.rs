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
        let mut escaped = false;
        let closing = after.iter().position(|byte| {
            let closes = *byte == b'"' && !escaped;
            escaped = *byte == b'\\' && !escaped;
            closes
        });
        let length = closing.map_or(rest.len(), |at| at.saturating_add(2));
        let (string, after) = rest.split_at_checked(length)?;
        rest = after;
        Some(Piece::String(string))
    })
}
