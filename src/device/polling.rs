//! Polling: a token request with a device code is on its way.

use std::{fmt, sync::Arc};

use serde::{Serialize, Serializer};

use super::{AwaitingUser, PollingError};
use crate::{
    client::AnyClient,
    dialect::{Presented, Refusal},
    error::{Doubt, EndpointFault, ErrorCode, ErrorResponse},
    http::Outcome,
    intent::Intent,
    provider::CheckedProvider,
    state::Granted,
    stored::Tagged,
    vocabulary::Timestamp,
};

/// A poll whose answer is to come.
///
/// A program that goes on after a crash stores it before sending, in place of the row of the [`AwaitingUser`]: it is
/// written as one whose answer was lost, and loads as that. So a program that is started again and again does not poll
/// more often than one that runs. Where the answer that was lost had the tokens, the next poll says that the code is
/// spent.
#[must_use = "finish it with the outcome of its request: `polling.finish(outcome, now)` (RFC 8628 section 3.5)"]
pub struct Polling {
    /// What waits on if no answer comes.
    awaiting: AwaitingUser,
    provider: Arc<CheckedProvider>,
    sent_at: Timestamp,
}

/// What a poll brought.
#[derive(Debug)]
#[must_use = "the tokens, or the state to poll again, are inside"]
pub enum Polled {
    /// The user agreed.
    Granted(Granted),
    /// The user has not decided yet (`authorization_pending`), or the server wants to be asked less often
    /// (`slow_down`).
    Pending(AwaitingUser),
    /// No answer came, or that of a busy server: 408, 429 or a 5xx. Poll on: the wait is longer now. Where the tokens
    /// were in an answer that was lost, the next poll may find the code spent.
    Unanswered {
        /// The state to poll again.
        awaiting: AwaitingUser,
        /// Why there is no answer.
        why: EndpointFault,
    },
}

/// What an answer without tokens says of the login.
enum Said {
    Pending,
    SlowDown,
    Busy,
    /// It failed on the way, under a status that says otherwise; or something before it answered, and no OAuth error.
    Unclear,
    Over,
}

impl Polling {
    pub(super) fn new(mut awaiting: AwaitingUser, client: &AnyClient, now: Timestamp) -> Self {
        awaiting.pace.sent(now);
        Self { awaiting, provider: Arc::clone(client.provider()), sent_at: now }
    }

    /// When the request was made. The lifetime of its tokens counts from then.
    pub fn sent_at(&self) -> Timestamp {
        self.sent_at
    }

    /// What was asked for.
    pub fn intent(&self) -> &Intent {
        &self.awaiting.intent
    }

    /// Takes what came of the request to the state that it leads to (RFC 8628 section 3.5). `now` is the instant of its
    /// receipt: the next wait counts from then.
    ///
    /// The answer is read as any token response of this provider, and by its error code, whatever its status.
    /// `slow_down` adds 5 seconds to the interval for good. After a request that was not sent or that no answer came
    /// to, and after a 408, a 429 or a 5xx, the wait doubles each time in a row, up to 64 intervals. A `Retry-After`
    /// counts where it is longer.
    ///
    /// # Errors
    /// The login is over, or in doubt: see [`PollingError`].
    pub fn finish(
        self, // spent: a request has one answer (RFC 6749 section 5); poll again with what `finish` brought
        outcome: Outcome,
        now: Timestamp,
    ) -> Result<Polled, PollingError> {
        let response = match outcome {
            Outcome::Answered(response) => response,
            // A connection that was never made timed out as well: where nobody answers, polling goes slower.
            Outcome::NotSent(why) => return Ok(self.unanswered(EndpointFault::NotSent(why), now)),
            Outcome::Lost(why) => return Ok(self.unanswered(EndpointFault::Lost(why), now)),
        };
        let scope = self.awaiting.intent.scope();
        match self.provider.read_answer(&response, self.sent_at, Presented::Grant, scope) {
            Ok(answer) => Ok(Polled::Granted(Granted::new(answer, self.awaiting.intent, &self.provider))),
            Err(Refusal::Refused(response) | Refusal::Dead(response)) => self.refused(Box::new(response), now),
            Err(Refusal::Doubt(Doubt::ServerFailed(response))) => self.refused(response, now),
            Err(Refusal::Doubt(doubt)) => Err(self.in_doubt(doubt, now)),
            Err(Refusal::Untrusted(fault)) => {
                Err(PollingError::Untrusted { fault, intent: Box::new(self.awaiting.intent) })
            }
        }
    }

    fn refused(mut self, response: Box<ErrorResponse>, now: Timestamp) -> Result<Polled, PollingError> {
        let retry_after = response.retry_after;
        let pace = &mut self.awaiting.pace;
        match Said::of(&response) {
            Said::Pending => pace.pending(now, retry_after),
            Said::SlowDown => pace.slow_down(now, retry_after),
            Said::Busy => return Ok(self.unanswered(EndpointFault::Refused(response), now)),
            Said::Unclear => return Err(self.in_doubt(Doubt::ServerFailed(response), now)),
            Said::Over => {
                return Err(PollingError::Refused { response, intent: Box::new(self.awaiting.intent) });
            }
        }
        Ok(Polled::Pending(self.awaiting))
    }

    fn unanswered(mut self, why: EndpointFault, now: Timestamp) -> Polled {
        let retry_after = match &why {
            EndpointFault::Refused(response) => response.retry_after,
            _ => None,
        };
        self.awaiting.pace.unanswered(now, retry_after);
        Polled::Unanswered { awaiting: self.awaiting, why }
    }

    fn in_doubt(mut self, doubt: Doubt, now: Timestamp) -> PollingError {
        let retry_after = match &doubt {
            Doubt::ServerFailed(response) => response.retry_after,
            _ => None,
        };
        self.awaiting.pace.unanswered(now, retry_after);
        PollingError::InDoubt { doubt, awaiting: Box::new(self.awaiting) }
    }
}

impl Said {
    /// RFC 8628 section 3.5: these two codes say to go on, and a client must stop at any other. A server that is busy
    /// states none, or one that says as much.
    fn of(response: &ErrorResponse) -> Self {
        let busy = matches!(response.status, Some(408 | 429 | 500..));
        match &response.code {
            ErrorCode::Other(code) if **code == *"authorization_pending" => Self::Pending,
            ErrorCode::Other(code) if **code == *"slow_down" => Self::SlowDown,
            ErrorCode::Other(code) if **code == *"expired_token" => Self::Over,
            ErrorCode::Unstated | ErrorCode::ServerError | ErrorCode::TemporarilyUnavailable | ErrorCode::Other(_)
                if busy =>
            {
                Self::Busy
            }
            ErrorCode::Unstated | ErrorCode::ServerError => Self::Unclear,
            _ => Self::Over,
        }
    }
}

/// The tag of what it loads as.
impl Tagged for Polling {
    const TAG: &'static str = AwaitingUser::TAG;
}

/// Written before sending, and read back as an [`AwaitingUser`].
impl Serialize for Polling {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.awaiting.serialize(serializer)
    }
}

impl fmt::Debug for Polling {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Polling");
        shown.field("awaiting", &self.awaiting).field("sent_at", &self.sent_at).finish_non_exhaustive()
    }
}
