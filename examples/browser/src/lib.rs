//! A page that logs its user in: an authorization code with PKCE by a client that has no secret (RFC 6749 section 2.1).
//! All of it runs in the browser. What a login waits with, and its tokens, are in `sessionStorage`: they are this tab's,
//! and end with it. Whatever script runs in the page can read them, so it lets in no other: see `index.html`.

mod api;
#[path = "../../adapters/fetch.rs"]
mod fetch;
mod storage;
mod view;

use std::{rc::Rc, time::Duration};

use oauth_proto::{
    AwaitingCode, Callback, Client, Decision, Entropy, Keeper, Limits, Provider, Public, RedirectUri, Registration,
    Remedy, Scope, Timestamp, Turn,
    metadata::{Approval, Issuer, WellKnown},
    stored,
};
use storage::Storage;
use view::Trouble;
use wasm_bindgen::prelude::*;

/// The row of the tokens in the tab's storage.
const TOKENS: &str = "tokens";

struct App {
    client: Client<Public>,
    /// What says who is logged in.
    userinfo: String,
    storage: Storage,
}

/// Runs the page, as a client of this server.
#[wasm_bindgen]
pub async fn run(issuer: String, client_id: String, scope: String) {
    let app = match App::new(issuer, client_id, &scope).await {
        Ok(app) => Rc::new(app),
        Err(trouble) => return view::trouble(&trouble),
    };
    view::on_click("log-in", &app, async |app| {
        if let Err(trouble) = app.log_in() {
            view::trouble(&trouble);
        }
    });
    view::on_click("log-out", &app, async |app| view::logged_out(app.log_out().await));

    // A server sends the browser back to this very page, and says more behind a `?`.
    let query = view::location().search().unwrap_or_default();
    let came_back = if query.is_empty() { Ok(()) } else { app.came_back(&query).await };
    match came_back {
        Ok(()) => match app.user().await {
            Ok(Some((user, scope))) => view::account(&user, &scope),
            Ok(None) => view::welcome(),
            Err(trouble) => view::trouble(&trouble),
        },
        Err(trouble) => view::trouble(&trouble),
    }
}

impl App {
    async fn new(issuer: String, client_id: String, scope: &str) -> Result<Self, Trouble> {
        let mut approval = Approval::none();
        if issuer.starts_with("http:") {
            approval = approval.plaintext_on_loopback(); // and nowhere else
        }
        let asked = Issuer::approved(issuer.as_str(), &approval)?;
        let (request, fetching) = asked.metadata(WellKnown::OauthAuthorizationServer, &Limits::default());
        let metadata = fetching.finish(fetch::send(request).await).map_err(|why| Trouble::new(why.remedy(), &why))?;
        let userinfo = metadata.member("userinfo_endpoint").ok_or("the server has no userinfo endpoint")?;
        let userinfo = serde_json::from_str(userinfo)?;

        let location = view::location();
        let here = [location.origin()?, location.pathname()?].concat();
        let registration =
            Registration::new(client_id)?.redirect_uri(RedirectUri::new(here)?).scope(Scope::new(scope.split(' '))?);
        let provider = Provider::from_metadata(&metadata, &approval)?.api_origin(issuer);
        Ok(Self { client: Client::public(provider, registration)?, userinfo, storage: Storage::of_this_tab()? })
    }

    /// Sends the browser to the server.
    fn log_in(&self) -> Result<(), Trouble> {
        let (url, awaiting) = self.client.authorization_code()?.authorize(Entropy::from_os()?, now());
        self.storage.put(awaiting.key().as_str(), &stored::save(&awaiting))?;
        Ok(view::location().assign(url.as_str())?)
    }

    /// Takes the answer that the browser came back with, and trades its code for tokens.
    async fn came_back(&self, query: &str) -> Result<(), Trouble> {
        view::forget_query()?; // the code is not left in the address, nor in what the browser remembers
        let callback = Callback::query(query);
        let not_ours = || Trouble::new(Remedy::Ignore, &"a callback that no login of this tab waits for");
        let key = self.client.login_key(callback).ok_or_else(not_ours)?;
        // Taken out: a login answers one callback.
        let row = self.storage.take(key.as_str())?.ok_or_else(not_ours)?;
        let awaiting: AwaitingCode = stored::load(row.as_bytes())?;
        let (request, in_flight) = match awaiting.receive(&self.client, callback, now()) {
            Ok(next) => next,
            Err(error) => {
                let trouble = Trouble::of_callback(&error);
                if let Some(awaiting) = error.into_awaiting() {
                    self.storage.put(key.as_str(), &stored::save(&awaiting))?;
                }
                return Err(trouble);
            }
        };
        // A code that is lost on its way costs the user another login, so `in_flight` is not stored.
        let finished = in_flight.finish(fetch::send(request).await);
        let granted = finished.map_err(|error| Trouble::new(error.remedy(), &error))?;
        self.keep(&Keeper::new(granted.into_any_token_set()))
    }

    fn keep(&self, keeper: &Keeper) -> Result<(), Trouble> {
        Ok(self.storage.put(TOKENS, &stored::save(keeper))?)
    }

    fn tokens(&self) -> Result<Option<Keeper>, Trouble> {
        let row = self.storage.get(TOKENS)?;
        Ok(row.map(|row| stored::load(row.as_bytes())).transpose()?)
    }

    /// What the server says of the user, and the scope of the token.
    async fn user(&self) -> Result<Option<(serde_json::Value, Scope)>, Trouble> {
        let Some(mut keeper) = self.tokens()? else { return Ok(None) };
        // Renew it, use it, renew what the API refused, use that: after four turns, something else is wrong.
        for _ in 0..4 {
            match keeper.poll(&self.client, now(), Duration::from_secs(60)) {
                Turn::Use(used) => {
                    let header = keeper.header_for(&self.client, &self.userinfo, now())?;
                    let answer = api::get(&self.userinfo, &header).await;
                    match answer.map_err(Trouble::of_network)? {
                        (200, text) => {
                            return Ok(Some((serde_json::from_str(&text)?, keeper.tokens().scope().clone())));
                        }
                        (401, _) => _ = keeper.rejected(&used),
                        (status, _) => return Err(format!("the API answers {status}").as_str().into()),
                    }
                }
                Turn::Send(request, ticket) => {
                    self.keep(&keeper)?; // before it is sent: a tab that is closed now is found again
                    if let Err(why) = keeper.handle(ticket, fetch::send(request).await, now()) {
                        view::note(&why); // the next turn says what follows
                    }
                }
                // Nobody knows whether the server took the refresh token: one that was used twice ends the whole grant.
                Turn::Decide { .. } => _ = keeper.decide(Decision::AssumeSpent),
                Turn::LogIn => {
                    self.storage.take(TOKENS)?;
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

    /// Here the user is logged out whatever the server says; there, the tokens are given back.
    async fn log_out(&self) -> Result<(), Trouble> {
        let keeper = self.tokens();
        self.storage.take(TOKENS)?;
        let keeper = keeper?.ok_or("nobody was logged in")?;
        let tokens = keeper.into_tokens().map_err(|_| "a renewal of the tokens is under way")?;
        let (request, revoking) = tokens.revoke(&self.client).map_err(|why| Trouble::new(why.remedy(), &why))?;
        match revoking.finish(fetch::send(request).await) {
            Ok(_) => Ok(()),
            Err(why) => Err(Trouble::new(why.remedy(), &why)),
        }
    }
}

fn now() -> Timestamp {
    Timestamp::from_unix_millis(js_sys::Date::now() as u64)
}
