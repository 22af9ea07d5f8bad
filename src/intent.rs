//! What was asked of a server: enough to ask again.

use serde::{Deserialize, Serialize};

use crate::{
    authorization_details::AuthorizationDetails,
    beyond::Beyond,
    error::ConfigError,
    vocabulary::{RedirectUri, Scope, Shared},
};

/// What the application wanted, of which server, as which client. It holds no secret.
///
/// It is what is left when a login ends without tokens, and the way back to a new one:
///
/// ```
/// use oauth_proto::{CallbackError, AwaitingCode};
/// # use oauth_proto::{Client, Entropy, Registration, RedirectUri, Timestamp, Callback, providers};
/// # let registration = Registration::new("app")?.redirect_uri(RedirectUri::new("https://app.example/cb")?);
/// # let client = Client::confidential(providers::amiqus(), registration, "s".into())?;
/// # let now = Timestamp::from_unix_seconds(0);
/// # let login = client.authorization_code()?.return_to("/inbox")?;
/// # let (_, awaiting) = login.authorize(Entropy::from_bytes([1; 64]), now);
/// # let denied = format!("/cb?error=access_denied&state={}", awaiting.state().expose());
/// match awaiting.receive(&client, Callback::url(&denied), now) {
///     Err(CallbackError::Refused { response, intent }) => {
///         assert_eq!(response.code.as_str(), "access_denied");
///         let again = intent.again(client.authorization_code()?);
/// #       let _ = again;
///     }
///     _ => unreachable!(),
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Intent {
    pub(crate) server: Shared,
    pub(crate) client_id: Shared,
    #[serde(default, skip_serializing_if = "Scope::is_empty")]
    pub(crate) scope: Scope,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) redirect_uri: Option<RedirectUri>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) return_to: Option<Box<str>>,
    /// Most logins ask for nothing more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) beyond: Option<Box<Beyond>>,
}

impl Intent {
    /// The server, as [`Provider::identity`](crate::Provider::identity) writes it.
    pub fn server(&self) -> &str {
        &self.server
    }

    /// The client that asked.
    pub fn client_id(&self) -> &str {
        &self.client_id
    }

    /// The scope that was asked for.
    pub fn scope(&self) -> &Scope {
        &self.scope
    }

    /// The redirect URI of the login, where there was one. Tokens remember it only where the provider wants it on
    /// refresh.
    pub fn redirect_uri(&self) -> Option<&RedirectUri> {
        self.redirect_uri.as_ref()
    }

    /// The resources that were asked for (RFC 8707), in that order.
    pub fn resources(&self) -> impl Iterator<Item = &str> {
        self.beyond.iter().flat_map(|beyond| beyond.resources.iter())
    }

    /// Those that the access token in hand was asked for.
    pub(crate) fn resources_of_token(&self) -> impl Iterator<Item = &str> {
        self.beyond.iter().flat_map(|beyond| beyond.of_token())
    }

    pub(crate) fn narrow_to(&mut self, resource: &str) -> Result<(), ConfigError> {
        match &mut self.beyond {
            Some(beyond) => beyond.narrow(resource),
            None => Beyond::default().narrow(resource),
        }
    }

    /// An access token came for what was asked for.
    pub(crate) fn issued(&mut self) {
        if let Some(beyond) = &mut self.beyond {
            beyond.issued();
        }
    }

    /// The authorization details that were asked for (RFC 9396).
    pub fn authorization_details(&self) -> Option<&AuthorizationDetails> {
        self.beyond.as_ref()?.authorization_details.as_ref()
    }

    /// Where in the application the user came from: the text given to `return_to`, untouched by any server. Tokens do
    /// not remember it: read it off the waiting state.
    pub fn return_to(&self) -> Option<&str> {
        self.return_to.as_deref()
    }
}
