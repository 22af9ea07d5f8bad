//! A server that speaks the dialect of one row: what a file says about a provider, and nothing besides.
//!
//! It is as strict as the rest of this crate. A request that is not what the row says is refused in words, with the
//! field of the row, and remembered.

mod api;
mod authorize;
mod browser;
mod credentials;
mod draft;
mod expect;
mod expiry;
mod plan;
mod row;
mod serve;
mod shape;
mod special;
mod store;
mod template;
mod token;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use crate::listen::{self, Background};
use crate::log::Exchange;
use crate::rows::plan::Plan;
use crate::rows::serve::Shared;

pub use crate::rows::row::{
    ErrorShape, Expires, FollowUp, Fragment, Row, ScopeInResponse, TokenResponse, TokenType, TokenUse,
};

/// What a person brings to one connection: decided by the test, told to both sides.
#[derive(Clone, Debug, Default)]
pub struct Connection {
    /// The client's identifier.
    pub client_id: String,
    /// The client's secret.
    pub client_secret: String,
    /// Where the browser is sent back to.
    pub redirect_uri: String,
    /// The scopes to ask for; empty: none is asked for.
    pub scope: Vec<String>,
    /// Values for `{name}` in URLs, parameters and headers. What is absent or empty is unset.
    pub variables: BTreeMap<String, String>,
    /// What the server appends to the callback: only names that the row has in `callback_extras` or
    /// `late_bound_url_vars`.
    pub callback: BTreeMap<String, String>,
    /// An https address that takes the access token.
    pub api_url: String,
}

/// A running provider. Dropping it shuts it down.
///
/// All hosts of the row are served at one address; the Host header says which one is meant.
///
/// ```
/// use oauth_proto_emulator::rows::{Connection, Row, RowServer};
///
/// let row = r#"[{ "name": "r", "pkce": false,
///     "authorize_url": "https://{tenant}.example.com/authorize", "token_url": "https://api.example.com/token" }]"#;
/// let connection = Connection {
///     client_id: "me".to_owned(),
///     client_secret: "hush".to_owned(),
///     redirect_uri: "https://app.example/callback".to_owned(),
///     variables: [("tenant".to_owned(), "acme".to_owned())].into(),
///     api_url: "https://api.example.com/me".to_owned(),
///     ..Connection::default()
/// };
/// let server = RowServer::start(Row::read_all(row)?.remove(0), connection)?;
/// let url = "https://acme.example.com/authorize?response_type=code&client_id=me&state=xyz\
///            &redirect_uri=https%3A%2F%2Fapp.example%2Fcallback";
/// assert!(server.approve(url)?.starts_with("https://app.example/callback?code=code-"));
///
/// let refusal = server.approve(&url.replace("acme", "other")).unwrap_err();
/// assert!(refusal.starts_with("the wire deviates: there is no /authorize on `other.example.com`"));
/// assert_eq!(server.deviations(), [refusal]);
/// # Ok::<(), String>(())
/// ```
#[derive(Debug)]
pub struct RowServer {
    shared: Arc<Shared>,
    address: SocketAddr,
    agent: ureq::Agent,
    _background: Background,
}

impl RowServer {
    /// Reads the row to the end, binds a loopback port and starts to serve.
    ///
    /// # Errors
    /// If the row says something that this server does not know, or needs something that the connection does not
    /// bring: the field and the value, in words. Also if no port can be bound.
    pub fn start(row: Row, connection: Connection) -> Result<RowServer, String> {
        let name = format!("row {}", row.name);
        let shared = Arc::new(Shared::new(Plan::read(row, connection)?));
        let (listener, address) = listen::bind().map_err(|error| format!("no port: {error}"))?;
        let services = vec![(listener, serve::router(&shared))];
        let background = Background::serve(name, services).map_err(|error| format!("no thread: {error}"))?;
        Ok(RowServer { shared, address, agent: browser::agent(address), _background: background })
    }

    /// Where all hosts of the row are served, over plain HTTP.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// An HTTP client for which every host is this server: ask it for `http://HOST/path` where the row has
    /// `https://HOST/path`. It follows no redirect and takes every status as an answer.
    pub fn agent(&self) -> ureq::Agent {
        self.agent.clone()
    }

    /// Opens the URL as a browser does whose user agrees, and returns where it is sent.
    ///
    /// # Errors
    /// The refusal, in words.
    pub fn approve(&self, authorization_url: &str) -> Result<String, String> {
        self.decide(authorization_url, "approve")
    }

    /// The same with a user who says no.
    ///
    /// # Errors
    /// The refusal, in words.
    pub fn deny(&self, authorization_url: &str) -> Result<String, String> {
        self.decide(authorization_url, authorize::DENY)
    }

    fn decide(&self, authorization_url: &str, decision: &str) -> Result<String, String> {
        match browser::address_of(&self.shared.plan, authorization_url) {
            Ok(url) => browser::open(&self.agent, &url, decision),
            Err(refusal) => {
                self.shared.lock().log.deviated(&refusal);
                Err(refusal.text())
            }
        }
    }

    /// Moves the clock.
    pub fn advance(&self, by: Duration) {
        self.shared.clock.advance(by);
    }

    /// The server's own clock, in milliseconds since 1970. It stands still until it is advanced.
    pub fn now_ms(&self) -> u64 {
        self.shared.clock.now_ms()
    }

    /// The server takes all access tokens back: the API answers 401. A refresh still works.
    pub fn expire_access_tokens(&self) {
        self.shared.lock().store.recall_access_tokens();
    }

    /// The refusals "the wire deviates: ...". Empty after an honest flow.
    pub fn deviations(&self) -> Vec<String> {
        self.shared.lock().log.deviations().to_vec()
    }

    /// Everything seen so far.
    pub fn exchanges(&self) -> Vec<Exchange> {
        self.shared.lock().log.exchanges().to_vec()
    }

    /// How many requests came for exactly this path, on any host.
    pub fn requests_to(&self, path: &str) -> usize {
        self.shared.lock().log.exchanges().iter().filter(|seen| seen.path == path).count()
    }

    /// How many codes were exchanged for tokens.
    pub fn redemptions(&self) -> usize {
        self.shared.lock().counts.redemptions
    }

    /// How many times the client got a token for itself.
    pub fn credentials_grants(&self) -> usize {
        self.shared.lock().counts.credentials
    }

    /// How many refreshes were let in.
    pub fn refreshes(&self) -> usize {
        self.shared.lock().counts.refreshes
    }

    /// How many follow-up exchanges were let in.
    pub fn follow_ups(&self) -> usize {
        self.shared.lock().counts.follow_ups
    }

    /// How many API calls were let in.
    pub fn api_calls(&self) -> usize {
        self.shared.lock().counts.api_calls
    }

    /// Whether a refresh token was presented again after it had been replaced.
    pub fn reuse_detected(&self) -> bool {
        self.shared.lock().store.refresh_reused
    }

    /// Whether a code was presented again after it had been redeemed.
    pub fn code_replay_detected(&self) -> bool {
        self.shared.lock().store.code_replayed
    }

    /// Whether the tokens of this connection can be refreshed at all.
    pub fn can_refresh(&self) -> bool {
        self.shared.plan.refresh.is_some()
    }

    /// What an answer has at this path of `response_extras`: always the same for the same path.
    pub fn extra_member(path: &str) -> serde_json::Value {
        shape::extra_member(path)
    }
}
