//! Keepers, and the tickets of their renewals.

use std::time::Duration;

use super::{
    held::{Held, OneShot},
    server::{self, CODE, Did, Reply, TOKEN},
    world::World,
};
use crate::{
    AnyTokenSet, Decision, Keeper, RenewalError, Ticket, Timestamp, Turn,
    fuzzing::{claims, input::Input, scene::SECRET},
};

/// A ticket that is out, and what its request may send once.
pub(super) struct Out {
    ticket: Ticket,
    one_shot: OneShot,
}

fn refresh_token(keeper: &Keeper) -> OneShot {
    OneShot(match keeper.tokens() {
        AnyTokenSet::Refreshable(set) => Some(set.refresh_token().expose().to_owned()),
        AnyTokenSet::Reissuable(_) | AnyTokenSet::AccessOnly(_) => None,
    })
}

impl World {
    pub(super) fn keep(&mut self, input: &mut Input<'_>, mut keeper: Keeper) {
        let server = keeper.tokens().server().to_owned();
        let client = self.client(input, &server);
        let now = self.now();
        match input.byte() & 7 {
            0 => {
                let before = refresh_token(&keeper);
                let decision = match input.byte() & 1 {
                    0 => Decision::AssumeUnspent,
                    _ => Decision::AssumeSpent,
                };
                if keeper.decide(decision) && decision == Decision::AssumeUnspent {
                    self.unspent(&before);
                }
            }
            1 => {
                let used = keeper.tokens().access_token().clone();
                assert!(keeper.rejected(&used), "the token that is kept was rejected");
                assert!(keeper.access_token_at(now).is_none(), "a rejected token is used");
            }
            2 => {
                match keeper.into_tokens() {
                    Ok(tokens) => self.hold(Held::Tokens(tokens)),
                    Err(keeper) => self.hold(Held::Keeper(*keeper)),
                }
                return;
            }
            _ => {
                let ahead = Duration::from_secs(input.pick([0, 10, 60, 9999]));
                match keeper.poll(&client, now, ahead) {
                    Turn::Use(token) => {
                        assert!(keeper.access_token_at(now).is_some_and(|kept| kept.matches(token.expose())));
                    }
                    Turn::Send(request, ticket) => {
                        let one_shot = self.send(&request, &client, &server);
                        claims::shown(&format!("{ticket:?}"), &[SECRET, TOKEN, CODE]);
                        self.out.push(Out { ticket, one_shot });
                    }
                    Turn::Wait { until } => assert!(until.is_none_or(|until| until > now), "a wait that is over"),
                    turn => claims::shown(&format!("{turn:?}"), &[SECRET, TOKEN, CODE]),
                }
            }
        }
        self.hold(Held::Keeper(keeper));
    }

    /// An answer comes to a ticket that is out; it is given to a keeper, which may be another's.
    pub(super) fn answer_ticket(&mut self, input: &mut Input<'_>) {
        let (which, to) = (input.below(self.out.len()), input.below(self.held.len()));
        if which >= self.out.len() || to >= self.held.len() {
            return;
        }
        let Out { ticket, one_shot } = self.out.swap_remove(which);
        if input.rarely(8) {
            return; // the process lost it
        }
        let now = self.now();
        let mut serial = self.serial;
        let Reply { did, outcome, .. } = server::reply(input, &mut serial);
        self.serial = serial;
        let (first, second) = self.held.split_at_mut(to);
        let mut keepers = second.iter_mut().chain(first).filter_map(|held| match held {
            Held::Keeper(keeper) => Some(keeper),
            _ => None,
        });
        let Some(keeper) = keepers.next() else { return };
        let before = claims::kept(keeper);
        let end = keeper.handle(ticket, outcome, now);
        let after = claims::kept(keeper);
        let new = refresh_token(keeper);
        match end {
            Ok(()) => {
                assert!(matches!(did, Did::Issued | Did::Whatever | Did::Untrusted), "renewed by {did:?}");
                let good = keeper.access_token_at(Timestamp::from_unix_millis(0));
                assert!(good.is_some(), "what was issued is rejected");
                self.unspent(&new);
            }
            Err(RenewalError::ForeignTicket { ticket, .. }) => {
                assert_eq!(before, after, "another's ticket changes nothing");
                self.out.push(Out { ticket: *ticket, one_shot });
            }
            Err(error) => {
                if did != Did::Whatever {
                    claims::error(&error, &[SECRET, TOKEN, CODE]);
                }
                if matches!(error, RenewalError::NotSent(_) | RenewalError::Refused(_)) {
                    self.unspent(&one_shot);
                }
            }
        }
    }
}
