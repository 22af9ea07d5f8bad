//! A server's metadata is believed without a question (RFC 8414 section 6).
//@ error: E0061
//@ rustc's own words: it names the argument that is missing, an `Approval`

use oauth_proto::{Provider, metadata::ServerMetadata};

pub fn believe(metadata: &ServerMetadata) {
    let _ = Provider::from_metadata(metadata);
}
