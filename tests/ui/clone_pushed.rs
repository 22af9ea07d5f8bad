//! Two holders of one reference would open it twice.
//@ error: E0277
//@ mistake: is not cloned: what it holds is single use
//@ section: RFC 6749 section 4.1.2
//@ instead: for another login or request, call `authorize` or `refresh` anew

use oauth_proto::par::Pushed;

pub fn share(pushed: &Pushed) -> Pushed {
    pushed.clone()
}
