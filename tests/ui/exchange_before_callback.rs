//! The code comes with the callback.
//@ error: E0277
//@ mistake: no token is asked for before the callback
//@ section: RFC 6749 section 4.1.3
//@ instead: `awaiting.receive(&client, callback, now)`

use oauth_proto::{AnyClient, AwaitingCode, Timestamp};

pub fn exchange(awaiting: AwaitingCode, client: &AnyClient, now: Timestamp) {
    let _ = awaiting.exchange(client, now);
}
