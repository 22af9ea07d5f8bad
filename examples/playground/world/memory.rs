//! What a stand-in knows, and what it answers: which code and which tokens are good, in the provider's own shape. Whether
//! the provider's data is right, it cannot tell.

use std::time::Duration;

use axum::{
    http::{Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use oauth_proto::Provider;
use serde_json::Value;

use super::{
    answers::{self, Answer, LIFETIME, Made},
    pages, template,
};

pub const CLIENT_ID: &str = "playground";
pub const CLIENT_SECRET: &str = "cGxheWdyb3VuZC1zZWNyZXQ";

pub const API_PATH: &str = "/-/api/me";
pub const DECIDE_PATH: &str = "/-/decide";

/// What the server knows.
pub struct Memory {
    data: Value,
    origin: String,
    redirect_uri: String,
    now: u64,
    /// How many tokens were issued: no two are the same.
    issued: u32,
    code: Option<String>,
    access_token: Option<(String, u64)>,
    refresh_token: Option<String>,
    /// Presented once, and good for nothing any more.
    spent: Vec<String>,
    nonce: Option<String>,
}

impl Memory {
    /// # Errors
    /// None that a provider which was checked can lead to.
    pub fn new(provider: &Provider, origin: String, redirect_uri: &str, now: u64) -> serde_json::Result<Self> {
        Ok(Self {
            data: serde_json::to_value(provider)?,
            origin,
            redirect_uri: redirect_uri.to_owned(),
            now,
            issued: 0,
            code: None,
            access_token: None,
            refresh_token: None,
            spent: Vec::new(),
            nonce: None,
        })
    }

    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// In seconds since 1970.
    pub fn now(&self) -> u64 {
        self.now
    }

    pub fn advance(&mut self, by: Duration) {
        self.now += by.as_secs();
    }

    /// Nothing that was issued is good any more.
    pub fn end(&mut self) {
        (self.access_token, self.code) = (None, None);
        self.spent.extend(self.refresh_token.take());
    }

    /// Whether the data says anything of the implicit grant.
    pub fn speaks_of_implicit(&self) -> bool {
        let dialect = &self.data["dialect"];
        !self.data["implicit_authorization_endpoint"].is_null()
            || dialect["authorize"]["response_type_token"] != "token"
            || dialect["callback"]["tokens"] != "fragment"
    }

    /// Whether its logins name scopes.
    pub fn asks_for_scopes(&self) -> bool {
        let omitted = &self.data["dialect"]["authorize"]["parameters"]["omit"];
        !omitted.as_array().is_some_and(|omitted| omitted.iter().any(|name| name == "scope"))
    }

    /// `fields` are the values of the header fields, a line each.
    pub fn answer(&mut self, method: &Method, target: &str, fields: &str, body: &str) -> Response {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        if path == API_PATH {
            return self.api(&format!("{query}\n{fields}"));
        }
        if path == DECIDE_PATH && *method == Method::POST {
            return self.decided(body);
        }
        let sent = form_decoded(&format!("{query}&{body}"));
        let of = |endpoint: &Value| endpoint.as_str().is_some_and(|url| self.is_at(url, path));
        if *method == Method::GET
            && (of(&self.data["authorization_endpoint"]) || of(&self.data["implicit_authorization_endpoint"]))
        {
            let title = self.data["name"].as_str().unwrap_or("the provider");
            return pages::consent(title, CLIENT_ID, &self.scope_of(query), query).into_response();
        }
        let revokes = of(&self.data["revocation"]["endpoint"]);
        if revokes { self.revoke() } else { self.token(&sent) }
    }

    /// Whether the path is that of an endpoint, which may be a template, or several.
    fn is_at(&self, endpoint: &str, path: &str) -> bool {
        let value = |name: &str| match name {
            "client_id" => Some(CLIENT_ID.to_owned()),
            name => self.data["variables"][name].as_str().map(str::to_owned),
        };
        let url = template::fill(endpoint, value);
        let target = url.as_deref().and_then(|url| url.strip_prefix(&*self.origin));
        target.and_then(|target| target.split(['?', '#']).next()) == Some(path)
    }

    /// The user has decided: back to the client.
    fn decided(&mut self, form: &str) -> Response {
        let form: Vec<(String, String)> = url::form_urlencoded::parse(form.as_bytes()).into_owned().collect();
        let field = |name: &str| form.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value.as_str());
        let query: Vec<(String, String)> =
            url::form_urlencoded::parse(field("query").as_bytes()).into_owned().collect();
        let sent = |name: &str| {
            let wire = self.data["dialect"]["authorize"]["parameters"]["rename"][name].as_str().unwrap_or(name);
            query.iter().find(|(known, _)| known == wire).map(|(_, value)| value.clone())
        };
        let (state, nonce, implicit) =
            (sent("state"), sent("nonce"), self.is_implicit(sent("response_type").as_deref()));
        let step = self.data["dialect"]["callback"].clone();
        let wire = |name: &str| step["rename"][name].as_str().unwrap_or(name).to_owned();
        let mut back = url::form_urlencoded::Serializer::new(String::new());
        if let (Some(state), false) = (&state, step["state"] == "not_echoed_by_this_server") {
            back.append_pair(&wire("state"), state);
        }
        if let Some(issuer) = self.data["issuer"].as_str() {
            back.append_pair(&wire("iss"), issuer);
        }
        if field("decision") != "approve" {
            back.append_pair("error", "access_denied");
            return self.to_client(&back.finish(), implicit && step["tokens"] == "fragment");
        }
        if implicit {
            let access_token = self.issue();
            back.append_pair(&wire("access_token"), &access_token).append_pair(&wire("token_type"), "Bearer");
            back.append_pair(&wire("expires_in"), &LIFETIME.to_string());
            if let (Some(nonce), true) = (&nonce, self.data["dialect"]["authorize"]["nonce"] == "echoed_with_tokens") {
                back.append_pair(&wire("nonce"), nonce);
            }
            return self.to_client(&back.finish(), step["tokens"] != "query");
        }
        self.nonce = nonce;
        let code = self.fresh("code");
        back.append_pair(&wire("code"), &code);
        self.code = Some(code);
        for name in step["keep"].as_object().into_iter().flat_map(|keep| keep.keys()) {
            back.append_pair(name, &answers::kept(&self.data, name, &self.origin));
        }
        if self.data["dialect"]["authorize"]["parameters"]["add"]["response_mode"] == "form_post" {
            return pages::form_post(&self.redirect_uri, &back.finish()).into_response();
        }
        self.to_client(&back.finish(), false)
    }

    fn is_implicit(&self, response_type: Option<&str>) -> bool {
        response_type == self.data["dialect"]["authorize"]["response_type_token"].as_str()
    }

    fn to_client(&self, answer: &str, in_fragment: bool) -> Response {
        let mark = if in_fragment { '#' } else { '?' };
        (StatusCode::FOUND, [(header::LOCATION, format!("{}{mark}{answer}", self.redirect_uri))]).into_response()
    }

    /// The scopes that were asked for, for the user to read.
    fn scope_of(&self, query: &str) -> String {
        let wire = self.data["dialect"]["authorize"]["parameters"]["rename"]["scope"].as_str().unwrap_or("scope");
        let mut pairs = url::form_urlencoded::parse(query.as_bytes());
        pairs.find(|(name, _)| name == wire).map_or_else(|| "your account".to_owned(), |(_, scope)| scope.into_owned())
    }

    /// A token request, told by what it presents.
    fn token(&mut self, sent: &str) -> Response {
        let holds = |token: &Option<String>| token.as_deref().is_some_and(|token| sent.contains(token));
        if self.spent.iter().any(|spent| sent.contains(spent.as_str())) {
            // RFC 9700 section 4.14.2: whoever it was that came second, the whole grant ends.
            self.end();
            return refusal("it was presented before: the grant is over");
        }
        if holds(&self.code) {
            self.spent.extend(self.code.take());
        } else if holds(&self.refresh_token) {
            self.spent.extend(self.refresh_token.take());
        } else if self.access_token.as_ref().is_some_and(|(token, _)| sent.contains(token.as_str())) {
            // Some refresh by the access token, and some follow up with it.
        } else if !sent.contains("client_credentials") {
            return refusal("there is no such code or token");
        }
        let follow_up =
            self.data["follow_up_endpoint"].is_string() && !self.data["dialect"]["follow_up_response"].is_null();
        let step = self.data["dialect"][if follow_up { "follow_up_response" } else { "response" }].clone();
        let access_token = self.issue();
        let refresh_token = self.fresh("refresh");
        let made = Made {
            access_token: &access_token,
            refresh_token: &refresh_token,
            now: self.now,
            told_origin: &self.origin,
        };
        let scope: &[&str] = if self.asks_for_scopes() { &["read", "write"] } else { &[] };
        let answer = Answer::new(&self.data, &step, &made, self.nonce.clone(), scope);
        self.refresh_token = Some(refresh_token);
        let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::OK);
        (status, [(header::CONTENT_TYPE, answer.media_type)], answer.body).into_response()
    }

    fn revoke(&mut self) -> Response {
        (self.access_token, self.refresh_token) = (None, None);
        StatusCode::OK.into_response()
    }

    fn api(&self, shown: &str) -> Response {
        match &self.access_token {
            Some((token, end)) if *end > self.now && form_decoded(shown).contains(token.as_str()) => {
                ([(header::CONTENT_TYPE, "application/json")], r#"{"login":"jsmith"}"#).into_response()
            }
            _ => (StatusCode::UNAUTHORIZED, [(header::WWW_AUTHENTICATE, "Bearer error=\"invalid_token\"")], "")
                .into_response(),
        }
    }

    /// A new access token, in the place of the one before.
    fn issue(&mut self) -> String {
        let token = self.fresh("access");
        self.access_token = Some((token.clone(), self.now + LIFETIME));
        token
    }

    fn fresh(&mut self, kind: &str) -> String {
        self.issued += 1;
        format!("{kind}-{}-{:016x}{:016x}", self.issued, fastrand::u64(..), fastrand::u64(..))
    }
}

fn refusal(why: &str) -> Response {
    let body = serde_json::json!({ "error": "invalid_grant", "error_description": why }).to_string();
    (StatusCode::BAD_REQUEST, [(header::CONTENT_TYPE, "application/json")], body).into_response()
}

fn form_decoded(text: &str) -> String {
    url::form_urlencoded::parse(text.replace(['&', '='], " ").as_bytes()).map(|(name, _)| name.into_owned()).collect()
}
