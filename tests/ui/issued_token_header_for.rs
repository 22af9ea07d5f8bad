//! A token that an exchange issued for another use makes no header.
//@ error: E0277
//@ mistake: this token is shown to no API: it is no access token
//@ section: RFC 8693 section 2.2.1
//@ instead: give `token_at(now)` to whom it was asked for

use oauth_proto::{AnyClient, extension_grants::IssuedToken};

pub fn call(token: &IssuedToken, client: &AnyClient) {
    let _ = token.header_for(client, "https://api.example.com/me");
}
