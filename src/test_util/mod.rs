//! For the tests of who uses this crate: each state, without a server, a browser or a clock.
//!
//! A [`Scenario`] is a client and what its server answers. It walks to a state by the transitions that a program goes
//! through, with fixed randomness and a fixed clock: what it brings cannot be told from what a server brought, and what
//! cannot exist cannot be built. The answers are written in the client's own dialect, so that a test keeps to the provider
//! that the program speaks to. [`client`] is one of a server by RFC 6749, where that does not matter.
//!
//! ```
//! use std::time::Duration;
//! use oauth_proto::test_util::{self, Scenario, at};
//! use oauth_proto::{FinishError, Outcome};
//!
//! let client = test_util::client()?;
//! let scenario = Scenario::of(&client).expires_in(Duration::from_secs(60)).scope("read");
//!
//! // A user who is logged in, for another minute.
//! let authorized = scenario.refreshable()?;
//! assert!(authorized.is_due(at(0), Duration::from_secs(90)));
//!
//! // A refresh on its way, and each of its endings.
//! let (request, in_flight) = scenario.refresh_in_flight()?;
//! assert!(request.expose_body().starts_with(b"grant_type=refresh_token&refresh_token=R1"));
//! assert!(matches!(in_flight.finish(scenario.refusal("invalid_grant")), Err(FinishError::Dead { .. })));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! | state | how |
//! | --- | --- |
//! | [`AwaitingCode`](crate::AwaitingCode), [`AwaitingToken`](crate::AwaitingToken) | [`awaiting_code`](Scenario::awaiting_code), [`awaiting_token`](Scenario::awaiting_token), [`awaiting_token_with_refresh`](Scenario::awaiting_token_with_refresh) |
//! | [`InFlight`] | [`code_in_flight`](Scenario::code_in_flight), [`password_in_flight`](Scenario::password_in_flight), [`client_credentials_in_flight`](Scenario::client_credentials_in_flight), [`refresh_in_flight`](Scenario::refresh_in_flight), [`reissue_in_flight`](Scenario::reissue_in_flight), [`follow_up_in_flight`](Scenario::follow_up_in_flight) |
//! | [`InDoubt`] | [`in_doubt`] of one of these |
//! | [`Granted`](crate::Granted), [`Authorized`] | [`granted`](Scenario::granted), [`refreshable`](Scenario::refreshable), [`access_only`](Scenario::access_only), [`reissuable`](Scenario::reissuable) |
//! | [`TokenSet`](crate::TokenSet) | [`into_token_set`](Authorized::into_token_set) of an `Authorized` |
//! | [`Expired`] | [`expired`] of an `Authorized`, or its [`rejected`](Authorized::rejected) |
//! | [`Keeper`](crate::Keeper) | [`Keeper::new`](crate::Keeper::new) of a `TokenSet` |
//! | `device::AwaitingUser`, `device::Polling` (feature `device`) | `Scenario::awaiting_user`, `Scenario::polling` |
//!
//! What a request in flight, or a callback, ends in is what it is given:
//!
//! | ending | given |
//! | --- | --- |
//! | tokens | [`tokens`](Scenario::tokens); [`follow_up_tokens`](Scenario::follow_up_tokens); `device_codes` |
//! | [`FinishError::NotSent`] | [`Outcome::not_sent`] |
//! | [`FinishError::Refused`] | [`refusal("invalid_client")`](Scenario::refusal), or any other code |
//! | [`FinishError::Dead`] | [`refusal("invalid_grant")`](Scenario::refusal) |
//! | [`FinishError::InDoubt`] | [`Outcome::lost`], or [`refusal("server_error")`](Scenario::refusal) |
//! | [`FinishError::Untrusted`] | [`untrusted`](Scenario::untrusted) |
//! | the same of a follow-up | [`follow_up_refusal`](Scenario::follow_up_refusal), [`follow_up_untrusted`](Scenario::follow_up_untrusted) |
//! | [`CallbackError::Refused`](crate::CallbackError::Refused) | [`denial`](Scenario::denial) |
//! | [`CallbackError::NotOurs`](crate::CallbackError::NotOurs) | [`callback`](Scenario::callback) with another state |
//! | [`CallbackError::TooLate`](crate::CallbackError::TooLate) | any callback, at [`closes_at`](crate::AwaitingCode::closes_at) |
//!
//! **It is for tests alone.** All that is secret here is known to everybody: put the feature under `[dev-dependencies]`.

mod answer;
mod callback;
#[cfg(feature = "device")]
mod device;
mod not_reached;
mod scenario;

pub use {not_reached::NotReached, scenario::Scenario};

use crate::{
    client::{Client, Confidential, Public, Registration},
    error::ConfigError,
    grant::Grant,
    http::Outcome,
    provider::Provider,
    state::{Authorized, Expired, FinishError, InDoubt, InFlight, Standing},
    vocabulary::{Entropy, RedirectUri, Scope, Timestamp},
};

/// The `state` of each login that a [`Scenario`] begins: what [`entropy`] becomes.
pub const STATE: &str = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE";

/// Its code verifier (RFC 7636 section 4.1).
pub const CODE_VERIFIER: &str = "AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI";

/// The code in each [`callback`](Scenario::callback).
pub const CODE: &str = "C1";

/// When it all begins, in seconds since 1970.
const START: u64 = 1_800_000_000;

/// So many seconds after it all begins. The clock of a [`Scenario`] stands at `at(0)`, unless it is [set](Scenario::now).
///
/// ```
/// use oauth_proto::test_util::at;
///
/// assert_eq!(at(3600).since(at(0)).as_secs(), 3600);
/// ```
pub fn at(seconds: u64) -> Timestamp {
    Timestamp::from_unix_seconds(START.saturating_add(seconds))
}

/// Randomness that is none: a login begun with it has the state [`STATE`] and the verifier [`CODE_VERIFIER`].
///
/// ```
/// use oauth_proto::test_util::{self, STATE, at, entropy};
///
/// let (url, awaiting) = test_util::client()?.authorization_code()?.authorize(entropy(), at(0));
/// assert!(awaiting.state().matches(STATE));
/// assert!(url.as_str().contains(STATE));
/// # Ok::<(), oauth_proto::ConfigError>(())
/// ```
pub fn entropy() -> Entropy {
    entropy_of(1)
}

/// The same of another login: two numbers, two logins.
///
/// ```
/// use oauth_proto::test_util::{self, at, entropy_of};
///
/// let client = test_util::client()?;
/// let (_, one) = client.authorization_code()?.authorize(entropy_of(7), at(0));
/// let (_, other) = client.authorization_code()?.authorize(entropy_of(8), at(0));
/// assert_ne!(one.key(), other.key());
/// # Ok::<(), oauth_proto::ConfigError>(())
/// ```
pub fn entropy_of(number: u8) -> Entropy {
    let mut bytes = [number; Entropy::BYTES];
    let (_, verifier) = bytes.split_at_mut(Entropy::BYTES / 2);
    verifier.fill(number.wrapping_add(1));
    Entropy::from_bytes(bytes)
}

/// A server by RFC 6749, with an API, an endpoint for devices and one for revocation. Nobody listens at any of them.
pub fn provider() -> Provider {
    let mut provider = Provider::new("example", "https://id.example/authorize", "https://id.example/token")
        .api_origin("https://api.example");
    provider.device_authorization_endpoint = Some("https://id.example/device_authorization".into());
    provider.revocation = Some(crate::Revocation::new("https://id.example/revoke"));
    provider
}

/// A client of [`provider`] with a secret: `app` and `s3cret`, `https://app.example/cb`, and the scope `read write`.
///
/// # Errors
/// None that you can meet: what it is made of is fixed. It stands here so that a test says `?`, as a program does.
pub fn client() -> Result<Client<Confidential>, ConfigError> {
    Client::confidential(provider(), registration()?, "s3cret".into())
}

/// The same without a secret.
///
/// # Errors
/// As [`client`].
pub fn public_client() -> Result<Client<Public>, ConfigError> {
    Client::public(provider(), registration()?)
}

fn registration() -> Result<Registration, ConfigError> {
    let registration = Registration::new("app")?.redirect_uri(RedirectUri::new("https://app.example/cb")?);
    Ok(registration.scope(Scope::new(["read", "write"])?))
}

/// The same request, when its answer is lost.
///
/// ```
/// use oauth_proto::test_util::{self, Scenario};
///
/// let client = test_util::client()?;
/// let (_, in_flight) = Scenario::of(&client).refresh_in_flight()?;
/// let tokens = test_util::in_doubt(in_flight)?.assume_spent();
/// assert!(tokens.access_token_at(test_util::at(0)).is_some_and(|token| token.matches("A1")));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// None that you can meet: a lost answer leaves nothing else.
pub fn in_doubt<G: Grant>(in_flight: InFlight<G>) -> Result<InDoubt<G>, NotReached> {
    match in_flight.finish(Outcome::lost("the connection was cut")) {
        Err(FinishError::InDoubt { in_doubt, .. }) => Ok(*in_doubt),
        Err(other) => Err(NotReached::new("in doubt", other)),
        Ok(_) => Err(NotReached::new("in doubt", "a lost answer brought tokens")),
    }
}

/// The same tokens when they are over: at their expiry; where they have none, after an API has rejected them.
///
/// ```
/// use oauth_proto::test_util::{self, Scenario};
///
/// let client = test_util::client()?;
/// let expired = test_util::expired(Scenario::of(&client).refreshable()?);
/// let (_request, in_flight) = expired.refresh(&client, test_util::at(3600))?;
/// # drop(in_flight);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn expired<C>(authorized: Authorized<C>) -> Expired<C> {
    let end = authorized.expires_at().unwrap_or_else(|| at(0));
    match authorized.into_token_set().at(end) {
        Standing::Expired(expired) => expired,
        Standing::Authorized(endless) => endless.rejected(),
    }
}
