//! What one ask takes along from state to state.

use std::{sync::Arc, time::Duration};

use zeroize::Zeroizing;

use super::{
    Moment, Policy, Record, Usable, Version, Worker,
    entry::{Entry, Header},
    schedule::due_at,
    stopped::RecordFault,
};
use crate::{
    client::AnyClient,
    error::Remedy,
    http::TransportError,
    keeper::{Decision, RenewalError, pace::AT_LEAST},
    stored,
    token::AnyTokenSet,
};

/// Who asks, for what, and what was seen so far.
pub(super) struct Ask<'a> {
    pub(super) worker: &'a Worker,
    pub(super) client: &'a AnyClient,
    pub(super) key: &'a str,
    /// No other ask has the same.
    pub(super) id: Box<str>,
    /// An API refused the access token of this login and generation.
    pub(super) rejected: Option<(Box<str>, u64)>,
    /// Renew what is due by the schedule, and not only what is due by its own end.
    pub(super) early: bool,
    /// Since when the record has been seen as it is.
    pub(super) seen: Option<Seen>,
    /// How often it was waited for in vain.
    pub(super) turn: u32,
    /// What came of the last request of this ask.
    pub(super) why: Option<Box<RenewalError>>,
    /// How long it waits yet for the server, where that has failed it.
    pub(super) patience_left: Option<Duration>,
}

/// A record that somebody is sending for, and since when it has been seen so. Who asks again may bring it along: then it
/// is known sooner that nobody is sending any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    pub(super) key: Box<str>,
    pub(super) version: Version,
    pub(super) since: Duration,
}

/// What a record is read for.
pub(super) enum Purpose {
    /// A token is wanted.
    Decide,
    /// A claim met another record, and the store did not say which.
    Claimed(Box<super::swapping::Claiming>),
    /// Tokens met another record, and the store did not say which.
    Issued(Box<super::swapping::Issuing>),
    /// A note met another record, and the store did not say which.
    Noted(Box<super::swapping::Noting>),
    /// A login is to be stored.
    LogIn(Box<super::swapping::LoggingIn>),
    /// A renewal in doubt is to be decided on.
    Resolve(Decision),
}

impl<'a> Ask<'a> {
    pub(super) fn new(worker: &'a Worker, client: &'a AnyClient, key: &'a str) -> Self {
        let id = worker.fresh();
        Self {
            worker,
            client,
            key,
            id,
            rejected: None,
            early: false,
            seen: None,
            turn: 0,
            why: None,
            patience_left: None,
        }
    }

    pub(super) fn policy(&self) -> &'a Policy {
        &self.worker.policy
    }

    /// How long a request may take.
    pub(super) fn deadline(&self) -> Duration {
        self.client.provider().deadline()
    }

    /// How long it waits for a worker, or a server.
    pub(super) fn patience(&self) -> Duration {
        self.policy().suspicion(self.deadline())
    }

    /// An API refused the access token of `used`.
    pub(super) fn reject(&mut self, used: &Usable) {
        let (login, generation) = used.name();
        self.rejected = Some((login.into(), generation));
    }

    /// Whether an API refused the access token of this record.
    pub(super) fn is_rejected(&self, header: &Header) -> bool {
        self.rejected
            .as_ref()
            .is_some_and(|(login, generation)| *login == header.login && *generation == header.generation)
    }

    /// Its own request brought no tokens. What a server says for good is not asked again; for the rest, it is patient.
    pub(super) fn failed(&mut self, why: RenewalError) {
        let cost = match why.remedy() {
            Remedy::Fix | Remedy::LogIn => Duration::MAX,
            _ => AT_LEAST,
        };
        self.spend(cost);
        self.why = Some(Box::new(why));
    }

    /// So much of its patience with the server is used up. What it plans to wait counts, and no clock: that it stood still,
    /// or waited for a worker that died, is not the server's fault.
    pub(super) fn spend(&mut self, cost: Duration) {
        self.patience_left = Some(self.patience_left().saturating_sub(cost));
    }

    /// How long it waits yet for a server that does not serve it.
    pub(super) fn patience_left(&self) -> Duration {
        self.patience_left.unwrap_or(self.patience())
    }

    /// How long `version` has been seen, by this worker's own clock.
    pub(super) fn watch(&mut self, version: &Version, now: Moment) -> Duration {
        match &self.seen {
            Some(seen) if seen.version == *version => now.monotonic.saturating_sub(seen.since),
            _ => {
                self.seen = Some(Seen { key: self.key.into(), version: version.clone(), since: now.monotonic });
                Duration::ZERO
            }
        }
    }

    /// How long to wait until the record is read again: longer each time, and never the same for two workers.
    pub(super) fn back_off(&mut self) -> Duration {
        const FIRST: Duration = Duration::from_millis(50);
        const LONGEST: Duration = Duration::from_secs(2);
        let longest = FIRST.saturating_mul(1 << self.turn.min(10)).min(LONGEST);
        let share = u32::from(self.worker.jitter(self.turn)).saturating_add(256);
        self.turn = self.turn.saturating_add(1);
        longest.saturating_mul(share).checked_div(512).unwrap_or(longest)
    }

    pub(super) fn open(&self, record: &Record) -> Result<(Entry, AnyTokenSet), RecordFault> {
        let entry = Entry::read(record)?;
        let bound_to = self.bound_to(&entry.header);
        let opened = self.worker.envelope.open(&entry.sealed, &bound_to).map_err(RecordFault::Envelope)?;
        let opened = Zeroizing::new(opened);
        let tokens = stored::load(&opened).map_err(|_| RecordFault::NoTokens)?;
        Ok((entry, tokens))
    }

    /// Seals `tokens` into `entry`.
    pub(super) fn seal(&self, entry: &mut Entry, tokens: &AnyTokenSet) -> Result<(), TransportError> {
        let text = Zeroizing::new(stored::save(tokens).into_bytes());
        let sealed = self.worker.envelope.seal(&text, &self.bound_to(&entry.header))?;
        entry.sealed = Arc::new(sealed.into());
        let Header { generation, renewed_at, .. } = entry.header;
        let due = due_at(self.policy(), self.key, generation, renewed_at, tokens);
        entry.header.due_at = due.filter(|_| !matches!(tokens, AnyTokenSet::AccessOnly(_)));
        Ok(())
    }

    /// Gives up what `entry` is renewed with, of which `remains` is left. Where the envelope fails, what it made before
    /// stands: it is over all the same.
    pub(super) fn give_up(&self, entry: Entry, remains: &AnyTokenSet) -> Entry {
        let given_up = Entry { header: entry.header.given_up(), ..entry };
        let mut sealed = given_up.clone();
        if self.seal(&mut sealed, remains).is_ok() { sealed } else { given_up }
    }

    /// What the tokens of a record are bound to: they open in no other record, for no other login, and in no other
    /// generation.
    fn bound_to(&self, header: &Header) -> Vec<u8> {
        let generation = header.generation.to_be_bytes();
        [b"oauth-proto fleet\0", self.key.as_bytes(), b"\0", header.login.as_bytes(), b"\0", &generation].concat()
    }
}
