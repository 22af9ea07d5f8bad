//! What is stored before sending is the journal, and not a second holder.
//@ error: E0277
//@ mistake: is not cloned: what it holds is single use
//@ section: RFC 6749 section 4.1.2
//@ instead: call `authorize` or `refresh` anew

use oauth_proto::{InFlight, grant::RefreshToken};

pub fn twice(in_flight: InFlight<RefreshToken>) -> (InFlight<RefreshToken>, InFlight<RefreshToken>) {
    (in_flight.clone(), in_flight)
}
