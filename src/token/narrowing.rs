//! One login for several APIs (RFC 8707).

use super::{Refreshable, Reissuable, TokenSet};
use crate::error::ConfigError;

impl TokenSet<Refreshable> {
    /// Has the next access token be for `resource` alone, which is one of those that the login asked for (RFC 8707 section
    /// 2.2), and so each that follows. The one in hand stays what it is until then.
    ///
    /// This is how one login serves several APIs, each of which sees a token that no other would take:
    ///
    /// ```
    /// use oauth_proto::Granted;
    /// # use oauth_proto::{Client, Outcome, Provider, Registration, Request, Response, Standing, Timestamp};
    /// # fn send(_: Request) -> Outcome {
    /// #     let body = r#"{"access_token":"A1","token_type":"Bearer","refresh_token":"R1"}"#;
    /// #     Response::new(200, [("Content-Type", "application/json")], body).into()
    /// # }
    /// # let provider = Provider::new("example", "https://id.example/authorize", "https://id.example/token");
    /// # let client = Client::confidential(provider, Registration::new("app")?, "s3cret".into())?;
    /// # let now = Timestamp::from_unix_seconds(1_800_000_000);
    /// let login = client.password()?.resource("https://files.example/")?.resource("https://mail.example/")?;
    /// let (request, in_flight) = login.narrow_to("https://files.example/")?.request("alice", &"pa55".into(), now)?;
    /// let Granted::Refreshable(authorized) = in_flight.finish(send(request))? else { unreachable!() };
    /// let mut tokens = authorized.into_token_set();
    /// assert!(tokens.resources().eq(["https://files.example/"]));
    ///
    /// tokens.narrow_to("https://mail.example/")?;
    /// # let Standing::Authorized(authorized) = tokens.at(now) else { unreachable!() };
    /// let (request, in_flight) = authorized.refresh(&client, now)?;
    /// assert!(request.expose_body().ends_with(b"&resource=https%3A%2F%2Fmail.example%2F"));
    /// # drop(in_flight);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// The login did not ask for it. The tokens are as they were.
    pub fn narrow_to(&mut self, resource: &str) -> Result<(), ConfigError> {
        self.narrow(resource)
    }
}

impl TokenSet<Reissuable> {
    /// Has the next access token be for `resource` alone, and so each that follows: see
    /// [`TokenSet::<Refreshable>::narrow_to`].
    ///
    /// # Errors
    /// The first request did not ask for it. The tokens are as they were.
    pub fn narrow_to(&mut self, resource: &str) -> Result<(), ConfigError> {
        self.narrow(resource)
    }
}
