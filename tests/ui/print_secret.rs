//! A secret is not printed.
//@ error: E0277
//@ mistake: a secret is not printed
//@ section: RFC 6749 section 10.3
//@ instead: to log it, print it with `Debug`, which is redacted; to send it, call `secret.expose()`

use oauth_proto::Secret;

pub fn log(secret: &Secret) {
    println!("{secret}");
}
