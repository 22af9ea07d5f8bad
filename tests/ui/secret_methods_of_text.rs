//! A secret does not pass for a text by way of `Deref`: not even its length is told by accident.
//@ error: E0599
//@ rustc's own words: any method of a text may be called by mistake, and none can be refused by its name

use oauth_proto::Secret;

pub fn length(secret: &Secret) -> usize {
    secret.len()
}
