//! Where nothing single use was sent, one begins again and has no doubt to decide.
//@ error: E0277
//@ mistake: this request is not retried, but made anew
//@ section: RFC 6749 section 4.4.2
//@ instead: `in_doubt.assume_unspent().again(client.client_credentials()?)`

use oauth_proto::{AnyClient, InDoubt, Timestamp, grant::ClientCredentials};

pub fn again(in_doubt: InDoubt<ClientCredentials>, client: &AnyClient, now: Timestamp) {
    let _ = in_doubt.retry(client, now);
}
