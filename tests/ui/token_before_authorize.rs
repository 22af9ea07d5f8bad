//! There is no code before the browser was sent away.
//@ error: E0277
//@ mistake: no token is asked for before the callback
//@ section: RFC 6749 section 4.1.3
//@ instead: `awaiting.receive(&client, callback, now)`

use oauth_proto::{Timestamp, Unauthorized, grant::AuthorizationCode};

pub fn start(login: Unauthorized<AuthorizationCode>, now: Timestamp) {
    let _ = login.request(now);
}
