//! The same, by serde.
//@ error: E0277
//@ mistake: is not stored: a token that was good yesterday must meet a clock first
//@ section: RFC 6749 section 5.1
//@ instead: ask it with `tokens.at(now)`

use oauth_proto::{Authorized, Refreshable};

pub fn load(row: &str) {
    let _ = serde_json::from_str::<Authorized<Refreshable>>(row);
}
