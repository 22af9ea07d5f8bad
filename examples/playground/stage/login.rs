//! The way to a code or a token, by the browser: and the way back to another login.

use oauth_proto::{Callback, Entropy, EntropyError};

use super::{
    Back, Failed, Held, Stage, Wire,
    outcomes::{asked, received},
};
use crate::machine::transitions::{AGAIN, AUTHORIZE, INTO_INTENT, RECEIVE, REQUEST};

impl Stage {
    pub(super) fn begin(&mut self) -> Result<(), EntropyError> {
        let now = self.world.now();
        let entropy = Entropy::from_os()?;
        let (from, held) = self.take();
        let (url, next): (_, Held) = match held {
            Held::CodeLogin(held) => {
                let (url, next) = held.authorize(entropy, now);
                (Some(url), next.into())
            }
            Held::ImplicitLogin(held) => {
                let (url, next) = held.authorize(entropy, now);
                (Some(url), next.into())
            }
            Held::ImplicitLoginWithRefresh(held) => {
                let (url, next) = held.authorize(entropy, now);
                (Some(url), next.into())
            }
            Held::OwnLogin(held) => {
                let title = "The program asks for a token of its own";
                self.arrive(title, Some(REQUEST), from, asked(held.request(now)), Vec::new());
                return Ok(());
            }
            other => (None, other),
        };
        let Some(url) = url else {
            self.held = Some(next);
            return Ok(());
        };
        self.callback = None;
        let wire = vec![Wire::BrowserThere(url.as_str().to_owned())];
        self.login_url = Some(url.as_str().to_owned());
        self.arrive("A login begins", Some(AUTHORIZE), from, next.into(), wire);
        Ok(())
    }

    /// Whether a login was waiting.
    pub(super) fn receive(&mut self, callback: &Back, title: &str) -> bool {
        let arrived = match callback {
            Back::Url(url) => Callback::url(url),
            Back::Form(form) => Callback::form_post(form),
        };
        let wire = vec![Wire::back(callback)];
        let now = self.world.now();
        let (from, held) = self.take();
        let client = self.world.client();
        let next = match held {
            Held::AwaitingCode(held) => received(held.receive(client, arrived, now)),
            Held::AwaitingToken(held) => received(held.receive(client, arrived, now)),
            Held::AwaitingTokenWithRefresh(held) => received(held.receive(client, arrived, now)),
            other => {
                self.held = Some(other);
                self.note(&format!("{title}: no login waits for it"), wire);
                return false;
            }
        };
        self.arrive(title, Some(RECEIVE), from, next, wire);
        true
    }

    pub(super) fn callback_again(&mut self) {
        if let Some(callback) = self.callback.clone() {
            let _ = self.receive(&callback, "The same callback once more");
        }
    }

    pub(super) fn log_in_again(&mut self) -> Result<(), Failed> {
        self.call("The tokens are given up", INTO_INTENT, |held, _, _| match held {
            Held::ExpiredRefreshable(held) => Ok(held.into_intent().into()),
            Held::ExpiredAccessOnly(held) => Ok(held.into_intent().into()),
            Held::ExpiredReissuable(held) => Ok(held.into_intent().into()),
            Held::AccessOnlyTokens(held) => Ok(held.into_intent().into()),
            Held::RefreshableTokens(held) => Ok(held.into_intent().into()),
            Held::ReissuableTokens(held) => Ok(held.into_intent().into()),
            other => Err(other),
        });
        let (from, held) = self.take();
        let Held::Over(intent) = held else {
            self.held = Some(held);
            return Ok(());
        };
        match self.world.begin_again((*intent).clone()) {
            Ok(next) => self.arrive("The same is asked for again", Some(AGAIN), from, next.into(), Vec::new()),
            Err(why) => {
                self.held = Some(Held::Over(intent));
                return Err(why.into());
            }
        }
        Ok(())
    }
}
