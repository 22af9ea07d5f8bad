//! An expired token is not shown.
//@ error: E0277
//@ mistake: an expired token is not used
//@ section: RFC 6750 section 3.1
//@ instead: renew it with `refresh(&client, now)` or `reissue(&client, now)`

use oauth_proto::{Expired, Reissuable, Secret};

pub fn token(token: &Expired<Reissuable>) -> &Secret {
    token.access_token()
}
