//! A renewal that brought no new tokens.

use std::{error::Error, fmt};

use super::Ticket;
use crate::{
    error::{AnswerFault, Doubt, ErrorCode, ErrorResponse, Remedy},
    http::{Outcome, TransportError},
    state::NO_USER,
};

/// A renewal brought no new tokens. The keeper holds what is still true: store it, and [`poll`](crate::Keeper::poll) it for
/// what follows, whichever this is. For what to tell a person, see [`remedy`](Self::remedy).
///
/// ```
/// # use std::time::Duration;
/// use oauth_proto::{Keeper, Remedy, Response, Turn};
/// # use oauth_proto::{Client, Registration, Timestamp, providers};
/// # let client = Client::confidential(providers::amiqus(), Registration::new("app")?, "s3cret".into())?;
/// # let now = Timestamp::from_unix_seconds(1_800_000_000);
/// # let tokens = client.import_refreshable_tokens_from_elsewhere("A1".into(), "R1".into(), Some(now))?;
/// # let mut keeper = Keeper::new(tokens);
/// # let Turn::Send(_request, ticket) = keeper.poll(&client, now, Duration::ZERO) else { unreachable!() };
/// let busy = Response::new(429, [("Retry-After", "120")], "");
/// let error = keeper.handle(ticket, busy.into(), now).unwrap_err();
/// assert_eq!(error.remedy(), Remedy::Retry { after: Some(Duration::from_secs(120)) });
/// assert!(matches!(keeper.poll(&client, now, Duration::ZERO), Turn::Wait { until: Some(_) }));
/// # Ok::<(), oauth_proto::ConfigError>(())
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum RenewalError {
    /// Nothing was sent; a poll after a second sends again.
    NotSent(TransportError),
    /// The server refused, and spent nothing; a poll sends again after the wait that it asked for, a second
    /// at least, or 30 seconds.
    Refused(Box<ErrorResponse>),
    /// The refresh token is dead and was given up.
    Dead(Box<ErrorResponse>),
    /// The refresh token may be spent: the next poll says [`Turn::Decide`](crate::Turn::Decide).
    InDoubt(Doubt),
    /// Tokens were issued that must not be used; the refresh token was given up.
    Untrusted(AnswerFault),
    /// The server refuses this to a client that asks for itself (RFC 6749 section 4.4), and that no login helps; a poll asks
    /// again after the wait that the server asked for, a second at least, or 30 seconds.
    ClientRefused(Box<ErrorResponse>),
    /// Tokens were issued to a client that asks for itself, and must not be used; a poll asks again after 30 seconds.
    ClientUntrusted(AnswerFault),
    /// The ticket is another keeper's; or the keeper holds other tokens by now, or somebody has
    /// [decided](crate::Keeper::decide) meanwhile, and the outcome brings no new ones. Nothing was changed. Hand both to the
    /// keeper that issued the ticket, if it is another.
    ForeignTicket {
        /// The ticket, as it was.
        ticket: Box<Ticket>,
        /// The outcome, as it was.
        outcome: Box<Outcome>,
    },
}

impl RenewalError {
    /// What to do.
    pub fn remedy(&self) -> Remedy {
        match self {
            Self::NotSent(_) => Remedy::Retry { after: None },
            Self::Refused(response) => response.remedy(),
            Self::Dead(_) | Self::Untrusted(_) => Remedy::LogIn,
            Self::ClientRefused(_) | Self::ClientUntrusted(_) | Self::ForeignTicket { .. } => Remedy::Fix,
            Self::InDoubt(_) => Remedy::Decide,
        }
    }
}

impl RenewalError {
    /// A refusal to a client that asks for itself: it has no user to log in, and no grant that could die.
    pub(crate) fn refused_to_client(response: Box<ErrorResponse>) -> Self {
        match response.remedy() {
            _ if response.code == ErrorCode::InvalidGrant => Self::ClientRefused(response),
            Remedy::LogIn => Self::ClientRefused(response),
            _ => Self::Refused(response),
        }
    }

    /// What happened, without what to do about it in a keeper.
    pub(crate) fn what_happened(&self) -> WhatHappened<'_> {
        WhatHappened(self)
    }
}

pub(crate) struct WhatHappened<'a>(&'a RenewalError);

impl fmt::Display for WhatHappened<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            RenewalError::NotSent(_) => f.write_str("the renewal was not sent, and nothing was spent"),
            RenewalError::Refused(response) => {
                write!(f, "the server refused the renewal, and nothing was spent: {response}")
            }
            RenewalError::Dead(response) => write!(f, "the refresh token is dead, and was given up: {response}"),
            RenewalError::InDoubt(doubt) => {
                write!(f, "the renewal may have arrived ({doubt}), and the refresh token may be spent")
            }
            RenewalError::Untrusted(fault) => {
                write!(f, "the renewal brought tokens that must not be used, and what it presented is spent: {fault}")
            }
            RenewalError::ClientRefused(response) => {
                write!(f, "the server refused a token to the client itself, and nothing was spent: {response}")
            }
            RenewalError::ClientUntrusted(fault) => {
                write!(f, "the server issued tokens to the client itself that must not be used: {fault}")
            }
            RenewalError::ForeignTicket { .. } => {
                f.write_str("this ticket is another keeper's, or of tokens that are kept no more; nothing was changed")
            }
        }
    }
}

impl fmt::Display for RenewalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.what_happened().fmt(f)?;
        match self {
            Self::NotSent(_) => f.write_str("; `poll` sends it again"),
            Self::Refused(response) => response.advice("log in again").fmt(f),
            Self::ClientRefused(_) | Self::ClientUntrusted(_) => write!(f, "; {NO_USER}"),
            Self::Dead(_) => f.write_str("; the access token is used to its end, then log in again"),
            Self::InDoubt(_) => f.write_str("; `poll`, and `decide` if it says so"),
            Self::Untrusted(_) => f.write_str("; `poll` for what is left"),
            Self::ForeignTicket { .. } => f.write_str(
                "; hand it and its outcome to the keeper that issued it, and `poll` this one for what is left",
            ),
        }
    }
}

impl Error for RenewalError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::NotSent(why) | Self::InDoubt(Doubt::Lost(why)) => Some(&**why),
            _ => None,
        }
    }
}
