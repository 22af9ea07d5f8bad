//! A secret is not sorted: `<` stops at the first difference too.
//@ error: E0369
//@ mistake: not shown, not hashed
//@ section: RFC 6749 section 10.3
//@ instead: `matches` to compare it

use oauth_proto::Secret;

pub fn smaller(one: &Secret, other: &Secret) -> bool {
    one < other
}
