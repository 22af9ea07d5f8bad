//! A copy of a registered client keeps what an answer to the other has replaced.
//@ error: E0277
//@ mistake: is not cloned: its tokens change with each answer
//@ section: RFC 7592 section 2.2
//@ instead: clone the `AnyClient` that `registered.client(provider)` brings

use oauth_proto::registration::RegisteredClient;

pub fn share(client: &RegisteredClient) -> RegisteredClient {
    client.clone()
}
