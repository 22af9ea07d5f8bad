//! What came back.

use std::{fmt, time::Duration};

use zeroize::Zeroize;

use crate::{
    challenge::{ChallengeFault, Challenges},
    vocabulary::{Limits, grammar::decimal, length, wipe},
};

/// An HTTP response, read to its end: status, header fields and body.
///
/// ```
/// use oauth_proto::Response;
///
/// let response = Response::new(429, [("Retry-After", "30")], Vec::new());
/// assert_eq!(response.status(), 429);
/// assert_eq!(response.header("retry-after"), Some("30"));
/// ```
pub struct Response {
    status: u16,
    headers: Vec<(Box<str>, Box<str>)>,
    body: Vec<u8>,
}

/// The longest wait that a server can ask for.
pub(crate) const LONGEST_WAIT: Duration = Duration::from_secs(3600);

impl Response {
    /// A response. Header fields whose values are no text may be left out: none that matters here has such a value.
    pub fn new<N: Into<Box<str>>, V: Into<Box<str>>>(
        status: u16,
        headers: impl IntoIterator<Item = (N, V)>,
        body: impl Into<Vec<u8>>,
    ) -> Self {
        let headers = headers.into_iter().map(|(name, value)| (name.into(), value.into())).collect();
        Self { status, headers, body: body.into() }
    }

    /// The status code.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// The first header field of this name, whatever its case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers(name).next()
    }

    /// The header fields of this name, whatever its case, in their order.
    pub fn headers(&self, name: &str) -> impl Iterator<Item = &str> {
        self.headers.iter().filter(move |(each, _)| each.eq_ignore_ascii_case(name)).map(|(_, value)| &**value)
    }

    /// What its `WWW-Authenticate` fields ask for: see [`challenge`](crate::challenge), also for what a status has to do
    /// with it.
    ///
    /// # Errors
    /// They ask for nothing that can be acted on.
    pub fn challenges(&self, limits: &Limits) -> Result<Challenges<'_>, ChallengeFault> {
        Challenges::read(self.headers("www-authenticate"), limits)
    }

    /// The body, for a transcript or a test. It may hold tokens: redact it before it is shown.
    pub fn expose_body(&self) -> &[u8] {
        &self.body
    }

    /// The first header field of this name, where it is not longer than what is read.
    pub(crate) fn header_within(&self, name: &str, limits: &Limits) -> Option<&str> {
        self.header(name).filter(|value| value.len() <= length(limits.header_bytes))
    }

    /// `Retry-After` in seconds, at most one hour. The date form is not read: it would need the server's clock.
    pub(crate) fn retry_after(&self, limits: &Limits) -> Option<Duration> {
        let seconds = decimal(self.header_within("retry-after", limits)?.trim())?;
        Some(Duration::from_secs(seconds).min(LONGEST_WAIT))
    }
}

impl Drop for Response {
    fn drop(&mut self) {
        wipe(&mut self.body);
        // A cookie, or a redirect with a code in it.
        self.headers.iter_mut().for_each(|(_, value)| value.zeroize());
    }
}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Response(status {}, {} bytes, redacted)", self.status, self.body.len())
    }
}
