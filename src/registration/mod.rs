//! Clients that register themselves (RFC 7591), and manage what was registered (RFC 7592).
//!
//! ```text
//! ClientMetadata, Provider -- register(..) --> (Request, Registering) -- finish --> RegisteredClient
//!                                                             | Err: NotSent | Refused | InDoubt { RegistrationInDoubt }
//! RegisteredClient -- client(provider) ----------> EitherClient { WithoutSecret | WithSecret }
//! RegisteredClient -- read | update(metadata) ---> (Request, Managing) -- finish --> RegisteredClient
//! RegisteredClient -- delete --------------------> (Request, Deleting) -- finish --> ()
//!                            | Err: the client as it was, and what is `unconfirmed` of it
//! ```
//!
//! A [`RegisteredClient`] is what the server has registered: store it. A registration is no idempotent request, and is
//! never repeated here; reading, updating and deleting are, and whoever repeats them does no harm.
//!
//! ```
//! use oauth_proto::{Entropy, Provider, RedirectUri, Timestamp, stored};
//! use oauth_proto::registration::{ClientMetadata, EitherClient, RegisteredClient};
//! # use oauth_proto::{Outcome, Request, Response};
//! # fn send(_: Request) -> Outcome {
//! #     let body = r#"{"client_id":"s6BhdRkqt3","client_secret":"cf136dc3c1fc","client_secret_expires_at":0,
//! #         "redirect_uris":["https://app.example.com/cb"],"token_endpoint_auth_method":"client_secret_basic"}"#;
//! #     Response::new(201, [("Content-Type", "application/json")], body).into()
//! # }
//! # let now = Timestamp::from_unix_seconds(1_800_000_000);
//! let mut provider = Provider::new("example", "https://id.example.com/authorize", "https://id.example.com/token");
//! provider.registration_endpoint = Some("https://id.example.com/register".into());
//!
//! let metadata = ClientMetadata::new()
//!     .with_redirect_uris([RedirectUri::new("https://app.example.com/cb")?])
//!     .with_client_name("Example")?;
//! let (request, registering) = provider.register(&metadata, None, now)?;
//! let mut row = stored::save(&registering); // before anything is sent
//! let registered = registering.finish(send(request))?;
//! row = stored::save(&registered); // in place of it
//!
//! // From now on, and after each restart:
//! let registered: RegisteredClient = stored::load(row.as_bytes())?;
//! let EitherClient::WithSecret(client) = registered.client(provider)? else { return Err("no secret".into()) };
//! let (url, awaiting) = client.authorization_code()?.authorize(Entropy::from_os()?, now);
//! assert!(url.as_str().contains("client_id=s6BhdRkqt3"));
//! # drop(awaiting);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod auth_method;
mod builder;
mod client;
mod fault;
mod information;
mod managing;
mod members;
mod metadata;
mod metadata_text;
mod refused;
mod registered;
mod registering;
mod unconfirmed;
mod wire;

pub use auth_method::AuthMethod;
pub use client::EitherClient;
pub use fault::{ClientFault, ManagementError};
pub use managing::{Deleting, Managing};
pub use metadata::ClientMetadata;
pub use registered::RegisteredClient;
pub use registering::{Registering, RegistrationError, RegistrationInDoubt};
pub use unconfirmed::{Operation, Unconfirmed};
