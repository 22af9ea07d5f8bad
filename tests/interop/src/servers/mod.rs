//! The servers: what is particular about each.

mod authlib;
mod django_oauth_toolkit;
mod idpyoidc;
mod node_oauth2_server;
mod oidc_provider;
mod plain_pages;

use crate::Description;

pub fn all() -> &'static [&'static Description] {
    &[
        &oidc_provider::DESCRIPTION,
        &node_oauth2_server::DESCRIPTION,
        &django_oauth_toolkit::DESCRIPTION,
        &django_oauth_toolkit::JSON,
        &authlib::DESCRIPTION,
        &idpyoidc::DESCRIPTION,
    ]
}
