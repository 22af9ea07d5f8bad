//! A login answers one callback.
//@ error: E0382
//@ mistake: spent: a login answers one callback
//@ section: RFC 6749 section 4.1.2
//@ instead: for another, call `authorize`

use oauth_proto::{AnyClient, AwaitingCode, Callback, Timestamp};

pub fn answer(awaiting: AwaitingCode, client: &AnyClient, first: Callback<'_>, second: Callback<'_>, now: Timestamp) {
    let _ = awaiting.receive(client, first, now);
    let _ = awaiting.receive(client, second, now);
}
