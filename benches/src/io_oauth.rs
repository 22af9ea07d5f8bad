//! The crate `io-oauth`, as its examples use it. Its requests are made by a coroutine that writes them out for HTTP/1.1;
//! the answer is read from its body, as it is here, and not from the bytes of the socket.

use std::{borrow::Cow, collections::BTreeMap};

use ::io_oauth::{
    rfc6749::{
        access_token_request::{
            Oauth20AccessTokenRequest, Oauth20AccessTokenRequestParams, Oauth20AccessTokenRequestResult,
        },
        auth_request::Oauth20AuthRequestParams,
        auth_response::Oauth20AuthParams,
        issue_access_token::Oauth20AccessTokenSuccessParams,
        refresh_access_token::{
            Oauth20AccessTokenRefresh, Oauth20AccessTokenRefreshParams, Oauth20AccessTokenRefreshResult,
        },
        state::Oauth20State,
    },
    rfc7636::pkce::{Oauth20PkceCodeChallenge, Oauth20PkceCodeVerifier},
};
use io_http::rfc9110::request::HttpRequest;
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use crate::{
    contender::{Kept, Login, Read, Receive, Shown, Store},
    inputs::{
        ANSWER, AUTHORIZATION_ENDPOINT, Answer, CLIENT_ID, CLIENT_SECRET, CODE, REDIRECT_URI, SCOPES, TOKEN_ENDPOINT,
        answer,
    },
    meter::{Meter, round_trip},
};

/// It has no type for a client: its user keeps what each request needs.
pub struct IoOauth {
    authorization_endpoint: Url,
    token_endpoint: Url,
    client_secret: SecretString,
}

pub struct Waiting {
    state: Oauth20State,
    verifier: Oauth20PkceCodeVerifier,
}

pub struct Code {
    code: String,
    verifier: Oauth20PkceCodeVerifier,
}

/// What its coroutine wants to be written to the socket.
pub struct Written(Vec<u8>);

impl Login for IoOauth {
    type Waiting = Waiting;
    type Code = Code;
    type Request = Written;
    type Asked = Oauth20AccessTokenRequest;
    type Tokens = Oauth20AccessTokenSuccessParams;

    fn client() -> Self {
        Self {
            authorization_endpoint: AUTHORIZATION_ENDPOINT.parse().expect("a URL"),
            token_endpoint: TOKEN_ENDPOINT.parse().expect("a URL"),
            client_secret: CLIENT_SECRET.into(),
        }
    }

    fn authorize(&self, show: impl FnOnce(&str)) -> Waiting {
        let (state, challenge) = (Oauth20State::default(), Oauth20PkceCodeChallenge::default());
        let parameters = Oauth20AuthRequestParams {
            client_id: CLIENT_ID.into(),
            redirect_uri: Some(REDIRECT_URI.into()),
            scope: SCOPES.into_iter().map(Cow::Borrowed).collect(),
            state: Some(Cow::Borrowed(&state)),
            pkce_code_challenge: Some(Cow::Borrowed(&challenge)),
            extras: BTreeMap::new(),
        };
        show(parameters.build_url(&self.authorization_endpoint).as_str());
        Waiting { state, verifier: challenge.verifier }
    }

    fn code(&self, waiting: Waiting) -> Code {
        Code { code: CODE.into(), verifier: waiting.verifier }
    }

    fn request(&self, code: Code) -> (Written, Oauth20AccessTokenRequest) {
        let parameters = Oauth20AccessTokenRequestParams {
            code: code.code.into(),
            redirect_uri: Some(REDIRECT_URI.into()),
            client_id: CLIENT_ID.into(),
            client_secret: Some(self.client_secret.clone()),
            pkce_code_verifier: Some(Cow::Owned(code.verifier)),
        };
        let mut coroutine = Oauth20AccessTokenRequest::new(self.post(), parameters);
        match coroutine.resume(None) {
            Oauth20AccessTokenRequestResult::WantsWrite(bytes) => (Written(bytes), coroutine),
            _ => unreachable!("a request is written first"),
        }
    }

    fn exchange(&self, code: Code, send: impl FnOnce(Written) -> Answer) -> Oauth20AccessTokenSuccessParams {
        let (request, _coroutine) = self.request(code);
        read(send(request))
    }

    fn refresh(
        &self,
        tokens: Oauth20AccessTokenSuccessParams,
        send: impl FnOnce(Written) -> Answer,
    ) -> Oauth20AccessTokenSuccessParams {
        let refresh_token = tokens.refresh_token.expect("a refresh token");
        let mut parameters = Oauth20AccessTokenRefreshParams::new(CLIENT_ID, refresh_token);
        parameters.client_secret = Some(self.client_secret.clone());
        let mut coroutine = Oauth20AccessTokenRefresh::new(self.post(), parameters);
        match coroutine.resume(None) {
            Oauth20AccessTokenRefreshResult::WantsWrite(bytes) => read(send(Written(bytes))),
            _ => unreachable!("a request is written first"),
        }
    }

    fn state(waiting: &Waiting) -> &str {
        std::str::from_utf8(waiting.state.expose()).expect("printable ASCII")
    }

    fn tokens(tokens: &Oauth20AccessTokenSuccessParams) -> Read<'_> {
        Read { access_token: tokens.access_token.expose_secret(), scope: tokens.scope.clone().expect("a scope") }
    }
}

impl Receive for IoOauth {
    /// It reads whole URLs alone, so its user completes the request target.
    fn receive(&self, waiting: Waiting, callback: &str) -> Option<(Written, Oauth20AccessTokenRequest)> {
        let base = Url::parse(REDIRECT_URI).ok()?;
        let url = base.join(callback).ok()?;
        let code = Oauth20AuthParams::from(&url).validate(Some(&waiting.state)).ok()?.into_owned();
        Some(self.request(Code { code, verifier: waiting.verifier }))
    }
}

impl Store for IoOauth {
    /// Its code verifier cannot be stored, and it has no type for a login.
    fn store(&self, kept: Kept, meter: &mut impl Meter) -> Option<String> {
        fn save(tokens: &Oauth20AccessTokenSuccessParams) -> String {
            serde_json::to_string(tokens).expect("JSON")
        }
        fn load(row: &str) -> Oauth20AccessTokenSuccessParams {
            serde_json::from_str(row).expect("what was saved")
        }
        (kept == Kept::Tokens).then(|| round_trip(meter, &read(answer(ANSWER)), save, load))
    }
}

impl IoOauth {
    fn post(&self) -> HttpRequest {
        let request = HttpRequest {
            method: "POST".into(),
            url: self.token_endpoint.clone(),
            headers: Vec::new(),
            body: Vec::new(),
        };
        request.header("Host", self.token_endpoint.host_str().expect("a host"))
    }
}

fn read(answer: Answer) -> Oauth20AccessTokenSuccessParams {
    Oauth20AccessTokenSuccessParams::try_from(answer.body().as_slice()).expect("tokens")
}

impl Shown for Written {
    fn url(&self) -> String {
        TOKEN_ENDPOINT.into()
    }

    /// It proves the client in the body alone.
    fn authorization(&self) -> Option<String> {
        None
    }

    fn body(&self) -> String {
        let text = std::str::from_utf8(&self.0).expect("text");
        text.split_once("\r\n\r\n").expect("a head").1.into()
    }
}
