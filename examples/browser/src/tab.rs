//! What both grants have in this tab: the client, and the login that waits in its storage while the browser is away.

use oauth_proto::{
    AnyTokenSet, AuthorizationUrl, Callback, CallbackError, Client, LoginKey, Public, Remedy,
    stored::{self, Stored},
};
use serde::{Serialize, de::DeserializeOwned};

use crate::{fetch, storage::Storage, view, view::Trouble};

pub struct Tab {
    pub client: Client<Public>,
    /// What is called with the token.
    pub api: String,
    pub storage: Storage,
}

impl Tab {
    /// Sends the browser to the server, and keeps what waits for it.
    pub fn leave<W: Stored + Serialize>(
        &self,
        url: &AuthorizationUrl,
        key: &LoginKey,
        waiting: &W,
    ) -> Result<(), Trouble> {
        self.storage.put(key.as_str(), &stored::save(waiting))?;
        Ok(view::location().assign(url.as_str())?)
    }

    /// The login of this tab that a callback claims to answer. It is taken out: a login answers one callback.
    pub fn waiting<W: Stored + DeserializeOwned>(&self, callback: Callback<'_>) -> Result<(LoginKey, W), Trouble> {
        let not_ours = || Trouble::new(Remedy::Ignore, &"a callback that no login of this tab waits for");
        let key = self.client.login_key(callback).ok_or_else(not_ours)?;
        let row = self.storage.take(key.as_str())?.ok_or_else(not_ours)?;
        Ok((key, stored::load(row.as_bytes())?))
    }

    /// Puts a login back that goes on waiting: its own callback may still come.
    pub fn refused<W: Stored + Serialize>(&self, key: &LoginKey, error: CallbackError<W>) -> Trouble {
        let trouble = Trouble::of_callback(&error);
        match error.into_awaiting().map(|waiting| self.storage.put(key.as_str(), &stored::save(&waiting))) {
            Some(Err(full)) => full.into(),
            _ => trouble,
        }
    }

    /// Asks the server to end what the tokens allow (RFC 7009).
    pub async fn give_back(&self, tokens: AnyTokenSet) -> Result<(), Trouble> {
        let (request, revoking) = tokens.revoke(&self.client).map_err(|why| Trouble::new(why.remedy(), &why))?;
        let finished = revoking.finish(fetch::send(request).await);
        finished.map(drop).map_err(|why| Trouble::new(why.remedy(), &why))
    }
}
