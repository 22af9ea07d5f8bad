//! A secret is no text, until it is asked to be.
//@ error: E0599
//@ mistake: not shown, not hashed
//@ section: RFC 6749 section 10.3
//@ instead: call `expose` to send it

use oauth_proto::Secret;

pub fn text(secret: &Secret) -> String {
    secret.to_string()
}
