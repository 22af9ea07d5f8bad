//! A token set has no clock: whether it is expired is asked first.
//@ error: E0624
//@ mistake: tokens without a clock are not sent
//@ section: RFC 6749 section 5.1
//@ instead: ask `tokens.at(now)` first

use oauth_proto::{AnyClient, Refreshable, Timestamp, TokenSet};

pub fn renew(tokens: TokenSet<Refreshable>, client: &AnyClient, now: Timestamp) {
    let _ = tokens.refresh(client, now);
}
