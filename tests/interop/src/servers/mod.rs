//! The servers: what is particular about each.

mod oidc_provider;

use crate::Description;

pub fn all() -> &'static [&'static Description] {
    &[&oidc_provider::DESCRIPTION]
}
