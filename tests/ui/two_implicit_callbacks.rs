//! An implicit login answers one callback.
//@ error: E0382
//@ mistake: spent: a login answers one callback
//@ section: RFC 6749 section 10.12
//@ instead: for another, call `authorize`

use oauth_proto::{AnyClient, AwaitingToken, Callback, Timestamp};

pub fn answer(awaiting: AwaitingToken, client: &AnyClient, first: Callback<'_>, second: Callback<'_>, now: Timestamp) {
    let _ = awaiting.receive(client, first, now);
    let _ = awaiting.receive(client, second, now);
}
