//! To and from the types of the `http` crate (feature `http`).

use http::{HeaderName, HeaderValue, Uri, header};

use super::{Method, Request, Response, TransportContract, response::Field};

impl From<Method> for http::Method {
    fn from(method: Method) -> Self {
        match method {
            Method::Get => Self::GET,
            Method::Post => Self::POST,
            Method::Put => Self::PUT,
            Method::Delete => Self::DELETE,
        }
    }
}

/// By value, so that a request is sent once. The [`TransportContract`] rides in the extensions. Header fields that may
/// hold a credential are marked as sensitive.
///
/// ```
/// use oauth_proto::TransportContract;
/// # use oauth_proto::{Client, Registration, Timestamp, providers};
/// # let client = Client::confidential(providers::amiqus(), Registration::new("app")?, "s3cret".into())?;
/// # let now = Timestamp::from_unix_seconds(1_800_000_000);
/// # let (request, in_flight) = client.client_credentials()?.request(now)?;
/// # drop(in_flight);
/// let request = http::Request::<Vec<u8>>::try_from(request)?;
/// assert_eq!((request.method(), request.uri().host()), (&http::Method::POST, Some("id.amiqus.co")));
/// let contract = request.extensions().get::<TransportContract>().ok_or("not one of ours")?;
/// assert!(contract.tls_required());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// The `http` crate reads URLs by rules of its own, and cannot hold this one; none that passes the provider's checks is
/// known. Nothing was sent: say [`Outcome::not_sent`](crate::Outcome::not_sent), and `finish` hands the state back.
impl TryFrom<Request> for http::Request<Vec<u8>> {
    type Error = http::Error;

    fn try_from(request: Request) -> Result<Self, Self::Error> {
        let mut parts = request.into_parts();
        let mut converted = http::Request::new(std::mem::take(&mut *parts.body));
        *converted.method_mut() = parts.method.into();
        *converted.uri_mut() = Uri::try_from(std::mem::take(&mut *parts.url))?;
        for field in &parts.headers {
            let mut value = HeaderValue::from_str(field.expose_value())?;
            let name = HeaderName::from_bytes(field.name().as_bytes())?;
            value.set_sensitive(name != header::CONTENT_TYPE && name != header::ACCEPT);
            converted.headers_mut().append(name, value);
        }
        converted.extensions_mut().insert::<TransportContract>(parts.contract);
        Ok(converted)
    }
}

/// Header fields whose values are no text are left out: no UTF-8.
///
/// ```
/// use oauth_proto::{Outcome, Response};
///
/// let answer = http::Response::builder().status(429).header("Retry-After", "30").body("slow down")?;
/// let response = Response::from(answer);
/// assert_eq!((response.status(), response.retry_after()), (429, Some("30")));
/// let outcome: Outcome = response.into();
/// # drop(outcome);
/// # Ok::<(), http::Error>(())
/// ```
impl<B: Into<Vec<u8>>> From<http::Response<B>> for Response {
    fn from(response: http::Response<B>) -> Self {
        let (parts, body) = response.into_parts();
        let mut converted = Self::new(parts.status.as_u16(), [("", ""); 0], body);
        for (name, value) in &parts.headers {
            let field = match name {
                name if *name == header::CONTENT_TYPE => Field::ContentType,
                name if *name == header::RETRY_AFTER => Field::RetryAfter,
                name if *name == header::WWW_AUTHENTICATE => Field::WwwAuthenticate,
                _ => continue,
            };
            if let Ok(value) = std::str::from_utf8(value.as_bytes()) {
                converted.keep(field, value);
            }
        }
        converted
    }
}
