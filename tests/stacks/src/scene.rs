//! An emulated provider, and clients of it.

use oauth_proto::{
    Authorized, Callback, Client, Confidential, Entropy, FinishError, Granted, InFlight, Provider, RedirectUri,
    Refreshable, Registration, Request, Timestamp,
    error::Doubt,
    grant::{AuthorizationCode, Grant},
    providers,
};
use oauth_proto_emulator::{Emulator, ProviderTable};

use crate::{
    stack::Stack,
    support::{now, on_loopback},
};

/// Where Amiqus issues tokens.
pub const TOKEN: &str = "/oauth/token";

/// Amiqus, and a client of it.
pub struct Scene {
    /// The server.
    pub emulator: Emulator,
    /// The client.
    pub client: Client<Confidential>,
}

impl Scene {
    /// As shipped.
    pub fn new() -> Self {
        Self::with(|_| {})
    }

    /// With other data.
    pub fn with(change: impl FnOnce(&mut Provider)) -> Self {
        let emulator = Emulator::start(ProviderTable::amiqus());
        let client = client_of(&emulator, emulator.client_secret(), change);
        Self { emulator, client }
    }

    /// Another client of the same server, by the same name, with other data.
    pub fn other_client(&self, change: impl FnOnce(&mut Provider)) -> Client<Confidential> {
        client_of(&self.emulator, self.emulator.client_secret(), change)
    }

    /// The same client, as far as anyone can see, with another secret.
    pub fn client_with_secret(&self, secret: &str) -> Client<Confidential> {
        client_of(&self.emulator, secret, |_| {})
    }

    /// The emulator's time.
    pub fn now(&self) -> Timestamp {
        now(&self.emulator)
    }

    /// The user approves; the code is there and its exchange is ready to be sent.
    pub fn exchange(&self) -> (Request, InFlight<AuthorizationCode>) {
        self.exchange_by(&self.client)
    }

    /// The same, for another client's endpoint.
    pub fn exchange_by(&self, client: &Client<Confidential>) -> (Request, InFlight<AuthorizationCode>) {
        let start = self.client.authorization_code().unwrap();
        let (url, awaiting) = start.authorize(Entropy::from_os().unwrap(), self.now());
        let landing = self.emulator.user().approve(url.as_str());
        awaiting.receive(client, Callback::url(&landing.url), self.now()).unwrap()
    }

    /// The whole login.
    pub fn log_in(&self, stack: &impl Stack) -> Authorized<Refreshable> {
        let (request, flight) = self.exchange();
        refreshable(flight.finish(stack.send(request)).unwrap())
    }

    /// What arrived at the token endpoint.
    pub fn arrivals(&self) -> usize {
        self.emulator.requests_to(TOKEN)
    }

    /// Everything that arrived is what the provider's document shows.
    pub fn assert_clean(&self) {
        assert_eq!(self.emulator.deviations(), Vec::<String>::new());
        assert_eq!(self.emulator.redirect_target_hits(), 0);
    }
}

impl Default for Scene {
    fn default() -> Self {
        Self::new()
    }
}

fn client_of(emulator: &Emulator, secret: &str, change: impl FnOnce(&mut Provider)) -> Client<Confidential> {
    let mut provider = on_loopback(emulator, providers::amiqus());
    change(&mut provider);
    let redirect_uri = RedirectUri::new(emulator.redirect_uri()).unwrap();
    let registration = Registration::new(emulator.client_id()).unwrap().redirect_uri(redirect_uri);
    Client::confidential(provider, registration, secret.into()).unwrap()
}

/// Amiqus always issues a refresh token.
pub fn refreshable(granted: Granted) -> Authorized<Refreshable> {
    match granted {
        Granted::Refreshable(authorized) => authorized,
        Granted::AccessOnly(_) => panic!("no refresh token"),
    }
}

/// What is in doubt, and that it is because the connection was lost.
pub fn lost<G: Grant>(ending: Result<G::Issued, FinishError<G>>) -> oauth_proto::InDoubt<G> {
    match ending {
        Err(FinishError::InDoubt { doubt: Doubt::Lost(_), in_doubt }) => *in_doubt,
        Err(other) => panic!("expected a lost connection, found: {other}"),
        Ok(_) => panic!("expected a lost connection, found tokens"),
    }
}

/// The state before a request that was not sent.
pub fn not_sent<G: Grant>(ending: Result<G::Issued, FinishError<G>>) -> G::Origin {
    match ending {
        Err(FinishError::NotSent { origin, .. }) => *origin,
        Err(other) => panic!("expected that nothing was sent, found: {other}"),
        Ok(_) => panic!("expected that nothing was sent, found tokens"),
    }
}
