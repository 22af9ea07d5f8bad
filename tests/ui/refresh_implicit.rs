//! The implicit grant issues no refresh token.
//@ error: E0277
//@ mistake: this token cannot be refreshed
//@ section: RFC 6749 section 4.2.2
//@ instead: expired.into_intent().again(client.authorization_code()?)

use oauth_proto::{AccessOnly, AnyClient, Authorized, Timestamp};

pub fn renew(token: Authorized<AccessOnly>, client: &AnyClient, now: Timestamp) {
    let _ = token.refresh(client, now);
}
