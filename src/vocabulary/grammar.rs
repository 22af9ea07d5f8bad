//! The character classes of RFC 6749 appendix A.

/// `VSCHAR`: printable ASCII, the space included. Client ids, states, codes and tokens are made of it.
pub(crate) fn is_vschar(byte: u8) -> bool {
    matches!(byte, 0x20..=0x7E)
}

/// `NQCHAR`: printable ASCII less the space, `"` and `\`. Scope tokens are made of it.
pub(crate) fn is_nqchar(byte: u8) -> bool {
    matches!(byte, 0x21 | 0x23..=0x5B | 0x5D..=0x7E)
}

/// `NQSCHAR`: `NQCHAR` and the space. Error codes and descriptions are made of it.
pub(crate) fn is_nqschar(byte: u8) -> bool {
    byte == 0x20 || is_nqchar(byte)
}

/// How long a code, a state or a token may be, in bytes. Longer ones fit no header, and what is kept must fit the
/// store: see [`stored::MAX_BYTES`](crate::stored::MAX_BYTES).
pub(crate) const MAX_TOKEN: usize = 64 * 1024;

/// `1*VSCHAR`: the grammar of a code, a state and a token.
pub(crate) fn is_token_text(text: &str) -> bool {
    // Without a way out in the middle, the compiler looks at many bytes at once.
    (1..=MAX_TOKEN).contains(&text.len()) && text.bytes().fold(true, |all, byte| all & is_vschar(byte))
}

/// `tchar` of RFC 9110 section 5.6.2: authentication schemes are made of it.
pub(crate) fn is_tchar(byte: u8) -> bool {
    matches!(byte, b'!' | b'#'..=b'\'' | b'*' | b'+' | b'-' | b'.' | b'0'..=b'9' | b'A'..=b'Z' | b'^'..=b'z' | b'|' | b'~')
}

/// Printable ASCII less what RFC 3986 keeps out of a URI and what shells and browsers read in ways of their own.
pub(crate) fn is_url_byte(byte: u8) -> bool {
    matches!(byte, b'!' | b'#'..=b';' | b'=' | b'?'..=b'[' | b']' | b'_' | b'a'..=b'z' | b'~')
}

/// `1*DIGIT` (RFC 5234 appendix B.1) as a number. Digits that do not fit are a very large one, not none.
pub(crate) fn decimal(text: &str) -> Option<u64> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().unwrap_or(u64::MAX))
}
