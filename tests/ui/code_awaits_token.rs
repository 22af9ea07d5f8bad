//! A code login waits for a code.
//@ error: E0277
//@ mistake: no token comes with the callback of `AuthorizationCode`
//@ section: RFC 6749 section 4.1.2
//@ instead: keep an `AwaitingCode` and call its `receive(&client, callback, now)`

use oauth_proto::{AwaitingToken, grant::AuthorizationCode};

pub fn answer(_: AwaitingToken<AuthorizationCode>) {}
