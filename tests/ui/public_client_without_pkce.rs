//! Nothing but PKCE binds the code to a public client.
//@ error: E0277
//@ mistake: a public client does not log in without PKCE
//@ section: RFC 9700 section 2.1.1
//@ instead: call `authorization_code()`

use oauth_proto::{Client, Public};

pub fn start(client: &Client<Public>) {
    let _ = client.authorization_code_without_pkce_for_a_server_that_refuses_it();
}
