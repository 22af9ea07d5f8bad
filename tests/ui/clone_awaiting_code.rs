//! Two holders of one login would answer two callbacks.
//@ error: E0277
//@ mistake: is not cloned: what it holds is single use
//@ section: RFC 6749 section 4.1.2
//@ instead: for another login or request, call `authorize` or `refresh` anew

use oauth_proto::AwaitingCode;

pub fn share(awaiting: &AwaitingCode) -> AwaitingCode {
    awaiting.clone()
}
