//! The browser carries what the server answered the push with.
//@ error: E0277
//@ mistake: the browser is not sent away before the request is pushed
//@ section: RFC 9126 section 4
//@ instead: call `push(entropy, now)`

use oauth_proto::{Entropy, Timestamp, Unauthorized, par::PushedAuthorizationCode};

pub fn start(login: Unauthorized<PushedAuthorizationCode>, entropy: Entropy, now: Timestamp) {
    let _ = login.authorize(entropy, now);
}
