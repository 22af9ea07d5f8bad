//! There are three capabilities.
//@ error: E0277
//@ mistake: a capability is not made up
//@ section: RFC 6749 section 5.1
//@ instead: call `finish` and take what it brings

#[derive(Debug, serde::Serialize, serde::Deserialize)]
pub struct Everything;

impl oauth_proto::Capability for Everything {}
