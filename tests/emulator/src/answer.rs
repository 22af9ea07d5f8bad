//! What the emulator says back, before it becomes HTTP.

use axum::body::Body;
use axum::response::Response;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderName, PRAGMA, WWW_AUTHENTICATE};
use http::{HeaderValue, StatusCode};
use serde_json::{Value, json};

/// A complete answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(HeaderName, String)>,
    pub(crate) body: Vec<u8>,
    pub(crate) refusal: Option<Refusal>,
}

/// Why a request was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// The request is not what the document shows. A conforming client never sees this.
    Deviates(String),
    /// The request is well formed and the protocol says no.
    Protocol { status: u16, error: &'static str, why: String, authenticate: Option<String> },
}

impl Refusal {
    /// RFC 6749 section 5.2, status 400.
    pub(crate) fn protocol(error: &'static str, why: impl Into<String>) -> Self {
        Refusal::Protocol { status: 400, error, why: why.into(), authenticate: None }
    }

    pub(crate) fn text(&self) -> String {
        match self {
            Refusal::Deviates(what) => format!("the wire deviates: {what}"),
            Refusal::Protocol { error, why, .. } => format!("{error}: {why}"),
        }
    }
}

impl Answer {
    pub(crate) fn json(status: u16, value: &Value) -> Self {
        Answer {
            status,
            // RFC 6749 section 5.1 demands both for a response that carries tokens.
            headers: vec![
                (CONTENT_TYPE, "application/json".to_owned()),
                (CACHE_CONTROL, "no-store".to_owned()),
                (PRAGMA, "no-cache".to_owned()),
            ],
            body: value.to_string().into_bytes(),
            refusal: None,
        }
    }

    pub(crate) fn text(status: u16, text: &str) -> Self {
        Answer {
            status,
            headers: vec![(CONTENT_TYPE, "text/plain; charset=utf-8".to_owned())],
            body: text.as_bytes().to_vec(),
            refusal: None,
        }
    }

    pub(crate) fn with(mut self, name: HeaderName, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    pub(crate) fn because(mut self, refusal: Refusal) -> Self {
        self.refusal = Some(refusal);
        self
    }

    pub(crate) fn into_response(self, body: Body) -> Response {
        let mut response = Response::new(body);
        *response.status_mut() = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        for (name, value) in self.headers {
            match HeaderValue::from_str(&value) {
                Ok(value) => drop(response.headers_mut().append(name, value)),
                Err(_) => *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR,
            }
        }
        response
    }
}

impl From<Refusal> for Answer {
    fn from(refusal: Refusal) -> Self {
        let text = refusal.text();
        let answer = match &refusal {
            Refusal::Deviates(_) => {
                Answer::json(400, &json!({ "error": "invalid_request", "error_description": text }))
            }
            Refusal::Protocol { status, error, why, authenticate } => {
                let answer = Answer::json(*status, &json!({ "error": error, "error_description": why }));
                match authenticate {
                    Some(challenge) => answer.with(WWW_AUTHENTICATE, challenge.as_str()),
                    None => answer,
                }
            }
        };
        answer.because(refusal)
    }
}

impl From<Result<Answer, Refusal>> for Answer {
    fn from(result: Result<Answer, Refusal>) -> Self {
        result.unwrap_or_else(Answer::from)
    }
}
