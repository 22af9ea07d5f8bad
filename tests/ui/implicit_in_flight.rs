//! The implicit grant sends no token request.
//@ error: E0277
//@ mistake: no token request is in flight for `Implicit`
//@ section: RFC 6749 section 4.2
//@ instead: for an implicit login, call `awaiting.receive(&client, callback, now)`

use oauth_proto::{InFlight, grant::Implicit};

pub struct Session {
    pub flight: Option<InFlight<Implicit>>,
}
