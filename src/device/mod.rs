//! Logins on a device without a browser (RFC 8628): it shows an address and a code, the user goes there with a browser
//! on another machine, and meanwhile the device asks the token endpoint again and again.
//!
//! The loop of a command line program:
//!
//! ```
//! use oauth_proto::{Client, Granted, Provider, Registration, device::{PollError, Polled}, stored};
//! # use oauth_proto::{Outcome, Request, Response, Timestamp};
//! # use std::{cell::Cell, time::Duration};
//! # let clock = Cell::new(1_800_000_000_000);
//! # let now = || Timestamp::from_unix_millis(clock.get());
//! # let sleep = |time: Duration| clock.set(now().plus(time).as_unix_millis());
//! # let answers = Cell::new(0);
//! # let send = |_: Request| -> Outcome {
//! #     let body = match answers.replace(answers.get() + 1) {
//! #         0 => r#"{"device_code":"D1","user_code":"WDJB-MJHT","verification_uri":"https://id.example/device",
//! #                  "expires_in":1800}"#,
//! #         1 => return Response::new(400, [("Content-Type", "application/json")],
//! #                  r#"{"error":"authorization_pending"}"#).into(),
//! #         2 => return Outcome::lost("time-out"),
//! #         _ => r#"{"access_token":"A1","token_type":"Bearer","refresh_token":"R1"}"#,
//! #     };
//! #     Response::new(200, [("Content-Type", "application/json")], body).into()
//! # };
//!
//! let mut provider = Provider::new("example", "https://id.example/authorize", "https://id.example/token");
//! provider.device_authorization_endpoint = Some("https://id.example/device_authorization".into());
//! let client = Client::public(provider, Registration::new("cli")?)?;
//!
//! let (request, authorizing) = client.device_authorization()?.request(now());
//! let mut awaiting = authorizing.finish(send(request), now())?;
//! println!("Open {} and enter {}", awaiting.verification_uri(), awaiting.user_code());
//!
//! let granted = loop {
//!     sleep(awaiting.not_before().since(now()));
//!     let (request, polling) = match awaiting.poll(&client, now()) {
//!         Ok(sent) => sent,
//!         // The clock was set back: a little more patience.
//!         Err(PollError::TooEarly { awaiting: back, .. }) => {
//!             awaiting = *back;
//!             continue;
//!         }
//!         Err(error) => return Err(error.into()), // the codes have expired: begin again
//!     };
//!     let _row = stored::save(&polling); // who wants to go on after a crash writes it to the store
//!     awaiting = match polling.finish(send(request), now())? {
//!         Polled::Granted(granted) => break granted,
//!         Polled::Pending(awaiting) => awaiting,
//!         Polled::Unanswered { awaiting, why } => {
//!             eprintln!("{why}; trying again");
//!             awaiting
//!         }
//!     };
//! };
//! assert!(matches!(granted, Granted::Refreshable(_)));
//! # assert_eq!(now(), Timestamp::from_unix_seconds(1_800_000_020), "5 s, 5 s, and twice that after the time-out");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # The picture
//!
//! ```text
//! Client<K> -- device_authorization() --> Unauthorized -- request(now) --> (Request, DeviceAuthorizing)
//!                                                                                       | finish(outcome, now)
//!                                                                                       v
//!   AwaitingUser (stored) -- poll(&client, now) --> (Request, Polling)             AwaitingUser
//!        ^                        | Err: TooEarly, NotMade: it is handed back          | Err: EndpointError<Intent>
//!        |                        | Err: Expired { intent }
//!        |       Polling -- finish(outcome, now) --> Granted(Granted)
//!        +------------------------------------------ Pending | Unanswered
//!                                 | Err: InDoubt { awaiting }, Refused { intent }, Untrusted { intent }
//! ```
//!
//! # What the server says is shown to people
//!
//! [`verification_uri`](AwaitingUser::verification_uri) and [`user_code`](AwaitingUser::user_code) come from the
//! server. They are checked: an address is `http` or `https`, has no user name in it and no character that a terminal
//! or a page acts on, and so has a code; but where the address leads is the server's word. Nothing here opens it, and a
//! program should not either before its user agrees (RFC 8628 section 5.4): a device code that somebody else began is
//! how phishing by this grant works.
//!
//! # When an answer is lost
//!
//! A poll whose answer with the tokens is lost may have spent the device code. Nobody here can know, and asking again
//! is what a client does in any case (RFC 8628 section 3.5): so the state comes back, with a longer wait. A server that
//! gives the tokens out once then says `invalid_grant` or `expired_token`, and the user logs in again. The same holds
//! for a row of [`Polling`] that is found after a crash.

mod authorization;
mod awaiting_user;
mod error;
mod pace;
mod polling;
mod refused;
mod response;
mod stored_text;
mod verification_uri;

pub use authorization::{DeviceAuthorization, DeviceAuthorizing};
pub use awaiting_user::AwaitingUser;
pub use error::{PollError, PollingError};
pub use polling::{Polled, Polling};
