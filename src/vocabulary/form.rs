//! The form encoding (RFC 6749 appendix B): read strictly, and written with the length known beforehand.

use zeroize::Zeroizing;

use super::{Encoding, Wiped, wipe};

/// The names and values of a form, as they stand there. What stands between two separators may be nothing.
pub(crate) fn pairs(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut rest = text;
    let pairs = std::iter::from_fn(move || {
        let pair;
        (pair, rest) = Some(rest).filter(|rest| !rest.is_empty()).map(|rest| split_at(rest, b'&'))?;
        Some(pair)
    });
    pairs.filter(|pair| !pair.is_empty()).map(|pair| split_at(pair, b'='))
}

/// What stands before and behind `separator`, an ASCII character. Texts are short here: one byte after another is faster
/// than a search that has to get going.
pub(crate) fn split_at(text: &str, separator: u8) -> (&str, &str) {
    let at = text.bytes().position(|byte| byte == separator);
    let parts = at.and_then(|at| Some((text.get(..at)?, text.get(at.saturating_add(1)..)?)));
    parts.unwrap_or((text, ""))
}

/// Decodes a name or a value. A broken escape or text that is no UTF-8 is refused, never mended: two readers of one
/// callback must not see two codes.
pub(crate) fn decode(text: &str) -> Option<Wiped<'_>> {
    // What would be the same encoded has no escape in it, and most texts would: that is soon seen.
    if FORM.measure(text).is_same() || !text.bytes().any(|byte| byte == b'%' || byte == b'+') {
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

/// Letters, digits and `*-._` stay as they are, and a space becomes a plus.
pub(crate) static FORM: Encoding = {
    let mut lengths = [3; 256];
    let mut byte = 0;
    while byte < lengths.len() {
        #[allow(clippy::indexing_slicing, clippy::arithmetic_side_effects)] // while compiling
        match byte as u8 {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'*' | b'-' | b'.' | b'_' => lengths[byte] = 0,
            b' ' => lengths[byte] = 1,
            _ => {}
        }
        byte += 1;
    }
    Encoding::new(lengths)
};

/// Appends `text`, encoded. What it appends is ASCII.
pub(crate) fn push(target: &mut Vec<u8>, text: &str) {
    let mut rest = text.as_bytes();
    while let Some(at) = rest.iter().position(|byte| FORM.changes(*byte)) {
        let (same, changed) = rest.split_at_checked(at).unwrap_or_default();
        target.extend_from_slice(same);
        let Some((byte, behind)) = changed.split_first() else { break };
        match byte {
            b' ' => target.push(b'+'),
            byte => push_escape(target, *byte),
        }
        rest = behind;
    }
    target.extend_from_slice(rest);
}

/// Appends `%` and the two digits of `byte` (RFC 3986 section 2.1).
pub(crate) fn push_escape(target: &mut Vec<u8>, byte: u8) {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    let digit = |half: u8| DIGITS.get(usize::from(half)).copied().unwrap_or_default();
    target.extend_from_slice(&[b'%', digit(byte >> 4), digit(byte & 15)]);
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}
