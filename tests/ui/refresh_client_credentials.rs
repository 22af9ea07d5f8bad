//! A client that asks for itself asks again; it has nothing to refresh with.
//@ error: E0277
//@ mistake: this token cannot be refreshed
//@ section: RFC 6749 section 4.4.3
//@ instead: for `Reissuable`, call `reissue(&client, now)`

use oauth_proto::{AnyClient, Authorized, Reissuable, Timestamp};

pub fn renew(token: Authorized<Reissuable>, client: &AnyClient, now: Timestamp) {
    let _ = token.refresh(client, now);
}
