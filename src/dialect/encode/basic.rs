//! Credentials in the header.

use std::iter::{once, repeat};

use base64::{Engine, engine::general_purpose::STANDARD};
use zeroize::Zeroizing;

use crate::{
    dialect::BasicEncoding,
    vocabulary::{
        Secret,
        form::{self, FORM},
    },
};

/// Form-encoded, but for a space: some servers undo `%20` and leave a `+` as it is (Authlib). A form's own reader takes both.
fn push(pair: &mut Vec<u8>, text: &str) {
    for (part, before) in text.split(' ').zip(once("").chain(repeat("%20"))) {
        pair.extend_from_slice(before.as_bytes());
        form::push(pair, part);
    }
}

/// How many bytes that takes: two more for each space than in a form.
fn room(text: &str) -> usize {
    let spaces = text.bytes().filter(|byte| *byte == b' ').count();
    FORM.measure(text).len().saturating_add(spaces.saturating_mul(2))
}

/// The value of an `Authorization` header for HTTP Basic.
pub(crate) fn basic_header(user: &str, password: &str, encoding: BasicEncoding) -> Secret {
    const SCHEME: &str = "Basic ";
    let pair = match encoding {
        // RFC 6749 section 2.3.1.
        BasicEncoding::Form => {
            let room = room(user).saturating_add(room(password)).saturating_add(1);
            let mut pair = Zeroizing::new(Vec::with_capacity(room));
            push(&mut pair, user);
            pair.push(b':');
            push(&mut pair, password);
            pair
        }
        // RFC 7617.
        BasicEncoding::None => {
            let room = user.len().saturating_add(password.len()).saturating_add(1);
            let mut pair = Zeroizing::new(Vec::with_capacity(room));
            pair.extend_from_slice(user.as_bytes());
            pair.push(b':');
            pair.extend_from_slice(password.as_bytes());
            pair
        }
    };
    let encoded = base64::encoded_len(pair.len(), true).unwrap_or_default();
    let mut value = String::with_capacity(SCHEME.len().saturating_add(encoded));
    value.push_str(SCHEME);
    STANDARD.encode_string(&*pair, &mut value);
    Secret::new(value)
}
