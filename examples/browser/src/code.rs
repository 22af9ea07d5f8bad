//! The authorization code with PKCE (RFC 7636): what a page does wherever the server lets it (RFC 9700 section 2.1.1).
//! The address brings a code, which is worth nothing without the verifier in this tab; the tokens come in an answer to
//! `fetch`. The server must allow the page's origin at its token endpoint (CORS).

use std::time::Duration;

use oauth_proto::{AwaitingCode, Callback, Decision, Entropy, Keeper, Remedy, Turn, stored};

use crate::{Account, Grant, api, fetch, now, tab::Tab, view, view::Trouble};

/// The row of the tokens in the tab's storage.
const TOKENS: &str = "tokens";

pub struct Code {
    pub tab: Tab,
}

impl Grant for Code {
    fn log_in(&self) -> Result<(), Trouble> {
        let (url, awaiting) = self.tab.client.authorization_code()?.authorize(Entropy::from_os()?, now());
        self.tab.leave(&url, &awaiting)
    }

    async fn came_back(&self, callback: Callback<'_>) -> Result<(), Trouble> {
        let awaiting: AwaitingCode = self.tab.waiting(callback)?;
        let received = awaiting.receive(&self.tab.client, callback, now());
        let (request, in_flight) = received.map_err(|error| self.tab.refused(error))?;
        // A code that is lost on its way costs the user another login, so `in_flight` is not stored.
        let finished = in_flight.finish(fetch::send(request).await);
        let granted = finished.map_err(|error| Trouble::new(error.remedy(), &error))?;
        self.keep(&Keeper::new(granted.into_any_token_set()))
    }

    async fn account(&self) -> Result<Option<Account>, Trouble> {
        let Some(mut keeper) = self.tokens()? else { return Ok(None) };
        let Tab { client, api, storage } = &self.tab;
        // Renew it, use it, renew what the API refused, use that: after four turns, something else is wrong.
        for _ in 0..4 {
            match keeper.poll(client, now(), Duration::from_secs(60)) {
                Turn::Use(used) => match api::get(api, &keeper.header_for(client, api, now())?).await? {
                    Some(user) => {
                        let tokens = keeper.tokens();
                        return Ok(Some(Account { user, scope: tokens.scope().clone(), until: tokens.expires_at() }));
                    }
                    None => _ = keeper.rejected(&used),
                },
                Turn::Send(request, ticket) => {
                    self.keep(&keeper)?; // before it is sent: a tab that is closed now is found again
                    if let Err(why) = keeper.handle(ticket, fetch::send(request).await, now()) {
                        view::note(&why); // the next turn says what follows
                    }
                }
                // Nobody knows whether the server took the refresh token: one that was used twice ends the whole grant.
                Turn::Decide { .. } => _ = keeper.decide(Decision::AssumeSpent),
                Turn::LogIn => {
                    storage.take(TOKENS)?;
                    return Err(Trouble::new(Remedy::LogIn, &"the tokens are over"));
                }
                Turn::Wait { .. } => {
                    return Err(Trouble::new(Remedy::Retry { after: None }, &"a renewal is under way"));
                }
                Turn::Fix(fault) => return Err(Trouble::new(fault.remedy(), &fault)),
            }
            self.keep(&keeper)?;
        }
        Err("the API refuses tokens that were just renewed".into())
    }

    async fn log_out(&self) -> Result<(), Trouble> {
        let keeper = self.tokens();
        self.tab.storage.take(TOKENS)?;
        let keeper = keeper?.ok_or("nobody was logged in")?;
        // Where nobody knows how a renewal ended: the old refresh token stands for its grant.
        let tokens = keeper.into_tokens().or_else(|mut keeper| {
            keeper.decide(Decision::AssumeUnspent);
            keeper.into_tokens()
        });
        let tokens = tokens.map_err(|_| "a renewal of the tokens is under way")?;
        self.tab.give_back(tokens).await
    }
}

impl Code {
    fn keep(&self, keeper: &Keeper) -> Result<(), Trouble> {
        Ok(self.tab.storage.put(TOKENS, &stored::save(keeper))?)
    }

    fn tokens(&self) -> Result<Option<Keeper>, Trouble> {
        let row = self.tab.storage.get(TOKENS)?;
        Ok(row.map(|row| stored::load(row.as_bytes())).transpose()?)
    }
}
