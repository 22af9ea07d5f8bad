//! A refresh token comes from a server.
//@ error: E0451
//@ rustc's own words: a private field is named without showing a line of ours; whoever tries `new` next reads what `forge_capability` says

use oauth_proto::{Refreshable, Secret};

pub fn forge(refresh_token: Secret) -> Refreshable {
    Refreshable { refresh_token }
}
