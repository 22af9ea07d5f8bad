//! Instants, as plain numbers: the crate has no clock.

use std::{
    fmt,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use serde::{Deserialize, Serialize};

use super::date;

/// An instant: milliseconds since 1970-01-01 00:00:00 UTC. The caller reads the clock.
///
/// ```
/// use std::time::{Duration, SystemTime};
/// use oauth_proto::Timestamp;
///
/// let now = Timestamp::from(SystemTime::now());
/// assert!(now.plus(Duration::from_secs(5)) > now);
/// ```
///
/// In a browser, where the standard library has no clock, `Timestamp::from_unix_millis(Date.now())`.
///
/// Serde writes it as that number.
///
/// It prints as people read it, in UTC (RFC 3339 section 5.6), so that a log does:
///
/// ```
/// use oauth_proto::Timestamp;
///
/// assert_eq!(Timestamp::from_unix_seconds(1_800_000_000).to_string(), "2027-01-15T08:00:00Z");
/// assert_eq!(Timestamp::from_unix_millis(1_800_000_000_250).to_string(), "2027-01-15T08:00:00.250Z");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(u64);

impl Timestamp {
    /// The instant `since_epoch` after 1970; later than 584 million years it stays at the end.
    pub fn from_unix(since_epoch: Duration) -> Self {
        Self(u64::try_from(since_epoch.as_millis()).unwrap_or(u64::MAX))
    }

    /// The instant `millis` milliseconds after 1970.
    pub const fn from_unix_millis(millis: u64) -> Self {
        Self(millis)
    }

    /// The instant `seconds` seconds after 1970; the upper end saturates.
    pub const fn from_unix_seconds(seconds: u64) -> Self {
        Self(seconds.saturating_mul(1000))
    }

    /// Milliseconds since 1970.
    pub const fn as_unix_millis(self) -> u64 {
        self.0
    }

    /// This instant and `duration` more; the upper end saturates.
    #[must_use]
    pub fn plus(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(Self::from_unix(duration).0))
    }

    /// This instant less `duration`; the lower end is 1970.
    #[must_use]
    pub fn minus(self, duration: Duration) -> Self {
        Self(self.0.saturating_sub(Self::from_unix(duration).0))
    }

    /// How long after `earlier` this is; zero when it is not after it (a clock may go back).
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(self.0.saturating_sub(earlier.0))
    }

    /// Whether this is still to come at `now`, and not after more than `longest`: an end that was set for soon and is far
    /// off says that the clock has gone back.
    pub(crate) fn is_soon(self, now: Self, longest: Duration) -> bool {
        now < self && self.since(now) <= longest
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        date::write(*self, f)
    }
}

/// A span of time as people say it: `250 ms`, `30 s`, `5 min`, `1 h 30 min`. Rounded up: who waits so long has waited
/// enough.
pub(crate) struct Span(pub(crate) Duration);

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let millis = u64::try_from(self.0.as_millis()).unwrap_or(u64::MAX);
        let (seconds, minutes) = (millis.div_ceil(1000), millis.div_ceil(60_000));
        match (millis, seconds, minutes) {
            (..1000, ..) => write!(f, "{millis} ms"),
            (_, ..120, _) => write!(f, "{seconds} s"),
            (.., ..120) => write!(f, "{minutes} min"),
            _ if minutes % 60 == 0 => write!(f, "{} h", minutes / 60),
            _ => write!(f, "{} h {} min", minutes / 60, minutes % 60),
        }
    }
}

/// To the millisecond, rounded down. What is before 1970 becomes 1970, as a clock that was never set; what is later than 584
/// million years after it stays at the end.
///
/// ```
/// use std::time::{Duration, SystemTime, UNIX_EPOCH};
/// use oauth_proto::Timestamp;
///
/// let expires = Timestamp::from(SystemTime::now() + Duration::from_secs(3600));
/// assert!(Timestamp::from(SystemTime::now()) < expires);
/// assert_eq!(Timestamp::from(UNIX_EPOCH - Duration::from_secs(1)), Timestamp::from_unix_seconds(0));
/// ```
impl From<SystemTime> for Timestamp {
    fn from(time: SystemTime) -> Self {
        Self::from_unix(time.duration_since(UNIX_EPOCH).unwrap_or_default())
    }
}

/// For what the platform's own clock is compared with, or a cookie's end. What is later than the platform can say becomes
/// the last instant that it can.
///
/// ```
/// use std::time::{Duration, SystemTime, UNIX_EPOCH};
/// use oauth_proto::Timestamp;
///
/// let time = SystemTime::from(Timestamp::from_unix_millis(1_800_000_000_123));
/// assert_eq!(time, UNIX_EPOCH + Duration::from_millis(1_800_000_000_123));
/// ```
impl From<Timestamp> for SystemTime {
    fn from(Timestamp(millis): Timestamp) -> Self {
        let at = |millis| UNIX_EPOCH.checked_add(Duration::from_millis(millis));
        at(millis).or_else(|| at(last(|millis| at(millis).is_some()))).unwrap_or(UNIX_EPOCH)
    }
}

/// The greatest number that `fits`, where all below it do too: from its highest bit down.
fn last(fits: impl Fn(u64) -> bool) -> u64 {
    (0..u64::BITS).fold(0, |number, place| {
        let greater = number | 1_u64.rotate_right(1).checked_shr(place).unwrap_or_default();
        if fits(greater) { greater } else { number }
    })
}

#[cfg(test)]
mod tests {
    use super::last;

    /// The platforms of the tests reach beyond any timestamp: others do not.
    #[test]
    fn the_last_instant_is_found_exactly() {
        for end in [0, 1, 2, 910_692_730_085_477, u64::MAX / 2, u64::MAX - 1, u64::MAX] {
            assert_eq!(last(|number| number <= end), end);
        }
    }
}
