//! What is asked for beyond a scope: resources, authorization details, and how the user must log in.

use std::time::Duration;

use super::Unauthorized;
use crate::{
    authorization_details::{AUTHORIZATION_DETAILS, AuthorizationDetails},
    challenge::StepUp,
    dialect::BodyFormat,
    error::{ConfigError, Reason},
    grant::FrontChannel,
};

impl<G> Unauthorized<G> {
    /// Asks for a token that this API takes (RFC 8707 section 2): may be called several times. Each request that is made
    /// of this login says so, the refresh too, and the tokens [know it](crate::TokenSet::resources).
    ///
    /// ```
    /// # use oauth_proto::{Client, Provider, Registration, Timestamp};
    /// # let provider = Provider::new("example", "https://id.example/authorize", "https://id.example/token");
    /// # let client = Client::confidential(provider, Registration::new("app")?, "s3cret".into())?;
    /// # let now = Timestamp::from_unix_seconds(1_800_000_000);
    /// let (request, in_flight) = client.client_credentials()?.resource("https://api.example/")?.request(now)?;
    /// let body = b"grant_type=client_credentials&resource=https%3A%2F%2Fapi.example%2F";
    /// assert_eq!(request.expose_body(), body);
    /// # drop(in_flight);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// It is no absolute URI, has a fragment or user information; there are more than 32, or more than 4 KiB of them; or
    /// there are several, and the dialect has them in JSON, where a name stands once.
    /// Nothing was sent; the client can start another.
    pub fn resource(mut self, resource: &str) -> Result<Self, ConfigError> {
        let resources = &mut self.intent.beyond.get_or_insert_default().resources;
        resources.add(resource)?;
        // RFC 8259 section 4: two readers of one object must not see two resources.
        let dialect = &self.client.provider().dialect;
        let json = [dialect.token.body, dialect.refresh.body].contains(&BodyFormat::Json);
        if json && resources.iter().count() > 1 {
            return Err(ConfigError::new(
                "resource",
                Reason::GoesOnlyWith("a body that is a form, where there are several"),
            ));
        }
        Ok(self)
    }

    /// Of the [resources](Self::resource) that are asked for, the first access token is to be for this one alone (RFC 8707
    /// section 2.2). The user is asked for all of them, and the token request names this one; later ones are asked for by
    /// [`TokenSet::narrow_to`](crate::TokenSet::narrow_to). Many servers issue no token for several.
    ///
    /// # Errors
    /// It is none of them. Nothing was sent; the client can start another.
    pub fn narrow_to(mut self, resource: &str) -> Result<Self, ConfigError> {
        self.intent.narrow_to(resource)?;
        Ok(self)
    }

    /// Asks for what `details` say (RFC 9396). A login says so to the browser; a request without one, in the token
    /// request. What was granted is [what the tokens say](crate::TokenSet::authorization_details).
    ///
    /// ```
    /// use oauth_proto::{AuthorizationDetails, Response};
    /// # use oauth_proto::{Client, Provider, Registration, Timestamp};
    /// # let mut provider = Provider::new("example", "https://id.example/authorize", "https://id.example/token");
    /// provider.dialect.response.keep.push("authorization_details".into()); // what was granted is kept
    /// # let client = Client::confidential(provider, Registration::new("app")?, "s3cret".into())?;
    /// # let now = Timestamp::from_unix_seconds(1_800_000_000);
    /// let asked = AuthorizationDetails::from_json(r#"[{"type":"account","accounts":["7","8"]}]"#)?;
    /// let (request, in_flight) = client.client_credentials()?.authorization_details(asked)?.request(now)?;
    ///
    /// let body = r#"{"access_token":"A1","token_type":"Bearer",
    ///     "authorization_details":[{"type":"account","accounts":["7"]}]}"#;
    /// let authorized = in_flight.finish(Response::new(200, [("Content-Type", "application/json")], body).into())?;
    /// let granted = authorized.into_token_set().authorization_details();
    /// assert_eq!(granted.as_ref().map(AuthorizationDetails::as_json), Some(r#"[{"type":"account","accounts":["7"]}]"#));
    /// # drop(request);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// The dialect does not keep `authorization_details` of the token response, and so nobody would know what was
    /// granted. Nothing was sent; the client can start another.
    pub fn authorization_details(mut self, details: AuthorizationDetails) -> Result<Self, ConfigError> {
        let kept = &self.client.provider().dialect.response.keep;
        if !kept.iter().any(|member| member == AUTHORIZATION_DETAILS) {
            let reason = Reason::NotDeclared("`authorization_details`, which says what was granted");
            return Err(ConfigError::new("dialect.response.keep", reason));
        }
        self.intent.beyond.get_or_insert_default().authorization_details = Some(details);
        Ok(self)
    }
}

impl<G: FrontChannel> Unauthorized<G> {
    /// Asks that the user log in in one of these ways, the best first, in words with spaces between them (RFC 9470
    /// section 4; `acr_values` in OpenID Connect Core section 3.1.2.1). Whether he did is in the token: the API looks.
    ///
    /// # Errors
    /// It is empty or given already, or has a control character. Nothing was sent; the client can start another.
    pub fn acr_values(self, acr_values: &str) -> Result<Self, ConfigError> {
        ConfigError::check_length("acr_values", acr_values, 1024)?;
        self.parameter("acr_values", acr_values)
    }

    /// Asks that the user's login be so young at most, to the second (RFC 9470 section 4; `max_age` in OpenID Connect
    /// Core section 3.1.2.1). Zero asks for a new one.
    ///
    /// # Errors
    /// It is given already. Nothing was sent; the client can start another.
    pub fn max_age(self, max_age: Duration) -> Result<Self, ConfigError> {
        self.parameter("max_age", &max_age.as_secs().to_string())
    }

    /// Asks for the login that an API wants: see [`Authorized::challenged`](crate::Authorized::challenged). The scope
    /// that it names is not taken over: what is asked for is the application's choice.
    ///
    /// # Errors
    /// As [`acr_values`](Self::acr_values) and [`max_age`](Self::max_age).
    pub fn step_up(self, step_up: &StepUp) -> Result<Self, ConfigError> {
        let login = match step_up.acr_values() {
            Some(acr_values) => self.acr_values(acr_values)?,
            None => self,
        };
        match step_up.max_age() {
            Some(max_age) => login.max_age(max_age),
            None => Ok(login),
        }
    }
}
