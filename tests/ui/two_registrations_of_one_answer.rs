//! One registration is one client.
//@ error: E0382
//@ mistake: a registration has one answer
//@ section: RFC 7591 section 3.2
//@ instead: for another client, call `register`

use oauth_proto::{Outcome, registration::Registering};

pub fn finish(registering: Registering, first: Outcome, second: Outcome) {
    let _ = registering.finish(first);
    let _ = registering.finish(second);
}
