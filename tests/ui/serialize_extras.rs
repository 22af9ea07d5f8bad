//! What came along with tokens is written out with them.
//@ error: E0277
//@ mistake: is not written out: its secret would lie in the store by accident
//@ section: RFC 6749 section 10.3
//@ instead: store the state that holds the secret: `stored::save(&tokens)`

use oauth_proto::{Refreshable, TokenSet};

pub fn row(tokens: &TokenSet<Refreshable>) -> String {
    serde_json::to_string(tokens.extras()).unwrap_or_default()
}
