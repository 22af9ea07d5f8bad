//@ error: E0277
//@ mistake: a capability is not made up
//@ section: RFC 6749 section 5.1
//@ instead: call `finish` and take what it brings

use oauth_proto::TokenSet;

fn load(row: &str) -> serde_json::Result<TokenSet<serde_json::Value>> {
    serde_json::from_str(row)
}

fn main() {
    let _ = load;
}
