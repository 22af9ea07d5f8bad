//! A server that has every extension, and a client of it.

use std::{cell::Cell, error::Error};

use oauth_proto::{
    Authorized, Callback, Client, Confidential, Entropy, Granted, Header, Provider, Public, RedirectUri, Refreshable,
    Registration, Timestamp,
};
use oauth_proto_emulator::{Emulator, Exchange, ProviderTable};
use url::form_urlencoded;

pub use crate::support::transport::send;
use crate::support::{call, now, on_loopback};

pub type Result<T = ()> = std::result::Result<T, Box<dyn Error>>;

/// When it goes, nothing that was sent may have deviated from the RFCs, unless the test said so, and no redirect may have
/// been followed.
pub struct Scene {
    pub emulator: Emulator,
    /// Where its endpoints are.
    pub provider: Provider,
    pub client: Client<Confidential>,
    may_deviate: Cell<bool>,
}

/// A server by the RFCs, before it has a port.
fn provider() -> Provider {
    Provider::new("extended", "https://plain.invalid/authorize", "https://plain.invalid/token")
        .api_origin("https://api.plain.invalid")
}

impl Scene {
    pub fn new() -> Self {
        Self::of(ProviderTable::extended())
    }

    pub fn of(table: ProviderTable) -> Self {
        let emulator = Emulator::start(table);
        let provider = on_loopback(&emulator, provider());
        let secret = emulator.client_secret().into();
        let client = Client::confidential(provider.clone(), registration(&emulator, emulator.client_id()), secret);
        let client = client.unwrap();
        Self { emulator, provider, client, may_deviate: Cell::new(false) }
    }

    pub fn now(&self) -> Timestamp {
        now(&self.emulator)
    }

    /// The same client of a provider whose data was changed.
    pub fn client_of(&self, change: impl FnOnce(&mut Provider)) -> Result<Client<Confidential>> {
        self.client_with_secret(self.emulator.client_secret(), change)
    }

    /// The same, with another secret.
    pub fn client_with_secret(&self, secret: &str, change: impl FnOnce(&mut Provider)) -> Result<Client<Confidential>> {
        let mut provider = self.provider.clone();
        change(&mut provider);
        let registration = registration(&self.emulator, self.emulator.client_id());
        Ok(Client::confidential(provider, registration, secret.into())?)
    }

    /// The registered client without a secret.
    pub fn public_client_of(&self, change: impl FnOnce(&mut Provider)) -> Result<Client<Public>> {
        let mut provider = self.provider.clone();
        change(&mut provider);
        let registration = registration(&self.emulator, self.emulator.public_client_id());
        Ok(Client::public(provider, registration)?)
    }

    /// A login that went well.
    pub fn authorized(&self) -> Result<Authorized<Refreshable>> {
        let (url, awaiting) = self.client.authorization_code()?.authorize(Entropy::from_os()?, self.now());
        let landing = self.emulator.user().approve(url.as_str());
        let (request, in_flight) = awaiting.receive(&self.client, Callback::url(&landing.url), self.now())?;
        Ok(expect!(in_flight.finish(send(request))?, Granted::Refreshable(authorized) => authorized))
    }

    /// What the API says to the access token.
    pub fn api<C>(&self, authorized: &Authorized<C>) -> Result<u16> {
        self.header_opens(&authorized.header_for(&self.client, &self.emulator.api_url())?)
    }

    /// What the API says to a header field.
    pub fn header_opens(&self, header: &Header) -> Result<u16> {
        Ok(call(&self.emulator.api_url(), header.name(), header.expose_value())?)
    }

    /// The last request to this path.
    pub fn last(&self, path: &str) -> Exchange {
        let seen = self.emulator.exchanges();
        seen.into_iter().rfind(|exchange| exchange.path == path).unwrap_or_else(|| panic!("nothing came to {path}"))
    }

    /// The test breaks the rules on purpose, and the emulator's complaint says so.
    pub fn deviated(&self, complaint: &str) {
        self.may_deviate.set(true);
        let deviations = self.emulator.deviations();
        assert!(deviations.iter().any(|deviation| deviation.contains(complaint)), "{deviations:?}");
    }
}

impl Drop for Scene {
    fn drop(&mut self) {
        if std::thread::panicking() {
            return;
        }
        let deviations = self.emulator.deviations();
        assert!(deviations.is_empty() || self.may_deviate.get(), "{deviations:?}");
        assert_eq!(self.emulator.redirect_target_hits(), 0);
    }
}

fn registration(emulator: &Emulator, client_id: &str) -> Registration {
    let redirect_uri = RedirectUri::new(emulator.redirect_uri()).unwrap();
    Registration::new(client_id).unwrap().redirect_uri(redirect_uri)
}

/// The parameters of a form.
pub fn form_body(seen: &Exchange) -> Vec<(String, String)> {
    form_urlencoded::parse(&seen.body).into_owned().collect()
}
