//! The whole documented life of one row: authorize, callback, exchange, use, refresh, use; and what must be refused on
//! the way.

use std::{error::Error, time::Duration};

use oauth_proto::{
    AnyClient, AnyTokenSet, Authorized, AwaitingCode, Callback, CallbackError, Client, Confidential, Entropy,
    ErrorCode, Extras, FinishError, Granted, Outcome, PresentError, Provider, Public, RedirectUri, Refreshable,
    Registration, Request, Response, Scope, Standing, Timestamp, Unauthorized,
    error::{CallbackFault, RequestFault},
    grant, stored,
};
use oauth_proto_emulator::rows::{Connection, Row, RowServer};

type Result<T = (), E = Box<dyn Error>> = std::result::Result<T, E>;

/// Fails the row, in words.
macro_rules! must {
    ($holds:expr, $($words:tt)*) => {
        if !$holds {
            return Err(format!($($words)*).into());
        }
    };
}

/// What a provider must get out of the row's answers.
pub struct Reads<'a> {
    /// The members that must be kept.
    pub kept: &'a [String],
    /// Whether the code and the words of an error must be read.
    pub errors: bool,
}

/// One row with one connection, driven to its end.
pub fn drive(row: &Row, connection: &Connection, server: &RowServer, provider: &Provider, reads: &Reads<'_>) -> Result {
    let scope = Scope::new(&connection.scope)?;
    let redirect_uri = RedirectUri::new(connection.redirect_uri.as_str())?;
    let registration = Registration::new(connection.client_id.as_str())?.redirect_uri(redirect_uri).scope(scope);
    let secret = connection.client_secret.as_str().into();
    let client = if row.client_auth == "none" {
        Who::Public(Client::public(provider.clone(), registration)?)
    } else {
        Who::Confidential(Client::confidential(provider.clone(), registration, secret)?)
    };
    let life = Life { row, connection, server, provider, reads, client: client.any().clone(), who: client };
    if row.grant.as_deref() == Some("client_credentials") {
        life.of_the_client_itself()?
    } else {
        life.of_a_user()?
    }
    let deviations = server.deviations();
    must!(deviations.is_empty(), "{}", deviations.join("; "));
    must!(!server.reuse_detected(), "a spent refresh token was sent again");
    Ok(())
}

enum Who {
    Confidential(Client<Confidential>),
    Public(Client<Public>),
}

impl Who {
    fn any(&self) -> &AnyClient {
        match self {
            Self::Confidential(client) => client,
            Self::Public(client) => client,
        }
    }
}

struct Life<'a> {
    row: &'a Row,
    connection: &'a Connection,
    server: &'a RowServer,
    provider: &'a Provider,
    reads: &'a Reads<'a>,
    client: AnyClient,
    who: Who,
}

impl Life<'_> {
    fn now(&self) -> Timestamp {
        Timestamp::from_unix_millis(self.server.now_ms())
    }

    fn has(&self, special: &str) -> bool {
        self.row.special.iter().any(|each| each.starts_with(special))
    }

    /// Over real HTTP: the server stands for all hosts of the row.
    fn send(&self, request: Request) -> Outcome {
        let contract = request.contract();
        assert!(contract.tls_required() && request.url().starts_with(contract.origin()), "{request:?}");
        assert_eq!(contract.client_certificate(), self.row.mtls);
        match self.exchange(request) {
            Ok(response) => response.into(),
            Err(why) => Outcome::lost(why.to_string()),
        }
    }

    fn exchange(&self, request: Request) -> Result<Response> {
        let mut request = http::Request::<Vec<u8>>::try_from(request)?;
        *request.uri_mut() = in_plaintext(&request.uri().to_string()).parse()?;
        let (parts, mut body) = self.server.agent().run(request)?.into_parts();
        Ok(Response::from(http::Response::from_parts(parts, body.read_to_vec()?)))
    }

    fn login(&self) -> Result<Unauthorized<grant::AuthorizationCode>> {
        Ok(match &self.who {
            Who::Confidential(client) => client.authorization_code()?,
            Who::Public(client) => client.authorization_code()?,
        })
    }

    fn begin(&self) -> Result<(String, AwaitingCode)> {
        let (url, awaiting) = self.login()?.authorize(Entropy::from_os()?, self.now());
        // Through the store, as in a web server.
        Ok((url.into_string(), stored::load(stored::save(&awaiting).as_bytes())?))
    }

    fn of_a_user(&self) -> Result {
        self.denied()?;
        self.wrong_code()?;
        self.forged_callback()?;
        let granted = self.log_in()?;
        let granted = self.follow_up(granted)?;
        match granted {
            Granted::Refreshable(authorized) => {
                must!(self.refreshes(), "a refresh token came, and the row says that none does");
                self.refresh_twice(authorized)
            }
            Granted::AccessOnly(authorized) => {
                must!(!self.refreshes(), "no refresh token came, and the row says that one does");
                self.use_token(&authorized)?;
                // When it ends, the user logs in again, for the same.
                let intent = authorized.into_token_set().into_intent();
                let (url, _) = intent.again(self.login()?).authorize(Entropy::from_os()?, self.now());
                self.server.approve(url.as_str())?;
                Ok(())
            }
        }
    }

    /// Whether this provider has anything to refresh with, by the row.
    fn refreshes(&self) -> bool {
        if self.has("refresh_by_access_token_exchange") {
            return true;
        }
        let response = self.row.token_response.as_ref();
        let first = response.map(|response| response.step1.as_deref().unwrap_or(response));
        // A shape of its own says what is in it.
        let shown = first.is_none_or(|first| first.access_token.is_none() || first.refresh_token.is_some());
        shown && !self.has("no_refresh_token") && !self.has("non_expiring")
    }

    /// As it comes: where the provider answers with a form, its browser posts what the row's server puts into the URL.
    fn callback<'c>(&self, landing: &'c str) -> Callback<'c> {
        let mode = self.provider.dialect.authorize.parameters.add.get("response_mode");
        if mode == Some(&"form_post".into()) {
            Callback::form_post(landing.split_once('?').map_or("", |(_, form)| form))
        } else {
            Callback::url(landing)
        }
    }

    fn denied(&self) -> Result {
        let (url, awaiting) = self.begin()?;
        let landing = self.server.deny(&url)?;
        match awaiting.receive(&self.client, self.callback(&landing), self.now()) {
            Err(CallbackError::Refused { response, .. }) => {
                must!(response.code == ErrorCode::AccessDenied, "denied: {response}");
                Ok(())
            }
            other => Err(format!("denied: {other:?}").into()),
        }
    }

    /// A code that the server never issued is refused, and the machine knows it for a refusal.
    fn wrong_code(&self) -> Result {
        let (url, awaiting) = self.begin()?;
        let landing = self.server.approve(&url)?;
        let code = self.row.callback_code_param.as_deref().unwrap_or("code");
        let forged = landing.replacen(&format!("{code}=code-"), &format!("{code}=forged-"), 1);
        must!(forged != landing, "no code in {landing}");
        let (request, in_flight) = awaiting.receive(&self.client, self.callback(&forged), self.now())?;
        match in_flight.finish(self.send(request)) {
            Err(FinishError::Dead { response, .. } | FinishError::Refused { response, .. }) => {
                let read = response.code == ErrorCode::InvalidGrant && response.description.is_some();
                must!(read || !self.reads.errors, "the error is not read: {response:?}");
                Ok(())
            }
            other => Err(format!("a wrong code: {other:?}").into()),
        }
    }

    /// Neither another state nor a host that an attacker named leads to a request, and the login lives on.
    fn forged_callback(&self) -> Result {
        let (url, awaiting) = self.begin()?;
        let landing = self.server.approve(&url)?;
        let state = self.row.renamed_params.get("authorize").and_then(|names| names.get("state"));
        let state = format!("&{}=", state.map_or("state", String::as_str));
        let mut forgeries = vec![(landing.replace(&state, &format!("{state}x")), false)];
        for name in &self.row.late_bound_url_vars {
            let value = self.connection.callback.get(name).map_or("", String::as_str);
            let encoded: String = url::form_urlencoded::byte_serialize(value.as_bytes()).collect();
            let pair = format!("{name}={encoded}");
            must!(landing.contains(&pair), "no {pair} in {landing}");
            for hostile in [
                "evil.example%2F",
                "https%3A%2F%2Fevil.example",
                "evil.example%2Fx%3F",
                "evil.example%23",
                "",
                "%2E%2E",
            ] {
                forgeries.push((landing.replace(&pair, &format!("{name}={hostile}")), true));
            }
            // Without it there is no host to send to, unless the connection names one.
            forgeries.extend(self.is_bound(name).then(|| (landing.replace(&format!("&{pair}"), ""), true)));
        }
        let before = self.server.exchanges().len();
        let mut awaiting = awaiting;
        for (forged, of_host) in forgeries {
            awaiting = match awaiting.receive(&self.client, self.callback(&forged), self.now()) {
                Err(CallbackError::NotOurs { awaiting, fault, .. }) => {
                    let expected = matches!(fault, CallbackFault::Kept { .. });
                    must!(expected == of_host, "{forged}: {fault}");
                    *awaiting
                }
                other => return Err(format!("{forged}: {other:?}").into()),
            };
        }
        must!(self.server.exchanges().len() == before, "a forged callback led to a request");
        // The right one is still taken.
        let (request, in_flight) = awaiting.receive(&self.client, self.callback(&landing), self.now())?;
        in_flight.finish(self.send(request)).map(drop).map_err(Into::into)
    }

    /// Whether the token URL of this connection is made of a value from the callback.
    fn is_bound(&self, name: &str) -> bool {
        let url = self.provider.token_endpoint.as_deref().unwrap_or("");
        let known = |name: &str| {
            let provider = self.provider;
            provider.variables.contains_key(name) || provider.dialect.callback.keep.contains_key(name)
        };
        let names = |url: &str| -> Vec<String> {
            url.split('{').skip(1).filter_map(|piece| piece.split_once('}')).map(|(name, _)| name.to_owned()).collect()
        };
        let chosen = url.split(" || ").map(names).find(|names| names.iter().all(|name| known(name)));
        chosen.is_some_and(|names| names.iter().any(|each| each == name))
    }

    fn log_in(&self) -> Result<Granted> {
        let (url, awaiting) = self.begin()?;
        let landing = self.server.approve(&url)?;
        let before = self.server.redemptions();
        let (request, in_flight) = awaiting.receive(&self.client, self.callback(&landing), self.now())?;
        let granted = in_flight.finish(self.send(request))?;
        must!(self.server.redemptions() == before + 1, "the code was not redeemed");
        for name in self.row.callback_extras.iter().chain(&self.row.late_bound_url_vars) {
            let expected = self.connection.callback.get(name).map(String::as_str);
            must!(granted.extras().get(name) == expected, "the callback's {name} is not kept");
        }
        self.check_kept(granted.extras())?;
        let asked = &self.connection.scope;
        let omitted = self.row.omitted_params.get("authorize").is_some_and(|names| names.contains(&"scope".to_owned()));
        let unasked = omitted || self.has("scope_not_used");
        let same = *granted.scope() == if unasked { Scope::default() } else { Scope::new(asked)? };
        must!(same, "{asked:?} was asked for, and {} granted", granted.scope());
        Ok(granted)
    }

    /// What the row lists and the provider keeps is there, as it came.
    fn check_kept(&self, extras: &Extras) -> Result {
        for name in self.reads.kept {
            let sent = RowServer::extra_member(name);
            let sent = sent.as_str().map_or_else(|| sent.to_string(), str::to_owned);
            must!(extras.get(name) == Some(&sent), "the response's {name} is not kept: {:?}", extras.get(name));
        }
        Ok(())
    }

    fn follow_up(&self, granted: Granted) -> Result<Granted> {
        if self.row.token_response.as_ref().is_none_or(|response| response.step2.is_none()) {
            return Ok(granted);
        }
        let short_lived = granted.access_token().clone();
        let (request, in_flight) = granted.follow_up(&self.client, self.now())?;
        let granted = in_flight.finish(self.send(request))?;
        must!(self.server.follow_ups() == 1, "the follow-up was not let in");
        must!(!granted.access_token().matches(short_lived.expose()), "the follow-up brought the same token");
        Ok(granted)
    }

    fn refresh_twice(&self, mut authorized: Authorized<Refreshable>) -> Result {
        for round in 1..=2 {
            self.use_token(&authorized)?;
            authorized = self.pass_time(authorized, round)?;
            let before = authorized.access_token().clone();
            let refreshes = self.server.refreshes();
            let (request, in_flight) = authorized.refresh(&self.client, self.now())?;
            authorized = in_flight.finish(self.send(request))?;
            must!(self.server.refreshes() == refreshes + 1, "the refresh was not let in");
            let same = authorized.access_token().matches(before.expose());
            must!(same == self.has("refresh_returns_no_token"), "refresh {round}: the same token: {same}");
        }
        self.use_token(&authorized)
    }

    /// Waits until a refresh makes sense: in the first round ahead of expiry, in the second after it, where the
    /// provider allows that.
    fn pass_time(&self, authorized: Authorized<Refreshable>, round: u32) -> Result<Authorized<Refreshable>> {
        let Some(end) = authorized.expires_at() else {
            let unsaid = self.has("expires_in_missing") || self.has("non_expiring");
            must!(unsaid && self.constant().is_none(), "the answer's expiry is not read");
            return self.taken_back(authorized);
        };
        must!(!self.has("expires_in_missing") || self.constant().is_some(), "an expiry that nobody said");
        let window = self.provider.dialect.refresh.opens_seconds_before_expiry;
        let mut authorized = authorized;
        if let Some(seconds) = window {
            let opens = end.minus(Duration::from_secs(seconds.into()));
            let error = match authorized.refresh(&self.client, self.now()) {
                Err(error) => error,
                Ok(_) => return Err("a refresh before its window".into()),
            };
            let wait = opens.since(self.now());
            must!(error.fault() == RequestFault::TooEarly { opens, wait }, "too early: {error}");
            authorized = good(error.into_origin().into(), self.now())?;
            self.server.advance(opens.since(self.now()));
        } else if round == 2 && !self.has("refresh_by_access_token_exchange") {
            // At its end, to the millisecond, it is over for both sides.
            self.server.advance(end.since(self.now()) - Duration::from_millis(1));
            self.use_token(&authorized)?;
            self.server.advance(Duration::from_millis(1));
            must!(!self.is_let_in(&authorized)?, "the token outlives the expiry that was read");
            let Standing::Expired(_) = authorized.into_token_set().at(self.now()) else {
                return Err("the tokens do not know that they are expired".into());
            };
            // A new login, and straight to the end again: an expired one was consumed to look at it.
            return self.expired();
        }
        Ok(authorized)
    }

    fn constant(&self) -> Option<u64> {
        self.row.token_response.as_ref()?.expires.as_ref()?.value
    }

    /// A login whose access token is over, as far as the machine lets one refresh it.
    fn expired(&self) -> Result<Authorized<Refreshable>> {
        let Granted::Refreshable(authorized) = self.log_in()? else {
            return Err("a second login brings no refresh token".into());
        };
        let end = authorized.expires_at().ok_or("no expiry")?;
        let row = stored::save(&authorized.into_token_set());
        self.server.advance(end.since(self.now()));
        let tokens: AnyTokenSet = stored::load(row.as_bytes())?;
        must!(tokens.access_token_at(self.now()).is_none(), "an expired token is handed out");
        let AnyTokenSet::Refreshable(tokens) = tokens else {
            return Err("the stored tokens lost their refresh token".into());
        };
        let Standing::Expired(expired) = tokens.at(self.now()) else {
            return Err("the tokens do not know that they are expired".into());
        };
        let (request, in_flight) = expired.refresh(&self.client, self.now())?;
        Ok(in_flight.finish(self.send(request))?)
    }

    /// Nobody said when the token ends: the API does.
    fn taken_back(&self, authorized: Authorized<Refreshable>) -> Result<Authorized<Refreshable>> {
        self.server.expire_access_tokens();
        must!(!self.is_let_in(&authorized)?, "a token that was taken back is let in");
        let (request, in_flight) = authorized.rejected().refresh(&self.client, self.now())?;
        Ok(in_flight.finish(self.send(request))?)
    }

    fn use_token<C>(&self, authorized: &Authorized<C>) -> Result {
        let calls = self.server.api_calls();
        must!(self.is_let_in(authorized)?, "the API refuses a good token");
        must!(self.server.api_calls() == calls + 1, "the API was not called");
        let elsewhere = authorized.header_for(&self.client, "https://evil.example/me").map(drop);
        must!(elsewhere == Err(PresentError::ForeignOrigin), "the token goes to a foreign origin: {elsewhere:?}");
        Ok(())
    }

    fn is_let_in<C>(&self, authorized: &Authorized<C>) -> Result<bool> {
        let url = self.connection.api_url.as_str();
        let mut request = http::Request::builder().uri(in_plaintext(url));
        if self.provider.dialect.presentation.query_parameter.is_some() {
            let url = authorized.url_for(&self.client, url)?;
            request = http::Request::builder().uri(in_plaintext(url.expose()));
        } else {
            let header = authorized.header_for(&self.client, url)?;
            request = request.header(header.name(), header.expose_value());
        }
        match self.server.agent().run(request.body(())?)?.status().as_u16() {
            200 => Ok(true),
            401 => Ok(false),
            status => Err(format!("the API answers {status}: {}", self.server.deviations().join("; ")).into()),
        }
    }

    fn of_the_client_itself(&self) -> Result {
        let Who::Confidential(client) = &self.who else {
            return Err("client credentials without a secret".into());
        };
        let (request, in_flight) = client.client_credentials()?.request(self.now())?;
        let mut authorized = in_flight.finish(self.send(request))?;
        self.use_token(&authorized)?;
        match authorized.expires_at() {
            Some(end) => {
                self.server.advance(end.since(self.now()));
                must!(!self.is_let_in(&authorized)?, "the token outlives the expiry that was read");
            }
            None => {
                must!(
                    self.has("expires_in_missing") || self.has("non_expiring") || self.shape_without_expiry(),
                    "no expiry"
                );
                self.server.expire_access_tokens();
            }
        }
        let before = authorized.access_token().clone();
        let (request, in_flight) = authorized.reissue(&self.client, self.now())?;
        authorized = in_flight.finish(self.send(request))?;
        must!(!authorized.access_token().matches(before.expose()), "asking again brought the same token");
        must!(self.server.credentials_grants() == 2, "two requests were not let in");
        self.use_token(&authorized)
    }

    fn shape_without_expiry(&self) -> bool {
        let response = self.row.token_response.as_ref();
        response.is_some_and(|response| response.access_token.is_some() && response.expires.is_none())
    }
}

fn good(tokens: AnyTokenSet, now: Timestamp) -> Result<Authorized<Refreshable>> {
    match tokens {
        AnyTokenSet::Refreshable(tokens) => match tokens.at(now) {
            Standing::Authorized(authorized) => Ok(authorized),
            Standing::Expired(_) => Err("the tokens that were handed back are expired".into()),
        },
        _ => Err("the tokens that were handed back are others".into()),
    }
}

fn in_plaintext(url: &str) -> String {
    url.replacen("https://", "http://", 1)
}
