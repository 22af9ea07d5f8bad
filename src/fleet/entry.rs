//! What a record holds: who is sending, in clear, and the tokens, as the envelope made them.

use std::{sync::Arc, time::Duration};

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::{Policy, Record, ReuseClass, stopped::RecordFault};
use crate::{
    stored::{Kind, Tagged, has_list},
    vocabulary::Timestamp,
};

/// A record. One of the same bytes never comes twice: its revision grows with each change.
#[derive(Clone)]
pub(super) struct Entry {
    pub(super) header: Header,
    /// They are copied once, whoever keeps the record.
    pub(super) sealed: Arc<Zeroizing<Vec<u8>>>,
}

/// What a worker must know before it opens the tokens, and a store may look things up by.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Header {
    kind: Kind<Self>,
    /// It grows with each change.
    pub(super) revision: u64,
    /// How many tokens came before these. It never goes back.
    pub(super) generation: u64,
    /// The login that began it.
    pub(super) login: Box<str>,
    /// How often the refresh token may have been presented, but for who is sending now.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub(super) presented: u32,
    /// When it was presented first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) presented_at: Option<Timestamp>,
    /// The ask that presented it last: it may yet say that it did not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) presented_by: Option<Box<str>>,
    /// Who is sending.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) sending: Option<Claim>,
    /// There is nothing left to renew with.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) over: bool,
    /// The server asked not to be bothered before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) not_before: Option<Timestamp>,
    /// When the last renewal brought these tokens.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) renewed_at: Option<Timestamp>,
    /// From when on they are renewed ahead of time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) due_at: Option<Timestamp>,
}

/// The right to send, once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Claim {
    /// The ask whose it is.
    pub(super) by: Box<str>,
    /// When it was made, by the clock of who made it.
    pub(super) at: Timestamp,
}

#[allow(clippy::trivially_copy_pass_by_ref)] // serde calls it so
fn is_zero(number: &u32) -> bool {
    *number == 0
}

impl Tagged for Header {
    const TAG: &'static str = "fleet/1";
}

impl Header {
    /// The tokens of a login. A first revision is later than all that stood here before somebody logged out: what was
    /// meant for that record, and arrives late, changes nothing.
    pub(super) fn of_login(login: &str, before: Option<&Self>, now: Timestamp) -> Self {
        Self {
            kind: Kind::new(),
            revision: before.map_or(now.as_unix_millis(), |before| before.revision.saturating_add(1)),
            generation: before.map_or(0, |before| before.generation.saturating_add(1)),
            login: login.into(),
            presented: 0,
            presented_at: None,
            presented_by: None,
            sending: None,
            over: false,
            not_before: None,
            renewed_at: None,
            due_at: None,
        }
    }

    /// The same with another change to it.
    pub(super) fn changed(&self) -> Self {
        Self { revision: self.revision.saturating_add(1), ..self.clone() }
    }

    /// The tokens that a renewal brought.
    pub(super) fn renewed(&self, now: Timestamp) -> Self {
        Self { renewed_at: Some(now), ..Self::of_login(&self.login, Some(self), now) }
    }

    /// Whoever is sending may have presented the refresh token.
    pub(super) fn presented(&self) -> Self {
        let mut changed = self.changed();
        if let Some(Claim { by, at }) = changed.sending.take() {
            changed.presented = changed.presented.saturating_add(1);
            changed.presented_at = changed.presented_at.or(Some(at));
            changed.presented_by = Some(by);
        }
        changed
    }

    /// Whoever is sending presented nothing.
    pub(super) fn not_presented(&self, not_before: Option<Timestamp>) -> Self {
        Self { sending: None, not_before, ..self.changed() }
    }

    /// Whether this is what others made of the claim whose end the ask `by` noted as `noted`, and no more: that it may have
    /// presented.
    pub(super) fn doubts(&self, noted: &Self, by: &str) -> bool {
        let same = self.login == noted.login && self.generation == noted.generation;
        let untouched = self.sending.is_none() && !self.over;
        let once_more = self.presented == noted.presented.saturating_add(1);
        same && untouched && once_more && self.presented_by.as_deref() == Some(by)
    }

    /// Whether the refresh token was presented as often as it may be, and nobody knows what became of that.
    pub(super) fn is_in_doubt(&self, policy: &Policy) -> bool {
        self.sending.is_none() && self.presented >= policy.presentations
    }

    /// Whether this is the claim that the other was written as: the same ask made it, and it made one of this revision.
    pub(super) fn is_claim_of(&self, other: &Self) -> bool {
        self.revision == other.revision && self.sending.is_some() && self.sending == other.sending
    }

    /// The same, in place of `current`, which nobody had anything better for.
    pub(super) fn after(&self, current: &Self) -> Self {
        Self { revision: current.revision.saturating_add(1), ..self.clone() }
    }

    /// It is taken that nothing was presented.
    pub(super) fn unpresented(&self) -> Self {
        Self { presented: 0, presented_at: None, presented_by: None, not_before: None, ..self.changed() }
    }

    /// There is nothing left to renew with.
    pub(super) fn given_up(&self) -> Self {
        Self { sending: None, over: true, due_at: None, ..self.changed() }
    }

    /// Whether the refresh token may be presented now, for all that is known of what was presented before.
    pub(super) fn may_present(&self, policy: &Policy, deadline: Duration, now: Timestamp) -> bool {
        if self.presented == 0 {
            return true;
        }
        // It must arrive while the server's patience lasts, which began no earlier than the first was sent. That was by
        // another clock: the one may be behind, and the other ahead.
        let in_time = match (policy.reuse, self.presented_at) {
            (ReuseClass::Leeway(leeway), Some(first)) => {
                now.plus(policy.permit).plus(deadline).plus(policy.margin()) <= first.plus(leeway)
            }
            (ReuseClass::Leeway(_), None) => false,
            _ => true,
        };
        in_time && self.presented < policy.presentations
    }
}

impl Entry {
    pub(super) fn read(record: &Record) -> Result<Self, RecordFault> {
        let bytes = &record.bytes;
        if bytes.len() > Record::MAX_BYTES {
            return Err(RecordFault::TooLong);
        }
        let at = bytes.iter().position(|byte| *byte == b'\n').ok_or(RecordFault::Malformed)?;
        let (header, sealed) = bytes.split_at_checked(at).ok_or(RecordFault::Malformed)?;
        let sealed = sealed.get(1..).unwrap_or_default();
        if has_list(header) {
            return Err(RecordFault::Malformed);
        }
        let header = serde_json::from_slice(header).map_err(|_| RecordFault::Malformed)?;
        Ok(Self { header, sealed: Arc::new(sealed.to_vec().into()) })
    }

    pub(super) fn write(&self) -> Zeroizing<Vec<u8>> {
        // Strings, numbers and structs only: JSON can hold them all.
        let header = serde_json::to_vec(&self.header).unwrap_or_default();
        let mut bytes = Vec::with_capacity(header.len().saturating_add(self.sealed.len()).saturating_add(1));
        bytes.extend_from_slice(&header);
        bytes.push(b'\n');
        bytes.extend_from_slice(&self.sealed);
        bytes.into()
    }
}
