//! A request has one answer.
//@ error: E0382
//@ mistake: spent: a request has one answer
//@ section: RFC 6749 section 5
//@ instead: use what the first `finish` brought

use oauth_proto::{InFlight, Outcome, grant::RefreshToken};

pub fn answer(flight: InFlight<RefreshToken>, first: Outcome, second: Outcome) {
    let _ = flight.finish(first);
    let _ = flight.finish(second);
}
