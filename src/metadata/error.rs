//! What can go wrong with metadata: it did not come, or what it says cannot be used.

use std::{error::Error, fmt};

use crate::error::{AnswerFault, ConfigError, EndpointFault, Remedy, escaped, shown};

/// There is no metadata of this issuer or resource: the server or the network must act. Nothing was spent; ask again,
/// or at another [place](super::WellKnown) where the status was 404.
#[derive(Debug)]
#[non_exhaustive]
pub enum MetadataError {
    /// No answer came, or none that can be read.
    Answer(EndpointFault),
    /// It is the metadata of another issuer, and must not be used (RFC 8414 section 3.3).
    OtherIssuer(Box<Identifiers>),
    /// It is the metadata of another resource, and must not be used (RFC 9728 section 3.3).
    OtherResource(Box<Identifiers>),
}

/// Two identifiers that should be the same, byte for byte. Of each up to 200 characters, with control characters
/// escaped.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Identifiers {
    /// Who was asked.
    pub expected: Box<str>,
    /// Whom the metadata names.
    pub found: Box<str>,
}

impl Identifiers {
    pub(super) fn new(expected: &str, found: &str) -> Box<Self> {
        Box::new(Self { expected: shown(expected).into(), found: shown(found).into() })
    }
}

impl MetadataError {
    /// What to do. Where nothing is at the address, with a 404, it is [`Fix`](Remedy::Fix): the same request is answered
    /// so for ever, and another [place](super::WellKnown) is another request.
    pub fn remedy(&self) -> Remedy {
        match self {
            Self::Answer(fault) => fault.remedy(),
            Self::OtherIssuer(_) | Self::OtherResource(_) => Remedy::Fix,
        }
    }
}

impl From<EndpointFault> for MetadataError {
    fn from(fault: EndpointFault) -> Self {
        Self::Answer(fault)
    }
}

impl From<AnswerFault> for MetadataError {
    fn from(fault: AnswerFault) -> Self {
        Self::Answer(fault.into())
    }
}

impl fmt::Display for MetadataError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (what, Identifiers { expected, found }) = match self {
            Self::Answer(fault) => {
                fault.fmt(f)?;
                let absent = matches!(fault, EndpointFault::Refused(response) if response.status == Some(404));
                return if absent { f.write_str("; an issuer may have it at the other `WellKnown`") } else { Ok(()) };
            }
            Self::OtherIssuer(both) => ("issuer, and must not be used (RFC 8414 section 3.3)", &**both),
            Self::OtherResource(both) => ("resource, and must not be used (RFC 9728 section 3.3)", &**both),
        };
        write!(
            f,
            "it is the metadata of another {what}: it names \"{found}\", and not \"{expected}\"; ask for the one that \
             is meant, byte for byte"
        )
    }
}

impl Error for MetadataError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            // In its words are those of the fault itself.
            Self::Answer(fault) => fault.source(),
            Self::OtherIssuer(_) | Self::OtherResource(_) => None,
        }
    }
}

/// What metadata says cannot be used as it stands: the caller must act, by an [`Approval`](super::Approval) or by going
/// to another server. It names the member, and never asks for trial and error.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unusable {
    /// This member names an origin that is neither the issuer's or resource's own nor approved: see
    /// [`Approval::origin`](super::Approval::origin), and, for an endpoint that is not needed,
    /// [`Approval::ignore`](super::Approval::ignore).
    NotApproved {
        /// The member.
        member: &'static str,
        /// The origin that it names.
        origin: Box<str>,
    },
    /// This member names a private address: see
    /// [`Approval::private_addresses`](super::Approval::private_addresses).
    PrivateAddress {
        /// The member.
        member: &'static str,
        /// The host that it names.
        host: Box<str>,
    },
    /// The server lists its code challenge methods, and S256 is none of them: a login would be without protection, or
    /// fail (RFC 7636 section 4.2, RFC 9700 section 2.1.1). It is not tried.
    NoS256 {
        /// Those that it lists.
        listed: Box<[String]>,
    },
    /// The server lists how clients may authenticate at its token endpoint, and it is none of `client_secret_basic`,
    /// `client_secret_post` and `none`.
    NoAuthentication {
        /// Those that it lists.
        listed: Box<[String]>,
    },
    /// The resource names no authorization server (RFC 9728 section 2).
    NoAuthorizationServer,
    /// A value breaks its grammar.
    Invalid(ConfigError),
}

impl Unusable {
    /// What to do: approve of what the metadata names, or set something else up. Asking again will not help.
    pub fn remedy(&self) -> Remedy {
        Remedy::Fix
    }
}

impl From<ConfigError> for Unusable {
    fn from(error: ConfigError) -> Self {
        Self::Invalid(error)
    }
}

impl fmt::Display for Unusable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotApproved { member, origin } => {
                write!(
                    f,
                    "`{member}` is at another origin than the issuer or resource: {}; approve it by \
                     `Approval::origin` if it is theirs, or leave the endpoint out by `Approval::ignore`",
                    escaped(origin)
                )
            }
            Self::PrivateAddress { member, host } => {
                write!(
                    f,
                    "`{member}` is at a private address: {}; approve it by \
                     `Approval::private_addresses` if that is meant",
                    escaped(host)
                )
            }
            Self::NoS256 { listed } => {
                write!(
                    f,
                    "`code_challenge_methods_supported` has no S256 (RFC 7636 section 4.2), without which no login begins: "
                )?;
                names(f, listed)
            }
            Self::NoAuthentication { listed } => {
                f.write_str(
                    "`token_endpoint_auth_methods_supported` has none of `client_secret_basic`, `client_secret_post` and \
                     `none`, which are all that this crate has: ",
                )?;
                names(f, listed)
            }
            Self::NoAuthorizationServer => f.write_str(
                "`authorization_servers` names none (RFC 9728 section 2); take the issuer from the API's documentation",
            ),
            Self::Invalid(error) => error.fmt(f),
        }
    }
}

/// As many as a log line should hold.
fn names(f: &mut fmt::Formatter<'_>, listed: &[String]) -> fmt::Result {
    const MOST: usize = 8;
    if listed.is_empty() {
        return f.write_str("it is empty");
    }
    let shown: Vec<String> = listed.iter().take(MOST).map(|name| escaped(name)).collect();
    write!(f, "it has {}", shown.join(", "))?;
    if listed.len() > MOST { f.write_str(", …") } else { Ok(()) }
}

impl Error for Unusable {}
