//! One provider's emulator, a client of it, and the steps that every flow is made of.

use std::error::Error;

use oauth_proto::{
    AnyClient, AuthorizationUrl, Authorized, AwaitingCode, Callback, CallbackError, Client, Confidential, Entropy,
    ErrorCode, FinishError, Granted, InFlight, Outcome, Provider, Public, RedirectUri, Refreshable, Registration,
    Request, Scope, Secret, Timestamp, dialect::StateEcho, grant, grant::Grant,
};
use oauth_proto_emulator::{Emulator, Landing, ProviderTable};

use crate::{api, support, support::transport, transcript::Transcript};

pub type Ended = Result<(), Box<dyn Error>>;
pub type Flow = (&'static str, fn(&mut Transcript) -> Ended);

pub struct Stage<'t> {
    pub emulator: Emulator,
    pub transcript: &'t mut Transcript,
    provider: Provider,
}

impl<'t> Stage<'t> {
    /// Starts the provider's emulator; `provider` is what the crate ships, moved to the emulator's addresses.
    pub fn open(transcript: &'t mut Transcript, table: ProviderTable, provider: Provider) -> Self {
        let emulator = Emulator::start(table);
        let provider = support::on_loopback(&emulator, provider);
        Self { emulator, transcript, provider }
    }

    pub fn now(&self) -> Timestamp {
        support::now(&self.emulator)
    }

    pub fn confidential(&self) -> Result<Client<Confidential>, Box<dyn Error>> {
        let registration = self.registration(self.emulator.client_id())?;
        let secret = Secret::from(self.emulator.client_secret());
        Ok(Client::confidential(self.provider.clone(), registration, secret)?)
    }

    pub fn public(&self) -> Result<Client<Public>, Box<dyn Error>> {
        let registration = self.registration(self.emulator.public_client_id())?;
        Ok(Client::public(self.provider.clone(), registration)?)
    }

    fn registration(&self, client_id: &str) -> Result<Registration, Box<dyn Error>> {
        let redirect_uri = RedirectUri::new(self.emulator.redirect_uri())?;
        Ok(Registration::new(client_id)?.redirect_uri(redirect_uri).scope(Scope::new(self.scopes())?))
    }

    /// Only two of the documents know scopes.
    fn scopes(&self) -> Vec<&'static str> {
        match self.provider.name.as_str() {
            "marq" => vec![oauth_proto::providers::MARQ_SCOPE],
            "marvel" => vec!["user:read", "projects:read"],
            _ => Vec::new(),
        }
    }

    /// Sends the browser away; the user logs in and approves.
    pub fn approve(&mut self, url: &AuthorizationUrl) -> Result<Landing, Box<dyn Error>> {
        self.transcript.browser("→", url.as_str());
        let landing = self.emulator.user().approve(url.as_str());
        self.landed(landing)
    }

    /// Sends the browser away; the user says no.
    pub fn deny(&mut self, url: &AuthorizationUrl) -> Result<Landing, Box<dyn Error>> {
        self.transcript.browser("→", url.as_str());
        let landing = self.emulator.user().deny(url.as_str());
        self.landed(landing)
    }

    fn landed(&mut self, landing: Landing) -> Result<Landing, Box<dyn Error>> {
        if let Some(refusal) = landing.refusal {
            return Err(format!("the provider refused the authorization request: {refusal}").into());
        }
        self.transcript.browser("←", &landing.url);
        Ok(landing)
    }

    /// Sends a request over TCP, and finishes the flight with what came of it.
    pub fn finish<G: Grant>(
        &mut self,
        (request, in_flight): (Request, InFlight<G>),
    ) -> Result<G::Issued, FinishError<G>> {
        self.transcript.state(&in_flight);
        let issued = in_flight.finish(self.send(request))?;
        self.transcript.state(&issued);
        Ok(issued)
    }

    pub fn send(&mut self, request: Request) -> Outcome {
        self.transcript.request(&request);
        let outcome = transport::send(request);
        match &outcome {
            Outcome::Answered(response) => self.transcript.response(response),
            Outcome::NotSent(why) | Outcome::Lost(why) => self.transcript.note(&why.to_string()),
        }
        outcome
    }

    /// Calls the provider's API with the token. Gives the status.
    pub fn call_api<C>(&mut self, client: &AnyClient, authorized: &Authorized<C>) -> Result<u16, Box<dyn Error>> {
        let url = self.emulator.api_url();
        let header = authorized.header_for(client, &url)?;
        let status = api::get(&url, &header)?.status();
        self.transcript.api_call(&url, &header, status);
        Ok(status)
    }

    /// A whole login with an authorization code.
    pub fn log_in<K>(&mut self, client: &Client<K>) -> Result<Authorized<Refreshable>, Box<dyn Error>> {
        let unauthorized = client.authorization_code()?;
        self.log_in_from(client, unauthorized)
    }

    pub fn log_in_from(
        &mut self,
        client: &AnyClient,
        unauthorized: oauth_proto::Unauthorized<grant::AuthorizationCode>,
    ) -> Result<Authorized<Refreshable>, Box<dyn Error>> {
        self.transcript.state(&unauthorized);
        let (url, awaiting) = unauthorized.authorize(Entropy::from_os()?, self.now());
        let landing = self.approve(&url)?;
        let exchange = self.receive(client, awaiting, &landing)?;
        let authorized = refreshable(self.finish(exchange)?)?;
        self.transcript.state(&authorized);
        Ok(authorized)
    }

    pub fn receive(
        &mut self,
        client: &AnyClient,
        awaiting: AwaitingCode,
        landing: &Landing,
    ) -> Result<(Request, InFlight<grant::AuthorizationCode>), Box<dyn Error>> {
        self.transcript.state(&awaiting);
        Ok(awaiting.receive(client, Callback::url(&landing.url), self.now())?)
    }

    /// A server that does not send `state` back: a typed error names the setting, and with it the login works.
    pub fn state_not_echoed(&mut self) -> Ended {
        let client = self.confidential()?;
        let (url, awaiting) = client.authorization_code()?.authorize(Entropy::from_os()?, self.now());
        let landing = self.approve(&url)?;
        match awaiting.receive(&client, Callback::url(&landing.url), self.now()) {
            Err(error @ CallbackError::NotOurs { .. }) => self.transcript.note(&error.to_string()),
            other => return Err(format!("expected a typed error, got {other:?}").into()),
        }
        self.provider.dialect.callback.state = StateEcho::NotEchoedByThisServer;
        let client = self.confidential()?;
        let authorized = self.log_in(&client)?;
        expect("the API takes the token", self.call_api(&client, &authorized)? == 200)?;
        self.close()
    }

    /// The user says no: the server's words are there, and the login can start again.
    pub fn denied_by_the_user<K>(&mut self, client: &Client<K>) -> Ended {
        let (url, awaiting) = client.authorization_code()?.authorize(Entropy::from_os()?, self.now());
        let landing = self.deny(&url)?;
        match awaiting.receive(client, Callback::url(&landing.url), self.now()) {
            Err(CallbackError::Refused { response, intent }) if response.code == ErrorCode::AccessDenied => {
                self.transcript.note(&format!("refused: {response}; the login starts again"));
                let authorized = self.log_in_from(client, intent.again(client.authorization_code()?))?;
                expect("the API takes the token", self.call_api(client, &authorized)? == 200)?;
                self.close()
            }
            other => Err(format!("expected a denial, got {other:?}").into()),
        }
    }

    /// The user takes the access back: the API says 401, the refresh token is dead, and a new login works.
    pub fn revoked_by_the_user<K>(&mut self, client: &Client<K>) -> Ended {
        let authorized = self.log_in(client)?;
        expect("the API takes the token", self.call_api(client, &authorized)? == 200)?;
        self.emulator.revoke_by_user();
        self.transcript.note("the user takes the access back");
        expect("the API refuses the token", self.call_api(client, &authorized)? == 401)?;
        let expired = authorized.rejected();
        self.transcript.state(&expired);
        let exchange = expired.refresh(client, self.now())?;
        let remains = match self.finish(exchange) {
            Err(FinishError::Dead { response, remains }) => {
                self.transcript.note(&format!("dead: {response}"));
                remains
            }
            other => return Err(format!("expected a dead refresh token, got {other:?}").into()),
        };
        let again = remains.into_intent().again(client.authorization_code()?);
        let authorized = self.log_in_from(client, again)?;
        expect("the API takes the new token", self.call_api(client, &authorized)? == 200)?;
        self.close()
    }

    /// A refresh ahead of time, and what it does to the old access token.
    pub fn refresh_kills_the_old_token<K>(&mut self, client: &Client<K>) -> Ended {
        let authorized = self.log_in(client)?;
        let old = client.import_access_token_from_elsewhere(authorized.access_token().clone(), None)?;
        let exchange = authorized.refresh(client, self.now())?;
        let authorized = self.finish(exchange)?;
        expect("the API takes the new token", self.call_api(client, &authorized)? == 200)?;
        let oauth_proto::Standing::Authorized(old) = old.at(self.now()) else {
            return Err("a token without expiry stands".into());
        };
        expect("the API refuses the old one", self.call_api(client, &old)? == 401)?;
        self.close()
    }

    /// The emulator must have seen nothing that the provider's document does not say.
    pub fn close(&mut self) -> Ended {
        let deviations = self.emulator.deviations();
        if deviations.is_empty() { Ok(()) } else { Err(deviations.join("; ").into()) }
    }
}

pub fn refreshable(granted: Granted) -> Result<Authorized<Refreshable>, Box<dyn Error>> {
    match granted {
        Granted::Refreshable(authorized) => Ok(authorized),
        Granted::AccessOnly(_) => Err("the document promises a refresh token, and none came".into()),
    }
}

pub fn expect(what: &str, holds: bool) -> Ended {
    if holds { Ok(()) } else { Err(format!("not so: {what}").into()) }
}
