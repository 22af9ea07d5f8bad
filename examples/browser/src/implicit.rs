//! The implicit grant (RFC 6749 section 4.2): **a last resort**. The token itself comes in the address, where
//! histories, extensions and whatever reads an address find it; and anyone can send a browser here with a token of
//! their own, which nothing binds to this client. So no client should use it (RFC 9700 section 2.1.2) that can do what
//! `code.rs` does.
//!
//! A provider leaves no choice where it gives a public client no code, or demands a secret for it, or lets no page call
//! its token endpoint (CORS). In this repository, Marvel's document has the implicit grant for public clients, and the
//! code as an option (docs/providers/marvel.md: try it first); the fifth's takes a secret with each code, which no page
//! can keep, so that for a page the implicit grant is all there is (docs/providers/fifth.md).
//!
//! What can be done here is done: `page.js` takes the token out of the address before anything else runs, `state` binds
//! the callback to a login of this tab, and the token goes to the API that it is for, and to nobody else. One trace no
//! script can remove: until the page is loaded anew, `performance.getEntriesByType('navigation')` has the address as it
//! came, fragment included, for whatever script runs here.

use oauth_proto::{AccessOnly, AwaitingToken, Callback, Entropy, Expired, Remedy, Standing, TokenSet, stored};

use crate::{Account, Grant, api, now, tab::Tab, view::Trouble};

/// The row of the token in the tab's storage.
const TOKEN: &str = "implicit";

pub struct Implicit {
    pub tab: Tab,
}

impl Grant for Implicit {
    fn log_in(&self) -> Result<(), Trouble> {
        let login = self.tab.client.implicit()?;
        // After a token that is over, for what was asked before.
        let login = match self.token()? {
            Some(over) => over.into_intent().again(login),
            None => login,
        };
        let (url, awaiting) = login.authorize(Entropy::from_os()?, now());
        self.tab.leave(&url, &awaiting)
    }

    async fn came_back(&self, callback: Callback<'_>) -> Result<(), Trouble> {
        let awaiting: AwaitingToken = self.tab.waiting(callback)?;
        // No request follows: the callback has brought the token.
        let received = awaiting.receive(&self.tab.client, callback, now());
        let authorized = received.map_err(|error| self.tab.refused(error))?;
        self.keep(&authorized.into_token_set())
    }

    async fn account(&self) -> Result<Option<Account>, Trouble> {
        let Some(token) = self.token()? else { return Ok(None) };
        let authorized = match token.at(now()) {
            Standing::Authorized(authorized) => authorized,
            Standing::Expired(expired) => return self.over(expired),
        };
        let Tab { client, api, .. } = &self.tab;
        match api::get(api, &authorized.header_for(client, api)?).await? {
            Some(user) => Ok(Some(Account { user, scope: authorized.scope().clone(), until: authorized.expires_at() })),
            None => self.over(authorized.rejected()),
        }
    }

    async fn log_out(&self) -> Result<(), Trouble> {
        let token = self.token();
        self.tab.storage.take(TOKEN)?;
        self.tab.give_back(token?.ok_or("nobody was logged in")?.into()).await
    }
}

impl Implicit {
    /// Nothing renews this token: `Expired<AccessOnly>` has no `refresh`, and the way on is another login. The user
    /// begins it. A page that went there by itself would not stop, where an API refuses whatever it is shown.
    fn over(&self, expired: Expired<AccessOnly>) -> Result<Option<Account>, Trouble> {
        self.keep(&expired.into_token_set())?; // that it is over stays known, until `log_in`
        Err(Trouble::new(Remedy::LogIn, &"the token is over"))
    }

    fn keep(&self, token: &TokenSet<AccessOnly>) -> Result<(), Trouble> {
        Ok(self.tab.storage.put(TOKEN, &stored::save(token))?)
    }

    fn token(&self) -> Result<Option<TokenSet<AccessOnly>>, Trouble> {
        let row = self.tab.storage.get(TOKEN)?;
        Ok(row.map(|row| stored::load(row.as_bytes())).transpose()?)
    }
}
