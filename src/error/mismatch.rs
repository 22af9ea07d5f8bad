//! Whose a state is, where it is not the client's.

use std::fmt;

/// In what the client that was given differs from the one that a state belongs to: the first of these that does. To see
/// both, print [`AnyClient::server`](crate::AnyClient::server) and `client_id` of the client, and of the state's
/// [`Intent`](crate::Intent): none of them is a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Mismatch {
    /// The issuer; or else the provider's name.
    Server,
    /// The variables that stand in a URL's host or path, at a provider of the same name: another tenant, or the sandbox.
    Variables,
    /// The client id, at the same server.
    ClientId,
    /// The client's kind, or the provider's data: this client lacks the secret, the endpoint or the value that the one
    /// which began the login had for this step.
    Settings,
}

impl Mismatch {
    /// What differs between these, as [`Provider::identity`](crate::Provider::identity) writes servers.
    pub(crate) fn between(one_server: &str, other_server: &str) -> Self {
        fn name(identity: &str) -> &str {
            identity.split_once('{').map_or(identity, |(name, _)| name)
        }
        if one_server == other_server {
            Self::ClientId
        } else if name(one_server) == name(other_server) {
            Self::Variables
        } else {
            Self::Server
        }
    }
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Server => "of another server (the provider's `issuer` differs, or its `name` where it has none)",
            Self::Variables => {
                "of another tenant or sandbox of this server (a variable of the provider's URLs has another value)"
            }
            Self::Settings => {
                "of a client with other settings (this one lacks its secret, its \
                  `token_endpoint` or what a request is made of)"
            }
            Self::ClientId => "of another client of this server (the client id differs)",
        })
    }
}
