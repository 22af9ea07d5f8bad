//! RegisteredClient: what a server has registered, as it is kept.

use std::fmt;

use serde::{Deserialize, Serialize, de};

use super::{
    AuthMethod, ClientFault, ClientMetadata, Unconfirmed,
    information::Information,
    members::{ACCESS_TOKEN, AUTH_METHOD, CLIENT_ID, CLIENT_URI, is_bearer_token},
    metadata_text,
};
use crate::{
    client::Registration,
    error::{AnswerFault, ConfigError},
    provider::Provider,
    stored::{Kind, Tagged},
    vocabulary::{Plaintext, Secret, Shared, Timestamp, origin_of, secret},
};

/// A client that a server has registered: its id and secret, its metadata as the server has them, and what it is managed
/// with. Each is as the server said last, in one value: an answer replaces them all.
///
/// Store it with [`stored::save`](crate::stored::save). It is bound to its server. `Debug` shows no secret, and of the
/// metadata the names alone.
///
/// ```
/// use oauth_proto::{Timestamp, registration::RegisteredClient, stored};
/// # use oauth_proto::{Provider, RedirectUri, Response, registration::ClientMetadata};
/// # let now = Timestamp::from_unix_seconds(1_800_000_000);
/// # let mut provider = Provider::new("example", "https://id.example/authorize", "https://id.example/token");
/// # provider.registration_endpoint = Some("https://id.example/register".into());
/// # let metadata = ClientMetadata::new().with_redirect_uris([RedirectUri::new("https://app.example/cb")?]);
/// # let (_, registering) = provider.register(&metadata, None, now)?;
/// # let body = r#"{"client_id":"s6BhdRkqt3","client_secret":"cf136dc3","client_secret_expires_at":1800086400,
/// #     "redirect_uris":["https://app.example/cb"],"client_name":"Example (trial)"}"#;
/// # let answer = Response::new(201, [("Content-Type", "application/json")], body);
/// # let registered = registering.finish(answer.into())?;
/// let row = stored::save(&registered);
/// let registered: RegisteredClient = stored::load(row.as_bytes())?;
/// assert_eq!((registered.client_id(), registered.server()), ("s6BhdRkqt3", "example"));
/// assert_eq!(registered.metadata().text("client_name").as_deref(), Some("Example (trial)"), "not what was asked for");
/// assert!(registered.is_expired(Timestamp::from_unix_seconds(1_800_086_400)), "its secret, after a day");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[must_use = "a registered client that is dropped is lost, and stays at the server: store it (RFC 7591 section 3.2.1)"]
pub struct RegisteredClient {
    kind: Kind<Self>,
    server: Shared,
    #[serde(deserialize_with = "client_id")]
    client_id: Shared,
    #[serde(with = "secret::option", default, skip_serializing_if = "Option::is_none")]
    client_secret: Option<Secret>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    secret_expires_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    issued_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    management: Option<Management>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    unconfirmed: Option<Unconfirmed>,
    #[serde(with = "metadata_text")]
    metadata: ClientMetadata,
}

/// What a client is managed with (RFC 7592 section 3).
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Management {
    #[serde(serialize_with = "secret::store", deserialize_with = "bearer_token")]
    pub(super) access_token: Secret,
    pub(super) client_uri: Box<str>,
    /// An origin that the caller has approved, beside that of the registration endpoint.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) approved_origin: Option<Box<str>>,
}

impl Tagged for RegisteredClient {
    const TAG: &'static str = "registered_client/1";
}

impl RegisteredClient {
    pub(super) fn issued(server: Shared, information: Information) -> Result<Self, AnswerFault> {
        // RFC 7592 section 3: both, where the server lets clients be managed.
        let management = match (information.access_token, information.client_uri) {
            (Some(access_token), Some(client_uri)) => {
                Some(Management { access_token, client_uri, approved_origin: None })
            }
            (None, None) => None,
            (Some(_), None) => return Err(AnswerFault::Missing(CLIENT_URI)),
            (None, Some(_)) => return Err(AnswerFault::Missing(ACCESS_TOKEN)),
        };
        Ok(Self {
            kind: Kind::new(),
            server,
            client_id: information.client_id.into(),
            secret_expires_at: information.client_secret.as_ref().and(expiry(information.secret_expires_at)),
            client_secret: information.client_secret,
            issued_at: information.issued_at,
            management,
            unconfirmed: None,
            metadata: information.metadata,
        })
    }

    /// Puts what the server says now in the place of what it said before. What it does not repeat, such as a secret of
    /// which it keeps a hash, stays.
    pub(super) fn renew(&mut self, information: Information) -> Result<(), AnswerFault> {
        // RFC 7592 section 2.2: the id never changes.
        if *information.client_id != *self.client_id {
            return Err(AnswerFault::Malformed(CLIENT_ID));
        }
        if let Some(secret) = information.client_secret {
            // What was said of another secret is not said of this one.
            if self.client_secret.as_ref().is_none_or(|old| !old.matches(secret.expose())) {
                self.secret_expires_at = None;
            }
            self.client_secret = Some(secret);
        }
        if information.secret_expires_at.is_some() {
            self.secret_expires_at = expiry(information.secret_expires_at);
        }
        if let Some(management) = &mut self.management {
            if let Some(access_token) = information.access_token {
                management.access_token = access_token;
            }
            if let Some(client_uri) = information.client_uri {
                management.client_uri = client_uri;
            }
        }
        self.issued_at = information.issued_at.or(self.issued_at);
        self.metadata = information.metadata;
        if self.proof() == AuthMethod::None {
            self.client_secret = None;
        }
        if self.client_secret.is_none() {
            self.secret_expires_at = None;
        }
        self.unconfirmed = None;
        Ok(())
    }

    /// The server, as [`Provider::identity`] writes it.
    pub fn server(&self) -> &str {
        &self.server
    }

    /// The client id.
    pub fn client_id(&self) -> &str {
        &self.client_id
    }

    /// The secret, where there is one. [`client`](Self::client) takes it along.
    pub fn client_secret(&self) -> Option<&Secret> {
        self.client_secret.as_ref()
    }

    /// What the server has registered, which may differ from what was asked for (RFC 7591 section 3.2.1).
    pub fn metadata(&self) -> &ClientMetadata {
        &self.metadata
    }

    /// When the client was registered, if the server said so.
    pub fn issued_at(&self) -> Option<Timestamp> {
        self.issued_at
    }

    /// When the secret expires; `None` if never, if there is none (RFC 7591 section 3.2.1), or if the server has not said.
    pub fn secret_expires_at(&self) -> Option<Timestamp> {
        self.secret_expires_at
    }

    /// Whether the secret is of no more use at `now`. A read or an update may bring another one; or the client registers
    /// anew.
    pub fn is_expired(&self, now: Timestamp) -> bool {
        self.secret_expires_at.is_some_and(|expires_at| expires_at <= now)
    }

    /// Whether the server lets this client be read, updated and deleted.
    pub fn is_manageable(&self) -> bool {
        self.management.is_some()
    }

    /// Where it does. It may be of another origin than the server: see
    /// [`approve_management_origin`](Self::approve_management_origin).
    pub fn registration_client_uri(&self) -> Option<&str> {
        self.management.as_ref().map(|management| &*management.client_uri)
    }

    /// The request whose answer was lost, if there is one. `read` tells what became of it; if that is refused by a 401, the
    /// client is gone, or its registration access token has been replaced by one that never arrived (RFC 7592 section
    /// 2.1): who runs the server must help, or the client registers anew.
    pub fn unconfirmed(&self) -> Option<Unconfirmed> {
        self.unconfirmed
    }

    /// Lets the registration access token go to an origin other than that of the `registration_endpoint`: whoever answered
    /// the registration has named it. Look at [`registration_client_uri`](Self::registration_client_uri) first. Store the
    /// client again.
    ///
    /// # Errors
    /// It is no `https` URL, nor `http` on loopback. Nothing is approved.
    pub fn approve_management_origin(&mut self, origin: &str) -> Result<(), ConfigError> {
        // Whether this provider takes `http` at all is asked when a request goes there.
        let origin = origin_of("origin", origin, Plaintext::OnLoopback)?;
        if let Some(management) = &mut self.management {
            management.approved_origin = Some(Box::from(&*origin));
        }
        Ok(())
    }

    pub(super) fn management(&self) -> Option<&Management> {
        self.management.as_ref()
    }

    pub(super) fn set_unconfirmed(&mut self, unconfirmed: Option<Unconfirmed>) {
        self.unconfirmed = unconfirmed;
    }

    /// How the client proves itself. Where the server said neither how nor by what, by nothing.
    pub(super) fn proof(&self) -> AuthMethod {
        let silent = self.metadata.json(AUTH_METHOD).is_none() && self.client_secret.is_none();
        if silent { AuthMethod::None } else { self.metadata.auth_method() }
    }

    pub(super) fn check_server(&self, provider: &Provider) -> Result<(), ClientFault> {
        if provider.identity() == *self.server { Ok(()) } else { Err(ClientFault::WrongServer) }
    }
}

/// RFC 7591 section 3.2.1: 0 is never.
fn expiry(seconds: Option<u64>) -> Option<Timestamp> {
    seconds.filter(|seconds| *seconds != 0).map(Timestamp::from_unix_seconds)
}

fn client_id<'de, D: de::Deserializer<'de>>(deserializer: D) -> Result<Shared, D::Error> {
    let text = Shared::deserialize(deserializer)?;
    Registration::new(&*text).map_err(de::Error::custom)?;
    Ok(text)
}

fn bearer_token<'de, D: de::Deserializer<'de>>(deserializer: D) -> Result<Secret, D::Error> {
    let token = secret::load(deserializer)?;
    if is_bearer_token(token.expose()) { Ok(token) } else { Err(de::Error::custom("a token has no space in it")) }
}

impl fmt::Debug for RegisteredClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("RegisteredClient");
        shown.field("kind", &self.kind).field("server", &self.server).field("client_id", &self.client_id);
        shown.field("client_secret", &self.client_secret).field("secret_expires_at", &self.secret_expires_at);
        // A server may have put a secret into its query.
        shown.field("is_manageable", &self.is_manageable()).field("unconfirmed", &self.unconfirmed);
        shown.field("metadata", &self.metadata).finish_non_exhaustive()
    }
}
