//! What a button does: one call of the machine, or something that happens to it.

use std::time::Duration;

use oauth_proto::Outcome;

use super::{Back, Failed, Held, Stage, outcomes::asked};
use crate::{
    machine::transitions::{ASSUME_SPENT, ASSUME_UNSPENT, EXCHANGE, RETRY, REVOKE},
    transport,
};

/// Every button of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// A login begins.
    Begin,
    /// A callback that nobody asked for.
    Forge,
    /// The browser sends the callback once more.
    CallbackAgain,
    Exchange,
    Send,
    LoseAnswer,
    FailToConnect,
    Retry,
    AssumeUnspent,
    AssumeSpent,
    CallApi,
    Renew,
    /// With tokens out of a backup.
    RenewOld,
    Revoke,
    /// At the provider, by its user.
    Withdraw,
    Restart,
    LogInAgain,
}

impl Stage {
    /// Does it. What is not possible in this state changes nothing.
    ///
    /// # Errors
    /// The system has no randomness to give, or this provider's data does not allow the grant.
    pub fn act(&mut self, action: Action) -> Result<(), Failed> {
        match action {
            Action::Begin => self.begin()?,
            Action::Forge => {
                let url = format!("{}?code=stolen-from-somebody-else&state=guessed", self.world.redirect_uri());
                let _ = self.receive(&Back::Url(url), "A forged callback: somebody else's code, and a guessed state");
            }
            Action::CallbackAgain => self.callback_again(),
            Action::Exchange => self.call("The code is exchanged", EXCHANGE, |held, client, now| match held {
                Held::ReceivedCode(held) => Ok(asked(held.exchange(client, now))),
                other => Err(other),
            }),
            Action::Send => self.finish("The request is sent", transport::send),
            Action::LoseAnswer => self.finish("It is sent, and the answer is lost", |request| {
                drop(transport::send(request)); // the server has done what it was asked to
                Outcome::lost("the connection broke before an answer came")
            }),
            Action::FailToConnect => {
                self.finish("No connection: it is not sent", |_| Outcome::not_sent("connection refused"));
            }
            Action::Retry => self.call("Somebody decides: send it again", RETRY, |held, client, now| match held {
                Held::CodeInDoubt(held) => Ok(asked(held.retry(client, now))),
                Held::RefreshInDoubt(held) => Ok(asked(held.retry(client, now))),
                Held::ReissueInDoubt(held) => Ok(asked(held.retry(client, now))),
                other => Err(other),
            }),
            Action::AssumeUnspent => self.assume("Somebody decides: it never arrived", ASSUME_UNSPENT, true),
            Action::AssumeSpent => self.assume("Somebody decides: it arrived", ASSUME_SPENT, false),
            Action::CallApi => self.call_api(),
            Action::Renew => self.renew("The tokens are renewed"),
            Action::RenewOld => self.renew_old(),
            Action::Revoke => self.call("The tokens are given back", REVOKE, |held, client, _| match held {
                Held::Refreshable(held) => Ok(asked(held.revoke(client))),
                Held::AccessOnly(held) => Ok(asked(held.revoke(client))),
                Held::Reissuable(held) => Ok(asked(held.revoke(client))),
                Held::ExpiredRefreshable(held) => Ok(asked(held.revoke(client))),
                Held::ExpiredAccessOnly(held) => Ok(asked(held.revoke(client))),
                Held::ExpiredReissuable(held) => Ok(asked(held.revoke(client))),
                other => Err(other),
            }),
            Action::Withdraw => {
                self.world.withdraw();
                self.note("At the provider, the user takes the access back. Nobody tells us.", Vec::new());
            }
            Action::Restart => self.restart()?,
            Action::LogInAgain => self.log_in_again()?,
        }
        Ok(())
    }

    /// Time goes by, here and at the provider.
    pub fn pass(&mut self, words: &str, time: Duration) {
        self.world.advance(time);
        self.note(&format!("{words} later"), Vec::new());
        // Tokens that lay in the store meanwhile meet the clock.
        self.settle();
    }

    /// What the browser came back with.
    pub fn come_back(&mut self, callback: Back) {
        // Any site can send a browser here: what no login waits for is told, and not kept.
        if self.receive(&callback, "The browser comes back") {
            self.callback = Some(callback);
        }
    }
}
