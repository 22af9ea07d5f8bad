//! OAuth 2.0 for clients, as a typestate machine that does no IO.
//!
//! A state emits a [`Request`] and consumes what came of it, an [`Outcome`]. The clock and the randomness come in as
//! arguments, the transport is yours: tokio, threads, or a page in a browser. A flow that is not allowed, such as
//! refreshing an implicit token, does not compile.
//!
//! ```
//! use oauth_proto::{Callback, Client, Entropy, Granted, Provider, RedirectUri, Registration};
//! # use oauth_proto::{Outcome, Request, Response, Timestamp};
//! # let now = || Timestamp::from_unix_seconds(1_800_000_000);
//! # fn send(_: Request) -> Outcome {
//! #     let body = r#"{"access_token":"a","token_type":"Bearer","expires_in":3600,"refresh_token":"r"}"#;
//! #     Response::new(200, [("Content-Type", "application/json")], body).into()
//! # }
//!
//! // Once: the server, and who we are to it.
//! let (login, token) = ("https://id.example.com/authorize", "https://id.example.com/token");
//! let provider = Provider::new("example", login, token).api_origin("https://api.example.com");
//! let callback = RedirectUri::new("https://app.example.com/cb")?;
//! let registration = Registration::new("my-app")?.redirect_uri(callback);
//! let client = Client::confidential(provider, registration, "s3cret".into())?;
//!
//! // Send the browser away, and keep what waits for it in the browser's session.
//! let (url, awaiting) = client.authorization_code()?.authorize(Entropy::from_os()?, now());
//! assert!(url.as_str().starts_with("https://id.example.com/authorize?response_type=code&"));
//!
//! // The browser came back: check the callback, send the request, read the answer.
//! let callback = format!("/cb?code=SplxlOBeZQQYbYS6WxSbIA&state={}", awaiting.state().expose());
//! let (request, in_flight) = awaiting.receive(&client, Callback::url(&callback), now())?;
//! let granted = in_flight.finish(send(request))?;
//!
//! // Whether it can be refreshed is known now, and from here on the types know it too.
//! let Granted::Refreshable(authorized) = granted else { panic!("no refresh token") };
//! let header = authorized.header_for(&client, "https://api.example.com/me")?;
//! assert_eq!((header.name(), header.expose_value()), ("Authorization", "Bearer a"));
//!
//! let (request, in_flight) = authorized.refresh(&client, now())?;
//! let authorized = in_flight.finish(send(request))?;
//! # drop(authorized);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Where to go from here
//!
//! **[Which grant?](guide::which_grant)** is the first question, and a table answers it. Then there is a guide for each use:
//! [a web application](guide::web_application), [a command-line program](guide::command_line),
//! [a page without a server](guide::single_page), [a service without a user](guide::service),
//! [a device without a browser](guide::device). [Calling an API](guide::calling_an_api), [storing](guide::storing) and
//! [errors](guide::errors) are for all of them, and [your own HTTP library](guide::transport) says what `send` above must
//! do. Who has a program that uses another crate may begin with [coming from oauth2-rs](guide::coming_from_oauth2) or the
//! [comparison](guide::comparison). All pages, in reading order: [`guide`].
//!
//! # The picture
//!
//! ```text
//! Client<K>
//!  +-- authorization_code() --> Unauthorized -- authorize(entropy, now) --> URL, AwaitingCode
//!  |      AwaitingCode -- receive(&client, callback, now) --> Request, InFlight<AuthorizationCode>
//!  |          InFlight -- finish(outcome) --> Granted
//!  +-- implicit() ------------> Unauthorized -- authorize(entropy, now) --> URL, AwaitingToken
//!  |     AwaitingToken -- receive(&client, callback, now) --> Authorized<AccessOnly>
//!  +-- implicit_with_refresh(): the same, and it ends in Granted
//!  +-- password() ------------> Unauthorized -- request(..) --> Request, InFlight<Password>
//!  |          InFlight -- finish(outcome) --> Granted
//!  +-- client_credentials() --> Unauthorized -- request(now) --> Request, InFlight<ClientCredentials>
//!             InFlight -- finish(outcome) --> Authorized<Reissuable>
//!
//! Granted { Refreshable(Authorized<Refreshable>) | AccessOnly(Authorized<AccessOnly>) }
//!  +-- follow_up(&client, now) --> Request, InFlight<FollowUp>, which ends in Granted again
//!
//! Authorized<C> -- into_token_set --> TokenSet<C>, which is stored, and knows no time
//! TokenSet<C>   -- at(instant) -----> Standing { Authorized<C> | Expired<C> }
//! Authorized<C> -- rejected --------> Expired<C>, after a 401 from an API
//! Expired<C>    -- into_intent -----> Intent -- again(unauthorized) --> Unauthorized
//! Authorized | Expired <Refreshable> -- refresh(&client, now) --> Request, InFlight<RefreshToken>
//! Authorized | Expired <Reissuable>  -- reissue(&client, now) --> Request, InFlight<Reissue>
//!
//! InFlight<G> -- finish(Answered | NotSent | Lost) --> Ok(Issued)
//!  | Err: NotSent { origin } | Refused { response, origin } | Dead { response, remains }
//!  |      | InDoubt { .. } | Untrusted { .. }
//!  +-- is stored before sending; the same bytes load only as InDoubt<G>
//!             InDoubt -- retry | assume_unspent | assume_spent
//! ```
//!
//! [`Keeper`] is the same machine behind `&mut`, for programs that hold one session for long. Where many machines share one
//! session, it is `fleet`, behind a feature.
//!
//! # Where things are
//!
//! [`Provider`] says where a server is, [`Dialect`](dialect::Dialect) how its wire differs from RFC 6749, and
//! [`providers`] holds five of them; many more are in `catalog`, behind a feature. What a provider says besides the
//! tokens is kept as [`Extras`]. [`error`] has one type per transition, with the state that is still true and a
//! [`Remedy`]. [`grant`] has a table of what each grant brings and leaves, [`challenge`] reads what an API says when it
//! refuses a token, [`revocation`] gives tokens back, and [`stored`] lists what may be stored, and how. [`observe`] tells a
//! log what goes on, without a secret. What most programs do not need has a room and a feature of its own: see
//! [below](#features).
//!
//! Serde reads and writes what stands in configurations and messages: [`Provider`], [`Registration`], [`RedirectUri`],
//! [`Scope`], [`Limits`], [`Timestamp`], [`Remedy`], [`ErrorCode`], [`ErrorResponse`], [`LoginKey`], [`Decision`] and
//! `fleet::Policy`, for instance. States that outlive a process go by way of [`stored`]. A [`Secret`] by itself, and a state
//! that must meet a clock or a client first, have no serde.
//!
//! # What the caller does
//!
//! Keep the waiting state in the browser's own session, and take it out in one step. Keep the terms of each request's
//! [`TransportContract`]: no redirects, no retries. Read the clock. An explicit `drop` of a state cannot be refused
//! by the compiler: what is dropped is lost.
//!
//! What is known to go wrong with OAuth clients, what this crate does about each, and what it leaves to you, is in the
//! manual of [`attacks`].
//!
//! # Features
//!
//! | feature | default | what it brings |
//! | --- | --- | --- |
//! | `os-entropy` | yes | [`Entropy::from_os`] |
//! | `wasm-js` | no | the same in a browser |
//! | `catalog` | no | [`catalog`]: well-known providers as data |
//! | `device` | no | `device`: logins on a device without a browser (RFC 8628) |
//! | `extension-grants` | no | `extension_grants`: token exchange (RFC 8693), JWT and SAML assertions (RFC 7523, RFC 7522), and grants of your own |
//! | `fleet` | no | `fleet`: many machines that share one refresh token |
//! | `introspection` | no | `introspection`: what a server says of a token (RFC 7662), and the checks of some providers |
//! | `metadata` | no | `metadata`: servers and APIs by their address (RFC 8414, RFC 9728, OpenID Connect Discovery) |
//! | `par` | no | `par`: pushed authorization requests (RFC 9126) |
//! | `registration` | no | `registration`: clients that register themselves (RFC 7591, RFC 7592) |
//! | `http` | no | conversions to and from the types of the `http` crate: [`Request`], [`Response`], [`Header`], [`Method`], [`Callback`], [`RedirectUri`] |
//! | `test-util` | no | `test_util`: each state, without a server, for your own tests |
#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]
#![warn(missing_docs, unreachable_pub)]
#![deny(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::string_slice
)]

mod authorization_details;
mod beyond;
mod callback;
#[cfg(feature = "catalog")]
pub mod catalog;
pub mod challenge;
mod client;
#[cfg(feature = "device")]
pub mod device;
pub mod dialect;
pub mod error;
mod exchange;
#[cfg(feature = "extension-grants")]
pub mod extension_grants;
#[cfg(feature = "fleet")]
pub mod fleet;
#[cfg(feature = "__fuzzing")]
#[doc(hidden)]
pub mod fuzzing;
pub mod grant;
#[cfg(doc)]
pub mod guide;
mod http;
mod intent;
#[cfg(feature = "introspection")]
pub mod introspection;
mod json;
mod keeper;
#[cfg(feature = "metadata")]
pub mod metadata;
pub mod observe;
#[cfg(feature = "par")]
pub mod par;
mod provider;
pub mod providers;
mod refused;
#[cfg(feature = "registration")]
pub mod registration;
pub mod revocation;
mod state;
pub mod stored;
#[cfg(feature = "test-util")]
pub mod test_util;
mod token;
mod vocabulary;

#[cfg(feature = "os-entropy")]
pub use vocabulary::EntropyError;
pub use {
    authorization_details::AuthorizationDetails,
    callback::Callback,
    client::{AnyClient, CanAuthenticate, Client, Confidential, Public, Registration},
    error::{CallbackError, ConfigError, ErrorCode, ErrorResponse, PresentError, Remedy, RequestError},
    http::{Header, Method, Outcome, Request, RequestParts, Response, TransportContract, TransportError},
    intent::Intent,
    keeper::{Decision, Keeper, RenewalError, Ticket, Turn},
    provider::{Introspection, Provider, Revocation},
    state::{
        AuthorizationUrl, Authorized, AwaitingCode, AwaitingToken, Expired, FinishError, Granted, InDoubt, InFlight,
        LoginKey, OfLogin, ReceivedCode, Standing, Unauthorized,
    },
    token::{AccessOnly, AnyTokenSet, CanRefresh, CanReissue, Capability, Refreshable, Reissuable, TokenSet},
    vocabulary::{CodeChallenge, CodeVerifier, Entropy, Extras, Limits, RedirectUri, Scope, Secret, Timestamp},
};

#[cfg(doc)]
#[doc = include_str!("../docs/attacks.md")]
pub mod attacks {}

/// The README's examples are compiled and run with the tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
