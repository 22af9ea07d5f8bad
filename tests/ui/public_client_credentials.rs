//! A public client has nothing to prove itself with.
//@ error: E0277
//@ mistake: a public client cannot use the client credentials grant
//@ section: RFC 6749 section 4.4
//@ instead: make the client with `Client::confidential(provider, registration, secret)`

use oauth_proto::{Client, Public};

pub fn start(client: &Client<Public>) {
    let _ = client.client_credentials();
}
