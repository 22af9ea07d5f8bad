//! A client that asks for itself sends no browser anywhere.
//@ error: E0277
//@ mistake: no browser takes part in this grant
//@ section: RFC 6749 section 4.4
//@ instead: call `request(..)`

use oauth_proto::{Entropy, Timestamp, Unauthorized, grant::ClientCredentials};

pub fn log_in(service: Unauthorized<ClientCredentials>, entropy: Entropy, now: Timestamp) {
    let _ = service.authorize(entropy, now);
}
