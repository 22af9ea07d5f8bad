//! Two holders of one login would poll twice as often as they may.
//@ error: E0277
//@ mistake: `AwaitingUser` is not cloned
//@ section: RFC 8628 section 3.5
//@ instead: each ending of a poll hands the state back

use oauth_proto::device::AwaitingUser;

pub fn share(awaiting: &AwaitingUser) -> AwaitingUser {
    awaiting.clone()
}
