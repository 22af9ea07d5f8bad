//! Made-up answers of the shape that a provider's data describes.

use oauth_proto::Response;
use serde_json::{Map, Value, json};

pub const ACCESS_TOKEN: &str = "2YotnFZFEjr1zCsicMWpAA";
pub const REFRESH_TOKEN: &str = "tGzv3JOkF0XG5Qx2TlKWIA";
/// What the tokens of a second answer end in.
pub const NEXT: &str = "-2";

/// 2027-01-15, 08:00 UTC.
pub const NOW: u64 = 1_800_000_000;
/// In seconds.
pub const LIFETIME: u64 = 3600;

/// What an answer is made of.
pub struct Made<'a> {
    pub access_token: &'a str,
    pub refresh_token: &'a str,
    /// In seconds since 1970.
    pub now: u64,
    /// What a provider tells that sends its clients to an origin of their own.
    pub told_origin: &'a str,
}

/// An answer, and its body to show.
pub struct Answer {
    pub status: u16,
    pub media_type: String,
    pub body: String,
}

impl Answer {
    /// An answer of the shape of `step`. `scope` is what was asked for.
    pub fn new(provider: &Value, step: &Value, made: &Made<'_>, nonce: Option<String>, scope: &[&str]) -> Self {
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let wire = |name: &str| text(&step["rename"][name]).unwrap_or_else(|| name.to_owned());
        let mut body = Body { form: step["format"] == "form", members: Map::new() };
        if let Some(member) = step["error"]["ok"]["member"].as_str() {
            body.set(member, step["error"]["ok"]["value"].clone());
        }
        body.set(&wire("access_token"), made.access_token.into());
        body.set(&wire("token_type"), step["token_types"][0].clone());
        if let Some(expiry) = expiry(&step["expiry"], made.now) {
            body.set(&wire("expires_in"), expiry);
        }
        if provider["dialect"]["refresh"]["credential"] == "refresh_token" {
            body.set(&wire("refresh_token"), made.refresh_token.into());
        }
        if !scope.is_empty() {
            let asked = text(&provider["dialect"]["authorize"]["scope_separator"]).unwrap_or_default();
            let separator = text(&step["scope_separator"]).unwrap_or(asked);
            let list = step["scope_format"] == "list";
            body.set(&wire("scope"), if list { json!(scope) } else { scope.join(&separator).into() });
        }
        if let Some(nonce) = nonce {
            body.set(&wire("nonce"), nonce.into());
        }
        for name in step["keep"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            body.set(name, kept(provider, name, made.told_origin).into());
        }
        let usual = if body.form { "application/x-www-form-urlencoded" } else { "application/json" };
        Self {
            status: step["status"].as_u64().and_then(|status| u16::try_from(status).ok()).unwrap_or(200),
            media_type: text(&step["media_types"][0]).unwrap_or_else(|| usual.to_owned()),
            body: body.into_text(),
        }
    }

    pub fn response(&self) -> Response {
        Response::new(self.status, [("Content-Type", &*self.media_type)], &*self.body)
    }
}

fn expiry(encoding: &Value, now: u64) -> Option<Value> {
    let end = now + LIFETIME;
    let date = || jiff::Timestamp::from_second(end.try_into().ok()?).ok().map(|end| end.to_string());
    Some(match encoding.as_str()? {
        "seconds_from_now" | "ignored" => LIFETIME.into(),
        "milliseconds_from_now" => (LIFETIME * 1000).into(),
        "milliseconds_since_epoch" => (end * 1000).into(),
        "date" => date()?.into(),
        _ => end.into(),
    })
}

/// A value that a provider may tell beside the tokens, or with the callback: where a whole origin is made of it, one.
pub fn kept(provider: &Value, name: &str, told_origin: &str) -> String {
    let rule = &provider["dialect"]["callback"]["keep"][name];
    if let Some(first) = rule["one_of"][0].as_str() {
        return first.to_owned();
    }
    let origins = provider["api_origins"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let mut alternatives = origins.flat_map(|origin| origin.split(" || "));
    if alternatives.any(|origin| origin.starts_with(&format!("{{{name}}}"))) {
        told_origin.into()
    } else {
        "example".into()
    }
}

struct Body {
    form: bool,
    members: Map<String, Value>,
}

impl Body {
    /// Sets what is not set yet. In JSON, a dot leads down into an object.
    fn set(&mut self, path: &str, value: Value) {
        if self.form {
            self.members.entry(path).or_insert(value);
        } else {
            set(&mut self.members, path, value);
        }
    }

    fn into_text(self) -> String {
        if !self.form {
            return Value::Object(self.members).to_string();
        }
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in &self.members {
            form.append_pair(name, &value.as_str().map_or_else(|| value.to_string(), str::to_owned));
        }
        form.finish()
    }
}

fn set(members: &mut Map<String, Value>, path: &str, value: Value) {
    match path.split_once('.') {
        None => drop(members.entry(path).or_insert(value)),
        Some((name, rest)) => {
            let inside = members.entry(name).or_insert_with(|| Value::Object(Map::new()));
            if let Value::Object(members) = inside {
                set(members, rest, value);
            }
        }
    }
}
