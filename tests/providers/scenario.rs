//! A provider that runs, a client of it, and the way to any state.

use std::{cell::Cell, error::Error};

use oauth_proto::{
    AnyClient, Authorized, AwaitingCode, Callback, Client, Confidential, Entropy, ErrorCode, FinishError, Granted,
    Header, InFlight, Provider, Public, RedirectUri, Refreshable, Registration, Request, Scope, Timestamp,
    grant::AuthorizationCode,
    providers::{self, FifthUrls},
};
use oauth_proto_emulator::{Emulator, Exchange, ProviderTable};

pub use crate::support::{call, transport::send};
use crate::support::{now, on_loopback};

pub type Result<T = ()> = std::result::Result<T, Box<dyn Error>>;

/// An emulator and a client with a secret. When it goes, nothing that was sent may have deviated from the document,
/// unless the test said so, and no redirect may have been followed.
pub struct Scene {
    pub emulator: Emulator,
    /// The provider as it is shipped, moved to loopback.
    pub provider: Provider,
    pub client: Client<Confidential>,
    scope: Scope,
    may_deviate: Cell<bool>,
}

impl Scene {
    pub fn new(table: ProviderTable, provider: Provider, scope: &[&str]) -> Self {
        let emulator = Emulator::start(table);
        let provider = on_loopback(&emulator, provider);
        let scope = Scope::new(scope).unwrap();
        let registration = registration(&emulator, emulator.client_id(), &scope);
        let client = Client::confidential(provider.clone(), registration, emulator.client_secret().into()).unwrap();
        Self { emulator, provider, client, scope, may_deviate: Cell::new(false) }
    }

    pub fn marq() -> Self {
        Self::marq_of(ProviderTable::marq())
    }

    /// The document names no API host; the emulator calls it so.
    pub fn marq_of(table: ProviderTable) -> Self {
        let provider = providers::marq().api_origin("https://api.marq.invalid");
        Self::new(table, provider, &[providers::MARQ_SCOPE])
    }

    pub fn marvel() -> Self {
        Self::marvel_of(ProviderTable::marvel())
    }

    /// The document lost the one URL and names no API host: both are the emulator's.
    pub fn marvel_of(table: ProviderTable) -> Self {
        let provider = providers::marvel("https://marvelapp.com/oauth/authorize", "https://api.marvelapp.invalid");
        Self::new(table, provider, &providers::MARVEL_SCOPES)
    }

    pub fn amiqus() -> Self {
        Self::new(ProviderTable::amiqus(), providers::amiqus(), &[])
    }

    pub fn motar() -> Self {
        Self::motar_of(ProviderTable::motar())
    }

    pub fn motar_of(table: ProviderTable) -> Self {
        Self::new(table, providers::motar(), &[])
    }

    pub fn fifth() -> Self {
        Self::fifth_of(ProviderTable::fifth())
    }

    /// The document lost every host: these are the emulator's.
    pub fn fifth_of(table: ProviderTable) -> Self {
        let provider = providers::fifth(FifthUrls {
            code_login: "https://fifth.invalid/login".into(),
            implicit_login: "https://fifth.invalid/login/implicit".into(),
            token_endpoint: "https://fifth.invalid/token".into(),
            api_origin: "https://api.fifth.invalid".into(),
        });
        Self::new(table, provider, &[])
    }

    pub fn now(&self) -> Timestamp {
        now(&self.emulator)
    }

    /// The same client of a provider whose data was changed.
    pub fn client_of(&self, change: impl FnOnce(&mut Provider)) -> Result<Client<Confidential>> {
        let mut provider = self.provider.clone();
        change(&mut provider);
        let registration = registration(&self.emulator, self.emulator.client_id(), &self.scope);
        Ok(Client::confidential(provider, registration, self.emulator.client_secret().into())?)
    }

    /// The registered client without a secret.
    pub fn public_client(&self) -> Result<Client<Public>> {
        let registration = registration(&self.emulator, self.emulator.public_client_id(), &self.scope);
        Ok(Client::public(self.provider.clone(), registration)?)
    }

    /// Waits for the browser, and knows where it has gone.
    pub fn awaiting(&self) -> Result<(String, AwaitingCode)> {
        let (url, awaiting) = self.client.authorization_code()?.authorize(Entropy::from_os()?, self.now());
        Ok((url.into_string(), awaiting))
    }

    /// The user has agreed; the code is about to be sent.
    pub fn code_in_flight(&self) -> Result<(Request, InFlight<AuthorizationCode>)> {
        self.code_in_flight_of(&self.client)
    }

    /// The same for another client.
    pub fn code_in_flight_of<K>(&self, client: &Client<K>) -> Result<(Request, InFlight<AuthorizationCode>)> {
        let (url, awaiting) = client.authorization_code()?.authorize(Entropy::from_os()?, self.now());
        let landing = self.emulator.user().approve(url.as_str());
        Ok(awaiting.receive(client, Callback::url(&landing.url), self.now())?)
    }

    /// A login that went well.
    pub fn authorized(&self) -> Result<Authorized<Refreshable>> {
        let (request, flight) = self.code_in_flight()?;
        refreshable(flight.finish(send(request))?)
    }

    /// A refresh that went well.
    pub fn refreshed(&self, authorized: Authorized<Refreshable>) -> Result<Authorized<Refreshable>> {
        let (request, flight) = authorized.refresh(&self.client, self.now())?;
        Ok(flight.finish(send(request))?)
    }

    /// The header field that shows the access token to the API.
    pub fn header<C>(&self, authorized: &Authorized<C>) -> Result<Header> {
        Ok(authorized.header_for(&self.client, &self.emulator.api_url())?)
    }

    /// What the API says to this header field.
    pub fn api(&self, header: &Header) -> Result<u16> {
        Ok(call(&self.emulator.api_url(), header.name(), header.expose_value())?)
    }

    /// The last request to this path.
    pub fn last(&self, path: &str) -> Exchange {
        let seen = self.emulator.exchanges();
        seen.into_iter().rfind(|exchange| exchange.path == path).unwrap_or_else(|| panic!("nothing came to {path}"))
    }

    /// The access token opens the API.
    #[track_caller]
    pub fn opens_the_api<C>(&self, authorized: &Authorized<C>) -> Result {
        self.opens_the_api_to(&self.client, authorized)
    }

    /// The same for a token of another client.
    #[track_caller]
    pub fn opens_the_api_to<C>(&self, client: &AnyClient, authorized: &Authorized<C>) -> Result {
        assert_eq!(self.api(&authorized.header_for(client, &self.emulator.api_url())?)?, 200);
        Ok(())
    }

    /// The test breaks the document's rules on purpose, and the emulator's complaint says so.
    pub fn deviated(&self, complaint: &str) {
        self.may_deviate.set(true);
        let deviations = self.emulator.deviations();
        assert!(deviations.iter().any(|each| each.contains(complaint)), "{deviations:?}");
    }
}

impl Drop for Scene {
    fn drop(&mut self) {
        if std::thread::panicking() {
            return;
        }
        assert_eq!(self.emulator.redirect_target_hits(), 0);
        if !self.may_deviate.get() {
            assert_eq!(self.emulator.deviations(), Vec::<String>::new());
        }
    }
}

fn registration(emulator: &Emulator, client_id: &str, scope: &Scope) -> Registration {
    let redirect_uri = RedirectUri::new(emulator.redirect_uri()).unwrap();
    Registration::new(client_id).unwrap().redirect_uri(redirect_uri).scope(scope.clone())
}

pub fn refreshable(granted: Granted) -> Result<Authorized<Refreshable>> {
    match granted {
        Granted::Refreshable(authorized) => Ok(authorized),
        Granted::AccessOnly(_) => Err("no refresh token came".into()),
    }
}

/// The parameters of a form or a query, in order.
pub fn form(text: &str) -> Vec<(String, String)> {
    url::form_urlencoded::parse(text.as_bytes()).into_owned().collect()
}

/// The parameters of a URL's query, in order.
pub fn query(url: &str) -> Vec<(String, String)> {
    form(url.split_once('?').map_or("", |(_, query)| query))
}

/// The members of a body that must be a JSON object of strings, by name.
pub fn json(exchange: &Exchange) -> Result<Vec<(String, String)>> {
    assert_eq!(exchange.header("content-type"), Some("application/json"));
    let members: std::collections::BTreeMap<String, String> = serde_json::from_slice(&exchange.body)?;
    Ok(members.into_iter().collect())
}

/// The members of a form body, by name.
pub fn form_body(exchange: &Exchange) -> Vec<(String, String)> {
    assert_eq!(exchange.header("content-type"), Some("application/x-www-form-urlencoded"));
    let mut pairs = form(&exchange.body_text());
    pairs.sort();
    pairs
}

pub fn names(pairs: &[(String, String)]) -> Vec<&str> {
    pairs.iter().map(|(name, _)| name.as_str()).collect()
}

pub fn value<'a>(pairs: &'a [(String, String)], name: &str) -> &'a str {
    let found = pairs.iter().find(|(each, _)| each == name);
    found.map_or_else(|| panic!("no `{name}` in {:?}", names(pairs)), |(_, value)| value)
}

/// A provider without scopes is sent none, whatever the application asks for.
pub fn no_scope_is_sent(scene: &Scene) -> Result {
    let login = scene.client.authorization_code()?.scope(Scope::new(["everything"])?);
    let (url, awaiting) = login.authorize(Entropy::from_os()?, scene.now());
    assert!(!names(&query(url.as_str())).contains(&"scope"), "{}", url.as_str());
    let landing = scene.emulator.user().approve(url.as_str());
    let (request, flight) = awaiting.receive(&scene.client, Callback::url(&landing.url), scene.now())?;
    scene.opens_the_api(&refreshable(flight.finish(send(request))?)?)
}

/// The user withdraws access: the API says 401, the refresh token is dead, and what is left leads to a new login.
pub fn withdrawn_by_the_user(scene: &Scene, status: u16) -> Result {
    let authorized = scene.authorized()?;
    let header = scene.header(&authorized)?;
    assert_eq!(scene.api(&header)?, 200);
    scene.emulator.revoke_by_user();
    assert_eq!(scene.api(&header)?, 401);

    let (request, flight) = authorized.rejected().refresh(&scene.client, scene.now())?;
    let error = flight.finish(send(request)).unwrap_err();
    let (response, remains) = expect!(error, FinishError::Dead { response, remains } => (response, remains));
    assert_eq!((response.code, response.status), (ErrorCode::InvalidGrant, Some(status)));
    // The 401 is remembered with the tokens: nobody shows this one again.
    assert!(remains.access_token_at(scene.now()).is_none());

    let intent = remains.into_intent();
    let again = intent.clone().again(scene.client.authorization_code()?);
    assert_eq!(again.intent().scope(), intent.scope());
    let (url, awaiting) = again.authorize(Entropy::from_os()?, scene.now());
    let landing = scene.emulator.user().approve(url.as_str());
    let (request, flight) = awaiting.receive(&scene.client, Callback::url(&landing.url), scene.now())?;
    let authorized = refreshable(flight.finish(send(request))?)?;
    scene.opens_the_api(&authorized)
}
