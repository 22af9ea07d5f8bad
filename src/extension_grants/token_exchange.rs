//! One token for another (RFC 8693).

use super::{GrantParameters, TokenType, begin::check_endpoint, exchange_answer, request::extension_request};
use crate::{
    client::AnyClient,
    error::{ConfigError, RequestError},
    http::Request,
    intent::Intent,
    state::{Authorized, InFlight, Unauthorized},
    vocabulary::{
        Secret, Timestamp,
        grammar::{MAX_TOKEN, is_vschar},
    },
};

const GRANT_TYPE: &str = "urn:ietf:params:oauth:grant-type:token-exchange";

/// Token exchange (RFC 8693). The tokens that it presents are in the request and nowhere else: no state keeps them.
#[derive(Debug)]
pub struct TokenExchange {
    parameters: GrantParameters,
}

impl AnyClient {
    /// Starts an exchange of `subject_token`, wherever it came from, for a token of another kind, for another service,
    /// or of a narrower scope (RFC 8693 section 2.1). For a token of this client's own, see
    /// [`Authorized::exchange`]. The scope that is asked for is the registration's, unless
    /// [another is set](Unauthorized::scope).
    ///
    /// ```
    /// use oauth_proto::extension_grants::{Exchanged, TokenType};
    /// # use oauth_proto::{Client, Outcome, Provider, Registration, Request, Response, Timestamp};
    /// # fn send(_: Request) -> Outcome {
    /// #     let body = r#"{"access_token":"B1","token_type":"Bearer","expires_in":60,
    /// #         "issued_token_type":"urn:ietf:params:oauth:token-type:access_token"}"#;
    /// #     Response::new(200, [("Content-Type", "application/json")], body).into()
    /// # }
    /// # let provider = Provider::new("example", "https://id.example/authorize", "https://id.example/token");
    /// # let client = Client::confidential(provider, Registration::new("gateway")?, "s3cret".into())?;
    /// # let now = Timestamp::from_unix_seconds(1_800_000_000);
    /// // A gateway turns the token that it was shown into one for the service behind it.
    /// let exchange = client
    ///     .token_exchange("accVkjcJyb4BWCxGsndESCJQbdFMogUC5PbRDqceLTC".into(), TokenType::ACCESS_TOKEN)?
    ///     .resource("https://backend.example.com/api")?;
    /// let (request, in_flight) = exchange.request(now)?;
    /// match in_flight.finish(send(request))? {
    ///     Exchanged::AccessToken { granted, .. } => assert_eq!(granted.access_token().expose(), "B1"),
    ///     Exchanged::Other(issued) => unreachable!("{:?} was not asked for", issued.token_type()),
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// The provider has no token endpoint, or its dialect leaves `grant_type` out, adds one of this grant's parameters, or
    /// reads something else where the answer says what was issued; or the token is empty, longer than 64 KiB, or not printable ASCII. The client is as it was, and nothing was sent.
    pub fn token_exchange(
        &self,
        subject_token: Secret,
        subject_token_type: TokenType,
    ) -> Result<Unauthorized<TokenExchange>, ConfigError> {
        check_endpoint(self)?;
        exchange_answer::check(&self.provider().dialect.response)?;
        let exchange = TokenExchange { parameters: GrantParameters::new() };
        let start = Unauthorized { intent: self.intent(), client: self.clone(), grant: exchange };
        start.present(["subject_token", "subject_token_type"], subject_token, subject_token_type)
    }
}

impl<C> Authorized<C> {
    /// Starts an exchange of this access token, which stays as it is (RFC 8693 section 2.1): see
    /// [`token_exchange`](AnyClient::token_exchange).
    ///
    /// ```
    /// # use oauth_proto::{Client, Provider, Registration, Standing, Timestamp};
    /// # let provider = Provider::new("example", "https://id.example/authorize", "https://id.example/token");
    /// # let client = Client::public(provider, Registration::new("app")?)?;
    /// # let now = Timestamp::from_unix_seconds(1_800_000_000);
    /// # let tokens = client.import_access_token_from_elsewhere("A1".into(), None)?;
    /// # let Standing::Authorized(authorized) = tokens.at(now) else { unreachable!() };
    /// let (request, in_flight) = authorized.exchange(&client)?.audience("billing")?.request(now)?;
    /// # drop((request, in_flight));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// As there. That the client is another one is an error of [`request`](Unauthorized::request).
    pub fn exchange(&self, client: &AnyClient) -> Result<Unauthorized<TokenExchange>, ConfigError> {
        let mut start = client.token_exchange(self.access_token().clone(), TokenType::ACCESS_TOKEN)?;
        let Intent { server, client_id, .. } = self.intent();
        (start.intent.server, start.intent.client_id) = (server.clone(), client_id.clone());
        Ok(start)
    }
}

impl Unauthorized<TokenExchange> {
    /// Says who acts, where that is not the subject: delegation (RFC 8693 sections 1.1 and 2.1).
    ///
    /// # Errors
    /// The token is empty, longer than 64 KiB, or not printable ASCII; or an actor was given already. Nothing was sent;
    /// the client can start another.
    pub fn actor(self, token: Secret, token_type: TokenType) -> Result<Self, ConfigError> {
        self.present(["actor_token", "actor_token_type"], token, token_type)
    }

    /// Says where the token is to be used, by a name that the server knows. May be given several times (RFC 8693 section
    /// 2.1). By address, see [`resource`](Unauthorized::resource).
    ///
    /// # Errors
    /// It is empty, or has a control character; or it is the second in a dialect whose body is JSON. Nothing was sent;
    /// the client can start another.
    pub fn audience(self, name: &str) -> Result<Self, ConfigError> {
        self.with("audience", name.into())
    }

    /// Says of which kind the issued token is to be: the server chooses where this is not called.
    ///
    /// # Errors
    /// The provider's dialect adds such a parameter of its own. Nothing was sent; the client can start another.
    pub fn requested_token_type(mut self, token_type: TokenType) -> Result<Self, ConfigError> {
        const NAME: &str = "requested_token_type";
        self.grant.parameters.remove(NAME);
        self.with(NAME, token_type.as_str().into())
    }

    /// Makes the token request. The tokens go into it and are kept nowhere else. The issued token's lifetime counts from
    /// `now`.
    ///
    /// # Errors
    /// The exchange is of a token that belongs to another client; or the provider's token requests are made of a value
    /// that comes with a callback, or of a `{random}` where the client has no secret
    /// ([`NotBound`](crate::error::RequestFault::NotBound)). Nothing was sent, and the [`Intent`] is handed back.
    pub fn request(self, now: Timestamp) -> Result<(Request, InFlight<TokenExchange>), RequestError<Intent>> {
        let request = extension_request(&self.client, &self.intent, GRANT_TYPE, &self.grant.parameters, now);
        self.send(request, now)
    }

    fn present(
        self,
        [name, kind]: [&'static str; 2],
        token: Secret,
        token_type: TokenType,
    ) -> Result<Self, ConfigError> {
        ConfigError::check_length(name, token.expose(), MAX_TOKEN)?;
        ConfigError::check_characters(name, token.expose(), is_vschar)?;
        self.with(name, token)?.with(kind, token_type.as_str().into())
    }

    fn with(mut self, name: &'static str, value: Secret) -> Result<Self, ConfigError> {
        self.grant.parameters.add(name, value);
        self.grant.parameters.check(&self.client)?;
        Ok(self)
    }
}
