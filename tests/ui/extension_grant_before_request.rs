//! A grant of one's own has no answer before it is asked for.
//@ error: E0277
//@ mistake: no answer comes before the request: nothing was sent yet
//@ section: RFC 6749 section 4.5
//@ instead: call `request(now)`, send what it brings, and `finish` the `InFlight` beside it

use oauth_proto::{Outcome, Unauthorized, grant::Extension};

pub fn hurry(start: Unauthorized<Extension>, outcome: Outcome) {
    let _ = start.finish(outcome);
}
