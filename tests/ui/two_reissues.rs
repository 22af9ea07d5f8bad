//! One request at a time.
//@ error: E0382
//@ mistake: spent: one request at a time
//@ section: RFC 6749 section 4.4
//@ instead: call `reissue` on what `finish` brings

use oauth_proto::{AnyClient, Authorized, Reissuable, Timestamp};

pub fn renew(token: Authorized<Reissuable>, client: &AnyClient, now: Timestamp) {
    let _ = token.reissue(client, now);
    let _ = token.reissue(client, now);
}
