//! Swapping: a record is being replaced.

use std::{fmt, sync::Arc, time::Duration};

use zeroize::Zeroizing;

use super::{
    Getting, Moment, Record, Sending, Sleeping, Step, Stopped, Swap, Version,
    ask::{Ask, Purpose},
    decide::{decide, lend, weigh},
    entry::{Claim, Entry, Header},
    stopped::{NotStored, RecordFault},
};
use crate::{
    keeper::{Decision, pace::AT_LEAST},
    token::{AccessOnly, AnyTokenSet},
    vocabulary::Timestamp,
};

/// A replacement of the record [`key`](Self::key), by [`bytes`](Self::bytes), if its version is still
/// [`expected`](Self::expected): in one step, and so that it lasts.
///
/// Until the store has answered, the same is tried again: that is safe, however often it arrives.
#[must_use = "replace the record, and go on with `finish`"]
pub struct Swapping<'a> {
    pub(super) ask: Box<Ask<'a>>,
    pub(super) expected: Option<Version>,
    pub(super) bytes: Zeroizing<Vec<u8>>,
    pub(super) revision: u64,
    pub(super) due_at: Option<Timestamp>,
    pub(super) doing: Doing,
}

pub(super) enum Doing {
    /// The right to send is claimed.
    Claim(Box<Claiming>),
    /// What the server issued is stored.
    Issue(Box<Issuing>),
    /// What became of a request is noted.
    Note(Box<Noting>),
    /// The tokens of a login are stored.
    LogIn { login: Box<LoggingIn>, entry: Box<Entry> },
}

impl<'a> Swapping<'a> {
    fn begin(ask: Box<Ask<'a>>, expected: Option<Version>, entry: &Entry, doing: Doing) -> Step<'a> {
        let bytes = entry.write();
        if bytes.len() > Record::MAX_BYTES {
            return match doing {
                Doing::Issue(issuing) => not_stored(issuing.tokens, NotStored::Unreadable(RecordFault::TooLong)),
                Doing::LogIn { login, .. } => not_stored(login.tokens, NotStored::Unreadable(RecordFault::TooLong)),
                Doing::Claim(_) | Doing::Note(_) => Step::Stop(Stopped::Unreadable(RecordFault::TooLong)),
            };
        }
        let Header { revision, due_at, not_before, .. } = entry.header;
        // What may not be presented again is not due, until somebody decides on it.
        let due_at = due_at.filter(|_| !entry.header.is_in_doubt(ask.policy()));
        // Not while the server wants to be left alone.
        let due_at = due_at.map(|due_at| not_before.map_or(due_at, |not_before| due_at.max(not_before)));
        Step::Swap(Self { ask, expected, bytes, revision, due_at, doing })
    }

    /// Which record.
    pub fn key(&self) -> &'a str {
        self.ask.key
    }

    /// The version that it must have. `None`: it must not be there.
    pub fn expected(&self) -> Option<&Version> {
        self.expected.as_ref()
    }

    /// What to put in its place. With [`InClear`](super::InClear), it holds tokens.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The number of the record that it becomes: each is higher than all before it; than those of a record that was taken
    /// away too, by the wall clock of who logs in. A store that counts nothing by itself can use it as the version.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// From when on the fleet renews these tokens ahead of time: a column to look up what to renew next by
    /// ([`Getting::ahead_of_time`]), stored in the same step. Tokens that were issued together are spread over
    /// [`Policy::spread`](super::Policy::spread). `None` never.
    pub fn due_at(&self) -> Option<Timestamp> {
        self.due_at
    }

    /// Takes in what the store said.
    pub fn finish(mut self, swap: Swap, now: Moment) -> Step<'a> {
        match swap {
            Swap::Unknown => {
                if let Doing::LogIn { login, .. } = &mut self.doing {
                    login.unsure = true;
                }
                let wait = self.ask.back_off();
                Step::Sleep(Sleeping::new(wait, Step::Swap(self)))
            }
            Swap::Applied(version) => self.applied(version, now),
            Swap::Conflict(Some(record)) => self.met(record, now),
            Swap::Conflict(None) => {
                let purpose = match self.doing {
                    Doing::Claim(claiming) => Purpose::Claimed(claiming),
                    Doing::Issue(issuing) => Purpose::Issued(issuing),
                    Doing::Note(noting) => Purpose::Noted(noting),
                    Doing::LogIn { login, .. } => Purpose::LogIn(login),
                };
                Step::Get(Getting::again(self.ask, purpose))
            }
        }
    }

    fn applied(self, version: Version, now: Moment) -> Step<'a> {
        match self.doing {
            Doing::Claim(claiming) => claiming.permitted(self.ask, version, now),
            Doing::Issue(issuing) => issuing.stored(self.ask, version, now),
            Doing::Note(_) => decide(self.ask, Record { version, bytes: self.bytes }, now),
            Doing::LogIn { login, entry } => weigh(self.ask, version, *entry, login.tokens, now),
        }
    }

    fn met(self, record: Record, now: Moment) -> Step<'a> {
        match self.doing {
            Doing::Claim(claiming) => claiming.met(self.ask, record, now),
            Doing::Issue(issuing) => issuing.met(self.ask, record, now),
            Doing::Note(noting) => noting.met(self.ask, record, now),
            Doing::LogIn { login, .. } => login.met(self.ask, Some(record), now),
        }
    }
}

/// A claim to the right to send. It becomes a permit once, and only for who made it.
pub(super) struct Claiming {
    pub(super) entry: Entry,
    pub(super) tokens: AnyTokenSet,
    /// When it was made, by the monotonic clock: no other worker has seen it before that.
    pub(super) begun: Duration,
}

impl Claiming {
    /// Claims the right to send for `entry`, which says what was presented before.
    pub(super) fn begin<'a>(
        ask: Box<Ask<'a>>,
        version: Version,
        mut entry: Entry,
        tokens: AnyTokenSet,
        now: Moment,
    ) -> Step<'a> {
        entry.header.sending = Some(Claim { by: ask.id.clone(), at: now.wall });
        entry.header.not_before = None;
        let claiming = Self { entry: entry.clone(), tokens, begun: now.monotonic };
        Swapping::begin(ask, Some(version), &entry, Doing::Claim(Box::new(claiming)))
    }

    /// The store has it: whoever made the claim may send, unless it took too long.
    fn permitted<'a>(self: Box<Self>, mut ask: Box<Ask<'a>>, version: Version, now: Moment) -> Step<'a> {
        let Self { entry, tokens, begun } = *self;
        if now.monotonic.saturating_sub(begun) > ask.policy().permit {
            // Where the store is always slower than that, this comes to an end too.
            ask.spend(AT_LEAST);
            let header = entry.header.not_presented(Some(now.wall.plus(AT_LEAST)));
            return note(ask, version, Entry { header, ..entry });
        }
        Sending::begin(ask, version, entry, tokens, now)
    }

    /// The record was another: perhaps this very claim, of which the store had not told.
    pub(super) fn met<'a>(self: Box<Self>, ask: Box<Ask<'a>>, record: Record, now: Moment) -> Step<'a> {
        match Entry::read(&record) {
            Ok(Entry { header, .. }) if header.is_claim_of(&self.entry.header) => {
                self.permitted(ask, record.version, now)
            }
            _ => decide(ask, record, now),
        }
    }
}

/// What the server issued. It is stored, whatever the others took for true meanwhile.
pub(super) struct Issuing {
    pub(super) tokens: AnyTokenSet,
    pub(super) entry: Entry,
}

impl Issuing {
    /// Stores `tokens` in place of those of `before`.
    pub(super) fn begin<'a>(
        ask: Box<Ask<'a>>,
        version: Version,
        before: &Header,
        tokens: AnyTokenSet,
        now: Moment,
    ) -> Step<'a> {
        let mut entry = Entry { header: before.renewed(now.wall), sealed: Arc::default() };
        if tokens.access_token_at(now.wall.plus(ask.policy().margin())).is_none() {
            // It came without any life in it: the server is not asked again at once.
            entry.header.not_before = Some(now.wall.plus(AT_LEAST));
        }
        if let Err(why) = ask.seal(&mut entry, &tokens) {
            return not_stored(tokens, NotStored::NotSealed(why));
        }
        let issuing = Self { tokens, entry: entry.clone() };
        Swapping::begin(ask, Some(version), &entry, Doing::Issue(Box::new(issuing)))
    }

    /// They are in the store. Who renewed them uses them to their very end: the next would be no longer-lived.
    fn stored<'a>(self: Box<Self>, mut ask: Box<Ask<'a>>, version: Version, now: Moment) -> Step<'a> {
        let Self { tokens, entry } = *self;
        if tokens.access_token_at(now.wall).is_some() {
            return lend(ask.seen, &entry.header, tokens);
        }
        ask.spend(Duration::MAX);
        weigh(ask, version, entry, tokens, now)
    }

    /// The record was another: the others gave up, or sent as well, or it is this very one.
    pub(super) fn met<'a>(mut self: Box<Self>, ask: Box<Ask<'a>>, record: Record, now: Moment) -> Step<'a> {
        let current = match Entry::read(&record) {
            Ok(entry) => entry.header,
            Err(fault) => return not_stored(self.tokens, NotStored::Unreadable(fault)),
        };
        let ours = &self.entry.header;
        if current.login != ours.login || current.generation >= ours.generation {
            // Others went on from tokens of their own, or from another login, whose generations may begin anew: these are
            // not revoked, which might end the whole grant (RFC 7009 section 2.1).
            return decide(ask, record, now);
        }
        // Nobody has anything better: what came beats what was given up.
        self.entry.header = self.entry.header.after(&current);
        let entry = self.entry.clone();
        Swapping::begin(ask, Some(record.version), &entry, Doing::Issue(self))
    }
}

/// What became of a request, or that nobody knows.
pub(super) struct Noting {
    pub(super) entry: Entry,
}

/// Notes what became of a request, or that nobody knows.
pub(super) fn note(ask: Box<Ask<'_>>, version: Version, entry: Entry) -> Step<'_> {
    let noting = Noting { entry: entry.clone() };
    Swapping::begin(ask, Some(version), &entry, Doing::Note(Box::new(noting)))
}

impl Noting {
    /// The record was another. Where the others took who sent for dead, and know no more, what it says comes before that.
    pub(super) fn met<'a>(self, ask: Box<Ask<'a>>, record: Record, now: Moment) -> Step<'a> {
        let Self { entry } = self;
        match Entry::read(&record) {
            Ok(current) if current.header.doubts(&entry.header, &ask.id) => {
                let header = entry.header.after(&current.header);
                note(ask, record.version, Entry { header, ..entry })
            }
            _ => decide(ask, record, now),
        }
    }
}

/// A login that is to be stored behind what stands in the record.
pub(super) struct LoggingIn {
    pub(super) tokens: AnyTokenSet,
    /// The login that stood there when it was tried last.
    pub(super) over: Option<Box<str>>,
    /// The store did not answer a try.
    pub(super) unsure: bool,
}

impl LoggingIn {
    pub(super) fn new(tokens: AnyTokenSet) -> Self {
        Self { tokens, over: None, unsure: false }
    }

    /// The record is this, or there is none.
    pub(super) fn met<'a>(mut self: Box<Self>, ask: Box<Ask<'a>>, record: Option<Record>, now: Moment) -> Step<'a> {
        if let Err(mismatch) = ask.client.check_asked(self.tokens.intent()) {
            return not_stored(self.tokens, NotStored::WrongClient(mismatch));
        }
        let before = match record.as_ref().map(Entry::read).transpose() {
            Ok(entry) => entry.map(|entry| entry.header),
            Err(fault) => return not_stored(self.tokens, NotStored::Unreadable(fault)),
        };
        let found = before.as_ref().map(|before| before.login.clone());
        // A try of which the store did not tell may have put it there, and the refresh token may have been spent since:
        // where something else has come after what it was tried over, it is not put there again.
        let overtaken = self.unsure && found != self.over;
        match record {
            // The store had not told that it has it; others may have gone on from there.
            Some(record) if found.as_ref() == Some(&ask.id) => decide(ask, record, now),
            Some(_) if overtaken => not_stored(self.tokens, NotStored::Overtaken),
            None if overtaken => not_stored(self.tokens, NotStored::Removed),
            record => {
                let header = Header::of_login(&ask.id, before.as_ref(), now.wall);
                let mut entry = Entry { header, sealed: Arc::default() };
                if let Err(why) = ask.seal(&mut entry, &self.tokens) {
                    return not_stored(self.tokens, NotStored::NotSealed(why));
                }
                self.over = found;
                let version = record.map(|record| record.version);
                let doing = Doing::LogIn { login: self, entry: Box::new(entry.clone()) };
                Swapping::begin(ask, version, &entry, doing)
            }
        }
    }
}

/// Decides on a renewal that is in doubt.
pub(super) fn resolve(ask: Box<Ask<'_>>, decision: Decision, record: Record, now: Moment) -> Step<'_> {
    let (entry, tokens) = match ask.open(&record) {
        Ok(opened) => opened,
        Err(fault) => return Step::Stop(Stopped::Unreadable(fault)),
    };
    if entry.header.presented == 0 || entry.header.over || entry.header.sending.is_some() {
        return decide(ask, record, now);
    }
    let entry = match decision {
        Decision::AssumeUnspent => Entry { header: entry.header.unpresented(), ..entry },
        Decision::AssumeSpent => ask.give_up(entry, &without_renewal(tokens)),
    };
    note(ask, record.version, entry)
}

/// The access token, to be used to its end.
pub(super) fn without_renewal(tokens: AnyTokenSet) -> AnyTokenSet {
    match tokens {
        AnyTokenSet::Refreshable(tokens) => tokens.with(|_| AccessOnly::new()).into(),
        other => other,
    }
}

fn not_stored<'a>(tokens: AnyTokenSet, why: NotStored) -> Step<'a> {
    Step::Stop(Stopped::NotStored { tokens: Box::new(tokens), why })
}

impl fmt::Debug for Swapping<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Swapping").field("key", &self.ask.key).field("expected", &self.expected).finish_non_exhaustive()
    }
}
