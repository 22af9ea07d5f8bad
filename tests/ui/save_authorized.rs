//! What is stored is the token set.
//@ error: E0277
//@ mistake: is not stored: a token that was good yesterday must meet a clock first
//@ section: RFC 6749 section 5.1
//@ instead: store its `into_token_set()`

use oauth_proto::{Authorized, Refreshable, stored};

pub fn save(token: &Authorized<Refreshable>) {
    let _ = stored::save(token);
}
