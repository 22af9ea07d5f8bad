//! What is explored: how many workers, what may go wrong how often, and what kind of server it is.

use std::time::Duration;

use oauth_proto::fleet::{Policy, ReuseClass};

/// How a server treats a refresh token that comes twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// It revokes the family.
    Strict,
    /// It answers with good tokens again.
    Lenient,
}

/// The bounds of a search.
#[derive(Clone, Debug)]
pub struct Rules {
    pub name: &'static str,
    pub workers: usize,
    /// How often each worker asks; the token of the round before is over each time.
    pub rounds: u8,
    pub crashes: u8,
    /// Store operations whose answer does not come: applied, not applied, or applied late.
    pub store_losses: u8,
    /// Requests whose answer does not come, or that do not go out.
    pub answer_losses: u8,
    /// Workers that stand still for longer than their permit.
    pub pauses: u8,
    /// Whether only who is dead is taken for dead: what time-outs that are long enough bring about.
    pub timed: bool,
    pub class: Class,
}

impl Rules {
    /// Nothing goes wrong.
    pub const CALM: Self = Self {
        name: "calm",
        workers: 3,
        rounds: 2,
        crashes: 0,
        store_losses: 0,
        answer_losses: 0,
        pauses: 0,
        timed: true,
        class: Class::Strict,
    };

    pub fn policy(&self) -> Policy {
        let reuse = match self.class {
            Class::Strict => ReuseClass::Strict,
            Class::Lenient => ReuseClass::Leeway(Duration::from_secs(10_000_000)),
        };
        Policy::new(reuse).skew(Duration::ZERO).spread(Duration::ZERO)
    }

    /// How often a refresh token may be presented.
    pub fn presentations(&self) -> u8 {
        match self.class {
            Class::Strict => 1,
            Class::Lenient => 3,
        }
    }

    /// The searches: the short ones first.
    pub fn all() -> Vec<Self> {
        let strict = Self { timed: false, ..Self::CALM };
        vec![
            Self::CALM,
            Self { name: "timed", crashes: 2, store_losses: 1, answer_losses: 1, ..Self::CALM },
            Self {
                name: "two",
                workers: 2,
                crashes: 1,
                store_losses: 1,
                answer_losses: 1,
                pauses: 1,
                ..strict.clone()
            },
            Self {
                name: "lenient",
                class: Class::Lenient,
                crashes: 1,
                store_losses: 1,
                answer_losses: 1,
                ..Self::CALM
            },
            Self { name: "wide", crashes: 2, store_losses: 2, answer_losses: 2, ..Self::CALM },
            Self { name: "untimed", crashes: 2, store_losses: 1, answer_losses: 1, ..strict.clone() },
            Self { name: "full", crashes: 2, store_losses: 2, answer_losses: 2, pauses: 1, ..strict },
        ]
    }
}
