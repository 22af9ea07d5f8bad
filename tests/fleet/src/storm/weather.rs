//! What goes wrong, and how often.

use std::time::Duration;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weather {
    Calm,
    Storm,
}

/// What becomes of a request and of who sent it.
pub enum Fate {
    Fine,
    /// The server never hears of it.
    LosesRequest,
    /// The server acts, and the connection ends.
    LosesAnswer,
    /// The worker is killed, then the server acts.
    DiesBefore,
    /// The server acts, then the worker is killed.
    DiesAfter,
    /// The worker stands still, and the answer waits for it.
    StandsStill(Duration),
    /// The server is slow.
    WaitsFor(Duration),
}

impl Weather {
    pub fn of_a_request(self) -> Fate {
        if self == Self::Calm {
            return Fate::Fine;
        }
        match fastrand::u8(..100) {
            ..5 => Fate::DiesBefore,
            5..10 => Fate::DiesAfter,
            10..12 => Fate::LosesRequest,
            12..15 => Fate::LosesAnswer,
            15..19 => Fate::StandsStill(pause()),
            19..21 => Fate::WaitsFor(Duration::from_millis(fastrand::u64(200..600))),
            _ => Fate::Fine,
        }
    }
}

/// How long a process stands still: longer than a permit, longer than the lock of [`lock`](super::designs::lock) lives.
pub fn pause() -> Duration {
    Duration::from_millis(fastrand::u64(350..850))
}

/// Between the kills of processes that are chosen by chance, their pauses, and the kills of the store.
pub const BETWEEN_KILLS: Duration = Duration::from_millis(80);
pub const BETWEEN_PAUSES: Duration = Duration::from_millis(150);
pub const BETWEEN_RESTARTS: Duration = Duration::from_millis(4500);
