//! The form encoding (RFC 6749 appendix B): read strictly, and written with the length known beforehand.

use zeroize::Zeroizing;

use super::{Wiped, wipe};

/// The names and values of a form, as they stand there. What stands between two separators may be nothing.
pub(crate) fn pairs(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let pairs = text.split('&').filter(|pair| !pair.is_empty());
    pairs.map(|pair| pair.split_once('=').unwrap_or((pair, "")))
}

/// Decodes a name or a value. A broken escape or text that is no UTF-8 is refused, never mended: two readers of one
/// callback must not see two codes.
pub(crate) fn decode(text: &str) -> Option<Wiped<'_>> {
    if !text.bytes().any(|byte| byte == b'%' || byte == b'+') {
        return Some(text.into());
    }
    let mut decoded = Zeroizing::new(Vec::with_capacity(text.len()));
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'+' => b' ',
            b'%' => hex(bytes.next()?)?.checked_mul(16)?.checked_add(hex(bytes.next()?)?)?,
            plain => plain,
        });
    }
    match String::from_utf8(std::mem::take(&mut *decoded)) {
        Ok(text) => Some(text.into()),
        Err(error) => {
            wipe(&mut error.into_bytes());
            None
        }
    }
}

/// What the encoding makes of each byte: to how many bytes, and whether to others than it was.
const ENCODED: [u64; 256] = {
    let mut table = [3 | CHANGED; 256];
    let mut byte = 0;
    while byte < table.len() {
        #[allow(clippy::indexing_slicing, clippy::arithmetic_side_effects)] // while compiling
        match byte as u8 {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'*' | b'-' | b'.' | b'_' => table[byte] = 1,
            b' ' => table[byte] = 1 | CHANGED,
            _ => {}
        }
        byte += 1;
    }
    table
};

/// Far above each length, so that one sum tells both.
const CHANGED: u64 = 1 << 40;

fn encoded(byte: u8) -> u64 {
    ENCODED.get(usize::from(byte)).copied().unwrap_or_default()
}

fn measure(text: &str) -> u64 {
    text.bytes().map(encoded).fold(0, u64::wrapping_add)
}

/// How many bytes [`push`] will write.
pub(crate) fn encoded_len(text: &str) -> usize {
    usize::try_from(measure(text) & (CHANGED - 1)).unwrap_or(usize::MAX)
}

/// Appends `text`, encoded. Most names and values stay as they are, and then are written at once.
pub(crate) fn push(target: &mut String, text: &str) {
    if measure(text) < CHANGED {
        return target.push_str(text);
    }
    let mut unchanged = 0;
    for (at, byte) in text.bytes().enumerate() {
        if encoded(byte) < CHANGED {
            continue;
        }
        target.push_str(text.get(unchanged..at).unwrap_or_default());
        unchanged = at.saturating_add(1);
        match byte {
            b' ' => target.push('+'),
            byte => push_escape(target, byte),
        }
    }
    target.push_str(text.get(unchanged..).unwrap_or_default());
}

/// Appends `%` and the two digits of `byte` (RFC 3986 section 2.1).
pub(crate) fn push_escape(target: &mut String, byte: u8) {
    let digit = |half: u8| char::from_digit(half.into(), 16).unwrap_or_default().to_ascii_uppercase();
    target.extend(['%', digit(byte >> 4), digit(byte & 15)]);
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}
