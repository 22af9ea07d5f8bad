//! The shape of a token answer, and of a refusal.

use http::HeaderValue;
use http::header::CONTENT_TYPE;
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

use crate::answer::{Answer, Refusal};
use crate::rows::expiry::{Expiry, Turn};
use crate::rows::row::{ErrorShape, Row, ScopeInResponse, TokenResponse, TokenType};

/// Where each member of an answer stands; a dot goes down into an object.
#[derive(Clone, Debug)]
pub(crate) struct Shape {
    status: u16,
    content_type: String,
    access_token: String,
    pub(crate) refresh_token: Option<String>,
    token_type: Option<String>,
    pub(crate) expiry: Option<Expiry>,
    scope: Option<(String, Value)>,
    extras: Vec<String>,
    error: Option<ErrorShape>,
}

/// What an answer is about.
#[derive(Clone, Debug)]
pub(crate) struct Tokens {
    pub(crate) access_token: String,
    pub(crate) refresh_token: Option<String>,
    /// `None`: never, or not to be said.
    pub(crate) expires_ms: Option<u64>,
}

impl Shape {
    /// The shape that `response` says, and the seconds that its access token lives if it says so.
    pub(crate) fn read(
        row: &Row,
        field: &str,
        response: &TokenResponse,
        scopes: &[String],
        extras: &[String],
    ) -> Result<(Shape, Option<u64>), String> {
        // With its own place for the access token, nothing stands in the answer but what is listed.
        let listed = response.access_token.is_some();
        let or_standard = |path: &Option<String>, standard: &str| match path {
            Some(path) => Some(path.clone()),
            None => (!listed).then(|| standard.to_owned()),
        };
        let (expiry, seconds) = match &response.expires {
            Some(expires) => Expiry::read(&format!("{field}.expires"), expires)?,
            None if listed => (None, None),
            None => Expiry::read(field, &standard_expiry())?,
        };
        let token_type = match &row.token_type {
            TokenType::Unsaid => (!listed).then(|| "Bearer".to_owned()),
            TokenType::Absent => None,
            TokenType::Says(words) => Some(words.clone()),
        };
        let content_type = row.response_content_type.clone().unwrap_or_else(|| "application/json".to_owned());
        if content_type.contains("form-urlencoded") || HeaderValue::from_str(&content_type).is_err() {
            return Err(format!("response_content_type: `{content_type}`, but all answers here are JSON"));
        }
        let shape = Shape {
            status: response.status.unwrap_or(200),
            content_type,
            access_token: response.access_token.clone().unwrap_or_else(|| "access_token".to_owned()),
            refresh_token: or_standard(&response.refresh_token, "refresh_token"),
            token_type,
            expiry,
            scope: scope(row, response, scopes)?,
            extras: extras.to_vec(),
            error: response.error.clone(),
        };
        shape.check(field)?;
        Ok((shape, seconds))
    }

    /// Whether all members find their places.
    fn check(&self, field: &str) -> Result<(), String> {
        let unclear =
            |error: &ErrorShape| error.code.is_empty() || (error.ok_field.is_some() && error.ok_value.is_null());
        if self.error.as_ref().is_some_and(unclear) {
            return Err(format!("{field}.error: no place of the code, or nothing that tells success"));
        }
        if !(200..300).contains(&self.status) {
            return Err(format!("{field}.status: {} is no status of success", self.status));
        }
        let tokens = Tokens { access_token: "a".to_owned(), refresh_token: Some("r".to_owned()), expires_ms: Some(0) };
        self.members(&tokens, 0, Turn::First).map_err(|what| format!("{field}: {what}"))?;
        Ok(())
    }

    /// An answer with tokens.
    pub(crate) fn tokens(&self, tokens: &Tokens, now_ms: u64, turn: Turn) -> Answer {
        // That every path is free was checked at the start.
        let members = self.members(tokens, now_ms, turn).unwrap_or_default();
        self.content(Answer::json(self.status, &Value::Object(members)))
    }

    pub(crate) fn without_expiry(self) -> Self {
        Shape { expiry: None, ..self }
    }

    /// An answer that says yes and nothing else.
    pub(crate) fn nothing(&self) -> Answer {
        let mut members = Map::new();
        let _ = self.ok(&mut members);
        self.content(Answer::json(self.status, &Value::Object(members)))
    }

    /// A refusal: RFC 6749 section 5.2, or status 200 where the row has it so.
    pub(crate) fn refusal(&self, refusal: Refusal) -> Answer {
        let Some(shape) = &self.error else {
            return self.content(refusal.into());
        };
        let (code, words) = match &refusal {
            Refusal::Deviates(_) => ("invalid_request", refusal.text()),
            Refusal::Protocol { error, why, .. } => (*error, why.clone()),
        };
        let mut members = Map::new();
        let _ = put(&mut members, &shape.code, json!(code));
        if let Some(path) = &shape.message {
            let _ = put(&mut members, path, json!(words));
        }
        if let (Some(path), Value::Bool(ok)) = (&shape.ok_field, &shape.ok_value) {
            let _ = put(&mut members, path, json!(!ok));
        }
        self.content(Answer::json(200, &Value::Object(members))).because(refusal)
    }

    fn members(&self, tokens: &Tokens, now_ms: u64, turn: Turn) -> Result<Map<String, Value>, String> {
        let mut members = Map::new();
        put(&mut members, &self.access_token, json!(tokens.access_token))?;
        if let (Some(path), Some(token)) = (&self.refresh_token, &tokens.refresh_token) {
            put(&mut members, path, json!(token))?;
        }
        if let Some(words) = &self.token_type {
            put(&mut members, "token_type", json!(words))?;
        }
        if let (Some(expiry), Some(expires_ms)) = (&self.expiry, tokens.expires_ms) {
            put(&mut members, &expiry.path, expiry.say(now_ms, expires_ms, turn))?;
        }
        if let Some((path, scope)) = &self.scope {
            put(&mut members, path, scope.clone())?;
        }
        for path in &self.extras {
            put(&mut members, path, extra_member(path))?;
        }
        self.ok(&mut members)?;
        Ok(members)
    }

    fn ok(&self, members: &mut Map<String, Value>) -> Result<(), String> {
        match &self.error {
            // The code itself tells: it is there in a refusal, and not in success.
            Some(shape) if shape.ok_value.is_null() => Ok(()),
            Some(shape) => put(members, shape.ok_field.as_ref().unwrap_or(&shape.code), shape.ok_value.clone()),
            None => Ok(()),
        }
    }

    fn content(&self, mut answer: Answer) -> Answer {
        for (name, value) in &mut answer.headers {
            if *name == CONTENT_TYPE {
                value.clone_from(&self.content_type);
            }
        }
        answer
    }
}

fn standard_expiry() -> crate::rows::row::Expires {
    crate::rows::row::Expires { field: None, encoding: "relative_s".to_owned(), value: None }
}

/// Where the scope stands in the answer, and as what. Where none was asked for, none is said.
fn scope(row: &Row, response: &TokenResponse, scopes: &[String]) -> Result<Option<(String, Value)>, String> {
    let path = match (&response.scope, &row.scope_in_response) {
        (Some(path), _) => path.clone(),
        (None, Some(_)) => "scope".to_owned(),
        (None, None) => return Ok(None),
    };
    let value = match &row.scope_in_response {
        None => json!(scopes.join(&row.scope_separator)),
        Some(ScopeInResponse { separator: Some(separator), list: false }) => json!(scopes.join(separator)),
        Some(ScopeInResponse { separator: None, list: true }) => json!(scopes),
        Some(other) => return Err(format!("scope_in_response: {other:?} is neither a separator nor a list")),
    };
    Ok((!scopes.is_empty()).then_some((path, value)))
}

/// The value of a member that no standard knows: mostly text, sometimes a number or a truth value, always the same
/// for the same path. What is named like an address or a host is one.
pub(crate) fn extra_member(path: &str) -> Value {
    let name = path.to_ascii_lowercase();
    if name.ends_with("host") {
        return json!(format!("{}.extra.example", name.replace(['_', '.'], "-")));
    }
    if ["url", "domain", "endpoint"].iter().any(|kind| name.ends_with(kind)) {
        return json!(format!("https://{}.extra.example", name.replace(['_', '.'], "-")));
    }
    let digest = Sha256::digest(path.as_bytes());
    match digest[0] % 5 {
        0 => json!(u32::from(digest[1])),
        1 => json!(digest[1] % 2 == 0),
        _ => json!(format!("{path}: +/=&%41 \u{e9}")),
    }
}

/// Puts a value at a path. No path may run through another's value.
fn put(members: &mut Map<String, Value>, path: &str, value: Value) -> Result<(), String> {
    let legal = |character: char| character.is_ascii_alphanumeric() || "_-$".contains(character);
    if !path.split('.').all(|name| !name.is_empty() && name.chars().all(legal)) {
        return Err(format!("`{path}` is no path"));
    }
    let taken = || format!("`{path}` has another value in its way");
    match path.split_once('.') {
        None => match members.insert(path.to_owned(), value) {
            Some(_) => Err(taken()),
            None => Ok(()),
        },
        Some((first, rest)) => {
            let inner = members.entry(first).or_insert_with(|| Value::Object(Map::new()));
            put(inner.as_object_mut().ok_or_else(taken)?, rest, value)
        }
    }
}
