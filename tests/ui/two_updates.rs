//! The first answer may bring another registration access token: the second request would show the old one.
//@ error: E0382
//@ mistake: the answer may replace its tokens
//@ section: RFC 7592 section 2.2
//@ instead: go on with what `finish` brings

use oauth_proto::{Provider, Timestamp, registration::{ClientMetadata, RegisteredClient}};

pub fn change(client: RegisteredClient, provider: &Provider, metadata: &ClientMetadata, now: Timestamp) {
    let _ = client.update(provider, metadata, now);
    let _ = client.update(provider, metadata, now);
}
