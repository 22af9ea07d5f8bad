//! A step that was refused before anything was sent.

use std::{error::Error, fmt, time::Duration};

use super::{Mismatch, Remedy};
use crate::{Timestamp, vocabulary::Span};

/// A request was not made. Nothing was spent: `origin` is the state before it; where that was an
/// [`Authorized`](crate::Authorized) or [`Expired`](crate::Expired), the tokens inside.
///
/// ```
/// use oauth_proto::{Remedy, error::RequestFault};
/// # use oauth_proto::{Client, RedirectUri, Registration, Standing, Timestamp, providers};
/// # let registration = Registration::new("app")?.redirect_uri(RedirectUri::new("https://app.example/cb")?);
/// # let now = Timestamp::from_unix_seconds(1_800_000_000);
/// let client = Client::confidential(providers::marq(), registration, "s3cret".into())?;
/// # let tokens = client.import_refreshable_tokens_from_elsewhere("A1".into(), "R1".into(), Some(now))?;
/// # let Standing::Expired(expired) = tokens.at(now) else { unreachable!() };
/// // Marq refreshes only before the access token expires.
/// let error = expired.refresh(&client, now).unwrap_err();
/// assert_eq!((error.fault(), error.remedy()), (RequestFault::DeadlinePassed(now), Remedy::LogIn));
/// let login = error.into_origin().into_intent().again(client.authorization_code()?);
/// # drop(login);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct RequestError<S> {
    origin: Box<S>,
    pub(crate) fault: RequestFault,
}

/// Why a request was not made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RequestFault {
    /// The client given is not the one that the state belongs to.
    WrongClient(Mismatch),
    /// The provider's data names no endpoint for this step.
    NoEndpoint(&'static str),
    /// The provider wants the client secret at this step, and this client is public; or the login was made without
    /// PKCE, and the code would go out without the secret.
    SecretRequired,
    /// The provider refuses a refresh from this instant on, when the access token expired.
    DeadlinePassed(Timestamp),
    /// The provider refuses a refresh before this instant, shortly ahead of the access token's expiry.
    TooEarly {
        /// This instant.
        opens: Timestamp,
        /// How long it is until then.
        wait: Duration,
    },
    /// The server has forgotten the pushed authorization request by this instant (RFC 9126 section 2.2).
    PushExpired(Timestamp),
    /// The request is made of a value that comes with the callback, and there is none here, or one that the provider's
    /// data does not allow; or of a `{random}`, and a public client has nothing to make it of beside a password.
    NotBound,
}

impl<S> RequestError<S> {
    pub(crate) fn new(origin: S, fault: RequestFault) -> Self {
        Self { origin: Box::new(origin), fault }
    }

    /// Why.
    pub fn fault(&self) -> RequestFault {
        self.fault
    }

    pub(crate) fn origin(&self) -> &S {
        &self.origin
    }

    /// The state before the request; nothing was spent.
    pub fn into_origin(self) -> S {
        *self.origin
    }

    /// What to do.
    pub fn remedy(&self) -> Remedy {
        self.fault.remedy()
    }
}

impl RequestFault {
    /// What to do.
    pub fn remedy(self) -> Remedy {
        match self {
            Self::DeadlinePassed(_) | Self::NotBound => Remedy::LogIn,
            Self::TooEarly { wait, .. } => Remedy::Retry { after: Some(wait) },
            Self::PushExpired(_) => Remedy::Retry { after: None },
            Self::WrongClient(_) | Self::NoEndpoint(_) | Self::SecretRequired => Remedy::Fix,
        }
    }
}

impl<S> fmt::Display for RequestError<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no request was made and nothing was spent: {}", self.fault)
    }
}

impl fmt::Display for RequestFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::WrongClient(mismatch) => write!(f, "the state is {mismatch}; use the client that it came from"),
            // A check goes by a name of the caller's, and is no field.
            Self::NoEndpoint(name) if name.contains(' ') => {
                write!(f, "the provider's data has no {name}; add it to `checks`, if the server has one")
            }
            Self::NoEndpoint(name) => write!(f, "the provider's data has no `{name}`; add it, if the server has one"),
            Self::SecretRequired => f.write_str(
                "this step needs the client's secret, and this client would not send one; make it with \
                 `Client::confidential`",
            ),
            Self::DeadlinePassed(deadline) => write!(
                f,
                "this provider refreshes only before the access token expires, which was at {deadline}; log in again, \
                 and renew further ahead next time"
            ),
            Self::TooEarly { opens, wait } => write!(
                f,
                "this provider refreshes only shortly before the access token expires, from {opens} on; \
                 try again in {}",
                Span(*wait)
            ),
            Self::PushExpired(end) => {
                write!(f, "the server forgot at {end} what was pushed to it; push the login again, it is as it was")
            }
            Self::NotBound => f.write_str(
                "the request is made of a value that only a callback brings, and none that may be used is here; \
                 log in again, through a callback",
            ),
        }
    }
}

impl<S: fmt::Debug> Error for RequestError<S> {}

impl Error for RequestFault {}
