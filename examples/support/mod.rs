//! What stands in for the world where an example runs by itself: a strict authorization server with its API in this
//! process, a user who logs in there, and a clock that is moved instead of waited for. A program of yours has none of it;
//! beside each use stands what it has instead.
#![allow(dead_code)] // each example uses its own part

use std::{sync::Arc, time::Duration};

use oauth_proto::{Provider, Revocation, Timestamp};
use oauth_proto_emulator::{Emulator, Fault, ProviderTable};

#[derive(Clone)]
pub struct StandIn(Arc<Emulator>);

impl StandIn {
    /// Who logs in there, for a person who does so himself.
    pub const USER: &str = "jsmith, with the password password123";

    pub fn start() -> Self {
        Self(Arc::new(Emulator::start(ProviderTable::extended())))
    }

    /// The server, at the ports that it has here.
    pub fn provider(&self) -> Provider {
        let at = |path| self.0.local(&format!("https://plain.invalid{path}"));
        let mut provider =
            Provider::new("example", at("/authorize"), at("/token")).api_origin(self.0.origin("api.plain.invalid"));
        provider.revocation = Some(Revocation::new(at("/revoke")));
        provider.device_authorization_endpoint = Some(at("/device_authorization"));
        provider.allow_plaintext_on_loopback = true;
        provider
    }

    pub fn client_id(&self) -> &str {
        self.0.client_id()
    }

    pub fn client_secret(&self) -> &str {
        self.0.client_secret()
    }

    /// That of a client without a secret.
    pub fn public_client_id(&self) -> &str {
        self.0.public_client_id()
    }

    pub fn redirect_uri(&self) -> &str {
        self.0.redirect_uri()
    }

    pub fn api_url(&self) -> String {
        self.0.api_url()
    }

    pub fn now(&self) -> Timestamp {
        Timestamp::from_unix_millis(self.0.now_ms())
    }

    /// Time goes by, and nobody waits for it.
    pub fn pass(&self, time: Duration) {
        self.0.advance(time);
    }

    /// The user goes to the sign-in page and agrees: the URL that the browser is sent back to.
    pub fn user_logs_in(&self, authorization_url: &str) -> String {
        self.0.user().approve(authorization_url).url
    }

    /// The user goes to the sign-in page and says no: where the browser is sent back to.
    pub fn user_denies(&self, authorization_url: &str) -> String {
        self.0.user().deny(authorization_url).url
    }

    /// The user takes back, at the server, what was allowed.
    pub fn user_withdraws(&self) {
        self.0.revoke_by_user();
    }

    /// The user types in the code that a device shows, and agrees.
    pub fn user_approves_device(&self, verification_uri: &str, user_code: &str) -> Result<(), String> {
        self.0.user().approve_device(verification_uri, user_code)
    }

    /// The server does what the next request asks for, and the connection breaks before its answer.
    pub fn lose_next_answer(&self) {
        self.0.inject(Fault::CutAfterActing);
    }

    /// The server ends each access token before its time.
    pub fn end_access_tokens(&self) {
        self.0.end_access_tokens();
    }

    /// How many requests came to the token endpoint.
    pub fn token_requests(&self) -> usize {
        self.0.requests_to("/token")
    }

    /// How many requests came to the API.
    pub fn api_requests(&self) -> usize {
        self.0.requests_to("/me")
    }

    /// What in all requests was other than the RFCs have it: nothing, in an honest program.
    pub fn deviations(&self) -> Vec<String> {
        self.0.deviations()
    }
}
