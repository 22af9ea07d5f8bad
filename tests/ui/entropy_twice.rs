//! Two logins with the same entropy share a state and a verifier.
//@ error: E0382
//@ rustc's own words: a value that moves into an argument is explained without showing a line of ours; `clone_entropy` is the next step, and says it

use oauth_proto::{Entropy, Timestamp, Unauthorized, grant::AuthorizationCode};

pub fn start(logins: [Unauthorized<AuthorizationCode>; 2], entropy: Entropy, now: Timestamp) {
    let [first, second] = logins;
    let _ = first.authorize(entropy, now);
    let _ = second.authorize(entropy, now);
}
