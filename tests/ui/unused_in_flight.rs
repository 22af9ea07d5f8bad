//! An in-flight request that is dropped is lost.
//@ error: unused_must_use
//@ mistake: dropped, the code or token in it is lost
//@ section: RFC 6749 section 5
//@ instead: finish it with the outcome of its request: `flight.finish(outcome)`
#![deny(unused_must_use)]

use oauth_proto::{AnyClient, Authorized, InFlight, Refreshable, Request, Timestamp, grant::RefreshToken};

fn renew(token: Authorized<Refreshable>, client: &AnyClient, now: Timestamp) -> Option<InFlight<RefreshToken>> {
    let (request, flight) = token.refresh(client, now).ok()?;
    send(request);
    Some(flight)
}

fn send(request: Request) {
    drop(request.into_parts());
}

pub fn forget(token: Authorized<Refreshable>, client: &AnyClient, now: Timestamp) -> Option<()> {
    renew(token, client, now)?;
    Some(())
}
