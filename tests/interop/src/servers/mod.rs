//! The servers: what is particular about each.

mod node_oauth2_server;
mod oidc_provider;

use crate::Description;

pub fn all() -> &'static [&'static Description] {
    &[&oidc_provider::DESCRIPTION, &node_oauth2_server::DESCRIPTION]
}
