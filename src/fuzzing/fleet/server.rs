//! A model of the authorization server: what it issued, how often each refresh token came, and what it revoked.

use std::time::Duration;

use crate::{
    Outcome, Response,
    fleet::ReuseClass,
    fuzzing::scene::{JSON, SECRET},
};

/// What the tokens of this world begin with, and no text shows.
pub(super) const TOKEN: &str = "tok3n-of-";
pub(super) const HIDDEN: [&str; 2] = [SECRET, TOKEN];

/// A number that stands for an access token and for the refresh token that came with it.
pub(super) type Number = usize;

pub(super) fn access_token(number: Number) -> String {
    format!("{TOKEN}access-{number}")
}

pub(super) fn refresh_token(number: Number) -> String {
    format!("{TOKEN}refresh-{number}")
}

/// The number of a token of either kind; `None` for one that is none of this world's.
pub(super) fn number_of(token: &str) -> Option<Number> {
    token.strip_prefix(TOKEN)?.split_once('-')?.1.parse().ok()
}

struct Issued {
    family: usize,
    /// When its access token ends, in milliseconds.
    ends: u64,
    /// Which refresh token brought it.
    by: Option<Number>,
    /// When its refresh token was spent first.
    spent: Option<u64>,
    presented: u32,
    /// Whether a token that its refresh token brought was used.
    heir_used: bool,
}

pub(super) struct Server {
    class: ReuseClass,
    rotates: bool,
    issued: Vec<Issued>,
    /// Whether each family was revoked.
    revoked: Vec<bool>,
}

/// What it answers to a refresh token.
pub(super) enum Answer {
    /// This access token, and a refresh token where it rotates them.
    Tokens(Number),
    InvalidGrant,
    /// The same, and all that the user had is gone.
    Revoked,
}

impl Server {
    pub(super) fn new(class: ReuseClass, rotates: bool) -> Self {
        Self { class, rotates, issued: Vec::new(), revoked: Vec::new() }
    }

    /// A user logs in, or a client asks for itself.
    pub(super) fn log_in(&mut self, now: u64, life: Duration) -> Number {
        self.revoked.push(false);
        self.issue(self.revoked.len().saturating_sub(1), None, now, life)
    }

    fn issue(&mut self, family: usize, by: Option<Number>, now: u64, life: Duration) -> Number {
        let ends = now.saturating_add(millis(life));
        self.issued.push(Issued { family, ends, by, spent: None, presented: 0, heir_used: false });
        self.issued.len().saturating_sub(1)
    }

    /// A refresh token comes.
    pub(super) fn refresh(&mut self, token: Number, now: u64, life: Duration) -> Answer {
        let Some(issued) = self.issued.get_mut(token) else { unreachable!("a token that nobody issued is presented") };
        issued.presented = issued.presented.saturating_add(1);
        let family = issued.family;
        let revoked = self.revoked.get_mut(family).into_iter().next();
        let Some(revoked) = revoked.filter(|revoked| !**revoked) else { return Answer::InvalidGrant };
        let good = match (issued.spent, self.class) {
            (None, _) | (_, ReuseClass::NonRotating) => true,
            (Some(spent), ReuseClass::Leeway(leeway)) => now <= spent.saturating_add(millis(leeway)),
            (Some(_), ReuseClass::UntilNewUsed) if issued.heir_used => return Answer::InvalidGrant,
            (Some(_), ReuseClass::UntilNewUsed) => true,
            (Some(_), ReuseClass::Strict) => false,
        };
        if !good {
            *revoked = true; // RFC 9700 section 4.14.2
            return Answer::Revoked;
        }
        if self.rotates {
            issued.spent.get_or_insert(now);
        }
        Answer::Tokens(self.issue(family, Some(token), now, life))
    }

    /// An API was shown an access token.
    pub(super) fn used(&mut self, token: Number) {
        let by = self.issued.get(token).and_then(|issued| issued.by);
        if let Some(parent) = by.and_then(|by| self.issued.get_mut(by)) {
            parent.heir_used = true;
        }
    }

    /// The user takes back what he granted.
    pub(super) fn revoke(&mut self, token: Number) {
        let family = self.issued.get(token).map(|issued| issued.family);
        if let Some(revoked) = family.and_then(|family| self.revoked.get_mut(family)) {
            *revoked = true;
        }
    }

    pub(super) fn has_issued(&self, token: Number) -> bool {
        token < self.issued.len()
    }

    /// How often a refresh token came.
    pub(super) fn presented(&self, token: Number) -> u32 {
        self.issued.get(token).map_or(0, |issued| issued.presented)
    }

    pub(super) fn is_spent(&self, token: Number) -> bool {
        self.issued.get(token).is_some_and(|issued| issued.spent.is_some())
    }

    pub(super) fn ends(&self, token: Number) -> u64 {
        self.issued.get(token).map_or(0, |issued| issued.ends)
    }

    /// The answer with these tokens.
    pub(super) fn tokens(&self, number: Number, life: Duration) -> Outcome {
        let access = access_token(number);
        let by = self.issued.get(number).and_then(|issued| issued.by);
        let refresh = match by.filter(|_| self.rotates) {
            Some(_) => format!("\"refresh_token\":\"{}\",", refresh_token(number)),
            None => String::new(),
        };
        let life = life.as_secs();
        json(
            200,
            &format!("{{\"access_token\":\"{access}\",{refresh}\"token_type\":\"Bearer\",\"expires_in\":{life}}}"),
        )
    }
}

pub(super) fn json(status: u16, body: &str) -> Outcome {
    Response::new(status, JSON, body).into()
}

pub(super) fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
