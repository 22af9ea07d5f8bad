//! A policy as serde writes it: the times in milliseconds, and what is not said as [`Policy::new`] has it.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::policy::{Policy, ReuseClass};

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PolicyFile {
    reuse: ReuseClass,
    presentations: Option<u32>,
    access_token_survives: Option<bool>,
    ahead_ms: Option<u64>,
    spread_ms: Option<u64>,
    skew_ms: Option<u64>,
    permit_ms: Option<u64>,
    settle_ms: Option<u64>,
}

impl From<Policy> for PolicyFile {
    fn from(policy: Policy) -> Self {
        let millis = |duration: Duration| Some(u64::try_from(duration.as_millis()).unwrap_or(u64::MAX));
        Self {
            reuse: policy.reuse,
            presentations: Some(policy.presentations),
            access_token_survives: Some(policy.access_token_survives),
            ahead_ms: millis(policy.ahead),
            spread_ms: millis(policy.spread),
            skew_ms: millis(policy.skew),
            permit_ms: millis(policy.permit),
            settle_ms: millis(policy.settle),
        }
    }
}

impl TryFrom<PolicyFile> for Policy {
    type Error = &'static str;

    fn try_from(file: PolicyFile) -> Result<Self, Self::Error> {
        let mut policy = Self::new(file.reuse);
        policy.presentations = match (file.reuse, file.presentations) {
            (_, None) => policy.presentations,
            (_, Some(0)) => return Err("presentations: must be 1 at least"),
            (ReuseClass::Strict, Some(3..)) => return Err("presentations: a strict server is probed once: 2 at most"),
            (_, Some(most)) => most,
        };
        if file.permit_ms == Some(0) {
            return Err("permit_ms: must be 1 at least");
        }
        policy.access_token_survives = file.access_token_survives.unwrap_or(policy.access_token_survives);
        for (time, said) in [
            (&mut policy.ahead, file.ahead_ms),
            (&mut policy.spread, file.spread_ms),
            (&mut policy.skew, file.skew_ms),
            (&mut policy.permit, file.permit_ms),
            (&mut policy.settle, file.settle_ms),
        ] {
            *time = said.map_or(*time, Duration::from_millis);
        }
        Ok(policy)
    }
}
