//! Parameters as a form, in a body or a query (RFC 6749 appendix B).

use super::{
    Pair,
    measured::{Measured, Text},
};
use crate::vocabulary::form::{self, FORM};

pub(super) fn measure<'a, I: Iterator<Item = Pair<'a>> + Clone>(pairs: I) -> Measured<I> {
    Measured::new(pairs, &FORM, "&".len())
}

/// Appends them. What it appends is ASCII.
pub(super) fn push<'a>(target: &mut Vec<u8>, pairs: Measured<impl Iterator<Item = Pair<'a>> + Clone>) {
    let mut first = true;
    pairs.for_each(|name, value, _| {
        if !std::mem::take(&mut first) {
            target.push(b'&');
        }
        push_text(target, name);
        target.push(b'=');
        push_text(target, value);
    });
}

fn push_text(target: &mut Vec<u8>, Text { text, same }: Text<'_>) {
    if same { target.extend_from_slice(text.as_bytes()) } else { form::push(target, text) }
}

/// `application/x-www-form-urlencoded`.
pub(super) fn body<'a>(pairs: impl Iterator<Item = Pair<'a>> + Clone) -> Vec<u8> {
    let pairs = measure(pairs);
    let mut body = Vec::with_capacity(pairs.len());
    push(&mut body, pairs);
    body
}
