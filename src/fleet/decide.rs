//! The table: what a record means for who wants a token.

use std::time::Duration;

use super::{
    Getting, Moment, Record, Seen, Sleeping, Step, Stopped, Usable, Version,
    ask::{Ask, Purpose},
    entry::{Entry, Header},
    swapping::{self, Claiming},
};
use crate::{
    RenewalError,
    error::{Remedy, RequestFault},
    http::LONGEST_WAIT,
    keeper::pace::{SameToken, half_of_life, same_token_again},
    token::AnyTokenSet,
    vocabulary::Timestamp,
};

/// What follows from a record that was read.
pub(super) fn decide(ask: Box<Ask<'_>>, record: Record, now: Moment) -> Step<'_> {
    match ask.open(&record) {
        Ok((entry, tokens)) => weigh(ask, record.version, entry, tokens, now),
        Err(fault) => Step::Stop(Stopped::Unreadable(fault)),
    }
}

/// What follows from a record that is open.
pub(super) fn weigh(
    mut ask: Box<Ask<'_>>,
    version: Version,
    entry: Entry,
    tokens: AnyTokenSet,
    now: Moment,
) -> Step<'_> {
    if let Err(mismatch) = ask.client.check_asked(tokens.intent()) {
        return Step::Stop(Stopped::Fix(RequestFault::WrongClient(mismatch)));
    }
    let (policy, deadline, header) = (ask.policy(), ask.deadline(), &entry.header);
    let rejected = ask.is_rejected(header);
    let usable = !rejected && tokens.access_token_at(now.wall.plus(policy.margin())).is_some();
    let renewable = !header.over && !matches!(tokens, AnyTokenSet::AccessOnly(_));
    if usable && !(renewable && is_due(&ask, header, &tokens, now)) {
        return lend(ask.seen, header, tokens);
    }
    if !renewable {
        return no_more(ask.why, tokens);
    }

    let same = || same_token_again(ask.client, &tokens, header.renewed_at, now.wall);
    match rejected.then(same).flatten() {
        Some(SameToken::Over) => return no_more(ask.why, tokens),
        Some(SameToken::NotBefore(until)) => return wait_for(ask, until, now),
        None => {}
    }

    // A client that asks for itself presents nothing that could be spent.
    let reissuable = matches!(tokens, AnyTokenSet::Reissuable(_));
    let mut next = header.changed();
    if header.sending.is_some() {
        let patience = ask.patience();
        let watched = ask.watch(&version, now);
        if watched < patience {
            if usable && policy.access_token_survives {
                return lend(ask.seen, header, tokens);
            }
            let wait = ask.back_off().min(patience.saturating_sub(watched));
            return sleep(ask, wait);
        }
        // It has stood like this for longer than a worker that lives lets it: whether it was sent, nobody will tell.
        next = if reissuable { header.not_presented(None) } else { header.presented() };
    }
    if let Some(until) = header.not_before.filter(|until| until.is_soon(now.wall, LONGEST_WAIT)) {
        return if usable { lend(ask.seen, header, tokens) } else { wait_for(ask, until, now) };
    }
    if ask.patience_left().is_zero() {
        return if usable { lend(ask.seen, header, tokens) } else { wait_for(ask, now.wall, now) };
    }
    if reissuable || next.may_present(policy, deadline, now.wall) {
        return match can_be_sent(&ask, &tokens, now.wall) {
            Ok(()) => Claiming::begin(ask, version, Entry { header: next, ..entry }, tokens, now),
            Err(_) if usable => lend(ask.seen, header, tokens),
            // A token that an API refused does not come back to life by waiting.
            Err(RequestFault::TooEarly { .. }) if rejected => no_more(ask.why, tokens),
            Err(RequestFault::TooEarly { opens, .. }) => wait_for(ask, opens, now),
            Err(fault) if fault.remedy() == Remedy::LogIn => no_more(ask.why, tokens),
            Err(fault) => Step::Stop(Stopped::Fix(fault)),
        };
    }
    if header.sending.is_some() {
        return swapping::note(ask, version, Entry { header: next, ..entry });
    }
    if usable {
        return lend(ask.seen, header, tokens);
    }
    Step::Stop(Stopped::InDoubt { sent_at: header.presented_at, why: ask.why })
}

/// Whether it is time to renew.
fn is_due(ask: &Ask<'_>, header: &Header, tokens: &AnyTokenSet, now: Moment) -> bool {
    let ahead = ask.policy().ahead;
    let ahead = half_of_life(header.renewed_at, tokens).map_or(ahead, |half| ahead.min(half));
    ask.is_rejected(header)
        || tokens.is_due(now.wall, ahead)
        || (ask.early && header.due_at.is_some_and(|due_at| due_at <= now.wall))
}

/// Whether a request can be made of these tokens: nothing is claimed for one that cannot.
fn can_be_sent(ask: &Ask<'_>, tokens: &AnyTokenSet, now: Timestamp) -> Result<(), RequestFault> {
    match tokens {
        AnyTokenSet::Refreshable(tokens) => tokens.refresh_request(ask.client, now).map(drop),
        AnyTokenSet::Reissuable(tokens) => tokens.reissue_request(ask.client, now).map(drop),
        AnyTokenSet::AccessOnly(_) => Ok(()),
    }
}

pub(super) fn lend<'a>(seen: Option<Seen>, header: &Header, tokens: AnyTokenSet) -> Step<'a> {
    Step::Use(Box::new(Usable::new(tokens, header, seen)))
}

fn no_more<'a>(why: Option<Box<RenewalError>>, tokens: AnyTokenSet) -> Step<'a> {
    Step::Stop(Stopped::LogIn { intent: Box::new(tokens.into_intent()), why })
}

/// The server wants to be left alone: an ask waits for no longer than it would for another worker, and where its own
/// requests came to nothing, for no longer than that in all.
fn wait_for(mut ask: Box<Ask<'_>>, until: Timestamp, now: Moment) -> Step<'_> {
    let wait = until.since(now.wall);
    if wait > ask.patience_left() || ask.patience_left().is_zero() {
        return Step::Stop(Stopped::NotYet { until, wait, why: ask.why });
    }
    if ask.patience_left.is_some() {
        ask.spend(wait);
    }
    sleep(ask, wait)
}

fn sleep(ask: Box<Ask<'_>>, wait: Duration) -> Step<'_> {
    Step::Sleep(Sleeping::new(wait, Getting::again(ask, Purpose::Decide)))
}
