//! To and from the types of the `http` crate (feature `http`).

use http::{HeaderName, HeaderValue, Uri, header};

use super::{Method, Request, Response, TransportContract};

impl From<Method> for http::Method {
    fn from(method: Method) -> Self {
        match method {
            Method::Get => Self::GET,
            Method::Post => Self::POST,
        }
    }
}

/// By value, so that a request is sent once. The [`TransportContract`] rides in the extensions.
///
/// # Errors
/// The `http` crate cannot hold the URL: it is longer than 65,534 bytes.
impl TryFrom<Request> for http::Request<Vec<u8>> {
    type Error = http::Error;

    fn try_from(request: Request) -> Result<Self, Self::Error> {
        let mut parts = request.into_parts();
        let mut converted = http::Request::new(std::mem::take(&mut *parts.body));
        *converted.method_mut() = parts.method.into();
        *converted.uri_mut() = Uri::try_from(parts.url)?;
        for field in &parts.headers {
            let mut value = HeaderValue::from_str(field.value().expose())?;
            let name = HeaderName::from_bytes(field.name().as_bytes())?;
            value.set_sensitive(name != header::CONTENT_TYPE && name != header::ACCEPT);
            converted.headers_mut().append(name, value);
        }
        converted.extensions_mut().insert::<TransportContract>(parts.contract);
        Ok(converted)
    }
}

/// Header fields whose values are no visible ASCII are left out.
impl<B: Into<Vec<u8>>> From<http::Response<B>> for Response {
    fn from(response: http::Response<B>) -> Self {
        let (parts, body) = response.into_parts();
        let fields = parts.headers.iter();
        let headers = fields.filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?)));
        Self::new(parts.status.as_u16(), headers, body)
    }
}
