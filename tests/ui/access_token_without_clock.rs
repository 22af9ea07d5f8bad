//! A token set shows its access token for an instant only.
//@ error: E0624
//@ mistake: it may be expired
//@ section: RFC 6749 section 5.1
//@ instead: call `access_token_at(now)`

use oauth_proto::{AccessOnly, Secret, TokenSet};

pub fn token(tokens: &TokenSet<AccessOnly>) -> &Secret {
    tokens.access_token()
}
