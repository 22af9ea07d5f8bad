//! A client with no opinions: it sends exactly what a test says.

#![allow(dead_code, reason = "every test file uses its own part of this")]

use oauth_proto_emulator::{Emulator, Landing};
use serde_json::{Map, Value};

pub(crate) const FORM: &str = "application/x-www-form-urlencoded";
pub(crate) const JSON: &str = "application/json";
pub(crate) const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub(crate) const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// Status, header fields and body of an answer.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Reply {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    pub(crate) fn text(&self, name: &str) -> String {
        self.json()[name].as_str().unwrap_or_else(|| panic!("no {name} in {}", self.body)).to_owned()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    #[track_caller]
    pub(crate) fn must(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.body);
        self
    }

    /// The protocol says no, without a complaint about the wire.
    #[track_caller]
    pub(crate) fn says(&self, status: u16, error: &str) {
        assert_eq!((self.status, self.json()["error"].as_str()), (status, Some(error)), "{}", self.body);
    }

    /// The wire is refused, and the document's line is named.
    #[track_caller]
    pub(crate) fn deviates(&self, hint: &str) {
        self.says(400, "invalid_request");
        let words = self.text("error_description");
        assert!(words.starts_with("the wire deviates: ") && words.contains(hint), "{words}");
    }
}

pub(crate) fn send(method: &str, url: &str, headers: &[(&str, &str)], body: &str) -> Result<Reply, ureq::Error> {
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .proxy(None)
        .allow_non_standard_methods(true)
        .build()
        .into();
    let mut request = ureq::http::Request::builder().method(method).uri(url);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let mut response = if body.is_empty() {
        agent.run(request.body(()).unwrap())?
    } else {
        agent.run(request.body(body.to_owned()).unwrap())?
    };
    let headers = response.headers().iter();
    let headers = headers.map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned())).collect();
    Ok(Reply { status: response.status().as_u16(), headers, body: response.body_mut().read_to_string()? })
}

pub(crate) fn post(url: &str, kind: &str, body: &str) -> Reply {
    send("POST", url, &[("content-type", kind)], body).unwrap()
}

pub(crate) fn get(url: &str, headers: &[(&str, &str)]) -> Reply {
    send("GET", url, headers, "").unwrap()
}

pub(crate) fn form(pairs: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

pub(crate) fn json(pairs: &[(&str, &str)]) -> String {
    let object: Map<String, Value> = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).into())).collect();
    Value::Object(object).to_string()
}

/// Approves and returns the named parameter of the callback, form-decoded.
pub(crate) fn approved(emulator: &Emulator, endpoint: &str, pairs: &[(&str, &str)], wanted: &str) -> String {
    let landing = emulator.user().approve(&format!("{endpoint}?{}", form(pairs)));
    callback(&landing, wanted).unwrap_or_else(|| panic!("no {wanted} in {landing:?}"))
}

pub(crate) fn callback(landing: &Landing, wanted: &str) -> Option<String> {
    let (_, parameters) = landing.url.split_once(['?', '#'])?;
    form_urlencoded::parse(parameters.as_bytes()).find(|(name, _)| name == wanted).map(|(_, value)| value.into_owned())
}

#[track_caller]
pub(crate) fn clean(emulator: &Emulator) {
    assert_eq!(emulator.deviations(), Vec::<String>::new());
}

pub(crate) mod amiqus {
    use super::*;

    pub(crate) const AUTHORIZE: &str = "https://id.amiqus.co/oauth/authorize";
    pub(crate) const TOKEN: &str = "https://id.amiqus.co/oauth/token";

    pub(crate) fn code(emulator: &Emulator) -> String {
        let pairs = [
            ("client_id", emulator.client_id()),
            ("redirect_uri", emulator.redirect_uri()),
            ("response_type", "code"),
            ("state", "a+b/c=="),
        ];
        approved(emulator, AUTHORIZE, &pairs, "code")
    }

    pub(crate) fn exchange(emulator: &Emulator, code: &str) -> Reply {
        let pairs = [
            ("grant_type", "authorization_code"),
            ("client_id", emulator.client_id()),
            ("client_secret", emulator.client_secret()),
            ("code", code),
            ("redirect_uri", emulator.redirect_uri()),
        ];
        post(&emulator.local(TOKEN), FORM, &form(&pairs))
    }

    pub(crate) fn refresh_body(emulator: &Emulator, token: &str) -> String {
        form(&[
            ("grant_type", "refresh_token"),
            ("client_id", emulator.client_id()),
            ("client_secret", emulator.client_secret()),
            ("refresh_token", token),
            ("redirect_uri", emulator.redirect_uri()),
        ])
    }

    pub(crate) fn refresh(emulator: &Emulator, token: &str) -> Reply {
        post(&emulator.local(TOKEN), FORM, &refresh_body(emulator, token))
    }

    pub(crate) fn me(emulator: &Emulator, token: &str) -> Reply {
        get(&emulator.api_url(), &[("authorization", &format!("Bearer {token}"))])
    }
}
