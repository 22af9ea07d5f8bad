//! Two clocks, read at once.

use std::time::Duration;

use crate::vocabulary::Timestamp;

/// An instant, on two clocks. What the tokens say is compared with the wall clock; whether another worker is dead is
/// judged by the monotonic one alone, so that no step of a clock makes two workers send.
///
/// ```
/// use std::time::{Duration, Instant, SystemTime};
/// use oauth_proto::{Timestamp, fleet::Moment};
///
/// let start = Instant::now(); // of this process
/// let now = || Moment {
///     wall: Timestamp::from(SystemTime::now()),
///     monotonic: start.elapsed(),
/// };
/// let (one, other) = (now(), now());
/// assert!(one.monotonic <= other.monotonic);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// The time of day.
    pub wall: Timestamp,
    /// Since any fixed instant of this process, by a clock that is never set.
    pub monotonic: Duration,
}
