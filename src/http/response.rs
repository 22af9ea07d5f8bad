//! What came back.

use std::{borrow::Cow, fmt, time::Duration};

use crate::{
    challenge::{ChallengeFault, Challenges},
    vocabulary::{Limits, grammar::decimal, wipe},
};

/// An HTTP response, read to its end: status, what of the header fields the protocol reads, and body.
///
/// ```
/// use oauth_proto::Response;
///
/// let response = Response::new(429, [("Retry-After", "30")], Vec::new());
/// assert_eq!(response.status(), 429);
/// assert_eq!(response.retry_after(), Some("30"));
/// ```
pub struct Response {
    status: u16,
    /// Most are the one that needs no copy.
    content_type: Option<Cow<'static, str>>,
    retry_after: Option<Box<str>>,
    www_authenticate: Vec<Box<str>>,
    body: Vec<u8>,
}

/// The header fields that the protocol reads.
#[derive(Clone, Copy)]
pub(super) enum Field {
    ContentType,
    RetryAfter,
    WwwAuthenticate,
}

impl Field {
    const ALL: [(&str, Self); 3] = [
        ("content-type", Self::ContentType),
        ("retry-after", Self::RetryAfter),
        ("www-authenticate", Self::WwwAuthenticate),
    ];
}

const JSON: &str = "application/json";

/// The longest wait that a server can ask for.
pub(crate) const LONGEST_WAIT: Duration = Duration::from_secs(3600);

impl Response {
    /// A response. Of its header fields, those are kept that the protocol reads: `Content-Type`, `Retry-After` and
    /// `WWW-Authenticate`. Others, a cookie for instance, are not copied. Fields whose values are no text may be left out:
    /// none that matters here has such a value.
    pub fn new<N: AsRef<str>, V: AsRef<str>>(
        status: u16,
        headers: impl IntoIterator<Item = (N, V)>,
        body: impl Into<Vec<u8>>,
    ) -> Self {
        let (content_type, retry_after, www_authenticate) = Default::default();
        let mut response = Self { status, content_type, retry_after, www_authenticate, body: body.into() };
        for (name, value) in headers {
            let is = |field: &&(&str, Field)| field.0.eq_ignore_ascii_case(name.as_ref());
            if let Some((_, field)) = Field::ALL.iter().find(is) {
                response.keep(*field, value.as_ref());
            }
        }
        response
    }

    /// Of a field that can be there once, the first is kept.
    pub(super) fn keep(&mut self, field: Field, value: &str) {
        match field {
            Field::ContentType => {
                let kept = || if value == JSON { Cow::Borrowed(JSON) } else { Cow::Owned(value.to_owned()) };
                self.content_type.get_or_insert_with(kept);
            }
            Field::RetryAfter => drop(self.retry_after.get_or_insert_with(|| value.into())),
            Field::WwwAuthenticate => self.www_authenticate.push(value.into()),
        }
    }

    /// The status code.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// The body's media type, as the first `Content-Type` has it.
    pub fn content_type(&self) -> Option<&str> {
        self.content_type.as_deref()
    }

    /// How long to wait, as the first `Retry-After` has it: seconds, or a date (RFC 9110 section 10.2.3).
    pub fn retry_after(&self) -> Option<&str> {
        self.retry_after.as_deref()
    }

    /// The `WWW-Authenticate` fields, in their order (RFC 9110 section 11.6.1).
    pub fn www_authenticate(&self) -> impl Iterator<Item = &str> {
        self.www_authenticate.iter().map(|value| &**value)
    }

    /// What its `WWW-Authenticate` fields ask for: see [`challenge`](crate::challenge), also for what a status has to do
    /// with it.
    ///
    /// # Errors
    /// They ask for nothing that can be acted on.
    pub fn challenges(&self, limits: &Limits) -> Result<Challenges<'_>, ChallengeFault> {
        Challenges::read(self.www_authenticate(), limits)
    }

    /// The body, for a transcript or a test. It may hold tokens: redact it before it is shown.
    pub fn expose_body(&self) -> &[u8] {
        &self.body
    }

    #[cfg(feature = "http")]
    pub(super) fn take_body(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.body)
    }

    /// `Retry-After` in seconds, at most one hour. The date form is not read: it would need the server's clock.
    pub(crate) fn wait(&self, limits: &Limits) -> Option<Duration> {
        let seconds = decimal(limits.header(self.retry_after()?)?.trim())?;
        Some(Duration::from_secs(seconds).min(LONGEST_WAIT))
    }
}

impl Drop for Response {
    fn drop(&mut self) {
        wipe(&mut self.body);
    }
}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Response(status {}, {} bytes, redacted)", self.status, self.body.len())
    }
}
