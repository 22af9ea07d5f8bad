//! A secret is written out by its state alone.
//@ error: E0277
//@ mistake: is not written out: its secret would lie in the store by accident
//@ section: RFC 6749 section 10.3
//@ instead: store the state that holds the secret: `stored::save(&tokens)`

use oauth_proto::Secret;

#[derive(serde::Serialize)]
pub struct Row {
    pub token: Secret,
}
