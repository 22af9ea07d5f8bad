//! What a registered client cannot be used for.

use std::{error::Error, fmt};

use super::RegisteredClient;
use crate::error::{ConfigError, Remedy};

/// Why a registered client is of no use for a step. Nothing was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ClientFault {
    /// It is registered with another server than the provider's.
    WrongServer,
    /// Its server gave no `registration_client_uri`: it lets nobody read, update or delete clients (RFC 7592).
    NotManageable,
    /// Its `registration_client_uri` is of another origin than the provider's `registration_endpoint`, and nobody has
    /// [approved](RegisteredClient::approve_management_origin) that.
    ForeignOrigin,
    /// A field of the provider's data, of the metadata or of the client is malformed, or this crate cannot do it.
    Config(ConfigError),
}

impl From<ConfigError> for ClientFault {
    fn from(error: ConfigError) -> Self {
        Self::Config(error)
    }
}

impl ClientFault {
    /// What to do: something is set up wrongly, or somebody must approve of a place.
    pub fn remedy(&self) -> Remedy {
        Remedy::Fix
    }
}

impl fmt::Display for ClientFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::WrongServer => f.write_str(
                "the client is registered with another server than this provider; use the provider that it came from",
            ),
            Self::NotManageable => f.write_str(
                "the server gave no `registration_client_uri` (RFC 7592 section 3); change the client on the server's \
                 own pages",
            ),
            Self::ForeignOrigin => f.write_str(
                "the `registration_client_uri` is of another origin than the `registration_endpoint`; approve it by \
                 `approve_management_origin` if it is the server's",
            ),
            Self::Config(error) => fmt::Display::fmt(error, f),
        }
    }
}

impl Error for ClientFault {}

/// A request about a registered client was not made. Nothing was sent: the client is as it was.
#[derive(Debug)]
pub struct ManagementError {
    client: Box<RegisteredClient>,
    fault: ClientFault,
}

impl ManagementError {
    pub(super) fn new(client: RegisteredClient, fault: ClientFault) -> Self {
        Self { client: Box::new(client), fault }
    }

    /// What to do.
    pub fn remedy(&self) -> Remedy {
        self.fault.remedy()
    }

    pub(crate) fn client(&self) -> &RegisteredClient {
        &self.client
    }

    /// Why.
    pub fn fault(&self) -> &ClientFault {
        &self.fault
    }

    /// The client.
    pub fn into_client(self) -> RegisteredClient {
        *self.client
    }
}

impl fmt::Display for ManagementError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no request was made, and the client is as it was: {}", self.fault)
    }
}

impl Error for ManagementError {}
