//! What a program would have stored by now.

use oauth_proto::{
    AccessOnly, AwaitingCode, AwaitingToken, InDoubt, Refreshable, Reissuable, Timestamp, TokenSet,
    grant::{AuthorizationCode, ClientCredentials, Grant, Implicit, ImplicitWithRefresh, RefreshToken, Reissue},
    stored::{self, Stored, StoredError},
};

use super::Held;

/// Three rows, each in the place of the one before.
#[derive(Default)]
pub struct Store {
    pub waiting_login: Option<String>,
    pub request_in_flight: Option<String>,
    pub tokens: Option<String>,
    /// The tokens before the last renewal: what a backup would bring back.
    pub older_tokens: Option<String>,
}

impl Store {
    pub fn rows(&self) -> [(&'static str, Option<&str>); 3] {
        [
            ("waiting login, in the browser's session", self.waiting_login.as_deref()),
            ("request in flight", self.request_in_flight.as_deref()),
            ("tokens", self.tokens.as_deref()),
        ]
    }

    /// Writes what this state wants to have written.
    pub fn keep(&mut self, held: &Held) {
        self.waiting_login = match held {
            Held::AwaitingCode(held) => Some(stored::save(&**held)),
            Held::AwaitingToken(held) => Some(stored::save(&**held)),
            Held::AwaitingTokenWithRefresh(held) => Some(stored::save(&**held)),
            _ => None,
        };
        self.request_in_flight = match held {
            Held::CodeInFlight(held) => Some(stored::save(&held.1)),
            Held::OwnInFlight(held) => Some(stored::save(&held.1)),
            Held::RefreshInFlight(held) => Some(stored::save(&held.1)),
            Held::ReissueInFlight(held) => Some(stored::save(&held.1)),
            Held::CodeInDoubt(held) => Some(stored::save(&**held)),
            Held::OwnInDoubt(held) => Some(stored::save(&**held)),
            Held::RefreshInDoubt(held) => Some(stored::save(&**held)),
            Held::ReissueInDoubt(held) => Some(stored::save(&**held)),
            _ => None,
        };
        if let Held::Over(_) | Held::CodeLogin(_) = held {
            (self.tokens, self.older_tokens) = (None, None);
        }
    }

    /// Writes tokens that have just come, over those that they replace.
    pub fn tokens<S: Stored + serde::Serialize>(&mut self, tokens: &S) {
        let row = stored::save(tokens);
        if self.tokens.as_ref() != Some(&row) {
            self.older_tokens = self.tokens.replace(row);
        }
    }

    /// What a program that starts anew finds. `None` if there is nothing.
    pub fn restart(&self, now: Timestamp) -> Result<Option<Held>, StoredError> {
        if let Some(row) = &self.request_in_flight {
            return in_doubt(row.as_bytes()).map(Some);
        }
        if let Some(row) = &self.waiting_login {
            return waiting(row.as_bytes()).map(Some);
        }
        self.tokens.as_deref().map(|row| tokens(row, now)).transpose()
    }
}

/// The row is of one of these kinds: the first that it can be read as.
fn in_doubt(row: &[u8]) -> Result<Held, StoredError> {
    fn load<G: Grant>(row: &[u8]) -> Result<Held, StoredError>
    where
        InDoubt<G>: Stored + Into<Held>,
    {
        stored::load::<InDoubt<G>>(row).map(Into::into)
    }
    load::<AuthorizationCode>(row)
        .or_else(|_| load::<RefreshToken>(row))
        .or_else(|_| load::<Reissue>(row))
        .or_else(|_| load::<ClientCredentials>(row))
}

fn waiting(row: &[u8]) -> Result<Held, StoredError> {
    stored::load::<AwaitingCode>(row)
        .map(Into::into)
        .or_else(|_| stored::load::<AwaitingToken<Implicit>>(row).map(Into::into))
        .or_else(|_| stored::load::<AwaitingToken<ImplicitWithRefresh>>(row).map(Into::into))
}

/// Tokens out of the store meet a clock.
pub fn tokens(row: &str, now: Timestamp) -> Result<Held, StoredError> {
    let row = row.as_bytes();
    stored::load::<TokenSet<Refreshable>>(row)
        .map(|tokens| tokens.at(now).into())
        .or_else(|_| stored::load::<TokenSet<AccessOnly>>(row).map(|tokens| tokens.at(now).into()))
        .or_else(|_| stored::load::<TokenSet<Reissuable>>(row).map(|tokens| tokens.at(now).into()))
}
