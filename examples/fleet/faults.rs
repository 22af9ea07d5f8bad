//! What goes wrong, and how often.

use std::time::Duration;

/// What becomes of a worker at a moment that matters.
pub enum Fate {
    /// Nothing.
    GoesOn,
    /// It is killed.
    Dies,
    /// It stands still.
    StandsStill,
    /// It goes on, and the connection is cut: before the server acts, or after.
    LosesRequest,
    LosesAnswer,
}

/// A worker has the right to send, and has not sent.
pub fn before_sending() -> Fate {
    match fastrand::u8(..100) {
        ..8 => Fate::Dies,
        8..14 => Fate::StandsStill,
        14..17 => Fate::LosesRequest,
        17..22 => Fate::LosesAnswer,
        _ => Fate::GoesOn,
    }
}

/// A worker has an answer, and has not stored it.
pub fn before_storing() -> Fate {
    match fastrand::u8(..100) {
        ..8 => Fate::Dies,
        8..14 => Fate::StandsStill,
        _ => Fate::GoesOn,
    }
}

/// Somebody, anywhere: asked for every 20 ms.
pub fn at_any_time() -> Fate {
    match fastrand::u8(..100) {
        ..2 => Fate::Dies,
        2..4 => Fate::StandsStill,
        _ => Fate::GoesOn,
    }
}

/// Longer than a permit lasts, and often longer than a worker is waited for.
pub fn pause() -> Duration {
    Duration::from_millis(fastrand::u64(400..2500))
}
