//! The browser's way back.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Renames;

/// The browser's way back.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct CallbackStep {
    /// Parameters of another name. Standard names: `code`, `state`, `error`, `error_description`, `error_uri`, `iss`
    /// (those of a token are renamed in [`response`](super::Dialect::response)).
    pub rename: Renames,
    /// Whether `state` comes back. **Any other value than the default gives up a defence against forged callbacks.**
    pub state: StateEcho,
    /// How the text of a code is taken from the URL.
    pub code: CodeDecoding,
    /// Whether `iss` must be there (RFC 9207 section 2.3). One that is there is compared wherever the provider's data
    /// has an `issuer`.
    pub issuer: IssuerParameter,
    /// Where the implicit grant's tokens stand.
    pub tokens: TokenPlace,
    /// Whether the implicit grant brings a refresh token, against RFC 6749 section 4.2.2: no.
    pub implicit_refresh_token: bool,
    /// What becomes of an ID token that comes with the code: the callback is refused.
    pub id_token: IdToken,
    /// Parameters to keep as [`Extras`](crate::Extras), by their names, and what each may be used for.
    pub keep: BTreeMap<String, Kept>,
}

/// Whether the server sends `state` back.
///
/// ```
/// use oauth_proto::{Callback, dialect::StateEcho, providers};
/// # use oauth_proto::{Client, Entropy, RedirectUri, Registration, Timestamp};
/// # let now = Timestamp::from_unix_seconds(1_800_000_000);
///
/// let mut provider = providers::marq();
/// provider.dialect.callback.state = StateEcho::NotEchoedByThisServer;
/// # let registration = Registration::new("app")?.redirect_uri(RedirectUri::new("https://app.example/cb")?);
/// # let client = Client::confidential(provider, registration, "s3cret".into())?;
/// let (_, awaiting) = client.authorization_code()?.authorize(Entropy::from_os()?, now);
/// assert!(awaiting.receive(&client, Callback::url("/cb?code=SplxlOBeZQQYbYS6WxSbIA"), now).is_ok());
///
/// // Nothing but PKCE binds this login: what has no PKCE does not begin.
/// assert_eq!(client.implicit().unwrap_err().field(), "dialect.callback.state");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum StateEcho {
    /// Always, as RFC 6749 section 4.1.2 requires. A callback without it is not ours.
    #[default]
    Required,
    /// This server never sends it back. A callback without it is taken; one with another state still is not. What is
    /// left against a forged callback is that the waiting state lies in the browser's own session, and PKCE.
    NotEchoedByThisServer,
}

/// How the text of a code is taken from the callback.
///
/// ```
/// use oauth_proto::{Callback, dialect::CodeDecoding};
/// # use oauth_proto::{Client, Entropy, Provider, RedirectUri, Registration, Timestamp};
/// # let mut provider = Provider::new("example", "https://id.example/authorize", "https://id.example/token");
/// provider.dialect.callback.code = CodeDecoding::AsReceived;
/// # let registration = Registration::new("app")?.redirect_uri(RedirectUri::new("https://app.example/cb")?);
/// # let client = Client::confidential(provider, registration, "s3cret".into())?;
/// # let now = Timestamp::from_unix_seconds(1_800_000_000);
/// # let (_, awaiting) = client.authorization_code()?.authorize(Entropy::from_os()?, now);
/// # let state = awaiting.state().expose();
/// # let target = format!("/cb?code=c2Vj%3D&state={state}");
/// // `/cb?code=c2Vj%3D&state=…`
/// let (request, in_flight) = awaiting.receive(&client, Callback::url(&target), now)?;
/// // The form encodes it once more, and the server reads `c2Vj%3D`. By default it would read `c2Vj=`.
/// assert!(std::str::from_utf8(request.expose_body())?.contains("code=c2Vj%253D&"));
/// # drop(in_flight);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum CodeDecoding {
    /// Decoded, as every form parameter (RFC 6749 appendix B).
    #[default]
    Decoded,
    /// As it stands in the URL: for servers that want `%3D` back as `%3D`.
    AsReceived,
}

/// Whether the callback must have `iss`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum IssuerParameter {
    /// It may be absent.
    #[default]
    Optional,
    /// The server sends it with every answer, errors included. The provider's data must have an `issuer` then.
    Required,
}

/// Where the implicit grant's tokens stand in the callback.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum TokenPlace {
    /// In the fragment (RFC 6749 section 4.2.2).
    #[default]
    Fragment,
    /// In the query, where servers log them.
    Query,
    /// In either: for a server that does not say. Not in both.
    FragmentOrQuery,
}

/// What becomes of an ID token that comes with the code.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum IdToken {
    /// The callback is refused: nobody asked for one.
    #[default]
    Refused,
    /// It is not read: for a server that sends one with every code, because its `response_type` says so.
    Ignored,
}

/// What a value from a callback may be used for. The browser brings it, so anybody can have put it there: **where it
/// made a URL, the code and the client's secret would go to whoever named the host.**
///
/// ```
/// use oauth_proto::{CallbackError, dialect::Kept};
/// # use oauth_proto::{Callback, Client, Entropy, Provider, RedirectUri, Registration, Timestamp};
///
/// let mut provider = Provider::new("example", "https://example.com/authorize", "https://{shop}.example.com/token");
/// provider.dialect.callback.keep.insert("shop".into(), Kept::DnsLabel);
/// # let registration = Registration::new("app")?.redirect_uri(RedirectUri::new("https://app.example/cb")?);
/// # let client = Client::confidential(provider, registration, "s3cret".into())?;
/// # let now = Timestamp::from_unix_seconds(1_800_000_000);
/// # let (_, awaiting) = client.authorization_code()?.authorize(Entropy::from_os()?, now);
/// # let state = awaiting.state().expose().to_owned();
///
/// let forged = format!("/cb?code=SplxlOBeZQQYbYS6WxSbIA&state={state}&shop=evil.example%2F");
/// let Err(CallbackError::NotOurs { awaiting, .. }) = awaiting.receive(&client, Callback::url(&forged), now) else {
///     unreachable!()
/// };
/// let honest = format!("/cb?code=SplxlOBeZQQYbYS6WxSbIA&state={state}&shop=bakery");
/// let (request, in_flight) = awaiting.receive(&client, Callback::url(&honest), now)?;
/// assert_eq!(request.url(), "https://bakery.example.com/token");
/// # drop(in_flight);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Kept {
    /// A text that is shown to the application, and may stand in parameters and header fields; never in a URL.
    #[default]
    Text,
    /// One label of a host name: letters, digits and hyphens. At least two labels stand behind it in the URL; they must be
    /// the provider's own, and not a suffix under which anybody can have a name (`co.uk`).
    DnsLabel,
    /// One segment of a path: letters, digits and `. _ ~ -`.
    PathSegment,
    /// One of these, byte for byte. They may be whole origins.
    OneOf(Vec<String>),
}

impl Kept {
    /// Whether the callback may bring `value`.
    pub(crate) fn allows(&self, value: &str) -> bool {
        let fits = |bytes: std::ops::RangeInclusive<usize>| bytes.contains(&value.len());
        match self {
            Self::Text => fits(0..=MAX_TEXT) && !value.chars().any(char::is_control),
            // RFC 1035 section 2.3.1.
            Self::DnsLabel => {
                fits(1..=63)
                    && value.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
                    && !value.starts_with('-')
                    && !value.ends_with('-')
                    // RFC 5891 section 4.2.1: not each that begins so is a label.
                    && (!value.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("xn--"))
                        || url::Host::parse(value).is_ok())
            }
            Self::PathSegment => {
                fits(1..=255)
                    && value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte))
                    && !value.bytes().all(|byte| byte == b'.')
            }
            Self::OneOf(values) => values.iter().any(|each| each == value),
        }
    }
}

/// How long a kept text may be, in bytes.
const MAX_TEXT: usize = 1024;
