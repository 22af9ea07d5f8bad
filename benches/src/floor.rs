//! The floor: the same work by hand, with the same libraries and without a single check that the protocol could do
//! without. A skilled engineer writes this when nothing else counts; no library can do with less.
//!
//! Each text is written into one buffer of the right size, each value is encoded by a table, and JSON is read into owned
//! strings. The callback alone is checked, since its row is about checking.

use std::{borrow::Cow, sync::Arc};

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::{
    contender::{Kept, Login, Read, Receive, Shown, Store},
    inputs::{
        ANSWER, AUTHORIZATION_ENDPOINT, Answer, CLIENT_ID, CLIENT_SECRET, CODE, REDIRECT_URI, SCOPES, TOKEN_ENDPOINT,
        answer,
    },
    meter::{Meter, round_trip},
};

pub struct Floor {
    authorization_endpoint: String,
    token_endpoint: Arc<str>,
    client_id: String,
    client_secret: String,
    redirect_uri: String,
    scope: String,
}

pub struct Waiting {
    state: String,
    verifier: String,
}

pub struct Code {
    code: String,
    verifier: String,
}

pub struct Request {
    url: Arc<str>,
    authorization: String,
    body: String,
}

#[derive(Serialize, Deserialize)]
pub struct Tokens {
    access_token: String,
    #[allow(dead_code)]
    token_type: String,
    #[allow(dead_code)]
    expires_in: Option<u64>,
    refresh_token: Option<String>,
    scope: Option<String>,
}

impl Login for Floor {
    type Waiting = Waiting;
    type Code = Code;
    type Request = Request;
    type Asked = ();
    type Tokens = Tokens;

    fn client() -> Self {
        Self {
            authorization_endpoint: AUTHORIZATION_ENDPOINT.into(),
            token_endpoint: TOKEN_ENDPOINT.into(),
            client_id: CLIENT_ID.into(),
            client_secret: CLIENT_SECRET.into(),
            redirect_uri: REDIRECT_URI.into(),
            scope: SCOPES.join(" "),
        }
    }

    fn authorize(&self, show: impl FnOnce(&str)) -> Waiting {
        let mut entropy = [0; 64];
        getrandom::fill(&mut entropy).expect("random bytes");
        let state = URL_SAFE_NO_PAD.encode(&entropy[..32]);
        let verifier = URL_SAFE_NO_PAD.encode(&entropy[32..]);
        let hash = Sha256::digest(&verifier);
        let mut url = String::with_capacity(512);
        url.push_str(&self.authorization_endpoint);
        url.push_str("?response_type=code&client_id=");
        encode(&mut url, &self.client_id);
        url.push_str("&redirect_uri=");
        encode(&mut url, &self.redirect_uri);
        url.push_str("&scope=");
        encode(&mut url, &self.scope);
        url.push_str("&state=");
        url.push_str(&state);
        url.push_str("&code_challenge=");
        URL_SAFE_NO_PAD.encode_string(hash, &mut url);
        url.push_str("&code_challenge_method=S256");
        show(&url);
        Waiting { state, verifier }
    }

    fn code(&self, waiting: Waiting) -> Code {
        Code { code: CODE.into(), verifier: waiting.verifier }
    }

    fn request(&self, code: Code) -> (Request, ()) {
        let mut body = String::with_capacity(256);
        body.push_str("grant_type=authorization_code&code=");
        encode(&mut body, &code.code);
        body.push_str("&redirect_uri=");
        encode(&mut body, &self.redirect_uri);
        body.push_str("&code_verifier=");
        body.push_str(&code.verifier);
        (self.post(body), ())
    }

    fn exchange(&self, code: Code, send: impl FnOnce(Request) -> Answer) -> Tokens {
        let (request, ()) = self.request(code);
        read(send(request))
    }

    fn refresh(&self, tokens: Tokens, send: impl FnOnce(Request) -> Answer) -> Tokens {
        let mut body = String::with_capacity(128);
        body.push_str("grant_type=refresh_token&refresh_token=");
        encode(&mut body, tokens.refresh_token.as_deref().unwrap_or_default());
        read(send(self.post(body)))
    }

    fn state(waiting: &Waiting) -> &str {
        &waiting.state
    }

    fn tokens(tokens: &Tokens) -> Read<'_> {
        Read { access_token: &tokens.access_token, scope: tokens.scope.clone().unwrap_or_default() }
    }
}

impl Receive for Floor {
    /// Refuses what stands there twice, and compares in constant time.
    fn receive(&self, waiting: Waiting, callback: &str) -> Option<(Request, ())> {
        let (_, query) = callback.split_once('?')?;
        let (mut code, mut state, mut error) = (None, None, None);
        for pair in query.split('&') {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let slot = match name {
                "code" => &mut code,
                "state" => &mut state,
                "error" => &mut error,
                _ => continue,
            };
            if slot.replace(decode(value)?).is_some() {
                return None;
            }
        }
        let (Some(code), Some(state), None) = (code, state, error) else { return None };
        if !bool::from(state.as_bytes().ct_eq(waiting.state.as_bytes())) {
            return None;
        }
        Some(self.request(Code { code: code.into_owned(), verifier: waiting.verifier }))
    }
}

impl Floor {
    /// A request of the client's, which proves itself by HTTP Basic (RFC 6749 section 2.3.1).
    fn post(&self, body: String) -> Request {
        let mut pair = String::with_capacity(3 * (self.client_id.len() + self.client_secret.len()) + 1);
        encode(&mut pair, &self.client_id);
        pair.push(':');
        encode(&mut pair, &self.client_secret);
        let mut authorization = String::with_capacity("Basic ".len() + pair.len().div_ceil(3) * 4);
        authorization.push_str("Basic ");
        STANDARD.encode_string(&pair, &mut authorization);
        Request { url: self.token_endpoint.clone(), authorization, body }
    }
}

fn read(answer: Answer) -> Tokens {
    serde_json::from_slice(answer.body()).expect("tokens")
}

/// What waits for the browser, as it is stored: the texts that this crate's `AwaitingCode` has too.
#[derive(Serialize, Deserialize)]
struct StoredLogin {
    login: StoredState,
    verifier: String,
}

/// The same for an implicit login: the texts of `AwaitingToken`.
#[derive(Serialize, Deserialize)]
struct StoredImplicitLogin {
    login: StoredState,
}

#[derive(Serialize, Deserialize)]
struct StoredState {
    state: String,
    closes_at: u64,
    intent: Intent,
}

/// What was asked for.
#[derive(Serialize, Deserialize)]
struct Intent {
    server: String,
    client_id: String,
    scope: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    redirect_uri: Option<String>,
}

/// A code that was sent: the texts of `InFlight<AuthorizationCode>`.
#[derive(Serialize, Deserialize)]
struct StoredRequest {
    origin: StoredCode,
    sent_at: u64,
}

#[derive(Serialize, Deserialize)]
struct StoredCode {
    code: String,
    verifier: String,
    intent: Intent,
}

/// The texts of `TokenSet<Refreshable>`.
#[derive(Serialize, Deserialize)]
struct StoredTokens {
    refresh_token: String,
    access_token: String,
    expires_at: Option<u64>,
    intent: Intent,
}

impl Store for Floor {
    fn store(&self, kept: Kept, meter: &mut impl Meter) -> Option<String> {
        fn save<S: Serialize>(state: &S) -> String {
            serde_json::to_string(state).expect("JSON")
        }
        fn load<S: DeserializeOwned>(row: &str) -> S {
            serde_json::from_str(row).expect("what was saved")
        }
        let Waiting { state, verifier } = self.authorize(|_| ());
        let mut intent = Intent {
            server: "example".into(),
            client_id: self.client_id.clone(),
            scope: self.scope.clone(),
            redirect_uri: Some(self.redirect_uri.clone()),
        };
        match kept {
            Kept::Login => {
                let login = StoredState { state, closes_at: 1_800_000_600_000, intent };
                Some(round_trip(meter, &StoredLogin { login, verifier }, save, load))
            }
            Kept::ImplicitLogin => {
                let login = StoredState { state, closes_at: 1_800_000_600_000, intent };
                Some(round_trip(meter, &StoredImplicitLogin { login }, save, load))
            }
            Kept::Journal => {
                let origin = StoredCode { code: CODE.into(), verifier, intent };
                Some(round_trip(meter, &StoredRequest { origin, sent_at: 1_800_000_000_000 }, save, load))
            }
            Kept::Tokens => {
                intent.redirect_uri = None;
                let Tokens { access_token, refresh_token, .. } = read(answer(ANSWER));
                let refresh_token = refresh_token.expect("a refresh token");
                let expires_at = Some(1_800_003_600_000);
                Some(round_trip(meter, &StoredTokens { refresh_token, access_token, expires_at, intent }, save, load))
            }
        }
    }
}

/// Which bytes stand for themselves in a form: the unreserved characters of RFC 3986 section 2.3.
static PLAIN: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 128 {
        table[byte] = (byte as u8).is_ascii_alphanumeric() || matches!(byte as u8, b'-' | b'.' | b'_' | b'~');
        byte += 1;
    }
    table
};

fn encode(text: &mut String, value: &str) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    for byte in value.bytes() {
        if PLAIN[usize::from(byte)] {
            text.push(char::from(byte));
        } else if byte == b' ' {
            text.push('+');
        } else {
            text.push('%');
            text.push(char::from(HEX[usize::from(byte >> 4)]));
            text.push(char::from(HEX[usize::from(byte & 15)]));
        }
    }
}

fn decode(value: &str) -> Option<Cow<'_, str>> {
    if !value.bytes().any(|byte| matches!(byte, b'%' | b'+')) {
        return Some(value.into());
    }
    let hex = |byte: u8| char::from(byte).to_digit(16).map(|digit| digit as u8);
    let mut decoded = Vec::with_capacity(value.len());
    let mut bytes = value.bytes();
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'+' => b' ',
            b'%' => hex(bytes.next()?)? << 4 | hex(bytes.next()?)?,
            plain => plain,
        });
    }
    String::from_utf8(decoded).ok().map(Cow::Owned)
}

impl Shown for Request {
    fn url(&self) -> String {
        self.url.to_string()
    }

    fn authorization(&self) -> Option<String> {
        Some(self.authorization.clone())
    }

    fn body(&self) -> String {
        self.body.clone()
    }
}
