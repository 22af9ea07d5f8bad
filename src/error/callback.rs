//! A callback that did not lead on.

use std::{error::Error, fmt};

use super::{AnswerFault, ErrorResponse, Mismatch, Remedy};
use crate::Intent;

/// Why [`receive`](crate::AwaitingCode::receive) did not lead on. `W` is the waiting state.
///
/// ```
/// use oauth_proto::{AwaitingCode, CallbackError, stored};
///
/// /// What goes back into the session, and what the page says.
/// fn page(error: CallbackError<AwaitingCode>) -> (Option<String>, String) {
///     let words = match &error {
///         CallbackError::Refused { response, .. } => format!("The provider said no: {response}"),
///         CallbackError::TooLate { intent } => format!("Too late. Back to {:?}", intent.return_to()),
///         _ => "This link is of no use here.".into(),
///     };
///     (error.into_awaiting().map(|awaiting| stored::save(&awaiting)), words)
/// }
/// # use oauth_proto::{Callback, Client, Entropy, RedirectUri, Registration, Timestamp, providers};
/// # let registration = Registration::new("app")?.redirect_uri(RedirectUri::new("https://app.example/cb")?);
/// # let client = Client::confidential(providers::amiqus(), registration, "s3cret".into())?;
/// # let now = Timestamp::from_unix_seconds(1_800_000_000);
/// # let (_, awaiting) = client.authorization_code()?.authorize(Entropy::from_os()?, now);
///
/// let forged = Callback::url("/cb?error=access_denied&state=guessed");
/// let (row, words) = page(awaiting.receive(&client, forged, now).unwrap_err());
/// assert!(row.is_some(), "a forged callback ends no login");
/// assert_eq!(words, "This link is of no use here.");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub enum CallbackError<W> {
    /// The callback is not the answer to this login, or cannot be shown to be: forged, damaged, or for another tab.
    /// The login is still alive: put `awaiting` back.
    NotOurs {
        /// The login, as it was.
        awaiting: Box<W>,
        /// What was wrong.
        fault: CallbackFault,
        /// The error that the callback claims. Nobody has proved it; it may be shown, not acted on.
        claimed: Option<Box<ErrorResponse>>,
    },
    /// The client given is not the one that started this login.
    WrongClient {
        /// The login, as it was.
        awaiting: Box<W>,
        /// In what they differ.
        mismatch: Mismatch,
    },
    /// The right callback, or a pasted code, but after the login's time to live. The login is over.
    TooLate {
        /// What was asked for, to ask again.
        intent: Box<Intent>,
    },
    /// The server refused, in an answer to this login: denied by the user, for instance. The login is over.
    Refused {
        /// The server's words.
        response: Box<ErrorResponse>,
        /// What was asked for, to ask again.
        intent: Box<Intent>,
    },
    /// The answer to this login brought tokens that cannot be read or must not be trusted. The login is over.
    Unusable {
        /// What is wrong with them.
        fault: AnswerFault,
        /// What was asked for, to ask again.
        intent: Box<Intent>,
    },
}

/// What is wrong with a callback.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CallbackFault {
    /// It has no `state`, and RFC 6749 section 4.1.2 requires it back.
    StateMissing,
    /// Its `state` is not the one that was sent.
    StateMismatch,
    /// Its `iss` is not the server's issuer (RFC 9207 section 2.4).
    IssuerMismatch,
    /// It has no `iss`, and the provider's data says that there is one.
    IssuerMissing,
    /// It came to another redirect URI than this login's: to that of another server, perhaps (RFC 9700 section 4.4).
    RedirectUri,
    /// It came as a form, and the login did not ask for one; or the other way round (OAuth 2.0 Form Post Response Mode).
    ResponseMode,
    /// The browser's request is no callback: neither a GET, nor the POST of a form.
    Request,
    /// It is longer than [`Limits::callback_bytes`](crate::Limits::callback_bytes).
    TooLong,
    /// It has more parameters than [`Limits::parameters`](crate::Limits::parameters).
    TooManyParameters,
    /// It has neither a code (or token) nor an error.
    Empty,
    /// It has an error together with a code or token.
    Contradiction,
    /// A parameter of this name stands there twice (RFC 6749 section 3.1).
    Repeated(&'static str),
    /// The value of this parameter cannot be decoded or breaks its grammar.
    Malformed(&'static str),
    /// A parameter that this flow never brings.
    Unexpected(&'static str),
    /// A parameter that the provider's data keeps, and makes requests of.
    Kept {
        /// Its name.
        name: Box<str>,
        /// What is wrong with it.
        fault: KeptFault,
    },
}

/// What is wrong with a parameter that the provider's data keeps: see [`Kept`](crate::dialect::Kept).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeptFault {
    /// It is not there, and the token request is made of it.
    Missing,
    /// It stands there twice.
    Repeated,
    /// It cannot be decoded, or is not what its rule allows: the request would have gone to a host that whoever sent the
    /// browser named.
    NotAllowed,
}

impl CallbackFault {
    /// What to do: nothing, since anybody can send a browser with anything. The login goes on waiting.
    pub fn remedy(&self) -> Remedy {
        Remedy::Ignore
    }
}

impl<W> CallbackError<W> {
    /// What to do.
    pub fn remedy(&self) -> Remedy {
        match self {
            Self::NotOurs { .. } => Remedy::Ignore,
            Self::WrongClient { .. } => Remedy::Fix,
            Self::Refused { response, .. } => response.remedy(),
            Self::TooLate { .. } | Self::Unusable { .. } => Remedy::LogIn,
        }
    }

    /// The login, where it is still alive.
    pub fn into_awaiting(self) -> Option<W> {
        match self {
            Self::NotOurs { awaiting, .. } | Self::WrongClient { awaiting, .. } => Some(*awaiting),
            Self::TooLate { .. } | Self::Refused { .. } | Self::Unusable { .. } => None,
        }
    }
}

impl<W> fmt::Display for CallbackError<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotOurs { fault, claimed, .. } => {
                write!(
                    f,
                    "this callback does not answer this login, which goes on waiting (put `awaiting` back): {fault}"
                )?;
                match claimed {
                    Some(response) => write!(f, "; it claims the error {response}"),
                    None => Ok(()),
                }
            }
            Self::WrongClient { mismatch, .. } => {
                write!(f, "this login is {mismatch}, and goes on waiting; give `receive` the client that began it")
            }
            Self::TooLate { .. } => f.write_str(
                "the callback came after the login's time to live, and nothing was asked for; begin a new login",
            ),
            Self::Refused { response, .. } => {
                write!(
                    f,
                    "the server refused the login, which is over: {response}{}",
                    response.advice("begin a new login")
                )
            }
            Self::Unusable { fault, .. } => {
                write!(f, "the callback's tokens cannot be used, and the login is over: {fault}; begin a new login")
            }
        }
    }
}

impl fmt::Display for CallbackFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::StateMissing => f.write_str(
                "it has no `state` (RFC 6749 section 4.1.2); for a server that never sends it back, \
                 set the dialect's `callback.state` to `not_echoed_by_this_server`",
            ),
            Self::StateMismatch => f.write_str(
                "its `state` is not the one that was sent: it is of another tab or another login, or forged",
            ),
            Self::IssuerMismatch => f.write_str(
                "its `iss` is not this server's (RFC 9207); if it is, set `issuer` in the provider's data to the same \
                 text, byte for byte",
            ),
            Self::IssuerMissing => f.write_str(
                "it has no `iss`, which this server sends (RFC 9207); if it does not, set the dialect's \
                 `callback.issuer` to `optional`",
            ),
            Self::RedirectUri => f.write_str(
                "it came to another redirect URI than this login's (RFC 9700 section 4.4): see what \
                     `Callback::arrived_at` was given",
            ),
            Self::ResponseMode => {
                f.write_str("it came as a form to a login that did not call `form_post()`, or as a URL to one that did")
            }
            Self::Request => f.write_str("it is neither a GET nor the POST of a form"),
            Self::TooLong => f.write_str("it is longer than `limits.callback_bytes` of the provider's data"),
            Self::TooManyParameters => {
                f.write_str("it has more parameters than `limits.parameters` of the provider's data")
            }
            Self::Empty => f.write_str(
                "it brings neither a code (or token) nor an error: somebody opened the address by hand, perhaps",
            ),
            Self::Contradiction => {
                f.write_str("it brings a code (or token) together with an error, and only one can be true")
            }
            Self::Repeated(name) => write!(f, "it repeats `{name}` (RFC 6749 section 3.1)"),
            Self::Malformed(name) => write!(
                f,
                "its `{name}` cannot be decoded or breaks its grammar; hand the callback over as it came, undecoded"
            ),
            Self::Unexpected(name) => write!(f, "it brings `{name}`, which this flow never does"),
            Self::Kept { name, fault: KeptFault::Missing } => {
                write!(f, "it has no `{name}`, which the token request is made of; no request was made")
            }
            Self::Kept { name, fault: KeptFault::Repeated } => {
                write!(f, "it repeats `{name}` (RFC 6749 section 3.1)")
            }
            Self::Kept { name, fault: KeptFault::NotAllowed } => {
                write!(f, "its `{name}` is not what `callback.keep` of the provider's data allows; no request was made")
            }
        }
    }
}

impl<W: fmt::Debug> Error for CallbackError<W> {}

impl Error for CallbackFault {}
