//! A secret does not pass for a text: each place that shows one says `expose`.
//@ error: E0308
//@ rustc's own words: there is no call that could be refused in our own, and the types say it all

use oauth_proto::Secret;

pub fn log(secret: &Secret) -> &str {
    secret
}
