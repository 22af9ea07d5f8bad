//! A token that went into a refresh is not used any more; what `finish` brings is.
//@ error: E0382
//@ mistake: spent: a refresh token is used once
//@ section: RFC 9700 section 4.14.2
//@ instead: call `refresh` on what `finish` brings

use oauth_proto::{AnyClient, Authorized, Refreshable, Timestamp};

pub fn renew(token: Authorized<Refreshable>, client: &AnyClient, now: Timestamp) {
    let _ = token.refresh(client, now);
    let _ = token.header_for(client, "https://api.example.com/me");
}
