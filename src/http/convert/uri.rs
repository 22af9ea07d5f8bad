//! Addresses: where the browser goes, and where it comes back to.

use http::{Uri, uri::InvalidUri};
use zeroize::Zeroizing;

use crate::{
    error::{ConfigError, Reason},
    state::AuthorizationUrl,
    vocabulary::RedirectUri,
};

/// For a router, or to compare a request's own address with. Send the text itself to servers: see the other way round.
///
/// ```
/// use oauth_proto::RedirectUri;
///
/// let uri = http::Uri::try_from(&RedirectUri::new("https://app.example/cb")?)?;
/// assert_eq!((uri.host(), uri.path()), (Some("app.example"), "/cb"));
/// let native = RedirectUri::new("com.example.app:/cb")?;
/// assert!(http::Uri::try_from(&native).is_err());
/// # Ok::<(), oauth_proto::ConfigError>(())
/// ```
///
/// # Errors
/// Its scheme is an application's own, with no host behind it: a `Uri` has one.
impl TryFrom<&RedirectUri> for Uri {
    type Error = ConfigError;

    fn try_from(uri: &RedirectUri) -> Result<Self, Self::Error> {
        Self::try_from(uri.as_str()).map_err(|_| ConfigError::new("redirect_uri", Reason::NotAUrl))
    }
}

/// The text moves over, without a copy that stays behind, and one that is refused is wiped. A `Uri` is not wiped, though, and
/// shows the login's `state` when it is printed.
///
/// ```
/// # use oauth_proto::{Client, Entropy, RedirectUri, Registration, Timestamp, providers};
/// # let registration = Registration::new("app")?.redirect_uri(RedirectUri::new("https://app.example/cb")?);
/// # let client = Client::confidential(providers::amiqus(), registration, "s3cret".into())?;
/// # let now = Timestamp::from_unix_seconds(1_800_000_000);
/// let (url, awaiting) = client.authorization_code()?.authorize(Entropy::from_os()?, now);
/// let uri = http::Uri::try_from(url)?;
/// let redirect = http::Response::builder().status(303).header("Location", uri.to_string()).body(())?;
/// # drop((redirect, awaiting));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// It has a fragment, as [some providers](crate::dialect::AuthorizeStep::fragment) want it: a `Uri` has none, and would drop
/// it without a word. Use [`AuthorizationUrl::as_str`] there. Or it is longer than the 64 KiB that a `Uri` holds.
impl TryFrom<AuthorizationUrl> for Uri {
    type Error = ConfigError;

    fn try_from(url: AuthorizationUrl) -> Result<Self, Self::Error> {
        let refuse = |reason| ConfigError::new("authorization_url", reason);
        if url.as_str().contains('#') {
            return Err(refuse(Reason::HasFragment));
        }
        moved(&mut url.into_string().into()).map_err(|_| refuse(Reason::NotAUrl))
    }
}

/// Moves a text over. One that is no `Uri` stays: the `http` crate would free it as it is. So a text of the same shape and
/// without a secret is tried first. To that crate, a letter behind the authority is as good as any other.
pub(super) fn moved(text: &mut Zeroizing<String>) -> Result<Uri, InvalidUri> {
    let (mut slashes, mut behind) = (0_u8, false);
    let shape = text.chars().map(|char| {
        slashes = slashes.saturating_add(u8::from(char == '/'));
        behind |= char == '?' || slashes > 2;
        if behind && char.is_ascii_alphanumeric() { 'x' } else { char }
    });
    Uri::try_from(shape.collect::<String>())?;
    Uri::try_from(std::mem::take(&mut **text))
}

/// A `Uri` writes an empty path as `/`, and servers compare redirect URIs as strings: register what this says.
///
/// ```
/// use oauth_proto::RedirectUri;
///
/// let uri: http::Uri = "https://app.example".parse()?;
/// assert_eq!(RedirectUri::try_from(&uri)?.as_str(), "https://app.example/");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// As [`RedirectUri::new`]; a request's own target, `/cb`, is none.
impl TryFrom<&Uri> for RedirectUri {
    type Error = ConfigError;

    fn try_from(uri: &Uri) -> Result<Self, Self::Error> {
        // The authority alone, as CONNECT has it, would be taken for a scheme: `app.example:80`.
        if uri.scheme().is_none() {
            return Err(ConfigError::new("redirect_uri", Reason::NotAUrl));
        }
        Self::new(uri.to_string())
    }
}
