//! A login that sent nobody away has no state for a callback to match.
//@ error: E0277
//@ mistake: no callback is received before the browser was sent away
//@ section: RFC 6749 section 10.12
//@ instead: call `authorize(entropy, now)`

use oauth_proto::{AnyClient, Callback, Timestamp, Unauthorized, grant::AuthorizationCode};

pub fn answer(login: Unauthorized<AuthorizationCode>, client: &AnyClient, callback: Callback<'_>, now: Timestamp) {
    let _ = login.receive(client, callback, now);
}
