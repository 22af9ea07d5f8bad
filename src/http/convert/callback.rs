//! Callbacks, as a web server sees them.

use http::{Method, Request, Uri, header};

use crate::{callback::Callback, error::CallbackFault};

/// The query of the address that the browser came to, borrowed. A `Uri` has no fragment, and browsers send none: tokens that
/// stand there come by [`Callback::fragment`], from a page.
///
/// ```
/// use oauth_proto::Callback;
/// # use oauth_proto::{Client, Entropy, RedirectUri, Registration, Timestamp, providers};
/// # let registration = Registration::new("app")?.redirect_uri(RedirectUri::new("https://app.example/cb")?);
/// # let client = Client::confidential(providers::amiqus(), registration, "s3cret".into())?;
/// # let now = Timestamp::from_unix_seconds(1_800_000_000);
/// # let (_, awaiting) = client.authorization_code()?.authorize(Entropy::from_os()?, now);
/// # let uri: http::Uri = format!("/cb?code=SplxlOBeZQQYbYS6WxSbIA&state={}", awaiting.state().expose()).parse()?;
/// let (request, in_flight) = awaiting.receive(&client, Callback::from(&uri), now)?;
/// # drop((request, in_flight));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
impl<'a> From<&'a Uri> for Callback<'a> {
    fn from(uri: &'a Uri) -> Self {
        Self::query(uri.query().unwrap_or_default())
    }
}

/// The browser's request, read to its end: the query of a GET, or the form of a POST, for a login that asked for one
/// ([`Callback::form_post`]). Method and media type are checked here, so that nothing else passes for a form.
///
/// ```
/// use oauth_proto::{Callback, error::CallbackFault};
///
/// let form = "application/x-www-form-urlencoded";
/// let request = http::Request::post("/cb").header("Content-Type", form).body("code=c&state=s".to_owned())?;
/// let callback = Callback::try_from(&request)?;
/// assert_eq!(format!("{callback:?}"), "Callback(14 bytes, redacted)");
///
/// // What looks at a link before the user follows it must not spend the login.
/// let request = http::Request::head("/cb?code=c&state=s").body(String::new())?;
/// assert_eq!(Callback::try_from(&request).unwrap_err(), CallbackFault::Request);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// It is neither a GET, nor a POST of `application/x-www-form-urlencoded`; or its form is no text. The login is alive.
impl<'a, B: AsRef<[u8]>> TryFrom<&'a Request<B>> for Callback<'a> {
    type Error = CallbackFault;

    fn try_from(request: &'a Request<B>) -> Result<Self, Self::Error> {
        match *request.method() {
            Method::GET => Ok(request.uri().into()),
            Method::POST if is_form(request) => {
                let body = std::str::from_utf8(request.body().as_ref());
                body.map(Self::form_post).map_err(|_| CallbackFault::Malformed("form"))
            }
            _ => Err(CallbackFault::Request),
        }
    }
}

/// Its parameters, a character set for instance, change nothing: the form is ASCII (RFC 6749 appendix B).
fn is_form<B>(request: &Request<B>) -> bool {
    let mut types = request.headers().get_all(header::CONTENT_TYPE).iter();
    let (Some(Ok(only)), None) = (types.next().map(|value| value.to_str()), types.next()) else { return false };
    let media_type = only.split(';').next().unwrap_or_default();
    media_type.trim().eq_ignore_ascii_case("application/x-www-form-urlencoded")
}
