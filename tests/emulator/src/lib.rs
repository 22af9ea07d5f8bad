//! An authorization server and API that speaks the OAuth 2.0 dialects of five real providers on loopback, for tests
//! of a client.
//!
//! It is built from the providers' documents and is stricter than any of them: a request that is not what the
//! document shows is refused, in words, with the line of the document. See [`Emulator`].
//!
//! [`rows`] does the same for one row of a file that says how each of many providers is spoken to.

#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod answer;
mod api;
mod authorize;
mod browser;
mod clients;
mod clock;
mod decode;
mod door;
mod extensions;
mod faults;
mod grants;
mod listen;
mod log;
mod mint;
mod origins;
mod pages;
mod pkce;
pub mod rows;
mod server;
mod state;
mod table;
mod token;
mod user_agent;
mod wire;

use std::sync::Arc;
use std::time::Duration;

use crate::door::Door;
use crate::listen::Background;
use crate::origins::Origins;
use crate::state::Shared;
use crate::table::Step;

pub use crate::extensions::assertions::AssertionKind;
pub use crate::faults::Fault;
pub use crate::log::Exchange;
pub use crate::table::{ClientKind, ProviderTable, TestClient};
pub use crate::user_agent::{Landing, UserAgent};

/// A running provider. Dropping it shuts it down.
///
/// The server has a thread and a runtime of its own, so blocking and asynchronous tests use it alike.
///
/// ```
/// use oauth_proto_emulator::{Emulator, ProviderTable};
///
/// let provider = Emulator::start(ProviderTable::amiqus());
/// let landing = provider.user().approve(
///     "https://id.amiqus.co/oauth/authorize?client_id=amiqus-client-41&response_type=code\
///      &redirect_uri=http%3A%2F%2F127.0.0.1%3A4180%2Fcallback&state=xyz",
/// );
/// assert!(landing.url.starts_with("http://127.0.0.1:4180/callback?code=code-"));
/// assert!(landing.url.ends_with("&state=xyz"));
/// assert_eq!(provider.deviations(), Vec::<String>::new());
/// ```
#[derive(Debug)]
pub struct Emulator {
    shared: Arc<Shared>,
    origins: Origins,
    door: Door,
    /// Held for its end; none without sockets.
    background: Option<Background>,
}

impl Emulator {
    /// Binds one loopback port per documented host and starts to serve.
    ///
    /// # Panics
    /// If no port can be bound or no thread started.
    pub fn start(table: ProviderTable) -> Emulator {
        let mut listeners = Vec::new();
        let mut pairs = Vec::new();
        for host in table.hosts() {
            let (listener, origin) = server::bind().unwrap_or_else(|error| panic!("no port for {host}: {error}"));
            listeners.push(listener);
            pairs.push((host, origin));
        }
        let mut emulator = Emulator::new(table, pairs);
        let name = format!("emulator {}", emulator.table().name());
        let services = listeners.into_iter().zip(emulator.door.routers()).collect();
        let background =
            Background::serve(name, services).unwrap_or_else(|error| panic!("no thread for the emulator: {error}"));
        emulator.background = Some(background);
        emulator
    }

    /// The same without a socket and without a thread, for a test of many thousand runs: ask it with
    /// [`answer`](Self::answer). No fault that takes time works here ([`Fault::Slow`], [`Fault::ShortBody`]).
    pub fn without_sockets(table: ProviderTable) -> Emulator {
        // Nobody listens there, and each host has an origin of its own all the same.
        let origins = (1..).map(|port| format!("http://127.0.0.1:{port}"));
        let pairs = table.hosts().into_iter().zip(origins).collect();
        Emulator::new(table, pairs)
    }

    fn new(table: ProviderTable, pairs: Vec<(&'static str, String)>) -> Emulator {
        let (shared, origins) = (Shared::new(table), Origins::new(pairs));
        shared.lock().extensions.origins = Some(origins.clone());
        Emulator::of(Arc::new(shared), origins)
    }

    fn of(shared: Arc<Shared>, origins: Origins) -> Emulator {
        let door = Door::new(origins.clone(), Arc::clone(&shared));
        Emulator { shared, origins, door, background: None }
    }

    /// The same provider at this moment, [without sockets](Self::without_sockets) and at the same addresses; from here
    /// on each goes its own way.
    pub fn fork(&self) -> Emulator {
        Emulator::of(Arc::new(self.shared.fork()), self.origins.clone())
    }

    /// Answers a request to a local address as if it had come over a socket; `None` where the connection would be cut.
    pub fn answer(&self, request: http::Request<Vec<u8>>) -> Option<http::Response<Vec<u8>>> {
        self.door.answer(request)
    }

    /// The local origin of a documented host, such as `http://127.0.0.1:40123` for `app.Marq.com`.
    ///
    /// # Panics
    /// If the provider has no such host.
    pub fn origin(&self, host: &str) -> String {
        self.origins.of_documented(host).to_owned()
    }

    /// The local address for a documented URL; path and query stay byte for byte. A local address stays as it is.
    ///
    /// # Panics
    /// If the provider has no such host.
    pub fn local(&self, url: &str) -> String {
        self.origins.local(url)
    }

    /// The local address of a protected resource.
    ///
    /// # Panics
    /// If the table has no API, which no table here does.
    pub fn api_url(&self) -> String {
        let api = self.shared.table.endpoints.iter().find(|endpoint| endpoint.step == Step::Api);
        let api = api.unwrap_or_else(|| panic!("{} has no API", self.shared.table.name()));
        format!("{}{}", self.origin(api.host), api.path)
    }

    /// The emulator's own clock, in milliseconds since 1970. It stands still until it is advanced.
    pub fn now_ms(&self) -> u64 {
        self.shared.clock.now_ms()
    }

    /// Moves the clock.
    pub fn advance(&self, by: Duration) {
        self.shared.clock.advance(by);
    }

    /// The next request of a client to the authorization server (token, refresh, logout, validation) meets this
    /// fault, once. Several faults are met in the order of their injection.
    pub fn inject(&self, fault: Fault) {
        self.shared.lock().faults.push(None, fault);
    }

    /// The same for the next back-channel request to exactly this path, the API included.
    pub fn inject_at(&self, path: &str, fault: Fault) {
        self.shared.lock().faults.push(Some(path.to_owned()), fault);
    }

    /// The user withdraws all access: the API answers 401, a refresh is refused.
    pub fn revoke_by_user(&self) {
        self.shared.lock().grants.end_all_of_users("the user has withdrawn access");
    }

    /// The server ends every access token before its time: the API answers 401, and a refresh is taken.
    pub fn end_access_tokens(&self) {
        self.shared.lock().grants.end_access_tokens();
    }

    /// A token that the user has made by hand, without any client: it does not expire and has no refresh token.
    ///
    /// # Panics
    /// If the provider's document knows no such tokens (all but Marvel).
    pub fn personal_access_token(&self) -> String {
        let table = self.table();
        assert!(table.personal_tokens, "{} has no personal access tokens", table.name());
        let state = &mut *self.shared.lock();
        state.grants.personal_token(&mut state.mint, state::USER, table.scopes.default)
    }

    /// Everything seen so far, forms of the browser included.
    pub fn exchanges(&self) -> Vec<Exchange> {
        self.shared.lock().log.exchanges().to_vec()
    }

    /// The refusals "the wire deviates: ...". Empty after an honest flow.
    pub fn deviations(&self) -> Vec<String> {
        self.shared.lock().log.deviations().to_vec()
    }

    /// How many requests came for exactly this path, on any host.
    pub fn requests_to(&self, path: &str) -> usize {
        self.shared.lock().log.exchanges().iter().filter(|seen| seen.path == path).count()
    }

    /// How many requests came for `/redirect-target`, which exists on every host and which no client should reach.
    pub fn redirect_target_hits(&self) -> usize {
        self.requests_to(server::REDIRECT_TARGET)
    }

    /// Whether a refresh token was presented again after it had been replaced.
    pub fn reuse_detected(&self) -> bool {
        self.shared.lock().grants.refresh_reused
    }

    /// How many grants that ended.
    pub fn grants_ended_by_reuse(&self) -> usize {
        self.shared.lock().grants.ended_by(grants::REUSE)
    }

    /// Whether a code was presented again after it had been redeemed.
    pub fn code_replay_detected(&self) -> bool {
        self.shared.lock().grants.code_replayed
    }

    /// The refresh tokens that are neither replaced nor revoked.
    pub fn live_refresh_tokens(&self) -> Vec<String> {
        self.shared.lock().grants.live_refresh_tokens()
    }

    /// A browser with no cookies yet, and a user who knows the password.
    pub fn user(&self) -> UserAgent {
        match &self.background {
            Some(_) => UserAgent::new(self.origins.clone()),
            None => UserAgent::at(self.door.clone(), self.origins.clone()),
        }
    }

    /// The table that is served.
    pub fn table(&self) -> &ProviderTable {
        &self.shared.table
    }

    /// The identifier of the confidential test client.
    pub fn client_id(&self) -> &str {
        self.table().client_id()
    }

    /// The secret of the confidential test client.
    pub fn client_secret(&self) -> &str {
        self.table().client_secret()
    }

    /// The identifier of the public test client.
    ///
    /// # Panics
    /// If the provider's document knows no public clients (Marq, Amiqus).
    pub fn public_client_id(&self) -> &str {
        self.table().public_client_id()
    }

    /// The redirect URI registered for the test clients.
    pub fn redirect_uri(&self) -> &str {
        self.table().redirect_uri()
    }

    /// The provider's own page that shows the code, as a redirect URI (Marq only).
    pub fn hosted_redirect_uri(&self) -> Option<String> {
        self.table().hosted_redirect_uri()
    }
}
