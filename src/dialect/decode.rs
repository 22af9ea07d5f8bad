//! Token responses to values. One pass over the body, borrowing from it; everything is bounded and total.

use std::{borrow::Cow, fmt, time::Duration};

use serde::{
    Deserialize, Deserializer,
    de::{self, IgnoredAny, MapAccess, SeqAccess},
};
use serde_json::error::Category;

use super::{Dialect, ExpiryEncoding, Nonce, ResponseFormat};
use crate::{
    error::{AnswerFault, Doubt, ErrorCode, ErrorResponse},
    http::Response,
    vocabulary::{MAX_SCOPE, Scope, Secret, Timestamp, grammar},
};

/// The tokens that a server issued, checked against the grammar of RFC 6749 appendix A.
#[derive(Debug)]
pub(crate) struct TokenAnswer {
    pub(crate) access_token: Secret,
    pub(crate) refresh_token: Option<Secret>,
    pub(crate) expires_at: Option<Timestamp>,
    /// Absent means: as requested (RFC 6749 section 5.1).
    pub(crate) scope: Option<Scope>,
    pub(crate) nonce: Option<Secret>,
}

/// An answer that brings no tokens to use.
#[derive(Debug)]
pub(crate) enum Refusal {
    Refused(ErrorResponse),
    Dead(ErrorResponse),
    Doubt(Doubt),
    Untrusted(AnswerFault),
}

/// How many members an answer may have.
const MAX_MEMBERS: usize = 256;

/// Reads the answer of the token endpoint to a request that was sent at `sent_at`.
pub(crate) fn read_answer(
    dialect: &Dialect,
    response: &Response,
    max_bytes: usize,
    sent_at: Timestamp,
) -> Result<TokenAnswer, Refusal> {
    let unreadable = |fault| Refusal::Doubt(Doubt::Unreadable(fault));
    match response.status() {
        // RFC 6749 section 5.1: success is 200, and nothing else.
        200 => {
            let answer = read_body(dialect, response, max_bytes).map_err(unreadable)?;
            match (&answer.error, &answer.access_token) {
                (Some(_), Some(_)) => Err(unreadable(AnswerFault::Contradiction)),
                // Some servers say no with status 200. The code decides, not the status.
                (Some(_), None) => Err(refusal(answer.into_error(response))),
                _ => answer.into_tokens(dialect, sent_at),
            }
        }
        // 408 comes from something in front of the server, which may have the request all the same.
        408 | 500..=599 => {
            Err(Refusal::Doubt(Doubt::ServerFailed(Box::new(stated_error(dialect, response, max_bytes)))))
        }
        400..=499 => Err(refusal(stated_error(dialect, response, max_bytes))),
        status => Err(Refusal::Doubt(Doubt::UnexpectedStatus(status))),
    }
}

fn refusal(response: ErrorResponse) -> Refusal {
    // Classified by code, not by status: RFC 6749 section 5.2 gives `invalid_grant` 400, and servers send 401.
    match response.code {
        ErrorCode::InvalidGrant => Refusal::Dead(response),
        // It failed on the way, and knows as little as a 500 how far it came.
        ErrorCode::ServerError => Refusal::Doubt(Doubt::ServerFailed(Box::new(response))),
        _ => Refusal::Refused(response),
    }
}

/// The error that a refusing answer states, if its body can be read.
fn stated_error(dialect: &Dialect, response: &Response, max_bytes: usize) -> ErrorResponse {
    read_body(dialect, response, max_bytes).unwrap_or_default().into_error(response)
}

fn read_body<'a>(dialect: &'a Dialect, response: &'a Response, max_bytes: usize) -> Result<RawAnswer<'a>, AnswerFault> {
    if response.expose_body().len() > max_bytes {
        return Err(AnswerFault::TooLarge);
    }
    let content_type = response.header("content-type").unwrap_or_default();
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    if !essence.eq_ignore_ascii_case(dialect.response.format.media_type()) {
        return Err(AnswerFault::ContentType);
    }
    match dialect.response.format {
        ResponseFormat::Json => {
            let mut reader = serde_json::Deserializer::from_slice(response.expose_body());
            let answer = read_members(dialect, &mut reader).and_then(|answer| reader.end().map(|()| answer));
            answer.map_err(|error| match error.classify() {
                Category::Data => AnswerFault::NotAnObject,
                Category::Syntax | Category::Eof | Category::Io => AnswerFault::NotJson,
            })?
        }
        ResponseFormat::Form => {
            let pairs = url::form_urlencoded::parse(response.expose_body());
            read_members(dialect, serde_urlencoded::Deserializer::new(pairs)).map_err(|_| AnswerFault::NotAnObject)?
        }
    }
    .settle()
}

/// Reads a map of members, from JSON, a form, or anything else that serde can read.
pub(crate) fn read_members<'de, D: Deserializer<'de>>(
    dialect: &Dialect,
    deserializer: D,
) -> Result<RawAnswer<'de>, D::Error> {
    deserializer.deserialize_map(Members(dialect))
}

/// The members of an answer, as they stood there.
#[derive(Default)]
pub(crate) struct RawAnswer<'a> {
    pub(crate) access_token: Option<Value<'a>>,
    pub(crate) refresh_token: Option<Value<'a>>,
    pub(crate) token_type: Option<Value<'a>>,
    pub(crate) expires_in: Option<Value<'a>>,
    pub(crate) scope: Option<Value<'a>>,
    pub(crate) nonce: Option<Value<'a>>,
    pub(crate) error: Option<Value<'a>>,
    error_description: Option<Value<'a>>,
    error_uri: Option<Value<'a>>,
    repeated: bool,
}

/// A JSON value, as far as an answer can hold one.
pub(crate) enum Value<'a> {
    Text(Cow<'a, str>),
    Unsigned(u64),
    Float(f64),
    Null,
    /// A negative number, a truth value, an array or an object: never what is expected.
    Other,
}

impl<'a> RawAnswer<'a> {
    /// The place of the member that this dialect calls `name`, and its standard name.
    pub(crate) fn place(&mut self, dialect: &Dialect, name: &str) -> Option<(&'static str, &mut Option<Value<'a>>)> {
        let rename = &dialect.response.rename;
        self.places().into_iter().find(|(standard, _)| rename.wire(standard) == name)
    }

    fn places(&mut self) -> [(&'static str, &mut Option<Value<'a>>); 9] {
        [
            ("access_token", &mut self.access_token),
            ("token_type", &mut self.token_type),
            ("expires_in", &mut self.expires_in),
            ("refresh_token", &mut self.refresh_token),
            ("scope", &mut self.scope),
            ("nonce", &mut self.nonce),
            ("error", &mut self.error),
            ("error_description", &mut self.error_description),
            ("error_uri", &mut self.error_uri),
        ]
    }

    /// Two readers of one text must not see two tokens (RFC 8259 section 4). And a null says what an absent member
    /// says: servers send both, and what was presented is spent whichever it is.
    fn settle(mut self) -> Result<Self, AnswerFault> {
        if self.repeated {
            return Err(AnswerFault::Repeated);
        }
        for (_, place) in self.places() {
            place.take_if(|value| matches!(value, Value::Null));
        }
        Ok(self)
    }

    fn into_error(self, response: &Response) -> ErrorResponse {
        let code = match self.error.as_ref().and_then(Value::as_text) {
            Some(code) if !code.is_empty() && code.bytes().all(grammar::is_nqschar) => ErrorCode::read(code),
            _ => ErrorCode::Unstated,
        };
        let words = |value: Option<Value<'_>>| value.as_ref().and_then(Value::as_text).map(Box::from);
        ErrorResponse {
            code,
            description: words(self.error_description),
            uri: words(self.error_uri),
            status: Some(response.status()),
            retry_after: response.retry_after(),
        }
    }

    pub(crate) fn into_tokens(self, dialect: &Dialect, since: Timestamp) -> Result<TokenAnswer, Refusal> {
        let unreadable = |fault| Refusal::Doubt(Doubt::Unreadable(fault));
        let access_token = read_token("access_token", self.access_token).map_err(unreadable)?;
        let access_token = access_token.ok_or(unreadable(AnswerFault::Missing("access_token")))?;
        let refresh_token = read_token("refresh_token", self.refresh_token).map_err(unreadable)?;
        // Where no nonce was sent, a member of that name is one of the many that are ignored (RFC 6749 section 5.1).
        let nonce = self.nonce.filter(|_| dialect.authorize.nonce == Nonce::EchoedWithTokens);
        let nonce = read_token("nonce", nonce).map_err(unreadable)?;
        let expires_at = read_expiry(dialect.response.expiry, self.expires_in, since).map_err(unreadable)?;
        let scope = read_scope(&dialect.authorize.scope_separator, self.scope).map_err(unreadable)?;
        check_token_type(dialect, self.token_type)?;
        Ok(TokenAnswer { access_token, refresh_token, expires_at, scope, nonce })
    }
}

impl Value<'_> {
    fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }
}

fn read_token(name: &'static str, value: Option<Value<'_>>) -> Result<Option<Secret>, AnswerFault> {
    match value {
        None => Ok(None),
        // RFC 6749 sections A.12 and A.17: no CR, LF, NUL or anything else that could break a header.
        Some(Value::Text(text)) if grammar::is_token_text(&text) => Ok(Some(Secret::new(text))),
        Some(_) => Err(AnswerFault::Malformed(name)),
    }
}

fn read_scope(separator: &str, value: Option<Value<'_>>) -> Result<Option<Scope>, AnswerFault> {
    match value {
        None => Ok(None),
        Some(Value::Text(text)) if text.len() <= MAX_SCOPE => {
            Scope::split(&text, separator).map(Some).map_err(|_| AnswerFault::Malformed("scope"))
        }
        Some(_) => Err(AnswerFault::Malformed("scope")),
    }
}

/// RFC 6749 section 7.1: a client must not use a token whose type it does not understand.
fn check_token_type(dialect: &Dialect, value: Option<Value<'_>>) -> Result<(), Refusal> {
    let unreadable = |fault| Err(Refusal::Doubt(Doubt::Unreadable(fault)));
    match value {
        None if dialect.response.token_type_optional => Ok(()),
        None => unreadable(AnswerFault::Missing("token_type")),
        Some(Value::Text(text)) if !text.is_empty() => {
            let mut known = dialect.response.token_types.iter();
            if known.any(|each| each.eq_ignore_ascii_case(&text)) {
                Ok(())
            } else {
                Err(Refusal::Untrusted(AnswerFault::TokenType))
            }
        }
        Some(_) => unreadable(AnswerFault::Malformed("token_type")),
    }
}

fn read_expiry(
    encoding: ExpiryEncoding,
    value: Option<Value<'_>>,
    since: Timestamp,
) -> Result<Option<Timestamp>, AnswerFault> {
    let number = match value {
        None => return Ok(None),
        Some(value) => read_number(&value).ok_or(AnswerFault::Malformed("expires_in"))?,
    };
    Ok(Some(match encoding {
        ExpiryEncoding::SecondsFromNow => since.plus(Duration::from_secs(number)),
        ExpiryEncoding::SecondsSinceEpoch => Timestamp::from_unix_seconds(number),
        ExpiryEncoding::MillisecondsSinceEpoch => Timestamp::from_unix_millis(number),
    }))
}

/// A count: an integer, an integral float, or decimal digits in a string. The upper end saturates.
fn read_number(value: &Value<'_>) -> Option<u64> {
    match value {
        Value::Unsigned(number) => Some(*number),
        // The cast saturates, which is what is wanted of a number beyond `u64`.
        Value::Float(number) if number.is_finite() && number.fract() == 0.0 && *number >= 0.0 => Some(*number as u64),
        Value::Text(text) if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) => {
            Some(text.parse().unwrap_or(u64::MAX))
        }
        _ => None,
    }
}

struct Members<'d>(&'d Dialect);

impl<'de> de::Visitor<'de> for Members<'_> {
    type Value = RawAnswer<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut answer = RawAnswer::default();
        let mut others: Vec<Cow<'de, str>> = Vec::new();
        while let Some(Text(name)) = map.next_key()? {
            if let Some((_, place)) = answer.place(self.0, &name) {
                let first = place.replace(map.next_value()?).is_none();
                answer.repeated |= !first;
                continue;
            }
            map.next_value::<IgnoredAny>()?;
            if others.len() >= MAX_MEMBERS {
                return Err(de::Error::custom("too many members"));
            }
            answer.repeated |= others.contains(&name);
            others.push(name);
        }
        Ok(answer)
    }
}

/// A string, borrowed where the text allows it.
struct Text<'a>(Cow<'a, str>);

impl<'de> Deserialize<'de> for Text<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Value::deserialize(deserializer)? {
            Value::Text(text) => Ok(Self(text)),
            _ => Err(de::Error::custom("a member's name is a string")),
        }
    }
}

impl<'de> Deserialize<'de> for Value<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyValue)
    }
}

struct AnyValue;

impl<'de> de::Visitor<'de> for AnyValue {
    type Value = Value<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Value::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Value::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_string<E>(self, text: String) -> Result<Self::Value, E> {
        Ok(Value::Text(Cow::Owned(text)))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Self::Value, E> {
        Ok(Value::Unsigned(number))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Self::Value, E> {
        Ok(u64::try_from(number).map_or(Value::Other, Value::Unsigned))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Self::Value, E> {
        Ok(Value::Float(number))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
        Ok(Value::Other)
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Value::Other)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Value::Other)
    }
}
