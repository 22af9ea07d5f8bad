//! How an access token is shown to an API.

use serde::{Deserialize, Serialize};

/// How an access token is shown to an API.
///
/// ```
/// # use oauth_proto::{Client, Provider, Registration, Standing, Timestamp};
/// # let provider = Provider::new("example", "https://id.example/authorize", "https://id.example/token");
/// # let mut provider = provider.api_origin("https://api.example");
/// provider.dialect.presentation.header = "X-Api-Token".into();
/// provider.dialect.presentation.scheme = None;
/// # let client = Client::public(provider, Registration::new("app")?)?;
/// # let tokens = client.import_access_token_from_elsewhere("A1".into(), None)?;
/// # let Standing::Authorized(token) = tokens.at(Timestamp::from_unix_seconds(0)) else { unreachable!() };
/// let header = token.header_for(&client, "https://api.example/me")?;
/// assert_eq!((header.name(), header.expose_value()), ("X-Api-Token", "A1"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Presentation {
    /// The header field: `Authorization`. None that belongs to the transport or the browser, such as `Cookie`.
    pub header: String,
    /// The scheme in front of the token: `Bearer`. Null for the bare token.
    pub scheme: Option<String>,
    /// How the token is written: as it is.
    pub form: TokenForm,
    /// The parameter of the API's URL that the token goes into instead of a header field, **where servers and browsers
    /// log it** (RFC 6750 section 2.3): none. See [`Authorized::url_for`](crate::Authorized::url_for).
    pub query_parameter: Option<String>,
}

impl Default for Presentation {
    fn default() -> Self {
        Self {
            header: "Authorization".into(),
            scheme: Some("Bearer".into()),
            form: TokenForm::default(),
            query_parameter: None,
        }
    }
}

/// How an access token is written into its header field.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum TokenForm {
    /// As it is.
    #[default]
    Token,
    /// As the user name of HTTP Basic, with no password (RFC 7617): the scheme is `Basic` then.
    BasicUser,
}
