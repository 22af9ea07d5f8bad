//! What both grants have in this tab: the client, and the login that waits in its storage while the browser is away.

use oauth_proto::{
    AnyTokenSet, AuthorizationUrl, AwaitingCode, AwaitingToken, Callback, CallbackError, Client, LoginKey, Public,
    Remedy, Timestamp,
    stored::{self, Stored},
};
use serde::{Serialize, de::DeserializeOwned};

use crate::{fetch, now, storage::Storage, view, view::Trouble};

/// A login that waits for its callback.
pub trait Waiting: Stored + Serialize + DeserializeOwned {
    fn key(&self) -> LoginKey;
    fn closes_at(&self) -> Timestamp;
}

impl Waiting for AwaitingCode {
    fn key(&self) -> LoginKey {
        self.key()
    }

    fn closes_at(&self) -> Timestamp {
        self.closes_at()
    }
}

impl Waiting for AwaitingToken {
    fn key(&self) -> LoginKey {
        self.key()
    }

    fn closes_at(&self) -> Timestamp {
        self.closes_at()
    }
}

pub struct Tab {
    pub client: Client<Public>,
    /// What is called with the token.
    pub api: String,
    pub storage: Storage,
}

impl Tab {
    /// Sends the browser to the server, and keeps what waits for it. Logins that nobody ended, and that are too old, go.
    pub fn leave<W: Waiting>(&self, url: &AuthorizationUrl, waiting: &W) -> Result<(), Trouble> {
        for key in self.storage.keys()? {
            let row = self.storage.get(&key)?.unwrap_or_default();
            if stored::load::<W>(row.as_bytes()).is_ok_and(|old| old.closes_at() <= now()) {
                self.storage.take(&key)?;
            }
        }
        self.storage.put(waiting.key().as_str(), &stored::save(waiting))?;
        Ok(view::location().assign(url.as_str())?)
    }

    /// The login of this tab that a callback claims to answer. It is taken out: a login answers one callback.
    pub fn waiting<W: Waiting>(&self, callback: Callback<'_>) -> Result<W, Trouble> {
        let not_ours = || Trouble::new(Remedy::Ignore, &"a callback that no login of this tab waits for");
        let key = self.client.login_key(callback).ok_or_else(not_ours)?;
        let row = self.storage.take(key.as_str())?.ok_or_else(not_ours)?;
        Ok(stored::load(row.as_bytes())?)
    }

    /// Puts a login back that goes on waiting: its own callback may still come.
    pub fn refused<W: Waiting>(&self, error: CallbackError<W>) -> Trouble {
        let trouble = Trouble::of_callback(&error);
        match error.into_awaiting().map(|waiting| self.storage.put(waiting.key().as_str(), &stored::save(&waiting))) {
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
