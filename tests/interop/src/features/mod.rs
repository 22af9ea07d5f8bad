//! What a client can do, each thing written once for all servers.

mod codes;

use crate::{Result, Server};

/// One thing that a client can do.
#[derive(Clone, Copy)]
pub struct Feature {
    /// The trial's name behind `server::`.
    pub id: &'static str,
    pub group: &'static str,
    /// The row's name.
    pub title: &'static str,
    /// Does it, and says what there was to see: [`YES`], where the title says it all.
    pub run: fn(&Server) -> Result<String>,
}

/// It works as its title says.
pub const YES: &str = "yes";

pub fn all() -> Vec<Feature> {
    [codes::FEATURES].concat()
}

/// The features of a group.
macro_rules! features {
    ($group:literal: $($id:ident $title:literal,)+) => {
        pub(super) const FEATURES: &[super::Feature] =
            &[$(super::Feature { id: stringify!($id), group: $group, title: $title, run: $id }),+];
    };
}

pub(crate) use features;

/// What a feature says that works as its title says.
fn yes() -> Result<String> {
    Ok(YES.into())
}
