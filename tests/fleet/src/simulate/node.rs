//! One process of the fleet: its clocks, and where its ask is.

use std::time::Duration;

use oauth_proto::{
    Entropy, Timestamp,
    fleet::{Durable, InClear, Moment, Policy, Sending, Step, Worker},
};
use rand::RngExt as _;
use rand_pcg::Pcg64Mcg;

use super::{server::micros, weather::Weather};

/// The time of day when a run begins.
const START: Timestamp = Timestamp::from_unix_seconds(1_800_000_000);

/// Where its ask is.
pub enum Doing {
    Step(Step<'static>),
    Sending(Box<Sending<'static>>),
    /// It asks for nothing now.
    Idle,
}

pub struct Node {
    pub worker: &'static Worker,
    pub doing: Doing,
    /// How often it was started before.
    pub life: u32,
    started: u64,
    ahead: bool,
    /// By how much its clock differs at first, how much faster it is in millionths, and by how much it differs at most.
    skew: u64,
    drift: u64,
    most: u64,
}

impl Node {
    /// A process that has just started, at `now` microseconds.
    pub fn start(life: u32, policy: &Policy, weather: &Weather, now: u64, random: &mut Pcg64Mcg) -> Self {
        let mut bytes = [0; Entropy::BYTES];
        random.fill(&mut bytes[..]);
        // A state borrows its worker, and workers come and go: there are some thousands in a run.
        let worker = Box::leak(Box::new(Worker::new(Entropy::from_bytes(bytes), policy.clone(), Durable, InClear)));
        Self {
            worker,
            doing: Doing::Idle,
            life,
            started: now,
            ahead: random.random(),
            skew: random.random_range(0..=micros(weather.skew)),
            drift: random.random_range(0..=200),
            most: micros(weather.skew),
        }
    }

    /// What its clocks say at `now`.
    pub fn moment(&self, now: u64) -> Moment {
        let drifted = now / 1_000_000 * self.drift;
        let shift = Duration::from_micros((self.skew + drifted).min(self.most));
        let wall = START.plus(Duration::from_micros(now));
        let wall = if self.ahead { wall.plus(shift) } else { wall.minus(shift) };
        Moment { wall, monotonic: Duration::from_micros(now - self.started) }
    }
}
