//! What servers and APIs say of themselves: authorization server metadata (RFC 8414), OpenID Connect Discovery, and
//! protected resource metadata (RFC 9728).
//!
//! ```
//! use oauth_proto::{Client, Limits, Provider, Registration, metadata::{Approval, Issuer, WellKnown}};
//! # use oauth_proto::{Outcome, Request, Response};
//! # fn send(_: Request) -> Outcome {
//! #     let body = r#"{"issuer":"https://id.example.com","authorization_endpoint":"https://id.example.com/authorize",
//! #         "token_endpoint":"https://id.example.com/token","code_challenge_methods_supported":["S256"]}"#;
//! #     Response::new(200, [("Content-Type", "application/json")], body).into()
//! # }
//!
//! let issuer = Issuer::new("https://id.example.com")?;
//! let (request, fetching) = issuer.metadata(WellKnown::OauthAuthorizationServer, &Limits::default());
//! let metadata = fetching.finish(send(request))?; // `metadata.to_json()` is what may be kept
//!
//! let provider = Provider::from_metadata(&metadata, &Approval::none())?.api_origin("https://api.example.com");
//! let client = Client::confidential(provider, Registration::new("my-app")?, "s3cret".into())?;
//! assert!(client.client_credentials().is_ok());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # From an API's challenge to a login
//!
//! ```text
//! Resource -- metadata(..) | metadata_at(pointer, approval, ..) --> (Request, Fetching<Resource>)
//!                                                                                | finish(outcome)
//!                                                                                v
//!                                                  ResourceMetadata -- issuer(approval) --> Issuer
//! Issuer -- metadata(place, ..) --> (Request, Fetching<Issuer>) -- finish(outcome) --> ServerMetadata
//! ServerMetadata -- Provider::from_metadata(.., approval) --> Provider
//! ```
//!
//! # What is decided here, and what is yours
//!
//! The crate fetches nothing: it makes a [`Request`](crate::Request), to be sent on the terms of its contract. Each URL
//! that a server names is used only within the caller's [`Approval`]. What metadata lists decides: nothing is tried
//! out, and nothing falls back. No signature is read: `signed_metadata` and `jwks_uri` are texts.
//!
//! Where the host of a name really is, only the transport sees: read the end of [`Approval`].

mod approval;
mod error;
mod fetching;
mod identifier;
mod provider;
mod reach;
mod resource;
mod said;
mod server;
mod well_known;

pub use {
    approval::Approval,
    error::{Identifiers, MetadataError, Unusable},
    fetching::Fetching,
    identifier::{Issuer, Resource},
    resource::ResourceMetadata,
    server::ServerMetadata,
    well_known::WellKnown,
};
