//! What a client can do, each thing written once for all servers.

mod api;
mod asking;
mod assertions;
mod authentication;
mod codes;
mod device;
mod discovery;
mod endings;
mod exchange;
mod grants;
mod lost;
mod pushed;
mod stacks;
mod wrong;

use crate::{Result, Server};

/// One thing that a client can do.
#[derive(Clone, Copy)]
pub struct Feature {
    /// The trial's name behind `server::`.
    pub id: &'static str,
    /// What it is listed under.
    pub group: &'static str,
    pub module: &'static str,
    /// The row's name.
    pub title: &'static str,
    /// Does it, and says what there was to see: [`YES`], where the title says it all.
    pub run: fn(&Server) -> Result<String>,
}

impl Feature {
    /// The name of its file in `src/features`.
    pub fn file(&self) -> &'static str {
        self.module.rsplit("::").next().unwrap_or(self.module)
    }
}

/// It works as its title says.
pub const YES: &str = "yes";

pub fn all() -> Vec<Feature> {
    [
        codes::FEATURES,
        wrong::FEATURES,
        authentication::FEATURES,
        grants::FEATURES,
        lost::FEATURES,
        device::FEATURES,
        pushed::FEATURES,
        asking::FEATURES,
        api::FEATURES,
        endings::FEATURES,
        discovery::FEATURES,
        exchange::FEATURES,
        assertions::FEATURES,
        stacks::FEATURES,
    ]
    .concat()
}

/// The features of a group.
macro_rules! features {
    ($group:literal: $($id:ident $title:literal,)+) => {
        pub(super) const FEATURES: &[super::Feature] =
            &[$(super::Feature { id: stringify!($id), group: $group, module: module_path!(), title: $title, run: $id }),+];
    };
}

pub(crate) use features;

/// What a feature says that works as its title says.
fn yes() -> Result<String> {
    Ok(YES.into())
}
