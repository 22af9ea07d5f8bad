//! One login is polled by one request at a time.
//@ error: E0382
//@ mistake: one request at a time
//@ section: RFC 8628 section 3.5
//@ instead: what came of this one hands the state back

use oauth_proto::{AnyClient, Timestamp, device::AwaitingUser};

pub fn hurry(awaiting: AwaitingUser, client: &AnyClient, now: Timestamp) {
    let _ = awaiting.poll(client, now);
    let _ = awaiting.poll(client, now);
}
