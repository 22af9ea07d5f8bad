//! Two logins with the same entropy share a state and a verifier.
//@ error: E0277
//@ mistake: is not cloned: what it holds is single use
//@ section: RFC 6749 section 10.10
//@ instead: for entropy, `Entropy::from_os()`

use oauth_proto::{Entropy, Timestamp, Unauthorized, grant::AuthorizationCode};

pub fn start(logins: [Unauthorized<AuthorizationCode>; 2], entropy: Entropy, now: Timestamp) {
    let [first, second] = logins;
    let _ = first.authorize(entropy.clone(), now);
    let _ = second.authorize(entropy, now);
}
