//! A page that logs its user in, all of it in the browser: a client that has no secret (RFC 6749 section 2.1). It does
//! so by an authorization code with PKCE (`code.rs`); by the implicit grant (`implicit.rs`) only where the provider
//! leaves no choice. What it is, and at which server, is in the file `config.json` beside it: see `config.rs`.
//!
//! What a login waits with, and its tokens, are in `sessionStorage`: they are this tab's, and end with it; a tab that was
//! duplicated drops its copy (`page.js`). Whatever script runs in the page can read them, so it lets in no other: see
//! `index.html`.

mod api;
mod code;
mod config;
#[path = "../../adapters/fetch.rs"]
mod fetch;
mod implicit;
mod storage;
mod tab;
mod view;

use std::rc::Rc;

use oauth_proto::{Callback, Scope, Timestamp};
use wasm_bindgen::prelude::*;

use code::Code;
use config::GrantType;
use implicit::Implicit;
use view::Trouble;

/// What differs between the grants.
trait Grant: 'static {
    /// Sends the browser to the server.
    fn log_in(&self) -> Result<(), Trouble>;

    /// Takes what the browser came back with, and keeps the tokens that come of it.
    async fn came_back(&self, callback: Callback<'_>) -> Result<(), Trouble>;

    /// Calls the API with the token, if there is one.
    async fn account(&self) -> Result<Option<Account>, Trouble>;

    /// Here the user is logged out whatever the server says; there, the tokens are given back.
    async fn log_out(&self) -> Result<(), Trouble>;
}

/// What there is to see of a user who is logged in.
struct Account {
    /// What the API says: an object.
    user: serde_json::Value,
    /// What the token allows, and until when.
    scope: Scope,
    until: Option<Timestamp>,
}

/// What stood behind the page's own address, from its `?` or `#` on: `page.js` has put it into the tab's storage.
const CALLBACK: &str = "callback";

/// Runs the page.
#[wasm_bindgen]
pub async fn run(config: String) {
    // Until here a callback waits for another try: the server may have been out of reach.
    let opened = config::open(&config).await;
    let opened = opened.and_then(|(grant, tab)| Ok((grant, tab.storage.take(CALLBACK)?, tab)));
    match opened {
        Ok((GrantType::Code, callback, tab)) => page(Code { tab }, callback).await,
        Ok((GrantType::Implicit, callback, tab)) => page(Implicit { tab }, callback).await,
        Err(trouble) => view::trouble(&trouble),
    }
}

async fn page<G: Grant>(grant: G, callback: Option<String>) {
    let grant = Rc::new(grant);
    view::on_click("log-in", &grant, async |grant| {
        if let Err(trouble) = grant.log_in() {
            view::trouble(&trouble);
        }
    });
    view::on_click("log-out", &grant, async |grant| view::logged_out(grant.log_out().await));

    // A server sends the browser back to this very page. Which part of the address it may use is the grant's to know.
    let came_back = match callback {
        None => Ok(()),
        Some(callback) => grant.came_back(Callback::url(&callback)).await,
    };
    let account = match came_back {
        Ok(()) => grant.account().await,
        Err(trouble) => Err(trouble),
    };
    match account {
        Ok(Some(account)) => view::account(&account),
        Ok(None) => view::welcome(),
        Err(trouble) => view::trouble(&trouble),
    }
}

fn now() -> Timestamp {
    Timestamp::from_unix_millis(js_sys::Date::now() as u64)
}
