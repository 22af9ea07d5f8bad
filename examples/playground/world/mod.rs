//! The server that the page logs in at, its clock, and who we are to it.

#[path = "../../provider/answers.rs"]
#[allow(dead_code)] // the example `provider` uses the rest
mod answers;
mod known;
mod loopback;
mod memory;
mod pages;
mod stand_in;
#[path = "../../provider/template.rs"]
#[allow(dead_code)]
mod template;

use std::time::Duration;

use oauth_proto::{
    AnyClient, Client, Confidential, ConfigError, Header, Intent, Limits, Provider, Public, RedirectUri, Registration,
    Response, Scope, Timestamp, catalog,
};
use oauth_proto_emulator::{ClientKind, Emulator, TestClient};
use stand_in::StandIn;

use crate::{
    stage::{Failed, Held},
    support::{now, on_loopback},
};

/// The five whose documents are emulated line by line.
pub const KNOWN: [(&str, &str); 5] = known::NAMES;

/// How a login can begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum GrantKind {
    Code,
    CodeOfPublicClient,
    Implicit,
    ImplicitWithRefresh,
    ClientCredentials,
}

impl GrantKind {
    pub const ALL: [(Self, &str, &str); 5] = [
        (Self::Code, "code", "authorization code"),
        (Self::CodeOfPublicClient, "code-of-public-client", "authorization code, by a client without a secret"),
        (Self::Implicit, "implicit", "implicit"),
        (Self::ImplicitWithRefresh, "implicit-with-refresh", "implicit with a refresh token"),
        (Self::ClientCredentials, "client-credentials", "client credentials"),
    ];
}

/// What to log in at.
pub enum Which<'a> {
    Known(&'a str),
    Catalogue(&'a str),
    File(&'a str),
}

pub struct World {
    /// The provider's name, for people.
    pub title: String,
    /// What there is to know about it.
    pub notes: Vec<String>,
    /// The logins that it offers.
    pub grants: Vec<GrantKind>,
    server: Server,
    client: Client<Confidential>,
    /// Of the same server, where it lets a client without a secret in.
    public: Option<Client<Public>>,
    /// The login that was chosen.
    pub grant: GrantKind,
    redirect_uri: String,
    can_revoke: bool,
}

enum Server {
    Emulator(Emulator),
    StandIn(StandIn),
}

impl World {
    /// Starts a server of the kind, whose browsers come back to `redirect_uri`.
    ///
    /// # Errors
    /// There is no such provider, or its data is not good.
    pub fn open(which: &Which<'_>, redirect_uri: &str) -> Result<Self, Failed> {
        match which {
            Which::Known(name) => Self::known(name, redirect_uri),
            Which::Catalogue(name) => {
                let entry = catalog::get(name).ok_or_else(|| format!("the catalogue has no `{name}`"))?;
                let mut notes = entry.notes.clone();
                notes.push(format!("Its pages were read on {}.", entry.checked));
                Self::stand_in(entry.provider, entry.title, notes, redirect_uri)
            }
            Which::File(text) => {
                let provider = Provider::from_json(text)?;
                let title = provider.name.clone();
                Self::stand_in(provider, title, Vec::new(), redirect_uri)
            }
        }
    }

    fn known(name: &str, redirect_uri: &str) -> Result<Self, Failed> {
        let known = known::get(name).ok_or_else(|| format!("`{name}` is none of the five"))?;
        // Some documents compare redirect URIs byte for byte.
        let ours = TestClient {
            id: known.table.client_id().to_owned(),
            secret: Some(known.table.client_secret().to_owned()),
            redirect_uris: vec![redirect_uri.to_owned()],
            kind: ClientKind::Confidential,
        };
        let emulator = Emulator::start(known.table.client(ours));
        let provider = on_loopback(&emulator, known.provider);
        let registration = |id: &str| registration(id, redirect_uri, known.scopes);
        let secret = emulator.client_secret().into();
        let can_revoke = provider.revocation.is_some();
        let client = Client::confidential(provider.clone(), registration(emulator.client_id())?, secret)?;
        let public = match known.public {
            true => Some(Client::public(provider, registration(emulator.public_client_id())?)?),
            false => None,
        };
        Ok(Self {
            title: known.title.to_owned(),
            notes: vec![known.note.to_owned()],
            grants: known.grants.to_vec(),
            server: Server::Emulator(emulator),
            client,
            public,
            grant: GrantKind::Code,
            redirect_uri: redirect_uri.to_owned(),
            can_revoke,
        })
    }

    fn stand_in(provider: Provider, title: String, mut notes: Vec<String>, redirect_uri: &str) -> Result<Self, Failed> {
        let (server, provider) = StandIn::start(&provider, redirect_uri)?;
        let can_revoke = provider.revocation.is_some();
        let variables: Vec<_> = provider.variables.iter().map(|(name, value)| format!("{name} is {value}")).collect();
        if !variables.is_empty() {
            notes.push(format!("Its variables have example values: {}.", variables.join(", ")));
        }
        let scopes: &[&str] = if server.asks_for_scopes() { &["read", "write"] } else { &[] };
        let registration = registration(memory::CLIENT_ID, redirect_uri, scopes)?;
        let client = Client::confidential(provider, registration, memory::CLIENT_SECRET.into())?;
        notes.push("The server is made of the provider's own data: it shows what is sent, and cannot tell whether the data is right.".into());
        let mut grants = Vec::new();
        if client.authorization_code().is_ok() {
            grants.push(GrantKind::Code);
        }
        if server.speaks_of_implicit() && client.implicit().is_ok() {
            grants.push(GrantKind::Implicit);
        }
        // A provider that is asked without a grant type knows one alone.
        let own = client.client_credentials().ok().and_then(|login| login.request(server.now()).ok());
        if own.is_some_and(|(request, _)| String::from_utf8_lossy(request.expose_body()).contains("client_credentials"))
        {
            grants.push(GrantKind::ClientCredentials);
        }
        if grants.is_empty() {
            return Err(
                "there is no login to try: it has neither an authorization endpoint nor a token endpoint".into()
            );
        }
        Ok(Self {
            title,
            notes,
            grants,
            can_revoke,
            server: Server::StandIn(server),
            client,
            public: None,
            grant: GrantKind::Code,
            redirect_uri: redirect_uri.to_owned(),
        })
    }

    /// The state that a login begins with.
    ///
    /// # Errors
    /// This provider's data does not allow the grant.
    pub fn begin(&self) -> Result<Held, ConfigError> {
        Ok(match (self.grant, &self.public) {
            (GrantKind::Code, _) => self.client.authorization_code()?.into(),
            (GrantKind::CodeOfPublicClient, Some(public)) => public.authorization_code()?.into(),
            (GrantKind::CodeOfPublicClient, None) => self.client.authorization_code()?.into(),
            (GrantKind::Implicit, Some(public)) => public.implicit()?.into(),
            (GrantKind::Implicit, None) => self.client.implicit()?.into(),
            (GrantKind::ImplicitWithRefresh, _) => self.client.implicit_with_refresh()?.into(),
            (GrantKind::ClientCredentials, _) => self.client.client_credentials()?.into(),
        })
    }

    /// The same for what was asked before.
    ///
    /// # Errors
    /// As there.
    pub fn begin_again(&self, intent: Intent) -> Result<Held, ConfigError> {
        Ok(match (self.begin()?, intent) {
            (Held::CodeLogin(login), intent) => intent.again(*login).into(),
            (Held::ImplicitLogin(login), intent) => intent.again(*login).into(),
            (Held::ImplicitLoginWithRefresh(login), intent) => intent.again(*login).into(),
            (Held::OwnLogin(login), intent) => intent.again(*login).into(),
            (other, _) => other,
        })
    }

    pub fn client(&self) -> &AnyClient {
        match &self.public {
            Some(public) if matches!(self.grant, GrantKind::CodeOfPublicClient | GrantKind::Implicit) => public,
            _ => &self.client,
        }
    }

    pub fn redirect_uri(&self) -> &str {
        &self.redirect_uri
    }

    /// Whether the provider takes tokens back.
    pub fn can_revoke(&self) -> bool {
        self.can_revoke
    }

    pub fn now(&self) -> Timestamp {
        match &self.server {
            Server::Emulator(emulator) => now(emulator),
            Server::StandIn(server) => server.now(),
        }
    }

    pub fn advance(&self, by: Duration) {
        match &self.server {
            Server::Emulator(emulator) => emulator.advance(by),
            Server::StandIn(server) => server.advance(by),
        }
    }

    /// The user takes all access back.
    pub fn withdraw(&self) {
        match &self.server {
            Server::Emulator(emulator) => emulator.revoke_by_user(),
            Server::StandIn(server) => server.withdraw(),
        }
    }

    pub fn api_url(&self) -> String {
        match &self.server {
            Server::Emulator(emulator) => emulator.api_url(),
            Server::StandIn(server) => server.api_url(),
        }
    }

    /// Calls the API.
    ///
    /// # Errors
    /// It does not answer.
    pub fn call_api(&self, url: &str, headers: &[Header]) -> Result<Response, String> {
        let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).proxy(None).build().into();
        let request =
            headers.iter().fold(agent.get(url), |request, header| request.header(header.name(), header.expose_value()));
        let mut response = request.call().map_err(|why| why.to_string())?;
        let limit = Limits::default().response_bytes.into();
        let body = response.body_mut().with_config().limit(limit).read_to_vec().map_err(|why| why.to_string())?;
        let (parts, _) = response.into_parts();
        Ok(Response::from(http::Response::from_parts(parts, body)))
    }
}

#[cfg(test)]
impl World {
    /// What a browser comes back with whose user approves.
    pub fn approve(&self, url: &str) -> Result<crate::stage::Back, String> {
        let stand_in = match &self.server {
            Server::Emulator(emulator) => return Ok(crate::stage::Back::Url(emulator.user().approve(url).url)),
            Server::StandIn(server) => server,
        };
        stand_in.approve(url)
    }
}

fn registration(client_id: &str, redirect_uri: &str, scopes: &[&str]) -> Result<Registration, ConfigError> {
    let registration = Registration::new(client_id)?.redirect_uri(RedirectUri::new(redirect_uri)?);
    Ok(registration.scope(Scope::new(scopes.iter().copied())?))
}
