//! What must be known of the server, and how long things may take.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::policy_file::PolicyFile;
use crate::vocabulary::millis;

/// What the authorization server makes of a refresh token that comes twice. No RFC says it, and no answer tells: it
/// stands in the server's documents, or in its settings. **There is no default**: a guess that is too generous costs the
/// grant.
///
/// | class | servers, as their documents have it |
/// | --- | --- |
/// | [`Strict`](Self::Strict) | what RFC 9700 section 4.14.2 describes; and each server of which nothing is known |
/// | [`Leeway`](Self::Leeway) | Auth0, Okta, AWS Cognito, Ory Hydra, Xero, where the grace period is long enough for a second try |
/// | [`UntilNewUsed`](Self::UntilNewUsed) | Doorkeeper, where it revokes the old token on the first use of the new one |
/// | [`NonRotating`](Self::NonRotating) | Google, and most servers that send no new refresh token |
///
/// Serde writes `"strict"`, `"non_rotating"`, `"until_new_used"` and `{"leeway_ms": 60000}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReuseClass {
    /// The refresh token stays the same: it may be sent as often as one likes.
    NonRotating,
    /// For so long after it was spent, the same token is answered with good tokens.
    #[serde(rename = "leeway_ms")]
    Leeway(#[serde(with = "millis")] Duration),
    /// The same token is answered with good tokens until the new ones are used.
    UntilNewUsed,
    /// A second use revokes the whole family (RFC 9700 section 4.14.2). It is sent once.
    Strict,
}

/// What the workers of a fleet agree on: each must have the same.
///
/// ```
/// use std::time::Duration;
/// use oauth_proto::fleet::{Policy, ReuseClass};
///
/// let policy = Policy::new(ReuseClass::Leeway(Duration::from_secs(60))).presentations(2).ahead(Duration::from_secs(120));
/// assert_eq!(policy.suspicion(Duration::from_secs(10)), Duration::from_secs(5 + 10 + 5));
/// ```
///
/// It may stand in a file that all of them read; what is not said there is as [`new`](Self::new) has it:
///
/// ```
/// # use oauth_proto::fleet::Policy;
/// # let text =
/// r#"{ "reuse": { "leeway_ms": 60000 }, "presentations": 2, "ahead_ms": 120000 }"#
/// # ;
/// # let policy: Policy = serde_json::from_str(text)?;
/// # assert_eq!(serde_json::to_value(&policy)?["settle_ms"], 5000);
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// Besides these: `access_token_survives`, `spread_ms`, `skew_ms`, `permit_ms` and `settle_ms`. For a
/// [`probe`](Self::probe), `presentations` is 2.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(try_from = "PolicyFile", into = "PolicyFile")]
pub struct Policy {
    pub(super) reuse: ReuseClass,
    pub(super) presentations: u32,
    pub(super) access_token_survives: bool,
    pub(super) ahead: Duration,
    pub(super) spread: Duration,
    pub(super) skew: Duration,
    pub(super) permit: Duration,
    pub(super) settle: Duration,
}

impl Policy {
    /// For a server of this class. The rest has defaults that suit a minute-long token and clocks that are kept.
    pub fn new(reuse: ReuseClass) -> Self {
        let presentations = match reuse {
            ReuseClass::NonRotating => u32::MAX,
            ReuseClass::Leeway(_) | ReuseClass::UntilNewUsed => 3,
            ReuseClass::Strict => 1,
        };
        Self {
            reuse,
            presentations,
            access_token_survives: true,
            ahead: Duration::from_secs(60),
            spread: Duration::from_secs(60),
            skew: Duration::from_secs(2),
            permit: Duration::from_secs(5),
            settle: Duration::from_secs(5),
        }
    }

    /// How often one refresh token may be presented, where the class allows it more than once: 3, if nothing is said.
    pub fn presentations(mut self, most: u32) -> Self {
        if self.reuse != ReuseClass::Strict {
            self.presentations = most.max(1);
        }
        self
    }

    /// At a strict server, sends a refresh token whose request may have been lost a second time, once. It saves the grants
    /// whose request never arrived. Where it had arrived, the server takes the second for theft, revokes the grant, and
    /// may sound an alarm: without this, such a grant is lost too, but in silence.
    pub fn probe(mut self) -> Self {
        self.presentations = self.presentations.max(2);
        self
    }

    /// The server ends an access token when its grant is refreshed: while that goes on, nobody uses the old one.
    pub fn access_token_dies_at_refresh(mut self) -> Self {
        self.access_token_survives = false;
        self
    }

    /// How long before its expiry a token is renewed: 60 seconds, if nothing is said.
    pub fn ahead(mut self, ahead: Duration) -> Self {
        self.ahead = ahead;
        self
    }

    /// Over how long the renewals of tokens that were issued together are spread, before `ahead`: 60 seconds, if nothing is
    /// said. See [`Swapping::due_at`](super::Swapping::due_at).
    pub fn spread(mut self, spread: Duration) -> Self {
        self.spread = spread;
        self
    }

    /// By how much a clock of the fleet may be wrong: 2 seconds, if nothing is said. A token is used to twice that before
    /// its expiry; one that lives no longer serves only the ask that renewed it. Safety does not depend on it, but for how a
    /// [`Leeway`](ReuseClass::Leeway) is used up.
    pub fn skew(mut self, skew: Duration) -> Self {
        self.skew = skew;
        self
    }

    /// How long a worker that may send may take until it does: 5 seconds, if nothing is said. One that was paused for
    /// longer does not send.
    pub fn permit(mut self, permit: Duration) -> Self {
        // With none at all, nobody ever sends.
        self.permit = permit.max(Duration::from_millis(1));
        self
    }

    /// How long it takes until an answer stands in the store: 5 seconds, if nothing is said.
    pub fn settle(mut self, settle: Duration) -> Self {
        self.settle = settle;
        self
    }

    /// How long a record must stand unchanged before the worker that is sending is taken for dead: what it may take to
    /// begin, what `deadline` gives the request, and what it takes to store the answer. Nobody sets it by itself, so none
    /// of them can be longer than it.
    pub fn suspicion(&self, deadline: Duration) -> Duration {
        self.permit.saturating_add(deadline).saturating_add(self.settle)
    }

    /// How long before its expiry a token is used no more.
    pub(super) fn margin(&self) -> Duration {
        self.skew.saturating_mul(2)
    }
}
