//! A refresh token comes from a server.
//@ error: E0624
//@ mistake: not made up: a server issues it
//@ section: RFC 6749 section 5.1
//@ instead: call `finish`

use oauth_proto::{Refreshable, Secret};

pub fn forge(refresh_token: Secret) -> Refreshable {
    Refreshable::new(refresh_token)
}
