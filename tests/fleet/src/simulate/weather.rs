//! What goes wrong, and how often.

use std::time::Duration;

use oauth_proto::fleet::{Policy, ReuseClass};

/// A run. Shares are of a million.
#[derive(Clone, Debug)]
pub struct Weather {
    pub name: &'static str,
    pub workers: usize,
    /// How long it lasts.
    pub hours: u64,
    /// How long between two asks of a worker, on average.
    pub between_asks: Duration,
    /// How long an access token lives.
    pub life: Duration,
    /// For how long the server takes a spent refresh token again; `None` where that revokes the family.
    pub leeway: Option<Duration>,
    pub probe: bool,
    /// Workers that crash before or after they send.
    pub crash: u32,
    /// Workers that crash while the store has a claim of theirs.
    pub crash_at_claim: u32,
    /// Store operations whose answer is lost: half of them were applied, and some are applied late.
    pub store_lost: u32,
    /// Requests or answers that are lost.
    pub answer_lost: u32,
    /// Answers that take longer than anybody waits.
    pub answer_slow: u32,
    /// Workers that stand still with the right to send, for up to a minute.
    pub pause: u32,
    /// Clocks differ by up to so much, and drift.
    pub skew: Duration,
}

impl Weather {
    /// Nothing goes wrong.
    pub const CALM: Self = Self {
        name: "calm",
        workers: 1_000,
        hours: 24,
        between_asks: Duration::from_secs(60),
        life: Duration::from_secs(600),
        leeway: None,
        probe: false,
        crash: 0,
        crash_at_claim: 0,
        store_lost: 0,
        answer_lost: 0,
        answer_slow: 0,
        pause: 0,
        skew: Duration::ZERO,
    };

    /// Everything does.
    const STORM: Self = Self {
        name: "storm",
        crash: 100_000,
        crash_at_claim: 30_000,
        store_lost: 10_000,
        answer_lost: 50_000,
        answer_slow: 50_000,
        pause: 50_000,
        skew: Duration::from_millis(2_400),
        ..Self::CALM
    };

    /// Whether nothing goes wrong.
    pub fn is_calm(&self) -> bool {
        self.name == Self::CALM.name
    }

    /// What the workers know of the server.
    pub fn policy(&self) -> Policy {
        let class = self.leeway.map_or(ReuseClass::Strict, ReuseClass::Leeway);
        let policy = Policy::new(class).skew(self.skew);
        if self.probe { policy.probe() } else { policy }
    }

    /// How often a refresh token may be presented.
    pub fn presentations(&self) -> u32 {
        match self.leeway {
            Some(_) => 3,
            None if self.probe => 2,
            None => 1,
        }
    }

    pub fn all() -> Vec<Self> {
        let leeway = Some(Duration::from_secs(60 * 3));
        vec![
            Self::CALM,
            // Few ask, so that much of what happens is a renewal.
            Self { name: "squall", workers: 16, hours: 24 * 4, ..Self::STORM },
            Self { name: "squall-leeway", workers: 16, hours: 24 * 4, leeway, ..Self::STORM },
            Self::STORM,
            Self { name: "crowd", workers: 10_000, ..Self::STORM },
            Self { name: "few", workers: 64, hours: 24 * 16, ..Self::STORM },
            Self { name: "leeway", leeway, ..Self::STORM },
            Self { name: "leeway-crowd", workers: 10_000, leeway, ..Self::STORM },
            Self { name: "probe", probe: true, ..Self::STORM },
        ]
    }
}
