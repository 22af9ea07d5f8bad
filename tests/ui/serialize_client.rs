//! The client's secret comes from configuration.
//@ error: E0277
//@ mistake: is not written out: its secret would lie in the store by accident
//@ section: RFC 6749 section 2.3.1
//@ instead: make the client anew: `Client::confidential(provider, registration, secret)`

use oauth_proto::{Client, Confidential};

pub fn save(client: &Client<Confidential>) {
    let _ = serde_json::to_string(client);
}
