//! What is no grant is not sent as one.
//@ error: E0277
//@ mistake: `&str` is no extension grant: it does not say what it sends
//@ section: RFC 6749 section 4.5
//@ instead: write `impl ExtensionGrant for &str`; for a JWT take `JwtBearer`

use oauth_proto::AnyClient;

pub fn present(client: &AnyClient, assertion: &str) {
    let _ = client.extension_grant(&assertion);
}
