//! A secret is no key.
//@ error: E0277
//@ mistake: a secret is not hashed
//@ section: RFC 6749 section 10.10
//@ instead: look tokens up by an id of your own, and a login by its `key()`

use oauth_proto::Secret;

#[derive(Hash)]
pub struct Key {
    pub token: Secret,
}
