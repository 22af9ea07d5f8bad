//! An expired token makes no header.
//@ error: E0277
//@ mistake: an expired token is not used
//@ section: RFC 6750 section 3.1
//@ instead: renew it with `refresh(&client, now)` or `reissue(&client, now)`

use oauth_proto::{AnyClient, Expired, Refreshable};

pub fn call(token: &Expired<Refreshable>, client: &AnyClient) {
    let _ = token.header_for(client, "https://api.example.com/me");
}
