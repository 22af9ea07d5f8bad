//! What a server answers, in the words of a dialect.

use std::time::Duration;

use serde_json::{Map, Value, json};

use crate::{
    dialect::{Added, Dialect, ExpiryEncoding, Nonce, RefreshCredential, ResponseFormat, ResponseStep, ScopeFormat},
    http::Response,
    vocabulary::{Secret, Timestamp},
};

/// The last second that RFC 3339 can write: 9999-12-31T23:59:59Z.
const LAST_DATE: Timestamp = Timestamp::from_unix_seconds(253_402_300_799);

/// What is told, whatever the words.
#[derive(Clone, Debug)]
pub(super) struct Told {
    pub(super) access_token: Secret,
    pub(super) refresh_token: Option<Secret>,
    pub(super) expires_in: Option<Duration>,
    /// In words with spaces between them, as the test says it: a server may send what is no scope.
    pub(super) scope: Option<Box<str>>,
    /// By their paths: a dot leads down into an object.
    pub(super) members: Vec<(Box<str>, Secret)>,
}

/// The answer that brings tokens.
pub(super) fn tokens(dialect: &Dialect, step: &ResponseStep, told: &Told, nonce: &Secret, now: Timestamp) -> Response {
    let token_type = step.token_types.first().map_or("Bearer", String::as_str);
    write(step, step.status, &members(dialect, step, told, token_type, nonce, now))
}

/// The same with a type that no dialect knows: tokens that must not be used.
pub(super) fn untrusted(
    dialect: &Dialect,
    step: &ResponseStep,
    told: &Told,
    nonce: &Secret,
    now: Timestamp,
) -> Response {
    write(step, step.status, &members(dialect, step, told, "of-no-known-type", nonce, now))
}

/// The answer that says no.
pub(super) fn refusal(step: &ResponseStep, code: &str) -> Response {
    write(step, 400, &[(step.error.code.clone(), json!(code))])
}

/// The members of a token response, by where this dialect has them.
pub(super) fn members(
    dialect: &Dialect,
    step: &ResponseStep,
    told: &Told,
    token_type: &str,
    nonce: &Secret,
    now: Timestamp,
) -> Vec<(String, Value)> {
    let mut members = Vec::new();
    if let Some(ok) = &step.error.ok {
        let value = match &ok.value {
            Added::Truth(truth) => json!(truth),
            Added::Number(number) => json!(number),
            Added::Text(text) => json!(text),
        };
        members.push((ok.member.clone(), value));
    }
    let mut add = |name: &str, value: Value| members.push((step.rename.wire(name).to_owned(), value));
    add("access_token", json!(told.access_token.expose()));
    // Where the access token is what refreshes, there is no other.
    let refreshes = dialect.refresh.credential != RefreshCredential::Access;
    if let Some(refresh_token) = told.refresh_token.as_ref().filter(|_| refreshes) {
        add("refresh_token", json!(refresh_token.expose()));
    }
    add("token_type", json!(token_type));
    if let Some(expiry) = told.expires_in.and_then(|expires_in| expiry(step.expiry, expires_in, now)) {
        add("expires_in", expiry);
    }
    if let Some(scope) = &told.scope {
        let separator = step.scope_separator.as_ref().unwrap_or(&dialect.authorize.scope_separator);
        let tokens: Vec<_> = scope.split(' ').filter(|token| !token.is_empty()).collect();
        match step.scope_format {
            ScopeFormat::List if step.format == ResponseFormat::Json => add("scope", json!(tokens)),
            _ => add("scope", json!(tokens.join(separator))),
        }
    }
    if dialect.authorize.nonce == Nonce::EchoedWithTokens {
        add("nonce", json!(nonce.expose()));
    }
    members.extend(told.members.iter().map(|(path, value)| (path.to_string(), json!(value.expose()))));
    members
}

/// What tells the expiry; none where this dialect reads nothing.
fn expiry(encoding: ExpiryEncoding, expires_in: Duration, now: Timestamp) -> Option<Value> {
    let end = now.plus(expires_in);
    Some(match encoding {
        ExpiryEncoding::SecondsFromNow => json!(expires_in.as_secs()),
        ExpiryEncoding::MillisecondsFromNow => json!(u64::try_from(expires_in.as_millis()).unwrap_or(u64::MAX)),
        ExpiryEncoding::SecondsSinceEpoch => json!(end.as_unix_millis() / 1000),
        ExpiryEncoding::MillisecondsSinceEpoch | ExpiryEncoding::SecondsOrMillisecondsSinceEpoch => {
            json!(end.as_unix_millis())
        }
        ExpiryEncoding::Date => json!(end.min(LAST_DATE).to_string()),
        ExpiryEncoding::ConstantSeconds(_) | ExpiryEncoding::Ignored => return None,
    })
}

fn write(step: &ResponseStep, status: u16, members: &[(String, Value)]) -> Response {
    let own = match step.format {
        ResponseFormat::Json => "application/json",
        ResponseFormat::Form => "application/x-www-form-urlencoded",
    };
    let media_type = step.media_types.as_ref().and_then(|types| types.first()).map_or(own, String::as_str);
    let body = match step.format {
        ResponseFormat::Json => {
            let mut root = Map::new();
            members.iter().for_each(|(path, value)| put(&mut root, path, value.clone()));
            Value::Object(root).to_string()
        }
        ResponseFormat::Form => form(members),
    };
    Response::new(status, [("Content-Type", media_type)], body)
}

/// Parameters, as a form and a callback have them.
pub(super) fn form(members: &[(String, Value)]) -> String {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let pairs: Vec<_> = members.iter().map(|(name, value)| (name, text(value))).collect();
    serde_urlencoded::to_string(pairs).unwrap_or_default()
}

/// Sets what stands at a path. What stands in its way gives way.
fn put(object: &mut Map<String, Value>, path: &str, value: Value) {
    let Some((first, rest)) = path.split_once('.') else {
        object.insert(path.to_owned(), value);
        return;
    };
    let inner = object.entry(first).or_insert_with(|| Value::Object(Map::new()));
    if !inner.is_object() {
        *inner = Value::Object(Map::new());
    }
    if let Value::Object(inner) = inner {
        put(inner, rest, value);
    }
}
