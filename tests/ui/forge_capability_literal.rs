//! A refresh token comes from a server.
//@ error: none
//@ rustc's own words: a literal with private fields is explained without showing a line of ours; it advises `new`, and `forge_capability` says it

use oauth_proto::{Refreshable, Secret};

pub fn forge(refresh_token: Secret) -> Refreshable {
    Refreshable { refresh_token }
}
