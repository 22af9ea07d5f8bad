//! An assertion is in no state, so it cannot be sent again from one.
//@ error: E0277
//@ mistake: what this grant presented cannot be sent again: no state keeps it
//@ section: RFC 7523 section 3
//@ instead: begin again with a fresh one: `in_doubt.assume_spent().again(client.extension_grant(&grant)?)`

use oauth_proto::{AnyClient, InDoubt, Timestamp, grant::Extension};

pub fn again(in_doubt: InDoubt<Extension>, client: &AnyClient, now: Timestamp) {
    let _ = in_doubt.retry(client, now);
}
