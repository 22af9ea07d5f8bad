//! How often a device may ask (RFC 8628 section 3.5).

use std::{num::NonZeroU64, time::Duration};

use serde::{Deserialize, Serialize};

use crate::vocabulary::Timestamp;

/// When the next poll may come, and how much later the one after it. All in seconds.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Pace {
    /// What the server asked for, with all that `slow_down` has added.
    interval: NonZeroU64,
    /// How many polls in a row brought no answer.
    #[serde(default, skip_serializing_if = "is_zero")]
    unanswered: u32,
    /// How long before `not_before` this wait began.
    wait: u64,
    not_before: Timestamp,
}

fn is_zero(number: &u32) -> bool {
    *number == 0
}

/// RFC 8628 section 3.5: `slow_down` adds 5 seconds, for this and all subsequent requests.
const SLOW_DOWN: u64 = 5;

/// So often is a wait doubled, at most: a server that comes back should not find that its users have gone.
const MOST_DOUBLINGS: u32 = 6;

impl Pace {
    /// The first poll comes after one interval too.
    pub(super) fn new(interval: NonZeroU64, now: Timestamp) -> Self {
        let mut pace = Self { interval, unanswered: 0, wait: 0, not_before: now };
        pace.begin(now, None);
        pace
    }

    pub(super) fn not_before(&self) -> Timestamp {
        self.not_before
    }

    /// `authorization_pending`: as before.
    pub(super) fn pending(&mut self, now: Timestamp, retry_after: Option<Duration>) {
        self.unanswered = 0;
        self.begin(now, retry_after);
    }

    /// `slow_down`: for good.
    pub(super) fn slow_down(&mut self, now: Timestamp, retry_after: Option<Duration>) {
        self.interval = self.interval.saturating_add(SLOW_DOWN);
        self.pending(now, retry_after);
    }

    /// A poll is on its way, and counts as unanswered until an answer is there: each wait in a row is twice the one
    /// before. RFC 8628 section 3.5 has it for time-outs; what a busy server answers is no better.
    pub(super) fn sent(&mut self, now: Timestamp) {
        self.unanswered = self.unanswered.saturating_add(1);
        self.begin(now, None);
    }

    /// No answer came to the poll that was [`sent`](Self::sent).
    pub(super) fn unanswered(&mut self, now: Timestamp, retry_after: Option<Duration>) {
        self.begin(now, retry_after);
    }

    /// A wait of the server's own counts where it is longer.
    fn begin(&mut self, now: Timestamp, retry_after: Option<Duration>) {
        let doubled = 1u64.wrapping_shl(self.unanswered.min(MOST_DOUBLINGS));
        let wait = self.interval.get().saturating_mul(doubled);
        self.wait = wait.max(retry_after.unwrap_or_default().as_secs());
        self.not_before = now.plus(self.wait());
    }

    fn wait(&self) -> Duration {
        Duration::from_secs(self.wait)
    }

    /// Whether it is too early at `now`. A clock that shows less than when the wait began was set back: the wait begins
    /// again, rather than last for as long as the clock is wrong. It only gets longer by that.
    pub(super) fn is_early(&mut self, now: Timestamp) -> bool {
        if now < self.not_before.minus(self.wait()) {
            self.not_before = now.plus(self.wait());
        }
        now < self.not_before
    }
}
