//! The form encoding, read strictly (RFC 6749 appendix B).

use zeroize::{Zeroize, Zeroizing};

use super::Wiped;

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
            error.into_bytes().zeroize();
            None
        }
    }
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}
