//! What goes on, for logs and metrics: as data, since this crate does no IO, and a log is IO.
//!
//! [`Observe::observed`] shows an [`Observer`] what a transition brought, and hands it through. So a program taps the
//! places that it wants to see, and its shape stays:
//!
//! ```
//! use oauth_proto::observe::{Observation, Observe};
//! # use oauth_proto::{Callback, Client, Entropy, Outcome, Provider, RedirectUri, Registration, Request, Response, Timestamp};
//! # fn send(_: Request) -> Outcome {
//! #     let body = r#"{"access_token":"a","token_type":"Bearer","expires_in":3600,"refresh_token":"r"}"#;
//! #     Response::new(200, [("Content-Type", "application/json")], body).into()
//! # }
//! # let provider = Provider::new("example", "https://id.example/authorize", "https://id.example/token");
//! # let registration = Registration::new("app")?.redirect_uri(RedirectUri::new("https://app.example/cb")?);
//! # let client = Client::public(provider, registration)?;
//! # let now = Timestamp::from_unix_seconds(1_800_000_000);
//! # let (_, awaiting) = client.authorization_code()?.authorize(Entropy::from_os()?, now);
//! # let target = format!("/cb?code=c&state={}", awaiting.state().expose());
//! # let callback = Callback::url(&target);
//! # let mut names = Vec::new();
//! let mut log = |seen: &Observation<'_>| {
//!     println!("{seen}");
//! #   names.push(seen.name);
//! };
//! let (request, in_flight) = awaiting.receive(&client, callback, now).observed(&mut log)?;
//! let granted = in_flight.finish(send(request).observed(&mut log)).observed(&mut log)?;
//! # drop(granted);
//! # assert_eq!(names, ["Request", "InFlight", "Outcome::Answered", "Granted::Refreshable"]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! It prints:
//!
//! ```text
//! request Request method=POST endpoint=https://id.example/token
//! state InFlight grant=authorization_code server=example client_id=app sent_at=1800000000000
//! answer Outcome::Answered status=200
//! state Granted::Refreshable capability=refreshable server=example client_id=app expires_at=1800003600000
//! ```
//!
//! **No observation holds a secret**; `tests/canary` looks at each. What is told of a server's answer is its status and its
//! error code: its free words may repeat what it was sent. Where they are wanted, they are in the error
//! ([`ErrorResponse`](crate::ErrorResponse)), to be told by choice.
//!
//! # tracing, log, metrics
//!
//! There is no feature for any of them. A crate that logs by itself chooses its caller's library, version, level and names;
//! and it logs where it cannot know what the caller has promised about his users' data. Three lines do it for any:
//!
//! ```
//! # use oauth_proto::observe::Observation;
//! # macro_rules! event { ($($any:tt)*) => { let _ = format!($($any)*); } }
//! # macro_rules! info { ($($any:tt)*) => { let _ = format!($($any)*); } }
//! # macro_rules! warn { ($($any:tt)*) => { let _ = format!($($any)*); } }
//! // With `use tracing::{info, warn};`, or `use log::{info, warn};`
//! let mut log = |seen: &Observation<'_>| match seen.remedy {
//!     None => { info!("{seen}"); }
//!     Some(_) => { warn!("{seen}"); }
//! };
//! # let _ = &mut log;
//! ```
//!
//! or, with the fields by their names, `tracing::info!(name = seen.name, server = seen.server, status = seen.status)`. For a
//! log of JSON, serde writes an observation as a flat map. For a counter, `name` is all that is needed: it is one of a
//! fixed set.
//!
//! # What can be observed
//!
//! The states, requests and outcomes, each error, and what a transition returns: `(Request, S)` is observed as its two parts,
//! a `Result` as what is in it. Observing costs what the observer does: nothing is kept for it in any state.

#[cfg(feature = "device")]
mod device;
mod errors;
#[cfg(feature = "extension-grants")]
mod extension_grants;
#[cfg(feature = "fleet")]
mod fleet;
#[cfg(feature = "introspection")]
mod introspection;
#[cfg(feature = "metadata")]
mod metadata;
mod observation;
#[cfg(feature = "par")]
mod par;
#[cfg(feature = "registration")]
mod registration;
mod states;

pub use observation::{Fault, Observation, Subject};

/// Something of which an [`Observation`] can be made, or two. Sealed: see [`observe`](crate::observe).
#[diagnostic::on_unimplemented(
    message = "nothing is told of `{Self}`",
    label = "neither a state, a request, an outcome nor an error of this crate",
    note = "`observed` goes behind the step itself: `awaiting.receive(&client, callback, now).observed(&mut log)?`"
)]
pub trait Observe: seen::Seen {
    /// Shows it to `observer`: once, or a request and the state beside it in this order.
    fn observe(&self, observer: &mut dyn Observer) {
        self.each(observer);
    }

    /// Shows it to `observer`, and hands it through as it was.
    fn observed(self, observer: &mut dyn Observer) -> Self
    where
        Self: Sized,
    {
        self.each(observer);
        self
    }
}

impl<T: seen::Seen + ?Sized> Observe for T {}

/// Who is shown what goes on: any `FnMut(&Observation<'_>)`, or a type of the caller's own.
///
/// ```
/// use std::collections::BTreeMap;
/// use oauth_proto::{Outcome, observe::{Observation, Observe, Observer}};
///
/// /// How often each thing was seen.
/// #[derive(Default)]
/// struct Counters(BTreeMap<&'static str, u64>);
///
/// impl Observer for Counters {
///     fn see(&mut self, seen: &Observation<'_>) {
///         *self.0.entry(seen.name).or_default() += 1;
///     }
/// }
///
/// let mut counters = Counters::default();
/// let outcome = Outcome::lost("connection reset").observed(&mut counters);
/// assert_eq!(counters.0["Outcome::Lost"], 1);
/// # drop(outcome);
/// ```
pub trait Observer {
    /// Takes in one observation.
    fn see(&mut self, seen: &Observation<'_>);
}

impl<F: FnMut(&Observation<'_>)> Observer for F {
    fn see(&mut self, seen: &Observation<'_>) {
        self(seen);
    }
}

pub(crate) mod seen {
    use super::{Observation, Observer};

    /// What can be observed, as often as there is something to tell.
    pub trait Seen {
        fn each(&self, observer: &mut dyn Observer);
    }

    /// What can be observed as one. The compiler knows this method where no program can call it, and must not take it for
    /// what somebody meant who called another: `one` is near to `clone`.
    pub trait One {
        fn observation(&self) -> Observation<'_>;
    }

    impl<T: One> Seen for T {
        fn each(&self, observer: &mut dyn Observer) {
            observer.see(&self.observation());
        }
    }

    /// A request and the state beside it; a URL and the state that waits for the browser's way back from there.
    impl<A: Seen, B: Seen> Seen for (A, B) {
        fn each(&self, observer: &mut dyn Observer) {
            self.0.each(observer);
            self.1.each(observer);
        }
    }

    impl<T: Seen, E: Seen> Seen for Result<T, E> {
        fn each(&self, observer: &mut dyn Observer) {
            match self {
                Ok(value) => value.each(observer),
                Err(error) => error.each(observer),
            }
        }
    }

    /// Where there is nothing to tell.
    impl Seen for () {
        fn each(&self, _: &mut dyn Observer) {}
    }
}
