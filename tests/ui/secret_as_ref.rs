//! A secret does not pass for a text by way of `AsRef`.
//@ error: E0599
//@ mistake: not shown, not hashed
//@ section: RFC 6749 section 10.3
//@ instead: call `expose` to send it

use oauth_proto::Secret;

pub fn text(secret: &Secret) -> &str {
    secret.as_ref()
}
