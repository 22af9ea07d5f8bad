//! What is left of a login has no client to begin the next one.
//@ error: E0277
//@ mistake: an `Intent` makes no request
//@ section: RFC 6749 section 4.1.1
//@ instead: `intent.again(client.authorization_code()?).authorize(entropy, now)`

use oauth_proto::{Entropy, Intent, Timestamp};

pub fn again(intent: Intent, entropy: Entropy, now: Timestamp) {
    let _ = intent.authorize(entropy, now);
}
