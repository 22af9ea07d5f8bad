//! A request that is not sent does nothing.
//@ error: unused_must_use
//@ mistake: a request does nothing until it is sent
//@ section: RFC 6749 section 3.2
//@ instead: take it apart with `into_parts()`
#![deny(unused_must_use)]

use oauth_proto::{AnyClient, AwaitingCode, Callback, Outcome, Timestamp};

pub fn forget(awaiting: AwaitingCode, client: &AnyClient, callback: Callback<'_>, now: Timestamp, outcome: Outcome) {
    if let Ok((request, flight)) = awaiting.receive(client, callback, now) {
        {
            request
        };
        drop(flight.finish(outcome));
    }
}
