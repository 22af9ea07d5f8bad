//! What came of a vector's input, in the words of the vectors.

use std::{collections::BTreeMap, fmt};

use oauth_proto::{ErrorResponse, FinishError, error::*, grant::Grant, registration::RegistrationError};
use serde_json::Value;

use crate::{kinds, vector::Expect};

/// What can be said of an ending: the member of `expect_detail`, and its value. Pairs stand as lists of two.
pub type Facts = BTreeMap<&'static str, Value>;

/// What a step led to.
#[derive(Clone, Debug)]
pub struct Came {
    pub expect: Expect,
    /// Our error, by its name in the table of kinds.
    pub error: Option<&'static str>,
    pub facts: Facts,
}

/// How the run of a vector ended.
#[derive(Debug)]
pub enum End {
    Came(Box<Came>),
    /// The crate does not have this, by its name.
    NotSupported(String),
    /// The vector is no vector of its op.
    Malformed(String),
    /// Wrong, whatever the vector says.
    Wrong(String),
}

impl Came {
    pub fn ok(facts: impl IntoIterator<Item = (&'static str, Value)>) -> Self {
        Self { expect: Expect::Ok, error: None, facts: facts.into_iter().collect() }
    }

    pub fn error(error: &'static str, facts: impl IntoIterator<Item = (&'static str, Value)>) -> Self {
        Self { expect: Expect::Error, error: Some(error), facts: facts.into_iter().collect() }
    }
}

impl From<Came> for End {
    fn from(came: Came) -> Self {
        Self::Came(Box::new(came))
    }
}

/// Not longer than a line of a report should be.
fn shown(text: String) -> String {
    match text.char_indices().nth(300) {
        Some((end, _)) => format!("{}… ({} bytes)", &text[..end], text.len()),
        None => text,
    }
}

impl fmt::Display for Came {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let facts = shown(serde_json::to_string(&self.facts).unwrap_or_default());
        match self.error {
            Some(error) => write!(f, "error, our {error} {facts}"),
            None => write!(f, "ok {facts}"),
        }
    }
}

/// Names and values, as they stand on the wire.
pub fn pairs(pairs: impl IntoIterator<Item = (String, String)>) -> Value {
    pairs.into_iter().map(|(name, value)| Value::from(vec![name, value])).collect()
}

/// The server's words.
pub fn words(response: &ErrorResponse) -> Facts {
    let ErrorResponse { code, description, uri, status, retry_after, .. } = response;
    let text = |text: &Option<Box<str>>| text.as_deref().map_or(Value::Null, Value::from);
    let stated = Some(code.as_str()).filter(|code| !code.is_empty());
    let shown = response.to_string();
    Facts::from([
        ("error", stated.map_or(Value::Null, Value::from)),
        ("error_description", text(description)),
        ("error_uri", text(uri)),
        ("status", (*status).map_or(Value::Null, Value::from)),
        ("retry_after", retry_after.map_or(Value::Null, |wait| wait.as_secs().into())),
        ("display_has_no_control_chars", (!shown.chars().any(char::is_control)).into()),
    ])
}

impl From<ConfigError> for End {
    fn from(error: ConfigError) -> Self {
        let field = error.field().rsplit('.').next().unwrap_or_default();
        Came::error(kinds::of_config(&error), [("field", field.into()), ("parameter", field.into())]).into()
    }
}

impl From<RequestFault> for End {
    fn from(fault: RequestFault) -> Self {
        Came::error(kinds::of_request(fault), []).into()
    }
}

impl<S> From<RequestError<S>> for End {
    fn from(error: RequestError<S>) -> Self {
        error.fault().into()
    }
}

impl From<EndpointFault> for End {
    fn from(fault: EndpointFault) -> Self {
        (&fault).into()
    }
}

impl<W> From<CallbackError<W>> for End {
    fn from(error: CallbackError<W>) -> Self {
        let name = kinds::of_callback(&error);
        let came = match &error {
            CallbackError::Refused { response, .. } => Came::error(name, words(response)),
            CallbackError::NotOurs { fault: CallbackFault::Contradiction, claimed: Some(response), .. } => {
                Came::error(name, words(response))
            }
            CallbackError::NotOurs { fault, .. } => {
                let parameter = match fault {
                    CallbackFault::Repeated(name) | CallbackFault::Malformed(name) => Some(*name),
                    CallbackFault::Unexpected(name) => Some(*name),
                    CallbackFault::Kept { name, .. } => Some(&**name),
                    _ => None,
                };
                Came::error(name, parameter.map(|name| ("parameter", name.into())))
            }
            _ => Came::error(name, []),
        };
        came.into()
    }
}

impl<S> From<EndpointError<S>> for End {
    fn from(error: EndpointError<S>) -> Self {
        error.fault().into()
    }
}

impl From<&EndpointFault> for End {
    fn from(fault: &EndpointFault) -> Self {
        let name = kinds::of_endpoint(fault);
        let came = match fault {
            EndpointFault::Refused(response) => Came::error(name, words(response)),
            EndpointFault::Unreadable(AnswerFault::Missing(field) | AnswerFault::Malformed(field)) => {
                Came::error(name, [("field", (*field).into())])
            }
            _ => Came::error(name, []),
        };
        came.into()
    }
}

/// An answer that left a doubt.
fn doubt(name: &'static str, doubt: &Doubt) -> Came {
    match doubt {
        Doubt::ServerFailed(response) => Came::error(name, words(response)),
        Doubt::UnexpectedStatus(status) => Came::error(name, [("status", (*status).into())]),
        Doubt::Unreadable(AnswerFault::Missing(field) | AnswerFault::Malformed(field)) => {
            Came::error(name, [("field", (*field).into())])
        }
        _ => Came::error(name, []),
    }
}

impl From<RegistrationError> for End {
    fn from(error: RegistrationError) -> Self {
        match &error {
            RegistrationError::Refused { response } => Came::error(kinds::of_refusal(response), words(response)).into(),
            RegistrationError::InDoubt { doubt: why, .. } => doubt(kinds::of_doubt(why), why).into(),
            RegistrationError::NotSent { .. } => Self::Wrong("the answer came to a request that was not sent".into()),
        }
    }
}

impl<G: Grant> From<FinishError<G>> for End {
    fn from(error: FinishError<G>) -> Self {
        let name = kinds::of_finish(&error);
        let came = match &error {
            FinishError::Refused { response, .. } | FinishError::Dead { response, .. } => {
                Came::error(name, words(response))
            }
            FinishError::InDoubt { doubt: why, .. } => doubt(name, why),
            FinishError::Untrusted { fault: AnswerFault::Missing(field) | AnswerFault::Malformed(field), .. } => {
                Came::error(name, [("field", (*field).into())])
            }
            _ => Came::error(name, []),
        };
        came.into()
    }
}
