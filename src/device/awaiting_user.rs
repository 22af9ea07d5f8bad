//! AwaitingUser: the codes are shown, and the user is away with them.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize};

use super::{
    PollError, Polling,
    pace::Pace,
    response::{Codes, is_user_code},
    stored_text,
    verification_uri::VerificationUri,
};
use crate::{
    client::AnyClient,
    dialect::Random,
    error::RequestFault,
    exchange::{check_owner, token_request},
    http::Request,
    intent::Intent,
    stored::{Kind, Tagged},
    vocabulary::{Extras, Secret, Timestamp, secret},
};

/// RFC 8628 section 3.4.
const GRANT_TYPE: &str = "urn:ietf:params:oauth:grant-type:device_code";

/// A login that waits for its user, who has been shown the [`user_code`](Self::user_code) and the
/// [`verification_uri`](Self::verification_uri): see [`device`](crate::device).
///
/// Each poll consumes it, and what came of the poll hands it back with the next wait. It can be stored, so that a
/// program that is started again goes on with the codes that its user has before him:
///
/// ```
/// use std::time::Duration;
/// use oauth_proto::{device::{AwaitingUser, PollError}, stored};
/// # use oauth_proto::{Client, Provider, Registration, Response, Timestamp};
/// # let mut provider = Provider::new("example", "https://id.example/authorize", "https://id.example/token");
/// # provider.device_authorization_endpoint = Some("https://id.example/device_authorization".into());
/// # let client = Client::public(provider, Registration::new("cli")?)?;
/// # let now = Timestamp::from_unix_seconds(1_800_000_000);
/// # let (_request, authorizing) = client.device_authorization()?.request(now);
/// let body = r#"{"device_code":"GmRhmhcxhwAzkoEqiMEg_DnyEysNkuNhszIySk9eS","user_code":"WDJB-MJHT",
///     "verification_uri":"https://example.com/device","expires_in":1800,"interval":5}"#;
/// let answer = Response::new(200, [("Content-Type", "application/json")], body);
/// let awaiting = authorizing.finish(answer.into(), now)?;
/// assert_eq!(awaiting.user_code(), "WDJB-MJHT");
/// assert_eq!(awaiting.verification_uri(), "https://example.com/device");
/// assert_eq!(awaiting.not_before(), now.plus(Duration::from_secs(5)));
/// assert_eq!(awaiting.expires_at(), now.plus(Duration::from_secs(1800)));
///
/// let row = stored::save(&awaiting);
/// # drop(awaiting);
/// let awaiting: AwaitingUser = stored::load(row.as_bytes())?;
///
/// // Polling early is an error that hands it back.
/// let Err(PollError::TooEarly { awaiting, wait }) = awaiting.poll(&client, now) else { unreachable!() };
/// assert_eq!(wait, Duration::from_secs(5));
/// let (request, polling) = awaiting.poll(&client, now.plus(wait))?;
/// assert!(request.expose_body().starts_with(b"grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code&"));
/// # drop(polling);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[must_use = "poll it: `awaiting.poll(&client, now)`, not before `not_before()` (RFC 8628 section 3.5)"]
pub struct AwaitingUser {
    kind: Kind<Self>,
    #[serde(serialize_with = "secret::store", deserialize_with = "secret::load")]
    device_code: Secret,
    #[serde(serialize_with = "secret::store", deserialize_with = "load_user_code")]
    user_code: Secret,
    verification_uri: VerificationUri,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    verification_uri_complete: Option<VerificationUri>,
    expires_at: Timestamp,
    pub(super) pace: Pace,
    pub(super) intent: Intent,
}

impl Tagged for AwaitingUser {
    const TAG: &'static str = "awaiting_user/1";
}

impl AwaitingUser {
    pub(super) fn new(codes: Codes, intent: Intent, sent_at: Timestamp, now: Timestamp) -> Self {
        let Codes { device_code, user_code, verification_uri, verification_uri_complete, lifetime, interval } = codes;
        // The lifetime counts from the emission: the server's own clock began later. A wait counts from the receipt.
        let (expires_at, pace) = (sent_at.plus(lifetime), Pace::new(interval, now));
        let kind = Kind::new();
        Self { kind, device_code, user_code, verification_uri, verification_uri_complete, expires_at, pace, intent }
    }

    /// What the user types in: printable ASCII, 256 bytes at most. Untrusted text of the server's.
    pub fn user_code(&self) -> &str {
        self.user_code.expose()
    }

    /// Where the user goes: an `http` or `https` URL. Untrusted text of the server's, to be shown; who opens it does so
    /// on the user's word.
    pub fn verification_uri(&self) -> &str {
        self.verification_uri.as_str()
    }

    /// The same with the code in it, for a QR code for instance, where the server offers one. Show the
    /// [`user_code`](Self::user_code) beside it, so that the user can compare (RFC 8628 section 3.3.1).
    pub fn verification_uri_complete(&self) -> Option<&str> {
        self.verification_uri_complete.as_ref().map(VerificationUri::as_str)
    }

    /// When the next poll may come; the expiry where none is left before it. Sleep until then.
    pub fn not_before(&self) -> Timestamp {
        self.pace.not_before().min(self.expires_at)
    }

    /// From when on both codes are of no more use.
    pub fn expires_at(&self) -> Timestamp {
        self.expires_at
    }

    /// What was asked for.
    pub fn intent(&self) -> &Intent {
        &self.intent
    }

    /// Makes a token request with the device code (RFC 8628 section 3.4). The tokens' lifetime counts from `now`.
    ///
    /// Where the clock was set back below the instant at which the wait began, the wait begins again.
    ///
    /// # Errors
    /// It is too early, or the client is another one: the state is handed back. Or the codes have expired: the login is
    /// over. Nothing was sent. See [`PollError`].
    pub fn poll(
        mut self, // one request at a time (RFC 8628 section 3.5); what came of this one hands the state back
        client: &AnyClient,
        now: Timestamp,
    ) -> Result<(Request, Polling), PollError> {
        if let Err(fault) = check_owner(client, &self.intent) {
            return Err(PollError::NotMade { awaiting: Box::new(self), fault });
        }
        if now >= self.expires_at {
            return Err(PollError::Expired { intent: Box::new(self.intent) });
        }
        if self.pace.is_early(now) {
            let wait = self.not_before().since(now);
            return Err(PollError::TooEarly { awaiting: Box::new(self), wait });
        }
        match self.request(client, now) {
            Ok(request) => Ok((request, Polling::new(self, client, now))),
            Err(fault) => Err(PollError::NotMade { awaiting: Box::new(self), fault }),
        }
    }

    fn request(&self, client: &AnyClient, now: Timestamp) -> Result<Request, RequestFault> {
        let random = Random { secret: Some(self.device_code.expose().as_bytes()), more: [&[]; 2], now };
        let own = [Some(("grant_type", GRANT_TYPE)), None, None, None];
        // RFC 8707 section 2.2.
        let resources = self.intent.beyond.iter().flat_map(|beyond| beyond.resource_pairs());
        let more: Vec<_> = std::iter::once(("device_code", self.device_code.expose())).chain(resources).collect();
        token_request(client, &self.intent, &Extras::default(), random, own, &more)
    }
}

/// Who reads a user code can have the device log in as himself: it is shown to the user and in no log.
impl fmt::Debug for AwaitingUser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("AwaitingUser");
        shown.field("verification_uri", &self.verification_uri()).field("expires_at", &self.expires_at);
        shown.field("pace", &self.pace).field("intent", &self.intent).finish_non_exhaustive()
    }
}

fn load_user_code<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Secret, D::Error> {
    stored_text::load(deserializer, is_user_code, "a user code")
}
