//! Schedule: when tokens are renewed ahead of time.

use std::time::Duration;

use super::Policy;
use crate::{
    keeper::pace::half_of_life,
    token::AnyTokenSet,
    vocabulary::{Timestamp, sha256},
};

/// From when on tokens are renewed ahead of time: a moment within `spread` before `ahead` of their end, which is another
/// for each key and generation, and the same for all workers. Both are shorter for tokens that a renewal brought, and that
/// are short-lived: these are not renewed in the first half of their life.
pub(super) fn due_at(
    policy: &Policy,
    key: &str,
    generation: u64,
    renewed_at: Option<Timestamp>,
    tokens: &AnyTokenSet,
) -> Option<Timestamp> {
    let [one, other, ..] = sha256(&[key.as_bytes(), &generation.to_be_bytes()]);
    let share = u32::from(u16::from_be_bytes([one, other]));
    let within = policy.spread.saturating_mul(share).checked_div(1 << 16).unwrap_or_default();
    let [lead, longest] = [within, policy.spread].map(|within| policy.ahead.saturating_add(within));
    let lead = match half_of_life(renewed_at, tokens) {
        Some(half) if half < longest => of(half, lead, longest),
        _ => lead,
    };
    tokens.due_at(lead)
}

/// As much of `whole` as `part` is of `all`.
fn of(whole: Duration, part: Duration, all: Duration) -> Duration {
    let millis = whole.as_millis().saturating_mul(part.as_millis()).checked_div(all.as_millis()).unwrap_or_default();
    Duration::from_millis(u64::try_from(millis).unwrap_or(u64::MAX))
}
