//! `==` stops at the first difference.
//@ error: E0277
//@ mistake: a secret is not compared with `==`
//@ section: RFC 6749 section 10.10
//@ instead: call `secret.matches(other.expose())`

use oauth_proto::Secret;

pub fn same(one: &Secret, other: &Secret) -> bool {
    one == other
}
