//! Pushed authorization requests (RFC 9126): the parameters of a login go to the server in a request of the client's own,
//! before the browser goes anywhere, and the browser carries a reference to them.
//!
//! No one between reads or changes the parameters then, and the server knows who asks, and may refuse, before it shows a
//! page to anybody. The way back is that of any login by code, [`AwaitingCode`](crate::AwaitingCode).
//!
//! ```
//! use oauth_proto::{Callback, Client, Entropy, Provider, RedirectUri, Registration};
//! # use oauth_proto::{Outcome, Request, Response, Timestamp};
//! # let now = || Timestamp::from_unix_seconds(1_800_000_000);
//! # fn send(request: Request) -> Outcome {
//! #     let body = r#"{"request_uri":"urn:ietf:params:oauth:request_uri:6esc_11ACC5bwc014ltc14eY22c","expires_in":60}"#;
//! #     assert!(request.url().ends_with("/par"));
//! #     Response::new(201, [("Content-Type", "application/json")], body).into()
//! # }
//!
//! let mut provider = Provider::new("example", "https://id.example/authorize", "https://id.example/token");
//! provider.pushed_authorization_request_endpoint = Some("https://id.example/par".into());
//! # let registration = Registration::new("my-app")?.redirect_uri(RedirectUri::new("https://app.example/cb")?);
//! let client = Client::confidential(provider, registration, "s3cret".into())?;
//!
//! let login = client.pushed_authorization_code()?.parameter("prompt", "login")?;
//! let (request, pushing) = login.push(Entropy::from_os()?, now());
//! assert!(request.expose_body().starts_with(b"response_type=code&client_id=my-app&redirect_uri="));
//! let pushed = pushing.finish(send(request))?;
//!
//! // From here on as in every login: keep the one, send the browser to the other.
//! let (url, awaiting) = pushed.authorize(now())?;
//! let reference = "request_uri=urn%3Aietf%3Aparams%3Aoauth%3Arequest_uri%3A6esc_11ACC5bwc014ltc14eY22c";
//! assert_eq!(url.as_str(), format!("https://id.example/authorize?client_id=my-app&{reference}"));
//!
//! let callback = format!("/cb?code=SplxlOBeZQQYbYS6WxSbIA&state={}", awaiting.state().expose());
//! let (request, in_flight) = awaiting.receive(&client, Callback::url(&callback), now())?;
//! # drop((request, in_flight));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! ```text
//! Client<K> -- pushed_authorization_code() --> Unauthorized<PushedAuthorizationCode> -- push(entropy, now) --> (Request, Pushing)
//!                                                   ^                                                             |
//!                                                   |  no answer, a refusal, an unreadable answer                 | finish(outcome)
//!                                                   +-------------------------------------------------------------+
//!                                                   |  too late                                                   v
//!                                                   +---- authorize(now) -- Pushed -- authorize(now) --> (AuthorizationUrl, AwaitingCode)
//! ```
//!
//! Nothing here is stored: a push and the redirect that follows are one answer of an application, and a push that was not
//! finished has spent nothing. Where an answer is lost, [push](crate::Unauthorized::push) the same login again: it comes
//! back with all its settings. What was pushed before is never used, and ends by itself.

mod pushed;
mod pushing;
mod refused;
mod start;

pub use pushed::Pushed;
pub use pushing::Pushing;
pub use start::PushedAuthorizationCode;
