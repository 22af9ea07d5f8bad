//! There is nothing to refresh before the user has agreed.
//@ error: E0277
//@ mistake: nothing is refreshed before the user has agreed
//@ section: RFC 8628 section 3.4
//@ instead: call `awaiting.poll(&client, now)`, and match what its `finish` brings

use oauth_proto::{AnyClient, Timestamp, device::AwaitingUser};

pub fn renew(awaiting: AwaitingUser, client: &AnyClient, now: Timestamp) {
    let _ = awaiting.refresh(client, now);
}
