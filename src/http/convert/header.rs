//! Header fields.

use http::{HeaderName, HeaderValue, header};

use crate::http::Header;

/// The field that presents a token, for a request to an API. It is marked as sensitive, so that `Debug` does not show it and
/// HTTP/2 never indexes it (RFC 7541 section 7.1.3); so is each that may hold a credential. The value is copied: an
/// `http::HeaderValue` cannot be wiped.
///
/// ```
/// # use oauth_proto::{Client, Registration, Standing, Timestamp, providers};
/// # let client = Client::confidential(providers::amiqus(), Registration::new("app")?, "s3cret".into())?;
/// # let tokens = client.import_access_token_from_elsewhere("A1".into(), None)?;
/// # let Standing::Authorized(authorized) = tokens.at(Timestamp::from_unix_seconds(0)) else { unreachable!() };
/// let url = "https://id.amiqus.co/api/v2/me";
/// let (name, value) = authorized.header_for(&client, url)?.try_into()?;
/// let mut request = http::Request::get(url).body(())?;
/// request.headers_mut().insert(name, value);
/// assert_eq!(format!("{:?}", request.headers()), r#"{"authorization": Sensitive}"#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// None is known: both were checked by the rules of HTTP. The `http` crate has limits of its own.
impl TryFrom<Header> for (HeaderName, HeaderValue) {
    type Error = http::Error;

    fn try_from(field: Header) -> Result<Self, Self::Error> {
        Self::try_from(&field)
    }
}

/// As for a [`Header`] by value.
impl TryFrom<&Header> for (HeaderName, HeaderValue) {
    type Error = http::Error;

    fn try_from(field: &Header) -> Result<Self, Self::Error> {
        let name = HeaderName::from_bytes(field.name().as_bytes())?;
        let mut value = HeaderValue::from_str(field.expose_value())?;
        value.set_sensitive(name != header::CONTENT_TYPE && name != header::ACCEPT);
        Ok((name, value))
    }
}
