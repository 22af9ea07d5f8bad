//! Sending: the right to send, used.

use std::{fmt, time::Duration};

use super::{
    Moment, Step, Stopped, Version,
    ask::Ask,
    entry::Entry,
    swapping::{Issuing, note},
};
use crate::{
    FinishError, InFlight, RenewalError,
    error::Doubt,
    grant::{RefreshToken, Reissue},
    http::Outcome,
    keeper::pace::{AFTER_REFUSAL, AT_LEAST, asked_for, wait_after},
    token::AnyTokenSet,
};

/// A renewal whose answer is to come. Nothing else in the fleet may send these tokens now. It is neither cloned nor
/// stored: who holds it sends once.
#[must_use = "send the request, and go on with `finish`"]
pub struct Sending<'a> {
    pub(super) ask: Box<Ask<'a>>,
    pub(super) version: Version,
    pub(super) entry: Box<Entry>,
    pub(super) flight: Box<Flight>,
}

pub(super) enum Flight {
    Refresh(InFlight<RefreshToken>),
    Reissue(InFlight<Reissue>),
}

/// What became of it.
enum End {
    /// New tokens.
    Issued(AnyTokenSet),
    /// Nothing was presented, or nothing was spent. The answer says how long to leave the server alone.
    Unspent(RenewalError),
    /// What was presented is no good any more; the access token may be.
    Over(AnyTokenSet, RenewalError),
    /// Nobody knows.
    Doubt(Doubt),
}

impl<'a> Sending<'a> {
    pub(super) fn begin(
        ask: Box<Ask<'a>>,
        version: Version,
        entry: Entry,
        tokens: AnyTokenSet,
        now: Moment,
    ) -> Step<'a> {
        let made = match tokens {
            AnyTokenSet::Refreshable(tokens) => match tokens.refresh_request(ask.client, now.wall) {
                Ok(request) => Ok((request, Flight::Refresh(InFlight::new(tokens, ask.client, now.wall)))),
                Err(fault) => Err(fault),
            },
            AnyTokenSet::Reissuable(tokens) => match tokens.reissue_request(ask.client, now.wall) {
                Ok(request) => Ok((request, Flight::Reissue(InFlight::new(tokens, ask.client, now.wall)))),
                Err(fault) => Err(fault),
            },
            // No claim is ever made for these.
            AnyTokenSet::AccessOnly(tokens) => {
                let intent = Box::new(tokens.into_intent());
                return Step::Stop(Stopped::LogIn { intent, why: ask.why });
            }
        };
        match made {
            Ok((request, flight)) => {
                Step::Send(request, Self { ask, version, entry: Box::new(entry), flight: Box::new(flight) })
            }
            // A request could be made of them when the claim was; a second may have passed since.
            Err(_) => {
                let header = entry.header.not_presented(None);
                note(ask, version, Entry { header, ..entry })
            }
        }
    }

    /// Takes in what came of the request.
    pub fn finish(self, outcome: Outcome, now: Moment) -> Step<'a> {
        let Self { mut ask, version, mut entry, flight } = self;
        let header = &entry.header;
        match flight.finish(outcome) {
            End::Issued(tokens) => return Issuing::begin(ask, version, header, tokens, now),
            End::Unspent(why) => {
                entry.header = header.not_presented(Some(now.wall.plus(wait_after(&why))));
                ask.failed(why);
            }
            End::Over(remains, why) => {
                *entry = ask.give_up(*entry, &remains);
                ask.failed(why);
            }
            End::Doubt(doubt) => {
                entry.header = header.presented();
                let why = RenewalError::InDoubt(doubt);
                // Where it may be presented again, a server that fails is not asked at once, and later each time.
                let presented = entry.header.presented;
                let again = (presented < ask.policy().presentations).then(|| after_doubt(presented));
                entry.header.not_before = asked_for(&why).max(again).map(|wait| now.wall.plus(wait));
                ask.failed(why);
            }
        }
        note(ask, version, *entry)
    }
}

/// How long a server is left alone that left this many presentations unanswered.
fn after_doubt(presented: u32) -> Duration {
    AT_LEAST.saturating_mul(1 << presented.saturating_sub(1).min(10)).min(AFTER_REFUSAL)
}

impl Flight {
    fn finish(self, outcome: Outcome) -> End {
        match self {
            Self::Refresh(flight) => match flight.finish(outcome) {
                Ok(authorized) => End::Issued(authorized.into_token_set().into()),
                Err(FinishError::NotSent { why, .. }) => End::Unspent(RenewalError::NotSent(why)),
                Err(FinishError::Refused { response, .. }) => End::Unspent(RenewalError::Refused(response)),
                Err(FinishError::Dead { response, remains }) => {
                    End::Over((*remains).into(), RenewalError::Dead(response))
                }
                Err(FinishError::Untrusted { fault, remains }) => {
                    End::Over((*remains).into(), RenewalError::Untrusted(fault))
                }
                Err(FinishError::InDoubt { doubt, .. }) => End::Doubt(doubt),
            },
            // A client that asks for itself has no grant that could die or be spent.
            Self::Reissue(flight) => match flight.finish(outcome) {
                Ok(authorized) => End::Issued(authorized.into_token_set().into()),
                Err(FinishError::NotSent { why, .. }) => End::Unspent(RenewalError::NotSent(why)),
                Err(FinishError::Refused { response, .. } | FinishError::Dead { response, .. }) => {
                    End::Unspent(RenewalError::refused_to_client(response))
                }
                Err(FinishError::Untrusted { fault, .. }) => End::Unspent(RenewalError::ClientUntrusted(fault)),
                Err(FinishError::InDoubt { doubt, .. }) => End::Unspent(RenewalError::InDoubt(doubt)),
            },
        }
    }
}

impl fmt::Debug for Sending<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sending").field("key", &self.ask.key).finish_non_exhaustive()
    }
}
