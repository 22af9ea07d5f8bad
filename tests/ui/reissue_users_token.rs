//! A user's token cannot be asked for again without the user.
//@ error: E0277
//@ mistake: this token cannot be issued again without the user
//@ section: RFC 6749 section 4.4
//@ instead: for `Refreshable`, call `refresh(&client, now)`

use oauth_proto::{AnyClient, Authorized, Refreshable, Timestamp};

pub fn renew(token: Authorized<Refreshable>, client: &AnyClient, now: Timestamp) {
    let _ = token.reissue(client, now);
}
