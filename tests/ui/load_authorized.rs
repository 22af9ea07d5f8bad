//! What was stored yesterday must meet a clock.
//@ error: E0277
//@ mistake: is not stored: a token that was good yesterday must meet a clock first
//@ section: RFC 6749 section 5.1
//@ instead: ask it with `tokens.at(now)`

use oauth_proto::{Authorized, Refreshable, stored};

pub fn load(row: &[u8]) {
    let _ = stored::load::<Authorized<Refreshable>>(row);
}
