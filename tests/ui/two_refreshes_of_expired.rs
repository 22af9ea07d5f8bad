//! A refresh token is used once, also when the access token is expired.
//@ error: E0382
//@ mistake: spent: a refresh token is used once
//@ section: RFC 9700 section 4.14.2
//@ instead: call `refresh` on what `finish` brings

use oauth_proto::{AnyClient, Expired, Refreshable, Timestamp};

pub fn renew(token: Expired<Refreshable>, client: &AnyClient, now: Timestamp) {
    let _ = token.refresh(client, now);
    let _ = token.refresh(client, now);
}
