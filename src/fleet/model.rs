//! For the harnesses that go on from one moment in many ways: a copy of a state, and what tells two states apart. It is
//! private, and no state is `Clone`: a copy of what may send would send twice.

use std::fmt::Write;

use super::{
    Getting, Moment, Sending, Sleeping, Step, Swapping,
    ask::{Ask, Purpose},
    sending::Flight,
    swapping::{Claiming, Doing, Issuing, LoggingIn, Noting},
};
use crate::{InFlight, fuzzing::claims::must, stored, token::AnyTokenSet};

#[doc(hidden)]
impl Step<'_> {
    /// A copy of it.
    pub fn fork(&self) -> Self {
        match self {
            Self::Get(getting) => Self::Get(getting.fork()),
            Self::Swap(swapping) => Self::Swap(swapping.fork()),
            Self::Sleep(sleeping) => Self::Sleep(sleeping.fork()),
            _ => unreachable!("a request goes out at once, and an end goes nowhere"),
        }
    }

    /// What it does next and how it goes on from there, at `now`.
    pub fn fingerprint(&self, now: Moment) -> String {
        match self {
            Self::Get(Getting { ask, purpose }) => format!("get {} {}", ask.fingerprint(now), of_purpose(purpose, now)),
            Self::Swap(swapping) => swapping.fingerprint(now),
            Self::Sleep(sleeping) => format!("sleep {}", sleeping.then.fingerprint(now)),
            _ => unreachable!("a request goes out at once, and an end goes nowhere"),
        }
    }
}

#[doc(hidden)]
impl Getting<'_> {
    /// The name of the ask, as a claim has it.
    pub fn name(&self) -> &str {
        &self.ask.id
    }

    /// A copy of it.
    pub fn fork(&self) -> Self {
        let purpose = match &self.purpose {
            Purpose::Decide => Purpose::Decide,
            Purpose::Claimed(claiming) => Purpose::Claimed(Box::new(claiming.fork())),
            Purpose::Issued(issuing) => Purpose::Issued(Box::new(issuing.fork())),
            Purpose::Noted(noting) => Purpose::Noted(Box::new(noting.fork())),
            Purpose::LogIn(login) => Purpose::LogIn(Box::new(login.fork())),
            Purpose::Resolve(decision) => Purpose::Resolve(*decision),
        };
        Self { ask: Box::new(self.ask.fork()), purpose }
    }
}

#[doc(hidden)]
impl Swapping<'_> {
    /// A copy of it.
    pub fn fork(&self) -> Self {
        let doing = match &self.doing {
            Doing::Claim(claiming) => Doing::Claim(Box::new(claiming.fork())),
            Doing::Issue(issuing) => Doing::Issue(Box::new(issuing.fork())),
            Doing::Note(noting) => Doing::Note(Box::new(noting.fork())),
            Doing::LogIn { login, entry } => Doing::LogIn { login: Box::new(login.fork()), entry: entry.clone() },
        };
        let Self { ask, expected, bytes, revision, due_at, .. } = self;
        Self {
            ask: Box::new(ask.fork()),
            expected: expected.clone(),
            bytes: bytes.clone(),
            revision: *revision,
            due_at: *due_at,
            doing,
        }
    }

    fn fingerprint(&self, now: Moment) -> String {
        let doing = match &self.doing {
            Doing::Claim(claiming) => claiming.fingerprint(now),
            Doing::Issue(issuing) => issuing.fingerprint(),
            Doing::Note(_) => "note".into(),
            Doing::LogIn { login, .. } => login.fingerprint(),
        };
        let bytes = String::from_utf8_lossy(&self.bytes);
        format!("swap {} {:?} {bytes} {doing}", self.ask.fingerprint(now), self.expected)
    }
}

#[doc(hidden)]
impl Sleeping<'_> {
    /// A copy of it.
    pub fn fork(&self) -> Self {
        Self { duration: self.duration, then: Box::new(self.then.fork()) }
    }
}

#[doc(hidden)]
impl Sending<'_> {
    /// A copy of it.
    pub fn fork(&self) -> Self {
        let flight = match &*self.flight {
            Flight::Refresh(flight) => Flight::Refresh(self.flight_again(flight)),
            Flight::Reissue(flight) => Flight::Reissue(self.flight_again(flight)),
        };
        Self {
            ask: Box::new(self.ask.fork()),
            version: self.version.clone(),
            entry: self.entry.clone(),
            flight: Box::new(flight),
        }
    }

    fn flight_again<G: crate::grant::Grant>(&self, flight: &InFlight<G>) -> InFlight<G> {
        let sent_at = flight.sent_at();
        let row = stored::save(flight);
        let in_doubt: crate::InDoubt<G> = must(stored::load(row.as_bytes()), "a journal loads");
        InFlight::new(in_doubt.assume_unspent(), self.ask.client, sent_at)
    }

    /// How it goes on from here, at `now`.
    pub fn fingerprint(&self, now: Moment) -> String {
        let row = match &*self.flight {
            Flight::Refresh(flight) => stored::save(flight),
            Flight::Reissue(flight) => stored::save(flight),
        };
        format!("send {} {:?} {:?} {row}", self.ask.fingerprint(now), self.version, self.entry.header)
    }
}

impl Claiming {
    fn fork(&self) -> Self {
        Self { entry: self.entry.clone(), tokens: tokens_again(&self.tokens), begun: self.begun }
    }

    fn fingerprint(&self, now: Moment) -> String {
        format!("claim {:?} {:?}", self.entry.header, now.monotonic.saturating_sub(self.begun))
    }
}

impl Issuing {
    fn fork(&self) -> Self {
        Self { entry: self.entry.clone(), tokens: tokens_again(&self.tokens) }
    }

    fn fingerprint(&self) -> String {
        format!("issue {:?} {}", self.entry.header, stored::save(&self.tokens))
    }
}

impl Noting {
    fn fork(&self) -> Self {
        Self { entry: self.entry.clone() }
    }
}

impl LoggingIn {
    fn fork(&self) -> Self {
        Self { tokens: tokens_again(&self.tokens), over: self.over.clone(), unsure: self.unsure }
    }

    fn fingerprint(&self) -> String {
        format!("log in {} {:?} {}", stored::save(&self.tokens), self.over, self.unsure)
    }
}

fn of_purpose(purpose: &Purpose, now: Moment) -> String {
    match purpose {
        Purpose::Decide => "decide".into(),
        Purpose::Claimed(claiming) => claiming.fingerprint(now),
        Purpose::Issued(issuing) => issuing.fingerprint(),
        Purpose::Noted(noting) => format!("noted {:?}", noting.entry.header),
        Purpose::LogIn(login) => login.fingerprint(),
        Purpose::Resolve(decision) => format!("{decision:?}"),
    }
}

impl Ask<'_> {
    /// What came of the last request is left out: it is for people.
    fn fork(&self) -> Self {
        Self {
            worker: self.worker,
            client: self.client,
            key: self.key,
            id: self.id.clone(),
            rejected: self.rejected.clone(),
            early: self.early,
            seen: self.seen.clone(),
            turn: self.turn,
            why: None,
            patience_left: self.patience_left,
        }
    }

    /// How often it waited is left out: it decides how long the next wait is, and nothing else.
    fn fingerprint(&self, now: Moment) -> String {
        let mut text = format!("{} {:?} {}", self.id, self.rejected, self.early);
        if let Some(left) = self.patience_left {
            let _ = write!(text, " {left:?}");
        }
        if let Some(seen) = &self.seen {
            let long = now.monotonic.saturating_sub(seen.since) >= self.patience();
            let _ = write!(text, " {:?} {long}", seen.version);
        }
        text
    }
}

fn tokens_again(tokens: &AnyTokenSet) -> AnyTokenSet {
    must(stored::load(stored::save(tokens).as_bytes()), "what was stored loads")
}
