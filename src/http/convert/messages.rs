//! Methods, requests and responses.

use http::{HeaderName, HeaderValue, StatusCode, header};

use super::uri::moved;
use crate::{
    error::{ConfigError, Reason},
    http::{Method, Request, Response, TransportContract, response::Field},
};

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

/// ```
/// use oauth_proto::Method;
///
/// assert_eq!(Method::try_from(&http::Method::PUT)?, Method::Put);
/// let error = Method::try_from(&http::Method::PATCH).unwrap_err();
/// assert_eq!(error.to_string(), "method: there is no such value here; there are: GET, POST, PUT, DELETE");
/// # Ok::<(), oauth_proto::ConfigError>(())
/// ```
///
/// # Errors
/// It is none that the protocol uses.
impl TryFrom<&http::Method> for Method {
    type Error = ConfigError;

    fn try_from(method: &http::Method) -> Result<Self, Self::Error> {
        const ALL: [Method; 4] = [Method::Get, Method::Post, Method::Put, Method::Delete];
        let found = ALL.into_iter().find(|each| each.as_str() == method.as_str());
        let known = || ALL.iter().map(|each| each.as_str().into()).collect();
        found.ok_or_else(|| ConfigError::new("method", Reason::UnknownValue { known: known() }))
    }
}

/// By value, so that a request is sent once. Its body and its URL move over, without a copy that stays behind; the values of
/// header fields are copied. Nothing of an `http::Request` is wiped. The [`TransportContract`] rides in the extensions.
/// Header fields that may hold a credential are marked as sensitive.
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
/// known that is not longer than the 64 KiB that a `Uri` holds. Nothing was sent, and body and URL are wiped: say
/// [`Outcome::not_sent`](crate::Outcome::not_sent), and `finish` hands the state back.
impl TryFrom<Request> for http::Request<Vec<u8>> {
    type Error = http::Error;

    fn try_from(request: Request) -> Result<Self, Self::Error> {
        let mut parts = request.into_parts();
        // What can fail comes first: what was moved before is not wiped any more.
        let mut converted = http::Request::new(Vec::new());
        *converted.uri_mut() = moved(&mut parts.url)?;
        *converted.method_mut() = parts.method.into();
        for field in &parts.headers {
            let (name, value): (HeaderName, HeaderValue) = field.try_into()?;
            converted.headers_mut().append(name, value);
        }
        converted.extensions_mut().insert::<TransportContract>(parts.contract);
        *converted.body_mut() = std::mem::take(&mut *parts.body);
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

/// What a test's server answers with, for instance: status, body, and the header fields that a [`Response`] keeps. The body
/// moves over, without a copy that stays behind; nothing of an `http::Response` is wiped, though.
///
/// ```
/// use oauth_proto::Response;
///
/// let answer = Response::new(401, [("WWW-Authenticate", "Bearer"), ("Set-Cookie", "not kept")], "no");
/// let answer = http::Response::<Vec<u8>>::try_from(answer)?;
/// assert_eq!((answer.status(), answer.body().as_slice()), (http::StatusCode::UNAUTHORIZED, b"no".as_slice()));
/// assert_eq!(answer.headers().iter().count(), 1);
/// # Ok::<(), http::Error>(())
/// ```
///
/// # Errors
/// Its status is none of three digits, or the value of a header field none that HTTP allows: it was made by hand. It is
/// wiped.
impl TryFrom<Response> for http::Response<Vec<u8>> {
    type Error = http::Error;

    fn try_from(mut response: Response) -> Result<Self, Self::Error> {
        let mut converted = http::Response::new(Vec::new());
        *converted.status_mut() = StatusCode::from_u16(response.status())?;
        let once = [(header::CONTENT_TYPE, response.content_type()), (header::RETRY_AFTER, response.retry_after())];
        let once = once.into_iter().filter_map(|(name, value)| Some((name, value?)));
        let challenges = response.www_authenticate().map(|value| (header::WWW_AUTHENTICATE, value));
        for (name, value) in once.chain(challenges) {
            converted.headers_mut().append(name, HeaderValue::from_str(value)?);
        }
        *converted.body_mut() = response.take_body();
        Ok(converted)
    }
}
