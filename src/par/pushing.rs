//! Pushing: the parameters are on their way to the server.

use std::time::Duration;

use super::{Pushed, PushedAuthorizationCode, start::REQUEST_URI};
use crate::{
    dialect::Pair,
    error::{AnswerFault, EndpointError, EndpointFault},
    exchange::EndpointAnswer,
    http::Outcome,
    intent::Intent,
    json::required,
    state::{AuthorizationUrl, AwaitingCode, Unauthorized, opening::Destination},
    vocabulary::{Timestamp, Wiped, grammar},
};

/// A pushed authorization request whose answer is to come. Nothing in it is single use, so it is not stored: where its
/// process ends, the user begins again.
#[derive(Debug)]
#[must_use = "finish it with the outcome of its request"]
pub struct Pushing {
    login: Unauthorized<PushedAuthorizationCode>,
    awaiting: AwaitingCode,
    sent_at: Timestamp,
}

/// How long a reference may be, in bytes: as any URL. Servers are told to stay below 512 (RFC 9101 section 5.2).
const MAX_REQUEST_URI: usize = 8 * 1024;

impl Pushing {
    pub(crate) fn intent(&self) -> &Intent {
        self.login.intent()
    }

    pub(crate) fn sent_at(&self) -> Timestamp {
        self.sent_at
    }

    pub(super) fn new(
        login: Unauthorized<PushedAuthorizationCode>,
        awaiting: AwaitingCode,
        sent_at: Timestamp,
    ) -> Self {
        Self { login, awaiting, sent_at }
    }

    /// Takes in the answer (RFC 9126 section 2.2).
    ///
    /// ```
    /// use oauth_proto::{Entropy, Outcome, Remedy};
    /// # use oauth_proto::{Client, Provider, RedirectUri, Registration, Timestamp};
    /// # let mut provider = Provider::new("example", "https://id.example/authorize", "https://id.example/token");
    /// # provider.pushed_authorization_request_endpoint = Some("https://id.example/par".into());
    /// # let registration = Registration::new("app")?.redirect_uri(RedirectUri::new("https://app.example/cb")?);
    /// # let client = Client::public(provider, registration)?;
    /// # let now = Timestamp::from_unix_seconds(1_800_000_000);
    ///
    /// let login = client.pushed_authorization_code()?.parameter("prompt", "login")?.return_to("/inbox")?;
    /// let (_request, pushing) = login.push(Entropy::from_os()?, now);
    ///
    /// let error = pushing.finish(Outcome::lost("the connection was reset")).unwrap_err();
    /// assert_eq!(error.remedy(), Remedy::Retry { after: None });
    /// let (request, pushing) = error.into_origin().push(Entropy::from_os()?, now);
    /// assert!(request.expose_body().ends_with(b"&prompt=login"));
    /// # drop(pushing);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// No answer came, the server refused, or what it says cannot be used: its status is not 201, or there is no
    /// `request_uri`, or no lifetime. The login is handed back, with all that was set, to be pushed again.
    pub fn finish(self, outcome: Outcome) -> Result<Pushed, EndpointError<Unauthorized<PushedAuthorizationCode>>> {
        match self.read(outcome) {
            Ok((url, expires_in)) => Ok(Pushed::new(self.login, self.awaiting, url, self.sent_at.plus(expires_in))),
            Err(fault) => Err(EndpointError::new(self.login, fault)),
        }
    }

    /// The URL for the browser, and how long it is good.
    fn read(&self, outcome: Outcome) -> Result<(AuthorizationUrl, Duration), EndpointFault> {
        let client = &self.login.client;
        let limits = &client.provider().limits;
        let answer = EndpointAnswer::read(outcome, 201..=201, limits)?;
        let object = answer.object(limits)?;
        let request_uri = required(REQUEST_URI, object.text(REQUEST_URI)?)?;
        if !is_reference(&request_uri) {
            return Err(AnswerFault::Malformed(REQUEST_URI).into());
        }
        // A positive integer.
        let expires_in = match required("expires_in", object.count("expires_in")?)? {
            0 => return Err(AnswerFault::Malformed("expires_in").into()),
            seconds => Duration::from_secs(seconds),
        };
        // RFC 9126 section 4: these two, and nothing else. The server reads the rest from what was pushed.
        let client_id = client.provider().dialect.authorize.parameters.pair("client_id", client.client_id());
        let pairs = client_id.into_iter().chain([Pair::new(REQUEST_URI, &request_uri)]);
        let endpoint = client.provider().endpoints.authorization.as_ref();
        Ok((endpoint.make(client, pairs, None), expires_in))
    }
}

/// Of the characters that a URI has (RFC 3986 section 2), and neither empty nor endless.
fn is_reference(text: &Wiped<'_>) -> bool {
    (1..=MAX_REQUEST_URI).contains(&text.len()) && text.bytes().all(grammar::is_url_byte)
}
