//! The crate `oauth2`, as its documentation uses it, but for a `state` of 32 random bytes as everyone's here.

use std::{cell::Cell, fmt};

use ::oauth2::{
    AuthUrl, AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndpointNotSet, EndpointSet, HttpRequest,
    PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope, TokenResponse, TokenUrl,
    basic::{BasicClient, BasicTokenResponse},
};
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    contender::{Kept, Login, Read, Shown, Store},
    inputs::{
        ANSWER, AUTHORIZATION_ENDPOINT, Answer, CLIENT_ID, CLIENT_SECRET, CODE, REDIRECT_URI, SCOPES, TOKEN_ENDPOINT,
        answer,
    },
    meter::{Meter, round_trip},
};

pub struct OAuth2(BasicClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointSet>);

pub struct Waiting {
    state: CsrfToken,
    verifier: PkceCodeVerifier,
}

pub struct Code {
    code: AuthorizationCode,
    verifier: PkceCodeVerifier,
}

/// What an HTTP client says that sends nothing.
#[derive(Debug)]
struct NotSent;

impl fmt::Display for NotSent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("nothing was sent")
    }
}

impl std::error::Error for NotSent {}

/// An HTTP client that sends once.
fn once(send: impl FnOnce(HttpRequest) -> Answer) -> impl Fn(HttpRequest) -> Result<Answer, NotSent> {
    let send = Cell::new(Some(send));
    move |request| Ok(send.take().ok_or(NotSent)?(request))
}

impl Login for OAuth2 {
    type Waiting = Waiting;
    type Code = Code;
    type Request = HttpRequest;
    type Asked = ();
    type Tokens = BasicTokenResponse;

    fn client() -> Self {
        let client = BasicClient::new(ClientId::new(CLIENT_ID.into()))
            .set_client_secret(ClientSecret::new(CLIENT_SECRET.into()))
            .set_auth_uri(AuthUrl::new(AUTHORIZATION_ENDPOINT.into()).expect("a URL"))
            .set_token_uri(TokenUrl::new(TOKEN_ENDPOINT.into()).expect("a URL"))
            .set_redirect_uri(RedirectUrl::new(REDIRECT_URI.into()).expect("a URL"));
        Self(client)
    }

    fn authorize(&self, show: impl FnOnce(&str)) -> Waiting {
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let (url, state) = self
            .0
            .authorize_url(|| CsrfToken::new_random_len(32))
            .add_scopes(SCOPES.map(|scope| Scope::new(scope.into())))
            .set_pkce_challenge(challenge)
            .url();
        show(url.as_str());
        Waiting { state, verifier }
    }

    fn code(&self, waiting: Waiting) -> Code {
        Code { code: AuthorizationCode::new(CODE.into()), verifier: waiting.verifier }
    }

    /// Its request is seen by an HTTP client alone: here, by one that does not send it.
    fn request(&self, code: Code) -> (HttpRequest, ()) {
        let made = Cell::new(None);
        let exchange = self.0.exchange_code(code.code).set_pkce_verifier(code.verifier);
        let result = exchange.request(&|request| {
            made.set(Some(request));
            Err(NotSent)
        });
        drop(result);
        (made.take().expect("a request"), ())
    }

    fn exchange(&self, code: Code, send: impl FnOnce(HttpRequest) -> Answer) -> BasicTokenResponse {
        let exchange = self.0.exchange_code(code.code).set_pkce_verifier(code.verifier);
        exchange.request(&once(send)).expect("tokens")
    }

    fn refresh(&self, tokens: BasicTokenResponse, send: impl FnOnce(HttpRequest) -> Answer) -> BasicTokenResponse {
        let refresh_token = tokens.refresh_token().expect("a refresh token");
        self.0.exchange_refresh_token(refresh_token).request(&once(send)).expect("tokens")
    }

    fn state(waiting: &Waiting) -> &str {
        waiting.state.secret()
    }

    fn tokens(tokens: &BasicTokenResponse) -> Read<'_> {
        let scopes: Vec<&str> = tokens.scopes().expect("a scope").iter().map(|scope| scope.as_str()).collect();
        Read { access_token: tokens.access_token().secret(), scope: scopes.join(" ") }
    }
}

impl Store for OAuth2 {
    /// It has no type for a login: its user stores the two values.
    fn store(&self, kept: Kept, meter: &mut impl Meter) -> Option<String> {
        fn save<S: Serialize>(state: &S) -> String {
            serde_json::to_string(state).expect("JSON")
        }
        fn load<S: DeserializeOwned>(row: &str) -> S {
            serde_json::from_str(row).expect("what was saved")
        }
        let waiting = self.authorize(|_| ());
        match kept {
            Kept::Login => Some(round_trip(meter, &(waiting.state, waiting.verifier), save, load)),
            Kept::ImplicitLogin | Kept::Journal => None,
            Kept::Tokens => Some(round_trip(meter, &self.exchange(self.code(waiting), |_| answer(ANSWER)), save, load)),
        }
    }
}

impl Shown for HttpRequest {
    fn url(&self) -> String {
        self.uri().to_string()
    }

    fn authorization(&self) -> Option<String> {
        self.headers().get("Authorization").map(|value| value.to_str().expect("text").into())
    }

    fn body(&self) -> String {
        String::from_utf8(self.body().clone()).expect("text")
    }
}
