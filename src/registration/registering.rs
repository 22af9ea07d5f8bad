//! Registering: the request was handed over, and nobody here knows the client yet.

use std::{error::Error, fmt};

use serde::{Deserialize, Serialize, Serializer};

use super::{
    ClientMetadata, RegisteredClient,
    information::Information,
    members::check_bearer_token,
    metadata_text,
    wire::{is_final, request},
};
use crate::{
    error::{ConfigError, Doubt, EndpointFault, ErrorCode, ErrorResponse, Reason, Remedy},
    exchange::EndpointAnswer,
    http::{Method, Outcome, Request, TransportError},
    provider::{CheckedProvider, Provider},
    stored::{Kind, Tagged},
    vocabulary::{Limits, Secret, Shared, Timestamp},
};

impl Provider {
    /// Makes the request that registers a client (RFC 7591 section 3.1). `initial_access_token` is what a server that
    /// does not let everybody register has given out for it. What comes of the request counts from `now`: store the
    /// [`Registering`], then send.
    ///
    /// # Errors
    /// A field of the provider's data is malformed, or it has no `registration_endpoint`; the metadata do not go together,
    /// or are longer than 64 KiB; the token cannot stand in a header field. The error names the field. Nothing was sent.
    pub fn register(
        &self,
        metadata: &ClientMetadata,
        initial_access_token: Option<&Secret>,
        now: Timestamp,
    ) -> Result<(Request, Registering), ConfigError> {
        // Any id will do: none stands in the endpoint's URL.
        let provider = CheckedProvider::new(self.clone(), "client")?;
        let endpoint = provider.endpoints.extensions.registration.as_ref();
        let endpoint = endpoint.ok_or_else(|| ConfigError::new("registration_endpoint", Reason::Missing))?;
        metadata.check(&provider.limits)?;
        metadata.check_flows()?;
        if let Some(token) = initial_access_token {
            check_bearer_token("initial_access_token", token.expose())?;
        }
        let json = metadata.to_json();
        let request = request(&provider, endpoint, Method::Post, initial_access_token, Some(json));
        let server = provider.identity.clone();
        let in_doubt = RegistrationInDoubt { kind: Kind::new(), server, sent_at: now, metadata: metadata.clone() };
        Ok((request, Registering { in_doubt, limits: provider.limits }))
    }
}

/// A registration whose answer is to come.
///
/// Store it *before* sending, with [`stored::save`](crate::stored::save): after a crash, the same bytes load as
/// [`RegistrationInDoubt`]. It cannot be loaded as itself.
#[derive(Debug)]
#[must_use = "finish it with the outcome of its request; dropped, a client may be registered that nobody knows"]
pub struct Registering {
    in_doubt: RegistrationInDoubt,
    limits: Limits,
}

impl Tagged for Registering {
    const TAG: &'static str = RegistrationInDoubt::TAG;
}

impl Serialize for Registering {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.in_doubt.serialize(serializer)
    }
}

impl Registering {
    pub(crate) fn in_doubt(&self) -> &RegistrationInDoubt {
        &self.in_doubt
    }

    /// Takes in the answer: the client, as the server has registered it. That may differ from what was asked for, and is
    /// what counts (RFC 7591 section 3.2.1). Store it in place of this.
    ///
    /// A server that answers 200 where RFC 7591 has 201 is believed: the client in the answer exists.
    ///
    /// # Errors
    /// See [`RegistrationError`].
    pub fn finish(
        self, // spent: a registration has one answer (RFC 7591 section 3.2); for another client, call `register`
        outcome: Outcome,
    ) -> Result<RegisteredClient, RegistrationError> {
        let Self { in_doubt, limits } = self;
        match issued(&in_doubt.server, outcome, &limits) {
            Ok(client) => Ok(client),
            Err(fault) => Err(RegistrationError::new(fault, in_doubt)),
        }
    }
}

fn issued(server: &Shared, outcome: Outcome, limits: &Limits) -> Result<RegisteredClient, EndpointFault> {
    let answer = EndpointAnswer::read(outcome, 200..=201, limits)?;
    let information = Information::read(&answer.object(limits)?)?;
    Ok(RegisteredClient::issued(server.clone(), information)?)
}

/// A registration of which nobody knows whether it arrived. The server may have a client now that nobody can use, and a
/// second registration makes a second one: that is for a person to decide, or for a server that is known to forget
/// clients that never log in.
///
/// ```
/// use oauth_proto::{registration::RegistrationInDoubt, stored};
/// # use oauth_proto::{Provider, RedirectUri, Timestamp, registration::ClientMetadata};
/// # let now = Timestamp::from_unix_seconds(1_800_000_000);
/// # let mut provider = Provider::new("example", "https://id.example/authorize", "https://id.example/token");
/// # provider.registration_endpoint = Some("https://id.example/register".into());
/// # let metadata = ClientMetadata::new().with_redirect_uris([RedirectUri::new("https://app.example/cb")?]);
/// let (request, registering) = provider.register(&metadata, None, now)?;
/// let journal = stored::save(&registering);
/// # drop((request, registering));
///
/// // The process ended here, and another one finds the journal.
/// let in_doubt: RegistrationInDoubt = stored::load(journal.as_bytes())?;
/// assert_eq!((in_doubt.server(), in_doubt.sent_at()), ("example", now));
/// // By choice, once more:
/// let (request, registering) = provider.register(&in_doubt.into_metadata(), None, now)?;
/// # drop((request, registering));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[must_use = "a client may be registered that nobody knows: register again by choice, or have it removed (RFC 7591 section 3)"]
pub struct RegistrationInDoubt {
    kind: Kind<Self>,
    server: Shared,
    sent_at: Timestamp,
    #[serde(with = "metadata_text")]
    metadata: ClientMetadata,
}

impl Tagged for RegistrationInDoubt {
    const TAG: &'static str = "registering/1";
}

impl RegistrationInDoubt {
    /// The server, as [`Provider::identity`] writes it.
    pub fn server(&self) -> &str {
        &self.server
    }

    /// When the request was made.
    pub fn sent_at(&self) -> Timestamp {
        self.sent_at
    }

    /// What was asked for: who runs the server can find the client by it.
    pub fn metadata(&self) -> &ClientMetadata {
        &self.metadata
    }

    /// What was asked for, to register once more by choice.
    pub fn into_metadata(self) -> ClientMetadata {
        self.metadata
    }
}

/// Why a registration brought no client.
///
/// ```
/// use oauth_proto::{Outcome, Remedy, Response, registration::RegistrationError};
/// # use oauth_proto::{Provider, RedirectUri, Timestamp, registration::ClientMetadata};
/// # let now = Timestamp::from_unix_seconds(1_800_000_000);
/// # let mut provider = Provider::new("example", "https://id.example/authorize", "https://id.example/token");
/// # provider.registration_endpoint = Some("https://id.example/register".into());
/// # let metadata = ClientMetadata::new().with_redirect_uris([RedirectUri::new("https://app.example/cb")?]);
/// # let (_, registering) = provider.register(&metadata, None, now)?;
/// let body = r#"{"error":"invalid_redirect_uri"}"#; // RFC 7591 section 3.2.2
/// let answer = Response::new(400, [("Content-Type", "application/json")], body);
/// let error = registering.finish(answer.into()).unwrap_err();
/// assert_eq!(error.remedy(), Remedy::Fix);
/// let RegistrationError::Refused { response } = error else { unreachable!() };
/// assert_eq!(response.code.as_str(), "invalid_redirect_uri");
///
/// # let (_, registering) = provider.register(&metadata, None, now)?;
/// let error = registering.finish(Outcome::lost("connection reset")).unwrap_err();
/// assert_eq!(error.remedy(), Remedy::Decide, "there may be a client now that nobody knows");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub enum RegistrationError {
    /// No byte of the request left. Nothing was registered.
    NotSent {
        /// The transport's reason.
        why: TransportError,
    },
    /// The server refused, and registered nothing. `invalid_redirect_uri`, `invalid_client_metadata`,
    /// `invalid_software_statement` and `unapproved_software_statement` (RFC 7591 section 3.2.2) are kept word for word;
    /// a 401 or 403 speaks of the initial access token.
    Refused {
        /// The server's words.
        response: Box<ErrorResponse>,
    },
    /// The request may have arrived, and the answer is lost or cannot be read: there may be a client that nobody here
    /// knows. Registering again may make a second one.
    InDoubt {
        /// What happened.
        doubt: Doubt,
        /// What was asked for, and when.
        in_doubt: Box<RegistrationInDoubt>,
    },
}

impl RegistrationError {
    fn new(fault: EndpointFault, in_doubt: RegistrationInDoubt) -> Self {
        let doubt = match fault {
            EndpointFault::NotSent(why) => return Self::NotSent { why },
            EndpointFault::Refused(response) if is_final(&response) => return Self::Refused { response },
            EndpointFault::Refused(response) => match (&response.code, response.status) {
                (ErrorCode::ServerError, _) | (_, Some(408 | 500..)) => Doubt::ServerFailed(response),
                (_, status) => Doubt::UnexpectedStatus(status.unwrap_or_default()),
            },
            EndpointFault::Lost(why) => Doubt::Lost(why),
            EndpointFault::Unreadable(fault) => Doubt::Unreadable(fault),
        };
        Self::InDoubt { doubt, in_doubt: Box::new(in_doubt) }
    }

    /// What to do.
    pub fn remedy(&self) -> Remedy {
        match self {
            Self::NotSent { .. } => Remedy::Retry { after: None },
            Self::Refused { response } => response.remedy(),
            Self::InDoubt { .. } => Remedy::Decide,
        }
    }
}

impl fmt::Display for RegistrationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotSent { .. } => f.write_str("the request was not sent, and nothing was registered; try again"),
            Self::Refused { response } => {
                write!(
                    f,
                    "the server refused to register the client, and registered none: {response}{}",
                    response.advice("")
                )
            }
            Self::InDoubt { doubt, .. } => {
                write!(
                    f,
                    "the registration may have arrived ({doubt}), and there may be a client that nobody knows; \
                     store `in_doubt` before you register again, which may make a second one"
                )
            }
        }
    }
}

impl Error for RegistrationError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::NotSent { why } | Self::InDoubt { doubt: Doubt::Lost(why), .. } => Some(&**why),
            _ => None,
        }
    }
}
