//! The arm of an expired token has no token.
//@ error: E0277
//@ mistake: an expired token is not used
//@ section: RFC 6750 section 3.1
//@ instead: log in again: `expired.into_intent().again(client.authorization_code()?)`

use oauth_proto::{AccessOnly, Secret, Standing};

pub fn token(standing: &Standing<AccessOnly>) -> &Secret {
    match standing {
        Standing::Authorized(token) => token.access_token(),
        Standing::Expired(token) => token.access_token(),
    }
}
