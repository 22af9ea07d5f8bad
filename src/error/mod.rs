//! What can go wrong, one type per transition. Each error holds the state that is still true, where there was one, and
//! says what to do, as a [`Remedy`]; where that is to fix something, its words say what. None shows a secret.
//!
//! | error | who must act |
//! | --- | --- |
//! | [`ConfigError`] | the programmer: provider data, client, scope or URI |
//! | [`CallbackError`] | the browser, or whoever forged the callback |
//! | [`RequestError`] | the caller: this step is not possible with this client, or not any more |
//! | [`FinishError`](crate::FinishError) | the server, the network, or nobody knows |
//! | `device::PollError`, `device::PollingError` | the caller, who polls too early or too late; the user, or the server |
//! | [`EndpointError`] | the server or the network, at an endpoint that issues no tokens |
//! | `registration::RegistrationError` (feature `registration`) | the server, the network, or nobody knows |
//! | `registration::ManagementError` (feature `registration`) | the programmer, or whoever named the place of management |
//! | [`RenewalError`](crate::RenewalError) | as for a `FinishError` |
//! | [`StoredError`](crate::stored::StoredError) | the programmer, or whoever changed the store |
//! | [`PresentError`] | the caller: the token was about to go to the wrong place |

mod advice;
mod answer;
mod callback;
mod config;
mod endpoint;
mod mismatch;
mod present;
mod request;
mod response;
mod words;

use std::time::Duration;

use serde::{Deserialize, Serialize};

pub use answer::{AnswerFault, Doubt};
pub use callback::{CallbackError, CallbackFault, KeptFault};
pub use config::{ConfigError, Reason};
pub use endpoint::{EndpointError, EndpointFault};
pub use mismatch::Mismatch;
pub use present::PresentError;
pub use request::{RequestError, RequestFault};
pub(crate) use response::shown;
pub use response::{ErrorCode, ErrorResponse};
pub(crate) use words::{escaped, without_values};

use crate::vocabulary::millis;

/// What to do about an error: the five arms of an error page.
///
/// ```
/// use oauth_proto::Remedy;
///
/// /// The status and the words for a browser.
/// fn page(remedy: Remedy) -> (u16, String) {
///     match remedy {
///         Remedy::Ignore => (400, "This link is of no use here. Your login goes on in its own tab.".into()),
///         Remedy::LogIn => (401, "Please log in again.".into()),
///         Remedy::Retry { after: Some(wait) } => (503, format!("Please try again in {} s.", wait.as_secs())),
///         Remedy::Retry { after: None } => (503, "Please try again.".into()),
///         Remedy::Decide => (502, "We do not know whether that worked, and are looking into it.".into()),
///         Remedy::Fix => (500, "This is our fault, and we have been told.".into()),
///     }
/// }
/// assert_eq!(page(Remedy::LogIn).0, 401);
/// ```
///
/// It may go into a message, to a page's script for instance. `Retry` has its wait in milliseconds:
///
/// ```
/// # use oauth_proto::Remedy;
/// # use std::time::Duration;
/// let wait = Remedy::Retry { after: Some(Duration::from_secs(30)) };
/// assert_eq!(serde_json::to_string(&wait)?, r#"{"remedy":"retry","after_ms":30000}"#);
/// assert_eq!(serde_json::to_string(&Remedy::LogIn)?, r#"{"remedy":"log_in"}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "remedy", rename_all = "snake_case")]
pub enum Remedy {
    /// Nothing: the message was not for this login. Keep the state and go on waiting.
    Ignore,
    /// What was there is over: send the user through a new login. A client that asks for itself has no user, and its
    /// errors say [`Fix`](Self::Fix) instead.
    LogIn,
    /// Try the same again with the state that came back, not before `after` has passed.
    Retry {
        /// The server's `Retry-After`, at most one hour; none was given when it is absent.
        #[serde(rename = "after_ms", with = "millis::option", default, skip_serializing_if = "Option::is_none")]
        after: Option<Duration>,
    },
    /// The request may have arrived. Choose: retry, assume unspent, or assume spent.
    Decide,
    /// Something is set up wrongly. No retry will help.
    Fix,
}
