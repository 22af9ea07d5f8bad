//! What all requests share.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::browser::Browsers;
use crate::clock::Clock;
use crate::extensions::Memory;
use crate::faults::Queue;
use crate::grants::Store;
use crate::log::Log;
use crate::mint::Mint;
use crate::table::ProviderTable;

/// The only user.
pub(crate) const USER: &str = "jsmith";
/// The only user's password.
pub(crate) const PASSWORD: &str = "password123";

#[derive(Clone, Debug)]
pub(crate) struct State {
    pub(crate) mint: Mint,
    pub(crate) grants: Store,
    pub(crate) browsers: Browsers,
    pub(crate) faults: Queue,
    pub(crate) log: Log,
    pub(crate) extensions: Memory,
}

#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) table: Arc<ProviderTable>,
    pub(crate) clock: Clock,
    state: Mutex<State>,
}

impl Shared {
    pub(crate) fn new(table: ProviderTable) -> Self {
        let state = State {
            mint: Mint::new(),
            grants: Store::default(),
            browsers: Browsers::default(),
            faults: Queue::default(),
            log: Log::default(),
            extensions: Memory::default(),
        };
        Shared { table: Arc::new(table), clock: Clock::new(), state: Mutex::new(state) }
    }

    /// The same at this moment; from here on each goes its own way.
    pub(crate) fn fork(&self) -> Self {
        Shared { table: Arc::clone(&self.table), clock: self.clock.fork(), state: Mutex::new(self.lock().clone()) }
    }

    /// One request at a time: two refreshes that arrive together are decided one after the other.
    pub(crate) fn lock(&self) -> MutexGuard<'_, State> {
        // A panic in one test thread must not hide what another one asks.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
