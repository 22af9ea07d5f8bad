//! Whether a login brought a refresh token is the server's choice: match first.
//@ error: E0277
//@ mistake: `Granted` may hold no refresh token
//@ section: RFC 6749 section 5.1
//@ instead: in the arm `Granted::Refreshable(authorized)`, call `authorized.refresh(&client, now)`

use oauth_proto::{AnyClient, Granted, Timestamp};

pub fn renew(granted: Granted, client: &AnyClient, now: Timestamp) {
    let _ = granted.refresh(client, now);
}
