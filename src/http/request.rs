//! What is to be sent, and on which terms.

use std::{borrow::Cow, fmt, sync::Arc, time::Duration};

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::vocabulary::{Secret, Shared, Wiped, wipe};

/// An HTTP request to be sent once.
///
/// It is not `Clone` and gives its body away by value, so that no loop sends a single-use credential twice.
/// Send it on the terms of its [`contract`](Self::contract), and give what came of it to `finish` as an
/// [`Outcome`](crate::Outcome).
///
/// ```
/// use oauth_proto::RequestParts;
/// # use oauth_proto::{Client, Registration, Timestamp, providers};
/// # let client = Client::confidential(providers::amiqus(), Registration::new("app")?, "s3cret".into())?;
/// # let now = Timestamp::from_unix_seconds(1_800_000_000);
/// # let (request, in_flight) = client.client_credentials()?.request(now)?;
/// # drop(in_flight);
/// assert_eq!((request.method().as_str(), request.url()), ("POST", "https://id.amiqus.co/oauth/token"));
/// let names: Vec<&str> = request.headers().iter().map(|header| header.name()).collect();
/// assert_eq!(names, ["Content-Type", "Accept"]);
///
/// // For an HTTP library:
/// let RequestParts { method, url, headers, mut body, contract, .. } = request.into_parts();
/// let bytes: Vec<u8> = std::mem::take(&mut *body);
/// assert_eq!(bytes, b"grant_type=client_credentials&client_id=app&client_secret=s3cret");
/// # drop((method, url, headers, contract));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use = "a request does nothing until it is sent: take it apart with `into_parts()` (RFC 6749 section 3.2)"]
pub struct Request {
    method: Method,
    url: Target,
    headers: Vec<Header>,
    body: Body,
    contract: TransportContract,
    /// A server has named where it goes, for this client alone: a secret may stand anywhere behind the origin.
    at_secret_address: bool,
}

/// The HTTP methods that the protocol uses. A [`Dialect`](crate::dialect::Dialect) knows the first two alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Method {
    /// `GET`
    Get,
    /// `POST`: what token requests are (RFC 6749 section 3.2).
    #[default]
    Post,
    /// `PUT`: how a registered client is updated (RFC 7592 section 2.2).
    #[serde(skip)]
    Put,
    /// `DELETE`: how a registered client is deleted (RFC 7592 section 2.3).
    #[serde(skip)]
    Delete,
}

impl Method {
    /// The method as it stands on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Delete => "DELETE",
        }
    }
}

/// A header field of a request. The name is a valid field name, the value printable ASCII: both were checked.
#[derive(Clone, Debug)]
pub struct Header {
    name: Cow<'static, str>,
    value: Value,
}

#[derive(Clone, Debug)]
enum Value {
    /// Each request has it.
    Plain(&'static str),
    /// Each request of the client has it.
    Shared(Arc<Secret>),
    Secret(Secret),
}

impl Header {
    pub(crate) fn new(name: impl Into<Cow<'static, str>>, value: impl Into<Secret>) -> Self {
        Self { name: name.into(), value: Value::Secret(value.into()) }
    }

    pub(crate) const fn plain(name: &'static str, value: &'static str) -> Self {
        Self { name: Cow::Borrowed(name), value: Value::Plain(value) }
    }

    pub(crate) const fn shared(name: &'static str, value: Arc<Secret>) -> Self {
        Self { name: Cow::Borrowed(name), value: Value::Shared(value) }
    }

    /// The field's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The field's value. It may be a credential: each call is a place to look at when asking where one can leak.
    pub fn expose_value(&self) -> &str {
        match &self.value {
            Value::Plain(text) => text,
            Value::Shared(secret) => secret.expose(),
            Value::Secret(secret) => secret.expose(),
        }
    }
}

/// The terms on which a request may be sent. A transport that cannot keep them must not send it.
///
/// | term | value | why |
/// | --- | --- | --- |
/// | redirects | never follow | the code and the secret would go to another server (RFC 9700 section 4.12) |
/// | retries | never, not even on a stale connection | codes and refresh tokens are single use (RFC 6749 section 4.1.2) |
/// | early data | never | it can be replayed (RFC 8446 section 8) |
/// | proxies | none in front of plaintext | it would read the credentials (RFC 6749 section 3.2) |
/// | TLS | required, but for loopback where the provider's data allows it by name | RFC 6749 section 3.2 |
///
/// What differs between providers is here as values:
///
/// ```
/// use std::time::Duration;
/// # use oauth_proto::{Client, Registration, Timestamp, providers};
/// # let client = Client::confidential(providers::amiqus(), Registration::new("app")?, "s3cret".into())?;
/// # let now = Timestamp::from_unix_seconds(1_800_000_000);
/// # let (request, in_flight) = client.client_credentials()?.request(now)?;
/// # drop(in_flight);
/// let contract = request.contract();
/// assert_eq!(contract.origin(), "https://id.amiqus.co");
/// assert_eq!(contract.deadline(), Duration::from_secs(30)); // `Provider::deadline_seconds`
/// assert_eq!(contract.max_response_bytes(), 262_144); // `Limits::response_bytes`
/// assert!(contract.tls_required() && !contract.follows_redirects() && !contract.retries());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TransportContract {
    pub(crate) origin: Shared,
    pub(crate) max_response_bytes: usize,
    pub(crate) deadline: Duration,
    pub(crate) client_certificate: bool,
}

impl TransportContract {
    /// The only origin (scheme, host, port) that the request may go to.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Whether a redirect may be followed: never.
    pub const fn follows_redirects(&self) -> bool {
        false
    }

    /// Whether the transport may send the request again by itself: never.
    pub const fn retries(&self) -> bool {
        false
    }

    /// Whether the request may ride in TLS early data: never.
    pub const fn early_data(&self) -> bool {
        false
    }

    /// Whether TLS is required. Not so only for loopback, where the provider's data allows it by name.
    pub fn tls_required(&self) -> bool {
        self.origin.starts_with("https:")
    }

    /// Whether the server wants the client's TLS certificate: see
    /// [`Provider::mutual_tls`](crate::Provider::mutual_tls).
    pub fn client_certificate(&self) -> bool {
        self.client_certificate
    }

    /// The longest response body to read, in bytes. Stop there: a longer one is refused anyway.
    pub fn max_response_bytes(&self) -> usize {
        self.max_response_bytes
    }

    /// How long the whole exchange may take, from connecting to the end of the body. What is not there by then is
    /// [`Outcome::Lost`](crate::Outcome::Lost).
    pub fn deadline(&self) -> Duration {
        self.deadline
    }
}

/// A request taken apart, for handing over to an HTTP library: see [`Request`].
#[non_exhaustive]
pub struct RequestParts {
    /// The method.
    pub method: Method,
    /// The absolute URL. Its query may hold credentials: it is wiped as the body is.
    pub url: Zeroizing<String>,
    /// The header fields. `Content-Length` and `Host` are the transport's own.
    pub headers: Vec<Header>,
    /// The body: it holds credentials. It is wiped when dropped; take it out with `std::mem::take`.
    pub body: Zeroizing<Vec<u8>>,
    /// The terms.
    pub contract: TransportContract,
    at_secret_address: bool,
}

impl Request {
    pub(crate) fn new(
        method: Method,
        url: Target,
        headers: Vec<Header>,
        body: Body,
        contract: TransportContract,
    ) -> Self {
        Self { method, url, headers, body, contract, at_secret_address: false }
    }

    /// The same, of which nothing is shown but the origin that it goes to.
    #[cfg(feature = "registration")]
    pub(crate) fn at_secret_address(self) -> Self {
        Self { at_secret_address: true, ..self }
    }

    /// What may be shown of where it goes: origin and path, or the origin alone.
    pub(crate) fn shown_address(&self) -> &str {
        shown_address(self.url(), &self.contract, self.at_secret_address)
    }

    /// The method.
    pub fn method(&self) -> Method {
        self.method
    }

    /// The absolute URL. Where the dialect's body is [`Query`](crate::dialect::BodyFormat::Query), it holds credentials:
    /// redact its query before it is shown. Where a registered client is managed (RFC 7592 section 3), a secret may stand in
    /// its path too.
    pub fn url(&self) -> &str {
        self.url.as_str()
    }

    /// The header fields.
    pub fn headers(&self) -> &[Header] {
        &self.headers
    }

    /// The terms on which it may be sent.
    pub fn contract(&self) -> &TransportContract {
        &self.contract
    }

    /// The body, for a transcript or a test. It holds credentials: redact it before it is shown.
    pub fn expose_body(&self) -> &[u8] {
        &self.body.0
    }

    /// Takes it apart. This is how it is sent: by value, once.
    pub fn into_parts(
        self, // spent: codes and refresh tokens are sent once (RFC 6749 section 4.1.2); `finish` it, then call `retry`
    ) -> RequestParts {
        RequestParts {
            method: self.method,
            url: self.url.into_string().into(),
            headers: self.headers,
            body: self.body.into_bytes(),
            contract: self.contract,
            at_secret_address: self.at_secret_address,
        }
    }
}

/// The URL's query may hold credentials; its path too, where a server has named it for one client alone.
impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Request");
        shown
            .field("method", &self.method)
            .field("url", &Shown { address: self.shown_address(), url: self.url() })
            .field("headers", &self.headers);
        shown.field("body", &self.body).field("contract", &self.contract).finish()
    }
}

fn shown_address<'a>(url: &'a str, contract: &'a TransportContract, at_secret_address: bool) -> &'a str {
    if at_secret_address {
        return contract.origin();
    }
    url.split(['?', '#']).next().unwrap_or_default()
}

/// An address, and that more stands behind it.
struct Shown<'a> {
    address: &'a str,
    url: &'a str,
}

impl fmt::Debug for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { address, url } = self;
        match url.strip_prefix(address) {
            Some("") => write!(f, "{address:?}"),
            Some(rest) if rest.starts_with('?') => write!(f, "\"{address}?…\""),
            _ => write!(f, "\"{address}…\""),
        }
    }
}

/// The body holds credentials, and `Zeroizing` prints its bytes in releases of `zeroize` before 1.9.
impl fmt::Debug for RequestParts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("RequestParts");
        let address = shown_address(&self.url, &self.contract, self.at_secret_address);
        shown.field("method", &self.method).field("url", &Shown { address, url: &self.url });
        shown.field("headers", &self.headers);
        shown.field("body", &format_args!("{} bytes, redacted", self.body.len())).field("contract", &self.contract);
        shown.finish()
    }
}

/// Where a request goes.
pub(crate) enum Target {
    /// To an endpoint as it stands.
    Endpoint(Shared),
    /// With parameters in the query, as some dialects have them: wiped like the body.
    WithQuery(Wiped<'static>),
}

impl Target {
    pub(crate) fn as_str(&self) -> &str {
        match self {
            Self::Endpoint(url) => url,
            Self::WithQuery(url) => url,
        }
    }

    fn into_string(self) -> String {
        match self {
            Self::Endpoint(url) => (*url).to_owned(),
            Self::WithQuery(url) => url.into_string(),
        }
    }
}

/// A body that is wiped when dropped and never printed.
pub(crate) struct Body(Vec<u8>);

impl Body {
    fn into_bytes(mut self) -> Zeroizing<Vec<u8>> {
        Zeroizing::new(std::mem::take(&mut self.0))
    }
}

impl From<Vec<u8>> for Body {
    fn from(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }
}

impl Drop for Body {
    fn drop(&mut self) {
        wipe(&mut self.0);
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Body({} bytes, redacted)", self.0.len())
    }
}
