//! A short-lived token is traded for a long-lived one.

use super::{Authorized, InDoubt, InFlight};
use crate::{
    client::AnyClient,
    error::{RequestError, RequestFault},
    exchange::follow_up_request,
    grant::FollowUp,
    http::Request,
    token::{AccessOnly, AnyTokenSet, Refreshable, TokenSet},
    vocabulary::Timestamp,
};

impl<C> Authorized<C> {
    /// Makes the request that trades a short-lived token for a long-lived one. The new token's lifetime counts from
    /// `now`; nothing single use is sent, and the old token works on to its own end.
    ///
    /// ```
    /// use oauth_proto::{Granted, dialect::{BodyFormat, RefreshCredential, TokenStep}, Method};
    /// # use oauth_proto::{Client, Outcome, Provider, Registration, Request, Response, Timestamp};
    /// # fn send(_: Request) -> Outcome {
    /// #     let body = r#"{"access_token":"A","token_type":"Bearer","expires_in":5184000}"#;
    /// #     Response::new(200, [("Content-Type", "application/json")], body).into()
    /// # }
    ///
    /// let mut provider = Provider::new("example", "https://id.example/authorize", "https://id.example/token");
    /// provider.follow_up_endpoint = Some("https://id.example/long_lived".into());
    /// let mut step = TokenStep::default();
    /// (step.method, step.body) = (Method::Get, BodyFormat::Query);
    /// step.parameters.add("grant_type", "exchange_token");
    /// provider.dialect.follow_up = Some(step);
    /// // The long-lived token is renewed by itself.
    /// provider.dialect.refresh.credential = RefreshCredential::Access;
    /// # let client = Client::confidential(provider, Registration::new("app")?, "s3cret".into())?;
    /// # let now = Timestamp::from_unix_seconds(1_800_000_000);
    /// # let (request, in_flight) = client.password()?.request("alice", &"correct horse".into(), now)?;
    ///
    /// let Granted::AccessOnly(short_lived) = in_flight.finish(send(request))? else { unreachable!() };
    /// let (request, in_flight) = short_lived.follow_up(&client, now)?;
    /// assert_eq!(request.url(), "https://id.example/long_lived?access_token=A&grant_type=exchange_token");
    /// assert!(matches!(in_flight.finish(send(request))?, Granted::Refreshable(_)));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// The provider's data has no such exchange, or the client is another one. The tokens are handed back.
    pub fn follow_up(
        self,
        client: &AnyClient,
        now: Timestamp,
    ) -> Result<(Request, InFlight<FollowUp>), RequestError<AnyTokenSet>>
    where
        C: OfLogin,
    {
        let tokens = C::any(self.into_token_set());
        match follow_up_request(client, tokens.holder(), now) {
            Ok(request) => Ok((request, InFlight::new(tokens, client, now))),
            Err(fault) => Err(RequestError::new(tokens, fault)),
        }
    }
}

/// Tokens that a login brought. A client's own have nothing to be traded for: it asks again.
pub trait OfLogin: sealed::Sealed {}

impl OfLogin for Refreshable {}
impl OfLogin for AccessOnly {}

mod sealed {
    use super::{AccessOnly, AnyTokenSet, Refreshable, TokenSet};

    pub trait Sealed: Sized {
        fn any(tokens: TokenSet<Self>) -> AnyTokenSet;
    }

    impl Sealed for Refreshable {
        fn any(tokens: TokenSet<Self>) -> AnyTokenSet {
            tokens.into()
        }
    }

    impl Sealed for AccessOnly {
        fn any(tokens: TokenSet<Self>) -> AnyTokenSet {
            tokens.into()
        }
    }
}

impl InDoubt<FollowUp> {
    /// Asks again. Nothing single use is in this request.
    ///
    /// # Errors
    /// As [`Authorized::follow_up`]. Nothing more was sent, and the doubt is handed back.
    pub fn retry(
        self,
        client: &AnyClient,
        now: Timestamp,
    ) -> Result<(Request, InFlight<FollowUp>), RequestError<Self>> {
        let request: Result<Request, RequestFault> = follow_up_request(client, self.origin().holder(), now);
        self.send_again(request, client, now)
    }
}
