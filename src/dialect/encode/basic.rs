//! Credentials in the header.

use base64::{Engine, engine::general_purpose::STANDARD};
use zeroize::Zeroizing;

use crate::{
    dialect::BasicEncoding,
    vocabulary::{
        Secret,
        form::{self, FORM},
    },
};

/// The value of an `Authorization` header for HTTP Basic.
pub(crate) fn basic_header(user: &str, password: &str, encoding: BasicEncoding) -> Secret {
    const SCHEME: &str = "Basic ";
    let pair = match encoding {
        // RFC 6749 section 2.3.1.
        BasicEncoding::Form => {
            let room = FORM.measure(user).len().saturating_add(FORM.measure(password).len()).saturating_add(1);
            let mut pair = Zeroizing::new(Vec::with_capacity(room));
            form::push(&mut pair, user);
            pair.push(b':');
            form::push(&mut pair, password);
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
