//! Reading, updating and deleting what was registered (RFC 7592 section 2).

use serde::{Serialize, Serializer};
use zeroize::Zeroizing;

use super::{
    ClientFault, ClientMetadata, ManagementError, Operation, RegisteredClient, Unconfirmed,
    information::Information,
    members::{CLIENT_ID, CLIENT_URI},
    wire::{is_final, request},
};
use crate::{
    error::{EndpointError, EndpointFault},
    exchange::EndpointAnswer,
    http::{Method, Outcome, Request},
    provider::{CheckedProvider, Provider},
    stored::Tagged,
    vocabulary::{Endpoint, Limits, Plaintext, Timestamp},
};

impl RegisteredClient {
    /// Asks for what is registered now (RFC 7592 section 2.1).
    ///
    /// # Errors
    /// See [`ClientFault`]. Nothing was sent, and the client comes back as it was.
    pub fn read(
        self, // the answer may replace its tokens (RFC 7592 section 2.1); go on with what `finish` brings
        provider: &Provider,
        now: Timestamp,
    ) -> Result<(Request, Managing), ManagementError> {
        self.send(provider, Operation::Read, None, now).map(|(request, asked)| (request, Managing(asked)))
    }

    /// Puts `metadata` in the place of all that is registered: what is left out is reset or removed. Begin with
    /// [`metadata`](Self::metadata), which has what the server must be sent again (RFC 7592 section 2.2).
    ///
    /// # Errors
    /// See [`ClientFault`]. Nothing was sent, and the client comes back as it was.
    pub fn update(
        self, // the answer may replace its tokens (RFC 7592 section 2.2); go on with what `finish` brings
        provider: &Provider,
        metadata: &ClientMetadata,
        now: Timestamp,
    ) -> Result<(Request, Managing), ManagementError> {
        if let Err(error) = metadata.check(&provider.limits) {
            return Err(ManagementError::new(self, error.into()));
        }
        // The id is repeated; the secret may be left out, and what else the server has added must be.
        let json = metadata.clone().set_text(CLIENT_ID, self.client_id()).to_json();
        self.send(provider, Operation::Update, Some(json), now).map(|(request, asked)| (request, Managing(asked)))
    }

    /// Asks the server to forget the client, and with it its tokens (RFC 7592 section 2.3).
    ///
    /// # Errors
    /// See [`ClientFault`]. Nothing was sent, and the client comes back as it was.
    pub fn delete(
        self, // a deleted client is of no more use (RFC 7592 section 2.3); for another, call `register`
        provider: &Provider,
        now: Timestamp,
    ) -> Result<(Request, Deleting), ManagementError> {
        self.send(provider, Operation::Delete, None, now).map(|(request, asked)| (request, Deleting(asked)))
    }

    fn send(
        mut self,
        provider: &Provider,
        operation: Operation,
        json: Option<Zeroizing<String>>,
        now: Timestamp,
    ) -> Result<(Request, Asked), ManagementError> {
        let method = match operation {
            Operation::Read => Method::Get,
            Operation::Update => Method::Put,
            Operation::Delete => Method::Delete,
        };
        let (request, limits) = match self.request(provider, method, json) {
            Ok(made) => made,
            Err(fault) => return Err(ManagementError::new(self, fault)),
        };
        let before = self.unconfirmed();
        // An older request that may have changed more is not forgotten for this one.
        let graver = before.filter(|before| before.operation > operation);
        self.set_unconfirmed(graver.or(Some(Unconfirmed { operation, sent_at: now })));
        Ok((request, Asked { client: self, before, limits }))
    }

    fn request(
        &self,
        provider: &Provider,
        method: Method,
        json: Option<Zeroizing<String>>,
    ) -> Result<(Request, Limits), ClientFault> {
        self.check_server(provider)?;
        let management = self.management().ok_or(ClientFault::NotManageable)?;
        let checked = CheckedProvider::new(provider.clone(), self.client_id())?;
        let plaintext = if provider.allow_plaintext_on_loopback { Plaintext::OnLoopback } else { Plaintext::Refused };
        // The server has named it: it is looked at as closely as what a provider's data names.
        let endpoint = Endpoint::new(CLIENT_URI, management.client_uri.to_string(), plaintext)?;
        let own = checked.endpoints.extensions.registration.as_ref().map(|endpoint| &**endpoint.origin());
        let origin = &**endpoint.origin();
        if own != Some(origin) && management.approved_origin.as_deref() != Some(origin) {
            return Err(ClientFault::ForeignOrigin);
        }
        let request = request(&checked, &endpoint, method, Some(&management.access_token), json);
        Ok((request.at_secret_address(), checked.limits))
    }
}

/// A request about a client, and the client as it is until the answer comes.
#[derive(Debug)]
struct Asked {
    client: RegisteredClient,
    /// What was unconfirmed before.
    before: Option<Unconfirmed>,
    limits: Limits,
}

impl Asked {
    /// The error, with the client as it is then.
    fn because(mut self, fault: EndpointFault) -> EndpointError<RegisteredClient> {
        let untouched = match &fault {
            EndpointFault::NotSent(_) => true,
            EndpointFault::Refused(response) => is_final(response),
            EndpointFault::Lost(_) | EndpointFault::Unreadable(_) => false,
        };
        if untouched {
            self.client.set_unconfirmed(self.before);
        }
        EndpointError::new(self.client, fault)
    }
}

/// A read or an update whose answer is to come.
///
/// Store it *before* sending, with [`stored::save`](crate::stored::save), in place of the client: after a crash, the same
/// bytes load as the [`RegisteredClient`] before it, which knows that the request is
/// [unconfirmed](RegisteredClient::unconfirmed).
///
/// ```
/// use oauth_proto::{registration::{Operation, RegisteredClient}, stored};
/// # use oauth_proto::{Outcome, Provider, RedirectUri, Request, Response, Timestamp, registration::ClientMetadata};
/// # let now = Timestamp::from_unix_seconds(1_800_000_000);
/// # let mut provider = Provider::new("example", "https://id.example/authorize", "https://id.example/token");
/// # provider.registration_endpoint = Some("https://id.example/register".into());
/// # let metadata = ClientMetadata::new().with_redirect_uris([RedirectUri::new("https://app.example/cb")?]);
/// # let (_, registering) = provider.register(&metadata, None, now)?;
/// # fn send(_: Request) -> Outcome {
/// #     let body = r#"{"client_id":"s6BhdRkqt3","registration_access_token":"reg-23410913","client_name":"New",
/// #         "registration_client_uri":"https://id.example/register/s6BhdRkqt3"}"#;
/// #     Response::new(200, [("Content-Type", "application/json")], body).into()
/// # }
/// # let (request, _) = provider.register(&metadata, None, now)?;
/// # let mut registered = registering.finish(send(request))?;
/// let metadata = registered.metadata().clone().with_client_name("New")?;
/// let (request, managing) = registered.update(&provider, &metadata, now)?;
/// assert_eq!((request.method().as_str(), request.url()), ("PUT", "https://id.example/register/s6BhdRkqt3"));
///
/// let row = stored::save(&managing); // in place of the client, before anything is sent
/// let after_a_crash: RegisteredClient = stored::load(row.as_bytes())?;
/// assert_eq!(after_a_crash.unconfirmed().map(|each| each.operation), Some(Operation::Update));
///
/// registered = managing.finish(send(request))?;
/// assert_eq!(registered.unconfirmed(), None);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
#[must_use = "finish it with the outcome of its request (RFC 7592 section 2); dropped, the client in it is lost"]
pub struct Managing(Asked);

impl Tagged for Managing {
    const TAG: &'static str = RegisteredClient::TAG;
}

impl Serialize for Managing {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.client.serialize(serializer)
    }
}

impl Managing {
    pub(crate) fn client(&self) -> &RegisteredClient {
        &self.0.client
    }

    /// Takes in the answer: the client as the server has it now. Store it in place of what was there.
    ///
    /// # Errors
    /// The server refused: 401 where the token is no good or the client is gone, 403 where this client may not do it, 400
    /// where the metadata is (`invalid_client_metadata`, `invalid_redirect_uri`). Or the answer is missing or cannot be
    /// read. The client comes back; it is [unconfirmed](RegisteredClient::unconfirmed) where the server may have acted.
    /// To ask again does no harm.
    pub fn finish(self, outcome: Outcome) -> Result<RegisteredClient, EndpointError<RegisteredClient>> {
        let Self(mut asked) = self;
        match take_in(&mut asked, outcome) {
            Ok(()) => Ok(asked.client),
            Err(fault) => Err(asked.because(fault)),
        }
    }
}

fn take_in(asked: &mut Asked, outcome: Outcome) -> Result<(), EndpointFault> {
    let answer = EndpointAnswer::read(outcome, 200..=200, &asked.limits)?;
    let information = Information::read(&answer.object(&asked.limits)?)?;
    Ok(asked.client.renew(information)?)
}

/// A deletion whose answer is to come. It is stored as [`Managing`] is.
#[derive(Debug)]
#[must_use = "finish it with the outcome of its request (RFC 7592 section 2.3); keep the stored row until it says yes"]
pub struct Deleting(Asked);

impl Tagged for Deleting {
    const TAG: &'static str = RegisteredClient::TAG;
}

impl Serialize for Deleting {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.client.serialize(serializer)
    }
}

impl Deleting {
    pub(crate) fn client(&self) -> &RegisteredClient {
        &self.0.client
    }

    /// Takes in the answer: the client is gone. Remove the stored row, and the tokens of its users.
    ///
    /// # Errors
    /// The server refused: 401 where the token is no good or the client is gone already, 403 where this client may not do
    /// it, 405 where the server deletes none. Or the answer is missing. The client comes back; it is
    /// [unconfirmed](RegisteredClient::unconfirmed) where the server may have acted. To ask again does no harm.
    pub fn finish(self, outcome: Outcome) -> Result<(), EndpointError<RegisteredClient>> {
        let Self(asked) = self;
        match EndpointAnswer::read(outcome, 204..=204, &asked.limits) {
            Ok(_) => Ok(()),
            Err(fault) => Err(asked.because(fault)),
        }
    }
}
