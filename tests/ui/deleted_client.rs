//! A client that is deleted does not log in any more.
//@ error: E0382
//@ mistake: a deleted client is of no more use
//@ section: RFC 7592 section 2.3
//@ instead: for another, call `register`

use oauth_proto::{Provider, Timestamp, registration::RegisteredClient};

pub fn go(client: RegisteredClient, provider: Provider, now: Timestamp) {
    let _ = client.delete(&provider, now);
    let _ = client.client(provider);
}
