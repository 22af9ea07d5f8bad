//! This crate, with all checks on.

use std::marker::PhantomData;

use oauth_proto::{
    Authorized, AwaitingCode, Callback, Client, Confidential, Entropy, FinishError, Granted, InDoubt, InFlight,
    Outcome, Provider, ReceivedCode, RedirectUri, Refreshable, Registration, Request, Response, Scope, Timestamp,
    TokenSet,
    dialect::{BodyFormat, Dialect},
    grant::AuthorizationCode,
    stored,
};
use serde::de::DeserializeOwned;

use crate::{
    contender::{Kept, Login, Read, Receive, Shown, Store},
    inputs::{
        ANSWER, AUTHORIZATION_ENDPOINT, Answer, CLIENT_ID, CLIENT_SECRET, REDIRECT_URI, RENAMED_ANSWER, SCOPES,
        TOKEN_ENDPOINT, answer, callback,
    },
    meter::{Meter, round_trip},
};

const NOW: Timestamp = Timestamp::from_unix_seconds(1_800_000_000);

/// A client of a provider that speaks `D`.
pub struct Ours<D>(Client<Confidential>, PhantomData<D>);

/// How a provider's wire looks.
pub trait Wire {
    fn dialect() -> Dialect;
    const ANSWER: &str = ANSWER;
}

/// RFC 6749 as it stands.
pub struct Standard;

impl Wire for Standard {
    fn dialect() -> Dialect {
        Dialect::default()
    }
}

/// A body of JSON, and other names for everything that goes either way.
pub struct Renamed;

impl Wire for Renamed {
    const ANSWER: &str = RENAMED_ANSWER;

    fn dialect() -> Dialect {
        let mut dialect = Dialect::default();
        dialect.token.body = BodyFormat::Json;
        dialect.refresh.body = BodyFormat::Json;
        dialect.authorize.parameters.rename("client_id", "clientId").rename("redirect_uri", "redirectUri");
        dialect.token.parameters.rename("grant_type", "grantType").rename("redirect_uri", "redirectUri");
        dialect.token.parameters.rename("code_verifier", "codeVerifier").rename("code", "authCode");
        dialect.refresh.parameters.rename("grant_type", "grantType").rename("refresh_token", "refreshToken");
        dialect.response.rename.rename("access_token", "accessToken").rename("token_type", "tokenType");
        dialect.response.rename.rename("refresh_token", "refreshToken").rename("expires_in", "expiresIn");
        dialect
    }
}

fn refreshable(granted: Granted) -> Authorized<Refreshable> {
    match granted {
        Granted::Refreshable(authorized) => authorized,
        Granted::AccessOnly(_) => panic!("the answer has a refresh token"),
    }
}

fn outcome(answer: Answer) -> Outcome {
    Response::from(answer).into()
}

impl<D: Wire> Login for Ours<D> {
    type Waiting = AwaitingCode;
    type Code = ReceivedCode;
    type Request = Request;
    type Asked = InFlight<AuthorizationCode>;
    type Tokens = Authorized<Refreshable>;

    const ANSWER: &str = D::ANSWER;

    fn client() -> Self {
        let mut provider = Provider::new("example", AUTHORIZATION_ENDPOINT, TOKEN_ENDPOINT);
        provider.dialect = D::dialect();
        let registration = Registration::new(CLIENT_ID)
            .expect("a client id")
            .redirect_uri(RedirectUri::new(REDIRECT_URI).expect("a redirect URI"))
            .scope(Scope::new(SCOPES).expect("a scope"));
        let client = Client::confidential(provider, registration, CLIENT_SECRET.into());
        Self(client.expect("a client"), PhantomData)
    }

    fn authorize(&self, show: impl FnOnce(&str)) -> AwaitingCode {
        let login = self.0.authorization_code().expect("its endpoints");
        let (url, awaiting) = login.authorize(Entropy::from_os().expect("random bytes"), NOW);
        show(url.as_str());
        awaiting
    }

    /// A request that was not sent gives its code back: that is how one has a code without its callback.
    fn code(&self, waiting: AwaitingCode) -> ReceivedCode {
        let callback = callback(waiting.state().expose());
        let (_, in_flight) = waiting.receive(&self.0, Callback::url(&callback), NOW).expect("its callback");
        match in_flight.finish(Outcome::not_sent("no network")) {
            Err(FinishError::NotSent { origin, .. }) => *origin,
            _ => unreachable!("nothing was sent"),
        }
    }

    fn request(&self, code: ReceivedCode) -> (Request, InFlight<AuthorizationCode>) {
        code.exchange(&self.0, NOW).expect("its client")
    }

    fn exchange(&self, code: ReceivedCode, send: impl FnOnce(Request) -> Answer) -> Authorized<Refreshable> {
        let (request, in_flight) = self.request(code);
        refreshable(in_flight.finish(outcome(send(request))).expect("tokens"))
    }

    fn refresh(
        &self,
        tokens: Authorized<Refreshable>,
        send: impl FnOnce(Request) -> Answer,
    ) -> Authorized<Refreshable> {
        let (request, in_flight) = tokens.refresh(&self.0, NOW).expect("its client");
        in_flight.finish(outcome(send(request))).expect("tokens")
    }

    fn state(waiting: &AwaitingCode) -> &str {
        waiting.state().expose()
    }

    fn tokens(tokens: &Authorized<Refreshable>) -> Read<'_> {
        Read { access_token: tokens.access_token().expose(), scope: tokens.scope().as_str().into() }
    }
}

impl<D: Wire> Receive for Ours<D> {
    fn receive(&self, waiting: AwaitingCode, callback: &str) -> Option<(Request, InFlight<AuthorizationCode>)> {
        waiting.receive(&self.0, Callback::url(callback), NOW).ok()
    }
}

fn load<S: stored::Stored + DeserializeOwned>(row: &str) -> S {
    stored::load(row.as_bytes()).expect("what was saved")
}

impl<D: Wire> Store for Ours<D> {
    fn store(&self, kept: Kept, meter: &mut impl Meter) -> Option<String> {
        let awaiting = self.authorize(|_| ());
        if kept == Kept::Login {
            return Some(round_trip(meter, &awaiting, stored::save, load));
        }
        let code = self.code(awaiting);
        if kept == Kept::ImplicitLogin {
            let login = self.0.implicit().expect("its endpoints");
            let (_, awaiting) = login.authorize(Entropy::from_os().expect("random bytes"), NOW);
            return Some(round_trip(meter, &awaiting, stored::save, load));
        }
        if kept == Kept::Journal {
            // What was written before the request was sent loads as `InDoubt`, and is written as it was.
            let (_, in_flight) = self.request(code);
            let in_doubt: InDoubt<AuthorizationCode> = load(&stored::save(&in_flight));
            return Some(round_trip(meter, &in_doubt, stored::save, load));
        }
        let tokens: TokenSet<Refreshable> = self.exchange(code, |_| answer(D::ANSWER)).into_token_set();
        Some(round_trip(meter, &tokens, stored::save, load))
    }
}

impl Shown for Request {
    fn url(&self) -> String {
        Request::url(self).into()
    }

    fn authorization(&self) -> Option<String> {
        let field = self.headers().iter().find(|field| field.name() == "Authorization");
        field.map(|field| field.expose_value().into())
    }

    fn body(&self) -> String {
        String::from_utf8(self.expose_body().into()).expect("text")
    }
}
