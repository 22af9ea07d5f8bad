//! Token responses to values. One pass over the body, borrowing from it; everything is bounded and total.

mod tree;
mod walk;

use std::{borrow::Cow, time::Duration};

pub(crate) use tree::{AnswerReader, Standard};

use super::{
    Added, Dialect, ErrorMembers, ExpiryEncoding, Nonce, RefreshAnswer, RefreshCredential, ResponseFormat,
    ResponseStep, ScopeFormat,
};
use crate::{
    error::{AnswerFault, ConfigError, Doubt, ErrorCode, ErrorResponse},
    http::Response,
    json::Value,
    vocabulary::{Extras, Limits, MAX_SCOPE, Scope, Secret, Timestamp, date, grammar, length},
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
    pub(crate) extras: Extras,
}

/// An answer that brings no tokens to use.
#[derive(Debug)]
pub(crate) enum Refusal {
    Refused(ErrorResponse),
    Dead(ErrorResponse),
    Doubt(Doubt),
    Untrusted(AnswerFault),
}

/// What was presented, and so what the answer may lack.
#[derive(Clone, Copy)]
pub(crate) enum Presented<'a> {
    /// A code, a password, or the client itself.
    Grant,
    /// A short-lived token.
    ShortLivedToken,
    /// A refresh token, beside this access token. `None` where it was given up meanwhile.
    Refresh { access_token: &'a Secret, refresh_token: Option<&'a Secret> },
}

/// What an answer is read by.
pub(crate) struct Reading<'a> {
    pub(crate) dialect: &'a Dialect,
    /// The shape of this answer.
    pub(crate) step: &'a ResponseStep,
    pub(crate) reader: &'a AnswerReader,
    pub(crate) limits: &'a Limits,
    pub(crate) sent_at: Timestamp,
    pub(crate) presented: Presented<'a>,
    /// Most servers grant just this.
    pub(crate) expected_scope: &'a Scope,
}

/// Reads the answer of the token endpoint.
pub(crate) fn read_answer(reading: &Reading<'_>, response: &Response) -> Result<TokenAnswer, Refusal> {
    match response.status() {
        // RFC 6749 section 5.1: success is 200, and nothing else.
        status if status == reading.step.status => {
            let answer = read_body(reading, response).map_err(unreadable)?;
            match (answer.succeeds(&reading.step.error), &answer.access_token) {
                (true, _) => answer.into_tokens(reading),
                // Whatever it tells, tokens came, so what was presented is spent.
                (false, Some(_)) => Err(unreadable(AnswerFault::Contradiction)),
                (false, None) if answer.refresh_token.is_some() => Err(unreadable(AnswerFault::Contradiction)),
                // The status says yes, and nothing says no.
                (false, None) if answer.states_nothing() => Err(unreadable(AnswerFault::Missing("access_token"))),
                // Some servers say no with the status of success. The code decides, not the status.
                (false, None) => Err(refusal(reading.step, answer.into_error(reading, response))),
            }
        }
        // 408 comes from something in front of the server, which may have the request all the same.
        408 | 500..=599 => Err(Refusal::Doubt(Doubt::ServerFailed(Box::new(stated_error(reading, response))))),
        400..=499 => Err(refusal(reading.step, stated_error(reading, response))),
        status => Err(Refusal::Doubt(Doubt::UnexpectedStatus(status))),
    }
}

fn unreadable(fault: AnswerFault) -> Refusal {
    Refusal::Doubt(Doubt::Unreadable(fault))
}

fn refusal(step: &ResponseStep, response: ErrorResponse) -> Refusal {
    // Classified by code, not by status: RFC 6749 section 5.2 gives `invalid_grant` 400, and servers send 401.
    // What the provider's data says of a code goes first, whether the RFC knows that code or not.
    let stated = Some(response.code.as_str()).filter(|code| !code.is_empty());
    if stated.is_some_and(|code| step.error.invalid_grant.iter().any(|each| each == code)) {
        return Refusal::Dead(response);
    }
    match &response.code {
        ErrorCode::InvalidGrant => Refusal::Dead(response),
        // It failed on the way, and knows as little as a 500 how far it came.
        ErrorCode::ServerError => Refusal::Doubt(Doubt::ServerFailed(Box::new(response))),
        _ => Refusal::Refused(response),
    }
}

/// The error that a refusing answer states, if its body can be read.
fn stated_error(reading: &Reading<'_>, response: &Response) -> ErrorResponse {
    read_body(reading, response).unwrap_or_default().into_error(reading, response)
}

fn read_body<'a>(reading: &Reading<'a>, response: &'a Response) -> Result<RawAnswer<'a>, AnswerFault> {
    let Reading { step, reader, limits, .. } = *reading;
    let body = response.expose_body();
    if body.len() > length(limits.response_bytes) {
        return Err(AnswerFault::TooLarge);
    }
    let content_type = response.content_type().and_then(|field| limits.header(field)).unwrap_or_default();
    if !is_expected(step, content_type) {
        return Err(AnswerFault::ContentType);
    }
    match step.format {
        ResponseFormat::Json => reader.read_json(body, limits),
        ResponseFormat::Form => reader.read_form(body, limits),
    }
}

/// RFC 9110 section 8.3.1: the type without its parameters, whatever its case.
fn is_expected(step: &ResponseStep, content_type: &str) -> bool {
    if step.media_types.is_none() && content_type == step.format.media_type() {
        return true; // in so many letters, as most are
    }
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    match &step.media_types {
        None => essence.eq_ignore_ascii_case(step.format.media_type()),
        Some(types) => types.iter().any(|each| essence.eq_ignore_ascii_case(each)),
    }
}

/// The members of an answer, as they stood there.
#[derive(Default)]
pub(crate) struct RawAnswer<'a> {
    pub(crate) access_token: Option<Value<'a>>,
    refresh_token: Option<Value<'a>>,
    token_type: Option<Value<'a>>,
    expires_in: Option<Value<'a>>,
    scope: Option<Value<'a>>,
    nonce: Option<Value<'a>>,
    error: Option<Value<'a>>,
    error_description: Option<Value<'a>>,
    error_uri: Option<Value<'a>>,
    /// The member that tells success from error, where the dialect has one.
    tells: Option<Value<'a>>,
    extras: Extras,
}

impl<'a> RawAnswer<'a> {
    pub(crate) fn place(&mut self, standard: Standard) -> &mut Option<Value<'a>> {
        match standard {
            Standard::AccessToken => &mut self.access_token,
            Standard::TokenType => &mut self.token_type,
            Standard::ExpiresIn => &mut self.expires_in,
            Standard::RefreshToken => &mut self.refresh_token,
            Standard::Scope => &mut self.scope,
            Standard::Nonce => &mut self.nonce,
            Standard::Error => &mut self.error,
            Standard::ErrorDescription => &mut self.error_description,
            Standard::ErrorUri => &mut self.error_uri,
        }
    }

    fn succeeds(&self, error: &ErrorMembers) -> bool {
        match (&error.ok, &self.tells) {
            // Where the code itself says that all is well, it is no error.
            (Some(ok), Some(value)) => equals(value, &ok.value) && (self.error.is_none() || ok.member == error.code),
            (Some(_), None) => false,
            (None, _) => self.error.is_none(),
        }
    }

    /// Whether there is neither an error code nor the member that tells.
    fn states_nothing(&self) -> bool {
        self.error.is_none() && self.tells.is_none()
    }

    fn into_error(self, reading: &Reading<'_>, response: &Response) -> ErrorResponse {
        // RFC 6749 section 5.2: a text. Servers that number their errors have a member of their own for that.
        let numbered = reading.step.error.code != Standard::Error.name();
        let code = self.error.as_ref().and_then(|value| match value {
            Value::Text(text) => Some(Cow::Borrowed(&**text)),
            number => number.as_code().filter(|_| numbered),
        });
        let code = ErrorCode::stated(code.as_deref());
        let words = |value: Option<Value<'_>>| value.as_ref().and_then(Value::as_text).map(Box::from);
        ErrorResponse {
            code,
            description: words(self.error_description),
            uri: words(self.error_uri),
            status: Some(response.status()),
            retry_after: response.wait(reading.limits),
        }
    }

    pub(crate) fn into_tokens(self, reading: &Reading<'_>) -> Result<TokenAnswer, Refusal> {
        let Reading { dialect, step, sent_at: since, presented, expected_scope, .. } = *reading;
        if let (
            Presented::Refresh { access_token: access, refresh_token: refresh },
            RefreshAnswer::ExtendsSeconds(seconds),
        ) = (presented, dialect.refresh.answer)
        {
            let expires_at = Some(since.plus(Duration::from_secs(seconds.into())));
            let access_token = access.clone();
            let Self { access_token: new_access, refresh_token: new_refresh, extras, .. } = self;
            // New tokens where none were to come: the old ones may be spent. To repeat the old ones is no harm.
            let same = |given: &Value<'_>, held: Option<&Secret>| {
                given.as_text().zip(held).is_some_and(|(text, held)| held.matches(text))
            };
            if new_access.is_some_and(|given| !same(&given, Some(access)))
                || new_refresh.is_some_and(|given| !same(&given, refresh))
            {
                return Err(unreadable(AnswerFault::Contradiction));
            }
            return Ok(TokenAnswer { access_token, refresh_token: None, expires_at, scope: None, nonce: None, extras });
        }
        let access_token = read_token("access_token", self.access_token.as_ref()).map_err(unreadable)?;
        let access_token = access_token.ok_or_else(|| unreadable(AnswerFault::Missing("access_token")))?;
        let mut refresh_token = read_token("refresh_token", self.refresh_token.as_ref()).map_err(unreadable)?;
        // A short-lived token that is to be traded for a long-lived one is not renewed itself.
        let renewable = !matches!(presented, Presented::Grant) || dialect.follow_up.is_none();
        if dialect.refresh.credential == RefreshCredential::Access {
            refresh_token = renewable.then(|| access_token.clone());
        }
        // Where no nonce was sent, a member of that name is one of the many that are ignored (RFC 6749 section 5.1).
        let nonce = self.nonce.as_ref().filter(|_| dialect.authorize.nonce == Nonce::EchoedWithTokens);
        let nonce = read_token("nonce", nonce).map_err(unreadable)?;
        let expires_at = read_expiry(step.expiry, self.expires_in.as_ref(), since).map_err(unreadable)?;
        let separator = step.scope_separator.as_ref().unwrap_or(&dialect.authorize.scope_separator);
        let scope =
            read_scope(step.scope_format, separator, expected_scope, self.scope.as_ref()).map_err(unreadable)?;
        check_token_type(step, self.token_type.as_ref())?;
        Ok(TokenAnswer { access_token, refresh_token, expires_at, scope, nonce, extras: self.extras })
    }
}

/// Whether it is the value that tells success from error.
fn equals(value: &Value<'_>, expected: &Added) -> bool {
    match (value, expected) {
        (Value::Text(text), Added::Text(expected)) => **text == *expected,
        (Value::Truth(truth), Added::Truth(expected)) => truth == expected,
        (Value::Unsigned(number), Added::Number(expected)) => i64::try_from(*number) == Ok(*expected),
        (Value::Negative(number), Added::Number(expected)) => number == expected,
        _ => false,
    }
}

fn read_token(name: &'static str, value: Option<&Value<'_>>) -> Result<Option<Secret>, AnswerFault> {
    match value {
        None => Ok(None),
        // RFC 6749 sections A.12 and A.17: no CR, LF, NUL or anything else that could break a header.
        Some(Value::Text(text)) if grammar::is_token_text(text) => Ok(Some(Secret::from(&**text))),
        Some(_) => Err(AnswerFault::Malformed(name)),
    }
}

fn read_scope(
    format: ScopeFormat,
    separator: &str,
    expected: &Scope,
    value: Option<&Value<'_>>,
) -> Result<Option<Scope>, AnswerFault> {
    let malformed = |_: ConfigError| AnswerFault::Malformed("scope");
    match (value, format) {
        (None, _) | (_, ScopeFormat::Ignored) => Ok(None),
        // A callback has no lists.
        (Some(Value::Text(text)), ScopeFormat::Text | ScopeFormat::List) if text.len() <= MAX_SCOPE => {
            if separator == " " && **text == *expected.as_str() {
                return Ok(Some(expected.clone()));
            }
            Scope::split(text, separator).map(Some).map_err(malformed)
        }
        (Some(Value::List(list)), ScopeFormat::List) => {
            let tokens: Option<Vec<_>> = list.iter().map(Value::as_code).collect();
            let tokens = tokens.ok_or(AnswerFault::Malformed("scope"))?;
            Scope::new(tokens.iter().filter(|token| !token.is_empty())).map(Some).map_err(malformed)
        }
        (Some(_), _) => Err(AnswerFault::Malformed("scope")),
    }
}

/// RFC 6749 section 7.1: a client must not use a token whose type it does not understand.
fn check_token_type(step: &ResponseStep, value: Option<&Value<'_>>) -> Result<(), Refusal> {
    match value {
        None if step.token_type_optional => Ok(()),
        None => Err(unreadable(AnswerFault::Missing("token_type"))),
        Some(Value::Text(text)) if !text.is_empty() => {
            let mut known = step.token_types.iter();
            if known.any(|each| **each == **text || each.eq_ignore_ascii_case(text)) {
                Ok(())
            } else {
                Err(Refusal::Untrusted(AnswerFault::TokenType))
            }
        }
        Some(_) => Err(unreadable(AnswerFault::Malformed("token_type"))),
    }
}

/// From which number on an instant counts milliseconds, where a server does not say what it counts: in seconds, this
/// is the year 5138.
const MILLISECONDS_FROM: u64 = 100_000_000_000;

fn read_expiry(
    encoding: ExpiryEncoding,
    value: Option<&Value<'_>>,
    since: Timestamp,
) -> Result<Option<Timestamp>, AnswerFault> {
    const MALFORMED: AnswerFault = AnswerFault::Malformed("expires_in");
    if let ExpiryEncoding::ConstantSeconds(seconds) = encoding {
        return Ok(Some(since.plus(Duration::from_secs(seconds.into()))));
    }
    let Some(value) = value.filter(|_| encoding != ExpiryEncoding::Ignored) else {
        return Ok(None);
    };
    if encoding == ExpiryEncoding::Date {
        return value.as_text().and_then(date::read).ok_or(MALFORMED).map(Some);
    }
    let number = value.as_count().ok_or(MALFORMED)?;
    Ok(Some(match encoding {
        ExpiryEncoding::SecondsFromNow => since.plus(Duration::from_secs(number)),
        ExpiryEncoding::MillisecondsFromNow => since.plus(Duration::from_millis(number)),
        ExpiryEncoding::SecondsOrMillisecondsSinceEpoch if number >= MILLISECONDS_FROM => {
            Timestamp::from_unix_millis(number)
        }
        ExpiryEncoding::SecondsSinceEpoch | ExpiryEncoding::SecondsOrMillisecondsSinceEpoch => {
            Timestamp::from_unix_seconds(number)
        }
        ExpiryEncoding::MillisecondsSinceEpoch => Timestamp::from_unix_millis(number),
        ExpiryEncoding::Date | ExpiryEncoding::ConstantSeconds(_) | ExpiryEncoding::Ignored => return Err(MALFORMED),
    }))
}
