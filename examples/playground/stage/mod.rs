//! One login on the page: the state that is held, the server that it is held against, and what has happened.

mod act;
mod held;
mod journal;
mod outcomes;
mod store;
#[cfg(test)]
mod tests;

pub use act::Action;
pub use held::Held;
pub use journal::{Back, Step, Wire};
use store::Store;

use std::error::Error;

use crate::world::{GrantKind, World};

pub type Failed = Box<dyn Error + Send + Sync>;

pub struct Stage {
    pub world: World,
    /// Absent only while a call of the machine has it.
    held: Option<Held>,
    pub steps: Vec<Step>,
    pub store: Store,
    /// Where the browser is to go.
    pub login_url: Option<String>,
    /// What the browser came back with: to be sent once more.
    pub callback: Option<Back>,
}

impl Stage {
    /// # Errors
    /// This provider's data does not allow the grant.
    pub fn open(mut world: World, grant: GrantKind) -> Result<Self, Failed> {
        world.grant = grant;
        let held = world.begin()?;
        Ok(Self {
            world,
            held: Some(held),
            steps: Vec::new(),
            store: Store::default(),
            login_url: None,
            callback: None,
        })
    }

    pub fn state(&self) -> &'static str {
        self.held.as_ref().map_or("Intent", Held::state)
    }

    pub fn held(&self) -> Option<&Held> {
        self.held.as_ref()
    }

    /// The arrow that led to where we are.
    pub fn came(&self) -> Option<(&'static str, &'static str)> {
        self.steps.last().filter(|step| step.call.is_some()).map(|step| (step.from, step.to))
    }
}
