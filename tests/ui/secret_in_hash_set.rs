//! A secret is no key of a table.
//@ error: E0599
//@ mistake: not shown, not hashed
//@ section: RFC 6749 section 10.3
//@ instead: `matches` to compare it

use std::collections::HashSet;

use oauth_proto::Secret;

pub fn remember(table: &mut HashSet<Secret>, secret: Secret) {
    table.insert(secret);
}
