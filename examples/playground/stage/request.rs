//! A request on its way: its answer, the doubt where there is none, and a process that dies meanwhile.

use oauth_proto::{ConfigError, InDoubt, Outcome, Request, grant::Grant};

use super::{
    Held, Stage, Wire,
    outcomes::{finished, revoked},
};
use crate::machine::transitions::FINISH;

impl Stage {
    /// Sends the request in flight, and hands what came of it to the state that waits.
    pub(super) fn finish(&mut self, title: &str, send: impl FnOnce(Request) -> Outcome) {
        let (from, held) = self.take();
        let Some(request) = held.request() else {
            self.held = Some(held);
            return;
        };
        let mut wire = vec![Wire::request(request)];
        let sent = |request| {
            let outcome = send(request);
            wire.push(match &outcome {
                Outcome::Answered(response) => Wire::response(response),
                Outcome::NotSent(why) => Wire::Silence(format!("not sent: {why}")),
                Outcome::Lost(why) => Wire::Silence(format!("no answer: {why}")),
            });
            outcome
        };
        let next = match held {
            Held::CodeInFlight(held) => {
                let (request, waits) = *held;
                finished(waits, sent(request))
            }
            Held::OwnInFlight(held) => {
                let (request, waits) = *held;
                finished(waits, sent(request))
            }
            Held::RefreshInFlight(held) => {
                let (request, waits) = *held;
                finished(waits, sent(request))
            }
            Held::ReissueInFlight(held) => {
                let (request, waits) = *held;
                finished(waits, sent(request))
            }
            Held::RevokingRefreshable(held) => {
                let (request, waits) = *held;
                revoked(waits, sent(request))
            }
            Held::RevokingAccessOnly(held) => {
                let (request, waits) = *held;
                revoked(waits, sent(request))
            }
            Held::RevokingReissuable(held) => {
                let (request, waits) = *held;
                revoked(waits, sent(request))
            }
            other => other.into(),
        };
        self.arrive(title, Some(FINISH), from, next, wire);
    }

    pub(super) fn assume(&mut self, title: &str, call: &'static str, unspent: bool) {
        fn decided<G: Grant>(held: InDoubt<G>, unspent: bool) -> Held
        where
            G::Origin: Into<Held>,
            G::Remains: Into<Held>,
        {
            if unspent { held.assume_unspent().into() } else { held.assume_spent().into() }
        }
        self.call(title, call, |held, _, _| match held {
            Held::CodeInDoubt(held) => Ok(decided(*held, unspent).into()),
            Held::OwnInDoubt(held) => Ok(decided(*held, unspent).into()),
            Held::RefreshInDoubt(held) => Ok(decided(*held, unspent).into()),
            Held::ReissueInDoubt(held) => Ok(decided(*held, unspent).into()),
            other => Err(other),
        });
    }

    /// The process dies here, and another starts with what is in the store.
    ///
    /// # Errors
    /// This provider's data does not allow the grant.
    pub(super) fn restart(&mut self) -> Result<(), ConfigError> {
        let title = "The process dies, and another starts with what is stored";
        let (title, next) = match self.store.restart(self.world.now()) {
            Ok(Some(found)) => (title.to_owned(), found),
            // A program without a row begins at the beginning.
            Ok(None) => {
                let lost = match self.held {
                    Some(Held::ReceivedCode(_)) => "the code is lost, and the user logs in once more",
                    _ => "and nothing is lost",
                };
                (format!("{title}: nothing, {lost}"), self.world.begin()?)
            }
            Err(why) => {
                self.note(&format!("{title}: {why}"), Vec::new());
                return Ok(());
            }
        };
        let (from, _) = self.take();
        self.arrive(&title, None, from, next.into(), Vec::new());
        Ok(())
    }
}
