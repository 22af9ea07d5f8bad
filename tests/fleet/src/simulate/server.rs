//! A model of the authorization server and of the API, in simulated time.

use std::time::Duration;

/// A number that stands for an access token and the refresh token that came with it.
pub type Number = usize;

struct Issued {
    family: usize,
    ends: u64,
    /// When its refresh token was spent first.
    spent: Option<u64>,
    presented: u32,
}

#[derive(Default)]
pub struct Server {
    issued: Vec<Issued>,
    /// Whether each family was revoked.
    revoked: Vec<bool>,
}

impl Server {
    /// A user logs in.
    pub fn log_in(&mut self, now: u64, life: Duration) -> Number {
        self.revoked.push(false);
        self.issue(self.revoked.len() - 1, now, life)
    }

    fn issue(&mut self, family: usize, now: u64, life: Duration) -> Number {
        self.issued.push(Issued { family, ends: now + micros(life), spent: None, presented: 0 });
        self.issued.len() - 1
    }

    /// A refresh token comes; a new number where it is good.
    pub fn refresh(&mut self, token: Number, now: u64, life: Duration, leeway: Option<Duration>) -> Option<Number> {
        let issued = &mut self.issued[token];
        issued.presented += 1;
        let family = issued.family;
        let good = match (issued.spent, leeway) {
            (None, _) => true,
            (Some(spent), Some(leeway)) => now <= spent + micros(leeway),
            (Some(_), None) => false,
        };
        if self.revoked[family] {
            return None;
        }
        if !good {
            self.revoked[family] = true; // RFC 9700 section 4.14.2
            return None;
        }
        issued.spent.get_or_insert(now);
        Some(self.issue(family, now, life))
    }

    /// Whether the API takes the access token.
    pub fn takes(&self, token: Number, now: u64) -> bool {
        now < self.issued[token].ends && !self.revoked[self.issued[token].family]
    }

    pub fn was_revoked(&self, token: Number) -> bool {
        self.revoked[self.issued[token].family]
    }

    pub fn families_revoked(&self) -> usize {
        self.revoked.iter().filter(|revoked| **revoked).count()
    }

    /// How often the refresh token that came most often came.
    pub fn most_presented(&self) -> u32 {
        self.issued.iter().map(|issued| issued.presented).max().unwrap_or_default()
    }

    pub fn issued(&self) -> usize {
        self.issued.len()
    }
}

pub fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).expect("a time that fits")
}
