//! A client with no opinions: it sends exactly what a test says. The honest requests of a row without oddities are
//! here, for a test to change.

use std::collections::BTreeMap;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use oauth_proto_emulator::rows::{Connection, Row, RowServer};
use serde_json::{Value, json};

pub(crate) const FORM: &str = "application/x-www-form-urlencoded";
pub(crate) const JSON: &str = "application/json";
pub(crate) const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub(crate) const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
pub(crate) const AUTHORIZE: &str = "https://id.example.com/authorize";
pub(crate) const TOKEN: &str = "https://id.example.com/token";
pub(crate) const API: &str = "https://api.example.com/me";
pub(crate) const ID: &str = "client+1/2 x";
pub(crate) const SECRET: &str = "s&=+ %:\u{e9}";
pub(crate) const REDIRECT: &str = "https://app.example/call%20back?keep=1";
pub(crate) const STATE: &str = "a+b/c== &%41";

pub(crate) type Pairs = Vec<(String, String)>;

/// A server, and what the test brought to it.
pub(crate) struct Scene {
    pub(crate) server: RowServer,
    pub(crate) connection: Connection,
}

/// Status, header fields and body of an answer.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) content_type: String,
    pub(crate) body: String,
}

/// A row of the file, in which only what is odd has to be said.
pub(crate) fn row(odd: Value) -> Row {
    let mut members = json!({ "name": "odd", "authorize_url": AUTHORIZE, "token_url": TOKEN });
    for (name, value) in odd.as_object().unwrap() {
        members[name] = value.clone();
    }
    Row::read_all(&json!([members]).to_string()).unwrap().remove(0)
}

pub(crate) fn connection() -> Connection {
    Connection {
        client_id: ID.to_owned(),
        client_secret: SECRET.to_owned(),
        redirect_uri: REDIRECT.to_owned(),
        scope: vec!["read:all".to_owned(), "write".to_owned()],
        variables: BTreeMap::new(),
        callback: BTreeMap::new(),
        api_url: API.to_owned(),
    }
}

pub(crate) fn map(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

pub(crate) fn scene(odd: Value) -> Scene {
    scene_with(odd, connection())
}

#[track_caller]
pub(crate) fn scene_with(odd: Value, connection: Connection) -> Scene {
    Scene { server: RowServer::start(row(odd), connection.clone()).unwrap(), connection }
}

pub(crate) fn pairs(pairs: &[(&str, &str)]) -> Pairs {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

pub(crate) fn form(pairs: &[(String, String)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

pub(crate) fn json_text(pairs: &[(String, String)]) -> String {
    let members = pairs.iter().map(|(name, value)| (name.clone(), json!(value)));
    Value::Object(members.collect()).to_string()
}

pub(crate) fn without(pairs: &[(String, String)], name: &str) -> Pairs {
    pairs.iter().filter(|(known, _)| known != name).cloned().collect()
}

/// The value of that name is another one now, or there for the first time.
pub(crate) fn with(pairs: &[(String, String)], name: &str, value: &str) -> Pairs {
    let mut pairs = pairs.to_vec();
    match pairs.iter_mut().find(|(known, _)| known == name) {
        Some(pair) => pair.1 = value.to_owned(),
        None => pairs.push((name.to_owned(), value.to_owned())),
    }
    pairs
}

pub(crate) fn renamed(pairs: &[(String, String)], from: &str, to: &str) -> Pairs {
    let rename = |(name, value): &(String, String)| (if name == from { to } else { name }.to_owned(), value.clone());
    pairs.iter().map(rename).collect()
}

pub(crate) fn basic(id: &str, secret: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{id}:{secret}")))
}

pub(crate) fn form_encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

impl Reply {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    #[track_caller]
    pub(crate) fn text(&self, pointer: &str) -> String {
        let members = self.json();
        let text = members.pointer(&format!("/{pointer}")).and_then(Value::as_str);
        text.unwrap_or_else(|| panic!("no {pointer} in {}", self.body)).to_owned()
    }

    #[track_caller]
    pub(crate) fn must(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.body);
        self
    }

    /// The protocol says no, without a complaint about the wire.
    #[track_caller]
    pub(crate) fn says(&self, error: &str) {
        assert_eq!((self.status, self.text("error").as_str()), (400, error), "{}", self.body);
    }

    /// The wire is refused, in words.
    #[track_caller]
    pub(crate) fn deviates(&self, hint: &str) {
        self.says("invalid_request");
        let words = self.text("error_description");
        assert!(words.starts_with("the wire deviates: ") && words.contains(hint), "{words}");
    }
}

impl Scene {
    pub(crate) fn send(&self, method: &str, url: &str, headers: &[(&str, &str)], body: &str) -> Reply {
        let url = url.replacen("https://", "http://", 1);
        let mut request = ureq::http::Request::builder().method(method).uri(url);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let agent = self.server.agent();
        let reply = if body.is_empty() {
            agent.run(request.body(()).unwrap())
        } else {
            let request = request.body(body.to_owned()).unwrap();
            agent.run(agent.configure_request(request).allow_non_standard_methods(true).build())
        };
        let mut reply = reply.unwrap();
        let content_type = reply.headers().get("content-type").map_or("", |value| value.to_str().unwrap()).to_owned();
        Reply { status: reply.status().as_u16(), content_type, body: reply.body_mut().read_to_string().unwrap() }
    }

    pub(crate) fn post(&self, url: &str, kind: &str, body: &str) -> Reply {
        self.send("POST", url, &[("content-type", kind)], body)
    }

    pub(crate) fn post_form(&self, pairs: &[(String, String)]) -> Reply {
        self.post(TOKEN, FORM, &form(pairs))
    }

    pub(crate) fn post_with(&self, authorization: &str, pairs: &[(String, String)]) -> Reply {
        self.send("POST", TOKEN, &[("content-type", FORM), ("authorization", authorization)], &form(pairs))
    }

    pub(crate) fn me(&self, token: &str) -> Reply {
        self.send("GET", API, &[("authorization", &format!("Bearer {token}"))], "")
    }

    /// The parameters of an honest authorization request.
    pub(crate) fn asking(&self) -> Pairs {
        pairs(&[
            ("response_type", "code"),
            ("client_id", &self.connection.client_id),
            ("redirect_uri", &self.connection.redirect_uri),
            ("scope", &self.connection.scope.join(" ")),
            ("state", STATE),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
        ])
    }

    pub(crate) fn approve(&self, asking: &[(String, String)]) -> Result<Pairs, String> {
        self.server.approve(&format!("{AUTHORIZE}?{}", form(asking))).map(|url| self.callback(&url))
    }

    /// The parameters that the server has appended to the redirect URI.
    #[track_caller]
    pub(crate) fn callback(&self, url: &str) -> Pairs {
        let added = url.strip_prefix(self.connection.redirect_uri.as_str()).unwrap_or_else(|| panic!("{url}"));
        form_urlencoded::parse(&added.as_bytes()[1..]).into_owned().collect()
    }

    #[track_caller]
    pub(crate) fn code_for(&self, asking: &[(String, String)]) -> String {
        value(&self.approve(asking).unwrap(), "code")
    }

    #[track_caller]
    pub(crate) fn code(&self) -> String {
        self.code_for(&self.asking())
    }

    /// The parameters of an honest token request.
    pub(crate) fn exchange(&self, code: &str) -> Pairs {
        pairs(&[
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", &self.connection.redirect_uri),
            ("client_id", &self.connection.client_id),
            ("client_secret", &self.connection.client_secret),
            ("code_verifier", VERIFIER),
        ])
    }

    /// The parameters of an honest refresh request.
    pub(crate) fn refreshing(&self, token: &str) -> Pairs {
        pairs(&[
            ("grant_type", "refresh_token"),
            ("refresh_token", token),
            ("client_id", &self.connection.client_id),
            ("client_secret", &self.connection.client_secret),
        ])
    }

    /// Tokens of a row whose exchange is without oddities.
    #[track_caller]
    pub(crate) fn tokens(&self) -> Reply {
        self.post_form(&self.exchange(&self.code()))
    }

    pub(crate) fn wait(&self, seconds: u64) {
        self.server.advance(Duration::from_secs(seconds));
    }

    /// The request is refused by the page behind the authorization URL, with these words, and remembered.
    #[track_caller]
    pub(crate) fn refuses(&self, url: &str, hint: &str) {
        let before = self.server.deviations().len();
        let words = self.server.approve(url).unwrap_err();
        assert!(words.starts_with("the wire deviates: ") && words.contains(hint), "{words}");
        assert_eq!(self.server.deviations().len(), before + 1);
    }

    #[track_caller]
    pub(crate) fn refuses_asking(&self, asking: &[(String, String)], hint: &str) {
        self.refuses(&format!("{AUTHORIZE}?{}", form(asking)), hint);
    }

    #[track_caller]
    pub(crate) fn clean(&self) {
        assert_eq!(self.server.deviations(), Vec::<String>::new());
    }
}

#[track_caller]
pub(crate) fn value(pairs: &[(String, String)], name: &str) -> String {
    let pair = pairs.iter().find(|(known, _)| known == name);
    pair.unwrap_or_else(|| panic!("no {name} in {pairs:?}")).1.clone()
}
