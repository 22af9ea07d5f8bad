//! ReceivedCode: a code was received for a login of ours, and is not spent.

use serde::{Deserialize, Serialize};

use super::InFlight;
use crate::{
    client::AnyClient,
    error::{RequestError, RequestFault},
    exchange,
    grant::AuthorizationCode,
    http::Request,
    intent::Intent,
    vocabulary::{Extras, Secret, Timestamp, extras, secret},
};

/// A code that is not spent: what `finish` hands back when nothing was sent or when the server refused and spent
/// nothing, and what [`InDoubt::assume_unspent`](crate::InDoubt::assume_unspent) takes it for.
///
/// It is neither `Clone` nor stored: a code is sent once. Codes live for minutes (RFC 6749 section 4.1.2
/// recommends ten at most); send it soon.
///
/// ```
/// use oauth_proto::{FinishError, Outcome};
/// # use oauth_proto::{Callback, Client, Entropy, RedirectUri, Registration, Timestamp, providers};
/// # let registration = Registration::new("app")?.redirect_uri(RedirectUri::new("https://app.example/cb")?);
/// # let client = Client::confidential(providers::amiqus(), registration, "s3cret".into())?;
/// # let now = Timestamp::from_unix_seconds(1_800_000_000);
/// # let (_, awaiting) = client.authorization_code()?.authorize(Entropy::from_bytes([7; 64]), now);
/// # let callback = format!("/cb?code=SplxlOBeZQQYbYS6WxSbIA&state={}", awaiting.state().expose());
/// # let (_request, in_flight) = awaiting.receive(&client, Callback::url(&callback), now)?;
///
/// // The name did not resolve: nothing was sent, and the same code goes out in a new request.
/// let Err(FinishError::NotSent { origin, why }) = in_flight.finish(Outcome::not_sent("no such host")) else {
///     unreachable!()
/// };
/// assert_eq!(why.to_string(), "no such host");
/// let (request, in_flight) = origin.exchange(&client, now)?;
/// assert!(std::str::from_utf8(request.expose_body())?.contains("code=SplxlOBeZQQYbYS6WxSbIA"));
/// # drop(in_flight);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
#[must_use = "the code is not spent; exchange it"]
pub struct ReceivedCode(ReceivedCodeRecord);

/// What is written into the journal of an exchange.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReceivedCodeRecord {
    #[serde(serialize_with = "secret::store", deserialize_with = "secret::load")]
    pub(crate) code: Secret,
    #[serde(with = "secret::option", default, skip_serializing_if = "Option::is_none")]
    pub(crate) verifier: Option<Secret>,
    #[serde(with = "secret::option", default, skip_serializing_if = "Option::is_none")]
    pub(crate) nonce: Option<Secret>,
    #[serde(
        default,
        skip_serializing_if = "Extras::is_empty",
        serialize_with = "extras::store",
        deserialize_with = "extras::load"
    )]
    pub(crate) extras: Extras,
    pub(crate) intent: Intent,
}

impl ReceivedCode {
    pub(crate) fn from_record(record: ReceivedCodeRecord) -> Self {
        Self(record)
    }

    pub(crate) fn record(&self) -> &ReceivedCodeRecord {
        &self.0
    }

    pub(crate) fn into_record(self) -> ReceivedCodeRecord {
        self.0
    }

    /// The request that spends the code. Whoever calls this must not let it be used again.
    pub(crate) fn request(&self, client: &AnyClient, now: Timestamp) -> Result<Request, RequestFault> {
        let ReceivedCodeRecord { code, verifier, extras, intent, .. } = &self.0;
        exchange::code_request(client, intent, extras, code, verifier.as_ref(), now)
    }

    /// What was asked for.
    pub fn intent(&self) -> &Intent {
        &self.0.intent
    }

    /// Makes the token request (RFC 6749 section 4.1.3). The tokens' lifetime counts from `now`.
    ///
    /// # Errors
    /// The client is another one, or its provider has no token endpoint; or the login was made without PKCE and this
    /// client would send no secret. Nothing was sent: the code is handed back.
    pub fn exchange(
        self, // spent: a code is sent once (RFC 6749 section 4.1.2); for another, call `authorize`
        client: &AnyClient,
        now: Timestamp,
    ) -> Result<(Request, InFlight<AuthorizationCode>), RequestError<Self>> {
        match self.request(client, now) {
            Ok(request) => Ok((request, InFlight::new(self, client, now))),
            Err(fault) => Err(RequestError::new(self, fault)),
        }
    }
}
