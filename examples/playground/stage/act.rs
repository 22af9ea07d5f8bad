//! What a button does: one call of the machine, or something that happens to it.

use std::time::Duration;

use oauth_proto::{
    AnyClient, Authorized, Callback, Capability, Entropy, EntropyError, Header, InDoubt, Outcome, PresentError,
    Request, Secret, Standing, Timestamp, TokenSet, grant::Grant, stored::Stored,
};

use super::{
    Back, Failed, Held, Stage, Step, Store, Wire,
    outcomes::{Came, asked, came, finished, received, revoked},
    store,
};
use crate::{
    machine::transitions::{
        AGAIN, ASSUME_SPENT, ASSUME_UNSPENT, AT, AUTHORIZE, EXCHANGE, FINISH, HEADER_FOR, INTO_INTENT, RECEIVE,
        REFRESH, REISSUE, REJECTED, REQUEST, RETRY, REVOKE,
    },
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
    /// The system has no randomness to give.
    pub fn act(&mut self, action: Action) -> Result<(), Failed> {
        match action {
            Action::Begin => self.begin()?,
            Action::Forge => {
                let url = format!("{}?code=stolen-from-somebody-else&state=guessed", self.world.redirect_uri());
                self.receive(&Back::Url(url), "A forged callback: somebody else's code, and a guessed state");
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
            Action::Restart => self.restart(),
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
        self.receive(&callback, "The browser comes back");
        self.callback = Some(callback);
    }

    fn begin(&mut self) -> Result<(), EntropyError> {
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
                let Came { held, said } = asked(held.request(now));
                self.arrive(
                    "The program asks for a token of its own",
                    Some(REQUEST),
                    from,
                    Came { held, said },
                    Vec::new(),
                );
                return Ok(());
            }
            other => (None, other),
        };
        self.callback = None;
        let Some(url) = url else {
            self.held = Some(next);
            return Ok(());
        };
        let wire = vec![Wire::BrowserThere(url.as_str().to_owned())];
        self.login_url = Some(url.as_str().to_owned());
        self.arrive("A login begins", Some(AUTHORIZE), from, next.into(), wire);
        Ok(())
    }

    fn receive(&mut self, callback: &Back, title: &str) {
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
                return;
            }
        };
        self.arrive(title, Some(RECEIVE), from, next, wire);
    }

    fn callback_again(&mut self) {
        if let Some(callback) = self.callback.clone() {
            self.receive(&callback, "The same callback once more");
        }
    }

    /// Sends the request in flight, and hands what came of it to the state that waits.
    fn finish(&mut self, title: &str, send: impl FnOnce(Request) -> Outcome) {
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

    fn assume(&mut self, title: &str, call: &'static str, unspent: bool) {
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

    fn renew(&mut self, title: &str) {
        self.call(title, REFRESH, |held, client, now| match held {
            Held::Refreshable(held) => Ok(asked(held.refresh(client, now))),
            Held::ExpiredRefreshable(held) => Ok(asked(held.refresh(client, now))),
            other => Err(other),
        });
        self.call(title, REISSUE, |held, client, now| match held {
            Held::Reissuable(held) => Ok(asked(held.reissue(client, now))),
            Held::ExpiredReissuable(held) => Ok(asked(held.reissue(client, now))),
            other => Err(other),
        });
    }

    fn renew_old(&mut self) {
        let Some(row) = self.store.older_tokens.take() else { return };
        match store::tokens(&row, self.world.now()) {
            Ok(old) => {
                let (from, _) = self.take();
                self.store.tokens = Some(row);
                self.arrive("A backup is restored: the tokens of before", None, from, old.into(), Vec::new());
                self.renew("The tokens of the backup are renewed");
            }
            Err(why) => self.note(&format!("The backup cannot be read: {why}"), Vec::new()),
        }
    }

    /// One request of the API, with the header or URL that the state allows.
    fn call_api(&mut self) {
        fn presented<C>(
            held: &Authorized<C>,
            client: &AnyClient,
            url: &str,
        ) -> Result<(Secret, Vec<Header>), PresentError> {
            match held.header_for(client, url) {
                Err(PresentError::GoesIntoUrl) => held.url_for(client, url).map(|url| (url, Vec::new())),
                header => header.map(|header| (url.into(), vec![header])),
            }
        }
        let url = self.world.api_url();
        let (from, held) = self.take();
        let client = self.world.client();
        let shown = match &held {
            Held::Refreshable(held) => presented(held, client, &url),
            Held::AccessOnly(held) => presented(held, client, &url),
            Held::Reissuable(held) => presented(held, client, &url),
            _ => {
                self.held = Some(held);
                return;
            }
        };
        let title = "The API is called";
        let (url, headers) = match shown {
            Ok(shown) => shown,
            Err(error) => return self.arrive(title, Some(HEADER_FOR), from, came(held, error), Vec::new()),
        };
        let mut wire = vec![Wire::call(url.expose(), &headers)];
        match self.world.call_api(url.expose(), &headers) {
            Ok(response) => {
                wire.push(Wire::response(&response));
                let refused = response.status() == 401;
                self.arrive(title, Some(HEADER_FOR), from, held.into(), wire);
                if refused {
                    self.call("The API refused the token", REJECTED, |held, _, _| match held {
                        Held::Refreshable(held) => Ok(held.rejected().into()),
                        Held::AccessOnly(held) => Ok(held.rejected().into()),
                        Held::Reissuable(held) => Ok(held.rejected().into()),
                        other => Err(other),
                    });
                }
            }
            Err(why) => {
                wire.push(Wire::Silence(why));
                self.arrive(title, Some(HEADER_FOR), from, held.into(), wire);
            }
        }
    }

    /// The process dies here, and another starts with what is in the store.
    fn restart(&mut self) {
        let title = "The process dies, and another starts with what is stored";
        match self.store.restart(self.world.now()) {
            Ok(Some(found)) => {
                let (from, _) = self.take();
                self.arrive(title, None, from, found.into(), Vec::new());
            }
            Ok(None) => self.note(&format!("{title}: nothing, and nothing is lost"), Vec::new()),
            Err(why) => self.note(&format!("{title}: {why}"), Vec::new()),
        }
    }

    fn log_in_again(&mut self) -> Result<(), Failed> {
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
        let next = self.world.begin_again(*intent)?;
        self.login_url = None;
        self.arrive("The same is asked for again", Some(AGAIN), from, next.into(), Vec::new());
        Ok(())
    }

    /// Makes the call if the state has it: `Err` hands back a state that has not.
    fn call(
        &mut self,
        title: &str,
        call: &'static str,
        make: impl FnOnce(Held, &AnyClient, Timestamp) -> Result<Came, Held>,
    ) {
        let now = self.world.now();
        let (from, held) = self.take();
        match make(held, self.world.client(), now) {
            Ok(next) => self.arrive(title, Some(call), from, next, Vec::new()),
            Err(held) => self.held = Some(held),
        }
    }

    fn take(&mut self) -> (&'static str, Held) {
        // Each of our methods puts one back.
        let held = self.held.take().unwrap_or_else(|| unreachable!("a state is always held between two buttons"));
        (held.state(), held)
    }

    fn arrive(&mut self, title: &str, call: Option<&'static str>, from: &'static str, next: Came, wire: Vec<Wire>) {
        let Came { held, said } = next;
        self.steps.push(Step { title: title.to_owned(), call, from, to: held.state(), said, wire });
        self.held = Some(held);
        self.settle();
    }

    /// Something that happened, and changed no state.
    fn note(&mut self, title: &str, wire: Vec<Wire>) {
        let state = self.state();
        self.steps.push(Step { title: title.to_owned(), call: None, from: state, to: state, said: None, wire });
    }

    /// What lives in a store goes there: new tokens, a waiting login, a request that is about to be sent. Tokens out of
    /// it meet the clock.
    fn settle(&mut self) {
        fn stored<C>(store: &mut Store, tokens: TokenSet<C>, now: Timestamp) -> Held
        where
            TokenSet<C>: Stored + serde::Serialize,
            Held: From<Standing<C>>,
            C: Capability,
        {
            store.tokens(&tokens);
            tokens.at(now).into()
        }
        let now = self.world.now();
        let (before, held) = self.take();
        let store = &mut self.store;
        let held = match held {
            Held::Refreshable(held) => stored(store, held.into_token_set(), now),
            Held::AccessOnly(held) => stored(store, held.into_token_set(), now),
            Held::Reissuable(held) => stored(store, held.into_token_set(), now),
            Held::RefreshableTokens(held) => stored(store, *held, now),
            Held::AccessOnlyTokens(held) => stored(store, *held, now),
            Held::ReissuableTokens(held) => stored(store, *held, now),
            other => other,
        };
        self.store.keep(&held);
        let (to, title) = (held.state(), "The tokens come out of the store, and meet the clock");
        if to != before {
            let from = Held::stored(to);
            self.steps.push(Step { title: title.to_owned(), call: Some(AT), from, to, said: None, wire: Vec::new() });
        }
        if !matches!(held, Held::AwaitingCode(_) | Held::AwaitingToken(_) | Held::AwaitingTokenWithRefresh(_)) {
            self.login_url = None;
        }
        self.held = Some(held);
    }
}
