//! Grants beyond RFC 6749: token exchange (RFC 8693), assertions (RFC 7521, 7522 and 7523), and an application's own.
//!
//! | grant | how it begins | issues |
//! | --- | --- | --- |
//! | a JWT (RFC 7523) | [`extension_grant`](crate::AnyClient::extension_grant) with a [`JwtBearer`] | [`Granted`](crate::Granted) |
//! | a SAML assertion (RFC 7522) | the same, with a [`SamlBearer`] | [`Granted`](crate::Granted) |
//! | one of your own (RFC 6749 section 4.5) | the same, with a type that is an [`ExtensionGrant`] | [`Granted`](crate::Granted) |
//! | token exchange (RFC 8693) | [`token_exchange`](crate::AnyClient::token_exchange), or [`exchange`](crate::Authorized::exchange) on a token of the client's own | [`Exchanged`] |
//!
//! A client of either kind may begin: it proves itself as at any token request, and a public client sends its
//! `client_id` (RFC 7521 section 4.1).
//!
//! # A grant of your own
//!
//! ```
//! use oauth_proto::{
//!     FinishError, Granted, Secret,
//!     extension_grants::{ExtensionGrant, GrantParameters},
//! };
//! # use oauth_proto::{Client, Outcome, Provider, Registration, Request, Response, Timestamp};
//! # fn send(_: Request) -> Outcome {
//! #     let body = r#"{"access_token":"A1","token_type":"Bearer","expires_in":3600}"#;
//! #     Response::new(200, [("Content-Type", "application/json")], body).into()
//! # }
//! # let provider = Provider::new("example", "https://id.example/authorize", "https://id.example/token");
//! # let client = Client::confidential(provider, Registration::new("app")?, "s3cret".into())?;
//! # let now = Timestamp::from_unix_seconds(1_800_000_000);
//!
//! /// A voucher that was printed on paper.
//! struct Voucher {
//!     number: Secret,
//!     shop: String,
//! }
//!
//! impl ExtensionGrant for Voucher {
//!     const GRANT_TYPE: &'static str = "https://id.example/grants/voucher";
//!
//!     fn parameters(&self, parameters: &mut GrantParameters) {
//!         parameters.add("voucher", self.number.clone()).add("shop", self.shop.as_str());
//!     }
//! }
//!
//! let voucher = Voucher { number: "4711".into(), shop: "bakery".into() };
//! let (request, in_flight) = client.extension_grant(&voucher)?.request(now)?;
//! assert_eq!(
//!     std::str::from_utf8(request.expose_body())?,
//!     "grant_type=https%3A%2F%2Fid.example%2Fgrants%2Fvoucher&voucher=4711&shop=bakery"
//! );
//! match in_flight.finish(send(request)) {
//!     Ok(Granted::AccessOnly(authorized)) => assert_eq!(authorized.access_token().expose(), "A1"),
//!     Ok(Granted::Refreshable(authorized)) => drop(authorized.into_token_set()), // refreshed as any other
//!     // Spent, expired, or none of this server's (RFC 7521 section 4.1.1).
//!     Err(FinishError::Dead { response, .. }) => eprintln!("no such voucher: {response}"),
//!     Err(error) => return Err(error.into()),
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # After a doubt
//!
//! An assertion is in its request and in no state, as a password is: the journal holds what was asked for, and nothing
//! to ask with. So there is no `retry`. Begin again from the [`Intent`](crate::Intent) that
//! [`assume_unspent`](crate::InDoubt::assume_unspent) and [`assume_spent`](crate::InDoubt::assume_spent) leave, with
//! a *fresh* assertion: a server may take the `jti` of a JWT once (RFC 7523 section 3), and the `ID` of a SAML
//! assertion (RFC 7522 section 3). An exchange may be asked for again with the same tokens: it leaves them as they were
//! (RFC 8693 section 2.1).
//!
//! ```
//! use oauth_proto::{FinishError, Outcome, extension_grants::JwtBearer};
//! # use oauth_proto::{Client, Provider, Registration, Timestamp};
//! # let provider = Provider::new("example", "https://id.example/authorize", "https://id.example/token");
//! # let client = Client::public(provider, Registration::new("app")?)?;
//! # let now = Timestamp::from_unix_seconds(1_800_000_000);
//! # let signed = |jti| format!("eyJhbGciOiJFUzI1NiJ9.{jti}.c2ln");
//! let (_request, in_flight) = client.extension_grant(&JwtBearer::new(signed("first"))?)?.request(now)?;
//! let Err(FinishError::InDoubt { in_doubt, .. }) = in_flight.finish(Outcome::lost("reset")) else { unreachable!() };
//!
//! let intent = in_doubt.assume_spent(); // its `jti` may be
//! let again = intent.again(client.extension_grant(&JwtBearer::new(signed("second"))?)?);
//! let (request, in_flight) = again.request(now)?;
//! # drop((request, in_flight));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod assertion;
mod begin;
mod ending;
mod exchange_answer;
mod exchanged;
mod grant_parameters;
mod issued_token;
mod refused;
mod request;
mod token_exchange;
mod token_type;
mod uri;

pub use assertion::{JwtBearer, SamlBearer};
pub use begin::{Extension, ExtensionGrant};
pub use exchanged::Exchanged;
pub use grant_parameters::GrantParameters;
pub use issued_token::IssuedToken;
pub use token_exchange::TokenExchange;
pub use token_type::TokenType;
