//! The fleet's machine.

use std::time::{Duration, Instant};

use oauth_proto::{
    Client, Confidential, Entropy, Refreshable, Timestamp, TokenSet,
    fleet::{Found, Moment, Policy, ReuseClass, Stopped, Swap, Worker},
};

use super::{AHEAD, Design, Got, Work, send, wall};
use crate::{
    Failure,
    store::{self, Row, Store},
    token::token,
};

pub struct Ours {
    worker: Worker,
    client: Client<Confidential>,
    store: Counting,
    start: Instant,
    work: Work,
}

/// A pause is longer than a permit. With the deadline of one second, who is dead is known to be after 1.6 seconds.
pub fn policy(leeway: Option<Duration>) -> Policy {
    Policy::new(leeway.map_or(ReuseClass::Strict, ReuseClass::Leeway))
        .permit(Duration::from_millis(250))
        .settle(Duration::from_millis(350))
        .ahead(AHEAD)
        .spread(Duration::from_millis(10))
        .skew(Duration::from_millis(1))
}

impl Ours {
    pub fn new(url: &str, client: Client<Confidential>, leeway: Option<Duration>) -> Result<Self, Failure> {
        let store = Counting { inner: store::open(url)?, operations: 0, swaps: 0 };
        let worker = store.worker(Entropy::from_os()?, policy(leeway));
        Ok(Self { worker, client, store, start: Instant::now(), work: Work::default() })
    }
}

impl Design for Ours {
    fn create(&mut self, keys: &[String]) -> Result<(), Failure> {
        self.store.create()?;
        keys.iter().try_for_each(|key| self.store.remove(key))
    }

    fn token(&mut self, key: &str) -> Got {
        let Self { worker, client, store, start, work } = self;
        let now = || Moment { wall: wall(), monotonic: start.elapsed() };
        let mut ask = worker.ask(client, key);
        if fastrand::u8(..) == 0 && store.pick(wall(), wall().plus(AHEAD), 1).iter().any(|due| due == key) {
            ask = ask.ahead_of_time();
        }
        let mut sent = None;
        let mut send = |request| {
            sent = Some(Instant::now());
            send(request)
        };
        work.asks += 1;
        match token(ask, store, &mut send, &now) {
            Ok(_) => {
                sent.into_iter().for_each(|sent| work.refreshed(sent));
                Got::Token
            }
            Err(Stopped::NotYet { .. }) => Got::Later,
            Err(_) => Got::Nothing,
        }
    }

    fn log_in(&mut self, key: &str, tokens: TokenSet<Refreshable>) -> Result<(), Failure> {
        let Self { worker, client, store, start, .. } = self;
        let now = || Moment { wall: wall(), monotonic: start.elapsed() };
        token(worker.log_in(client, key, tokens), store, &mut send, &now).map(drop).or_else(|stopped| match stopped {
            // They are over already, or in doubt: then there is another login.
            Stopped::LogIn { .. } | Stopped::InDoubt { .. } | Stopped::NotYet { .. } => Ok(()),
            stopped => Err(stopped.to_string().into()),
        })
    }

    fn work(&mut self) -> Work {
        let Counting { operations, swaps, .. } = &mut self.store;
        let counted = (std::mem::take(operations), std::mem::take(swaps));
        Work { operations: counted.0, swaps: counted.1, ..std::mem::take(&mut self.work) }
    }
}

/// A store whose reads and replacements are counted.
pub struct Counting {
    pub inner: Box<dyn Store>,
    pub operations: u64,
    pub swaps: u64,
}

impl Store for Counting {
    fn create(&mut self) -> Result<(), Failure> {
        self.inner.create()
    }

    fn worker(&self, entropy: Entropy, policy: Policy) -> Worker {
        self.inner.worker(entropy, policy)
    }

    fn get(&mut self, key: &str) -> Found {
        self.operations += 1;
        self.inner.get(key)
    }

    fn replace(&mut self, row: &Row<'_>) -> Swap {
        self.operations += 1;
        self.swaps += 1;
        self.inner.replace(row)
    }

    fn remove(&mut self, key: &str) -> Result<(), Failure> {
        self.inner.remove(key)
    }

    fn pick(&mut self, now: Timestamp, until: Timestamp, most: u32) -> Vec<String> {
        self.inner.pick(now, until, most)
    }
}
