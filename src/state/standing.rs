//! Where tokens meet a clock.

use super::{Authorized, Expired};
use crate::{token::TokenSet, vocabulary::Timestamp};

/// How a token set stands at an instant.
///
/// ```
/// use oauth_proto::Standing;
/// # use oauth_proto::{Client, Outcome, Registration, Request, Response, Timestamp, providers};
/// # fn send(_: Request) -> Outcome {
/// #     let body = r#"{"access_token":"A2","token_type":"Bearer","expires_in":3600,"refresh_token":"R2"}"#;
/// #     Response::new(200, [("Content-Type", "application/json")], body).into()
/// # }
/// # let client = Client::confidential(providers::amiqus(), Registration::new("app")?, "s3cret".into())?;
/// # let yesterday = Timestamp::from_unix_seconds(1_799_913_600);
/// # let now = Timestamp::from_unix_seconds(1_800_000_000);
/// # let tokens = client.import_refreshable_tokens_from_elsewhere("A1".into(), "R1".into(), Some(yesterday))?;
/// let authorized = match tokens.at(now) {
///     Standing::Authorized(authorized) => authorized,
///     Standing::Expired(expired) => {
///         let (request, in_flight) = expired.refresh(&client, now)?;
///         in_flight.finish(send(request))?
///     }
/// };
/// assert!(authorized.access_token().matches("A2"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
#[must_use = "the tokens are inside"]
pub enum Standing<C> {
    /// The access token can be used.
    Authorized(Authorized<C>),
    /// It cannot: its expiry is over, or an API rejected it.
    Expired(Expired<C>),
}

impl<C> TokenSet<C> {
    /// How the tokens stand at `instant`: ask about the instant of use. At its expiry itself a token is expired. A
    /// token without expiry is good until an API rejects it.
    pub fn at(self, instant: Timestamp) -> Standing<C> {
        if self.is_usable_at(instant) {
            Standing::Authorized(Authorized::from_set(self))
        } else {
            Standing::Expired(Expired::from_set(self))
        }
    }

    /// Notes that an API answered 401 to this access token (RFC 6750 section 3.1). It is stored with the set, so that
    /// no process uses it again.
    pub fn rejected(mut self) -> Expired<C> {
        self.set_rejected();
        Expired::from_set(self)
    }
}
