//! What a server says of a token: introspection (RFC 7662), and the checks that some providers have in its place.
//!
//! ```
//! use oauth_proto::Introspection;
//! # use oauth_proto::{Client, Outcome, Provider, Registration, Request, Response, Standing, Timestamp};
//! # fn send(_: Request) -> Outcome {
//! #     let body = r#"{"active":true,"scope":"read","exp":1800003600,"sub":"alice"}"#;
//! #     Response::new(200, [("Content-Type", "application/json")], body).into()
//! # }
//! # let now = Timestamp::from_unix_seconds(1_800_000_000);
//! # let mut provider = Provider::new("example", "https://id.example/authorize", "https://id.example/token");
//! provider.introspection = Some(Introspection::new("https://id.example/introspect"));
//! # let client = Client::confidential(provider, Registration::new("app")?, "s3cret".into())?;
//! # let tokens = client.import_access_token_from_elsewhere("A1".into(), None)?;
//! # let Standing::Authorized(authorized) = tokens.at(now) else { unreachable!() };
//!
//! let (request, introspecting) = authorized.introspect(&client)?;
//! assert_eq!(request.expose_body(), b"token=A1&token_type_hint=access_token");
//! let state = introspecting.finish(send(request))?;
//! assert!(state.is_active());
//! assert_eq!((state.sub(), state.exp()), (Some("alice"), Some(Timestamp::from_unix_seconds(1_800_003_600))));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! A provider's own checks say yes or no by their status alone:
//!
//! ```
//! use oauth_proto::{introspection::Validity, providers};
//! # use oauth_proto::{Client, Outcome, Registration, Request, Response, Standing, Timestamp};
//! # fn send(_: Request) -> Outcome { Response::new(200, [("Content-Length", "0")], "").into() }
//! # let now = Timestamp::from_unix_seconds(1_800_000_000);
//! let client = Client::confidential(providers::motar(), Registration::new("app")?, "s3cret".into())?;
//! # let tokens = client.import_refreshable_tokens_from_elsewhere("A1".into(), "R1".into(), None)?;
//! # let Standing::Authorized(authorized) = tokens.at(now) else { unreachable!() };
//! let (request, checking) = authorized.check(&client, "session")?;
//! assert_eq!(request.url(), "https://api.motar.io/oauth/session/validate");
//! assert_eq!(checking.finish(send(request))?, Validity::Good);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod check;
mod response;

pub use check::{Checking, Validity};
pub use response::IntrospectionResponse;

use crate::{
    client::AnyClient,
    dialect::Pair,
    error::{EndpointFault, RequestFault},
    exchange::{EndpointAnswer, check_owner, endpoint_request},
    http::{Outcome, Request},
    intent::Intent,
    state::Authorized,
    token::{Refreshable, TokenSet},
    vocabulary::{Limits, Secret},
};

/// An introspection whose answer is to come.
#[derive(Debug)]
#[must_use = "finish it with the outcome of its request"]
pub struct Introspecting {
    limits: Limits,
}

impl<C> Authorized<C> {
    /// Asks the server for the state of the access token (RFC 7662 section 2.1). The token stays as it is, whatever
    /// comes.
    ///
    /// # Errors
    /// The provider's data has no introspection, or the client is another one. Nothing was sent.
    pub fn introspect(&self, client: &AnyClient) -> Result<(Request, Introspecting), RequestFault> {
        introspect(client, self.intent(), self.access_token(), "access_token")
    }
}

impl TokenSet<Refreshable> {
    /// Asks the server for the state of the refresh token (RFC 7662 section 2.1). It is shown and not spent.
    ///
    /// # Errors
    /// The provider's data has no introspection, or the client is another one. Nothing was sent.
    pub fn introspect_refresh_token(&self, client: &AnyClient) -> Result<(Request, Introspecting), RequestFault> {
        introspect(client, self.intent(), self.refresh_token(), "refresh_token")
    }
}

fn introspect(
    client: &AnyClient,
    intent: &Intent,
    token: &Secret,
    hint: &'static str,
) -> Result<(Request, Introspecting), RequestFault> {
    let provider = client.provider();
    let introspection = &provider.endpoints.extensions.introspection;
    let introspection = introspection.as_ref().ok_or(RequestFault::NoEndpoint("introspection"))?;
    check_owner(client, intent)?;
    let data = &introspection.data;
    let hint = data.token_type_hint.then(|| Pair::new("token_type_hint", hint));
    let pairs: Vec<_> = std::iter::once(Pair::new(&data.parameter, token.expose())).chain(hint).collect();
    let request = endpoint_request(client, &introspection.endpoint, &pairs);
    Ok((request, Introspecting { limits: provider.limits.clone() }))
}

impl Introspecting {
    /// Takes in the answer (RFC 7662 section 2.2).
    ///
    /// # Errors
    /// No answer came, or a refusal, or one that cannot be read: `active` is missing or no truth value, or another member
    /// is not of its type. Nothing is known of the token, which is as it was.
    pub fn finish(self, outcome: Outcome) -> Result<IntrospectionResponse, EndpointFault> {
        let answer = EndpointAnswer::read(outcome, 200..=200, &self.limits)?;
        Ok(IntrospectionResponse::read(&answer.object(&self.limits)?)?)
    }
}
