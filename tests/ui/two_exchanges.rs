//! A code that was handed back is sent once more, not twice.
//@ error: E0382
//@ mistake: spent: a code is sent once
//@ section: RFC 6749 section 4.1.2
//@ instead: for another, call `authorize`

use oauth_proto::{AnyClient, ReceivedCode, Timestamp};

pub fn send(code: ReceivedCode, client: &AnyClient, now: Timestamp) {
    let _ = code.exchange(client, now);
    let _ = code.exchange(client, now);
}
