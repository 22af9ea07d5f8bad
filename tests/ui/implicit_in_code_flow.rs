//! No code comes to an implicit login.
//@ error: E0277
//@ mistake: no code comes to an implicit login
//@ section: RFC 6749 section 4.2
//@ instead: or begin with `client.authorization_code()`

use oauth_proto::{AnyClient, AwaitingToken, Timestamp};

pub fn answer(awaiting: AwaitingToken, client: &AnyClient, now: Timestamp) {
    let _ = awaiting.receive_pasted_code_without_state_check(client, "SplxlOBeZQQYbYS6WxSbIA", now);
}
