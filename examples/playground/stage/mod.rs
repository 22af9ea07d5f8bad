//! One login on the page: the state that is held, the server that it is held against, and what has happened.

mod act;
mod held;
mod journal;
mod login;
mod outcomes;
mod request;
mod store;
#[cfg(test)]
mod tests;
mod tokens;

pub use act::Action;
pub use held::Held;
pub use journal::{Back, Journal, Step, Wire};
use store::Store;

use std::error::Error;

use oauth_proto::{AnyClient, Capability, Standing, Timestamp, TokenSet, stored::Stored};

use crate::{
    machine::transitions::AT,
    world::{GrantKind, World},
};
use outcomes::Came;

pub type Failed = Box<dyn Error + Send + Sync>;

pub struct Stage {
    pub world: World,
    /// Absent only while a call of the machine has it.
    held: Option<Held>,
    pub journal: Journal,
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
            journal: Journal::default(),
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
        self.journal.last().filter(|step| step.call.is_some()).map(|step| (step.from, step.to))
    }

    /// Makes the call if the state has it: `Err` hands back a state that has not.
    fn call(
        &mut self,
        title: &str,
        call: &'static str,
        make: impl FnOnce(Held, &AnyClient, Timestamp) -> Result<Came, Held>,
    ) {
        let now = self.world.now();
        let (from, held) = self.take();
        match make(held, self.world.client(), now) {
            Ok(next) => self.arrive(title, Some(call), from, next, Vec::new()),
            Err(held) => self.held = Some(held),
        }
    }

    fn take(&mut self) -> (&'static str, Held) {
        // Each of our methods puts one back.
        let held = self.held.take().unwrap_or_else(|| unreachable!("a state is always held between two buttons"));
        (held.state(), held)
    }

    fn arrive(&mut self, title: &str, call: Option<&'static str>, from: &'static str, next: Came, wire: Vec<Wire>) {
        let Came { held, said } = next;
        self.journal.push(Step { title: title.to_owned(), call, from, to: held.state(), said, wire });
        self.held = Some(held);
        self.settle();
    }

    /// Something that happened, and changed no state.
    fn note(&mut self, title: &str, wire: Vec<Wire>) {
        let state = self.state();
        self.journal.push(Step { title: title.to_owned(), call: None, from: state, to: state, said: None, wire });
    }

    /// What lives in a store goes there: new tokens, a waiting login, a request that is about to be sent. Tokens out of
    /// it meet the clock.
    fn settle(&mut self) {
        fn stored<C>(store: &mut Store, tokens: TokenSet<C>, now: Timestamp) -> Held
        where
            TokenSet<C>: Stored + serde::Serialize,
            Held: From<Standing<C>>,
            C: Capability,
        {
            store.tokens(&tokens);
            tokens.at(now).into()
        }
        let now = self.world.now();
        let (before, held) = self.take();
        let store = &mut self.store;
        let held = match held {
            Held::Refreshable(held) => stored(store, held.into_token_set(), now),
            Held::AccessOnly(held) => stored(store, held.into_token_set(), now),
            Held::Reissuable(held) => stored(store, held.into_token_set(), now),
            Held::RefreshableTokens(held) => stored(store, *held, now),
            Held::AccessOnlyTokens(held) => stored(store, *held, now),
            Held::ReissuableTokens(held) => stored(store, *held, now),
            other => other,
        };
        self.store.keep(&held);
        let (to, title) = (held.state(), "The tokens come out of the store, and meet the clock");
        if to != before {
            let from = Held::stored(to);
            self.journal.push(Step { title: title.to_owned(), call: Some(AT), from, to, said: None, wire: Vec::new() });
        }
        if !matches!(held, Held::AwaitingCode(_) | Held::AwaitingToken(_) | Held::AwaitingTokenWithRefresh(_)) {
            self.login_url = None;
        }
        self.held = Some(held);
    }
}
