//! Two holders of one refresh token would spend it twice.
//@ error: E0277
//@ mistake: is not cloned: what it holds is single use
//@ section: RFC 9700 section 4.14.2
//@ instead: to share tokens, put a `Keeper` behind a lock

use oauth_proto::{Authorized, Refreshable};

pub fn share(token: &Authorized<Refreshable>) -> Authorized<Refreshable> {
    token.clone()
}
