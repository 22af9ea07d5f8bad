//! One worker of the schedule: its clocks, where its ask is, and what it is known to have seen.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use super::{
    server::Number,
    store::{Replacement, Written},
};
use crate::{
    Decision, Outcome, Timestamp,
    fleet::{Moment, Seen, Sending, Step, Usable, Version, Worker},
    fuzzing::scene,
};

/// Where its ask is.
pub(super) enum Doing<'a> {
    /// It asks for nothing now.
    Idle,
    Step(Step<'a>),
    /// The server has acted, and its answer is under way: with these tokens, or with none.
    Answered(Sending<'a>, Outcome, Option<Number>),
}

/// What an ask is for.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Kind {
    Ask,
    LogIn,
    Decide(Decision),
}

/// Tokens that a worker received, and where they belong.
#[derive(Clone)]
pub(super) struct Received {
    pub(super) number: Number,
    pub(super) login: Box<str>,
    pub(super) generation: u64,
}

pub(super) struct Node<'a> {
    pub(super) worker: &'a Worker,
    pub(super) doing: Doing<'a>,
    pub(super) key: usize,
    pub(super) kind: Kind,
    /// When it was started, and by how much its time of day differs, both in milliseconds.
    started: u64,
    pub(super) shift: i64,
    /// The access token that an API refused.
    pub(super) rejected: Option<Number>,
    /// What it was lent last, of each record.
    pub(super) lent: [Option<Usable>; 2],
    pub(super) seen: [Option<Seen>; 2],
    /// The claims that it made.
    pub(super) own: BTreeSet<Box<str>>,
    /// When it saw each version of each record first, by its monotonic clock.
    pub(super) first_seen: BTreeMap<(usize, String), Duration>,
    /// The claim that it is making, and since when.
    pub(super) claim: Option<(Vec<u8>, Duration)>,
    /// A replacement that the store did not answer.
    pub(super) unanswered: Option<Replacement>,
    /// When its request was made, in milliseconds, and for what.
    pub(super) sent: Option<(u64, Written)>,
    pub(super) received: Option<Received>,
    /// The access token that its own request brought, in this ask.
    pub(super) brought: Option<Number>,
    /// When an answer came last, by its time of day, and the record that it wrote then.
    pub(super) answered: Option<(Timestamp, Option<Version>)>,
}

impl<'a> Node<'a> {
    pub(super) fn start(worker: &'a Worker, now: u64, shift: i64) -> Self {
        Self {
            worker,
            doing: Doing::Idle,
            key: 0,
            kind: Kind::Ask,
            started: now,
            shift,
            rejected: None,
            lent: [None, None],
            seen: [None, None],
            own: BTreeSet::new(),
            first_seen: BTreeMap::new(),
            claim: None,
            unanswered: None,
            sent: None,
            received: None,
            brought: None,
            answered: None,
        }
    }

    /// What its clocks say at `now` milliseconds.
    pub(super) fn moment(&self, now: u64) -> Moment {
        let wall = scene::at(0).as_unix_millis().saturating_add(now).saturating_add_signed(self.shift);
        Moment {
            wall: Timestamp::from_unix_millis(wall),
            monotonic: Duration::from_millis(now.saturating_sub(self.started)),
        }
    }

    /// It has this version before it.
    pub(super) fn sees(&mut self, version: &Version, now: u64) {
        let monotonic = self.moment(now).monotonic;
        self.first_seen.entry((self.key, name_of(version))).or_insert(monotonic);
    }

    /// How long it has known this version.
    pub(super) fn watched(&self, version: &Version, now: u64) -> Duration {
        let since = self.first_seen.get(&(self.key, name_of(version)));
        since.map_or(Duration::ZERO, |since| self.moment(now).monotonic.saturating_sub(*since))
    }

    /// An ask ended.
    pub(super) fn rests(&mut self) {
        self.doing = Doing::Idle;
        (self.claim, self.unanswered, self.sent, self.answered) = (None, None, None, None);
        (self.received, self.brought) = (None, None);
    }
}

/// A version as the key of a map.
pub(super) fn name_of(version: &Version) -> String {
    format!("{version:?}")
}
