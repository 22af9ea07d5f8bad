//! What every login through the browser has in common: what waits for it, and the checks on its way back.

use std::fmt;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Deserializer, Serialize, de};

use crate::{
    callback::{Callback, Parameters, Place},
    client::AnyClient,
    dialect::{Dialect, IssuerParameter, StateEcho},
    error::{CallbackError, CallbackFault, ErrorResponse, Mismatch},
    grant::APPLICATION_STATE_SEPARATOR,
    intent::Intent,
    vocabulary::{Secret, Timestamp, Wiped, secret, sha256},
};

/// Where to send the browser: see [`AwaitingCode`](crate::AwaitingCode). It holds `state`, so `Debug` shows no query.
#[derive(Clone)]
#[must_use = "the user must be sent there"]
pub struct AuthorizationUrl(pub(super) Wiped<'static>);

impl AuthorizationUrl {
    /// The URL, for a `Location` header or the system's browser.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The URL.
    pub fn into_string(self) -> String {
        self.0.into_string()
    }
}

impl PartialEq for AuthorizationUrl {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for AuthorizationUrl {}

impl fmt::Debug for AuthorizationUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let endpoint = self.0.split('?').next().unwrap_or_default();
        write!(f, "AuthorizationUrl({endpoint}?…)")
    }
}

/// A key to store a waiting state under: the hash of its `state`. It is safe to log. For a session that holds several
/// logins, see [`AwaitingCode`](crate::AwaitingCode); as a text, serde reads and writes it as a key of such a session's map.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct LoginKey(Box<str>);

impl LoginKey {
    fn of(state: &str) -> Self {
        Self(URL_SAFE_NO_PAD.encode(sha256(&[state.as_bytes()])).into())
    }

    /// The key's text: 43 characters of base64url.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<'de> Deserialize<'de> for LoginKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Box::<str>::deserialize(deserializer)?;
        match URL_SAFE_NO_PAD.decode(text.as_bytes()) {
            Ok(hash) if hash.len() == 32 => Ok(Self(text)),
            _ => Err(de::Error::custom("a login's key is 43 characters of base64url")),
        }
    }
}

impl AnyClient {
    /// The key of the login that a callback claims to answer; `None` if it has no `state`, or cannot be read: a
    /// parameter that stands there twice, for instance. Take the waiting state from under it in one step
    /// (`DELETE … RETURNING`, `GETDEL`), so that a callback is answered once. An example is at
    /// [`AwaitingCode`](crate::AwaitingCode).
    pub fn login_key(&self, callback: Callback<'_>) -> Option<LoginKey> {
        let provider = self.provider();
        let places = [Place::Query, Place::Tokens(callback.tokens(provider.dialect.callback.tokens))];
        places.into_iter().find_map(|place| callback.state(provider, place)).map(|state| LoginKey::of(&state))
    }
}

/// A login that waits for the browser: everything that the callback must match.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Login {
    #[serde(serialize_with = "secret::store", deserialize_with = "secret::load")]
    pub(super) state: Secret,
    #[serde(with = "secret::option", default, skip_serializing_if = "Option::is_none")]
    pub(crate) nonce: Option<Secret>,
    pub(super) closes_at: Timestamp,
    pub(crate) intent: Intent,
    /// Whether the answer was asked for as a form (OAuth 2.0 Form Post Response Mode).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) form_post: bool,
}

/// Why a callback did not lead on, before the waiting state is put back in.
pub(crate) enum Rejection {
    NotOurs(CallbackFault, Option<ErrorResponse>),
    WrongClient(Mismatch),
    TooLate,
    Refused(ErrorResponse),
}

impl Rejection {
    /// Hands the waiting state back where it is still alive.
    pub(crate) fn with<W>(self, awaiting: W, intent: impl FnOnce(W) -> Intent) -> CallbackError<W> {
        match self {
            Self::NotOurs(fault, claimed) => {
                CallbackError::NotOurs { awaiting: Box::new(awaiting), fault, claimed: claimed.map(Box::new) }
            }
            Self::WrongClient(mismatch) => CallbackError::WrongClient { awaiting: Box::new(awaiting), mismatch },
            Self::TooLate => CallbackError::TooLate { intent: Box::new(intent(awaiting)) },
            Self::Refused(response) => {
                CallbackError::Refused { response: Box::new(response), intent: Box::new(intent(awaiting)) }
            }
        }
    }
}

impl Login {
    pub(crate) fn key(&self) -> LoginKey {
        LoginKey::of(self.state.expose())
    }

    pub(crate) fn state(&self) -> &Secret {
        &self.state
    }

    pub(crate) fn closes_at(&self) -> Timestamp {
        self.closes_at
    }

    /// The text that rode in `state` behind the random part.
    pub(crate) fn application_state(&self) -> Option<&str> {
        self.state.expose().split_once(APPLICATION_STATE_SEPARATOR).map(|(_, data)| data)
    }

    /// Whether the callback's `state` is this login's.
    pub(crate) fn matches(&self, client: &AnyClient, callback: &Callback<'_>, place: Place) -> bool {
        let state = callback.state(client.provider(), place).filter(|_| callback.is_form() == self.form_post);
        state.is_some_and(|state| self.state.matches(&state))
    }

    /// Checks that this is the right client, and that the login is still open.
    pub(crate) fn check_open(&self, client: &AnyClient, now: Timestamp) -> Result<(), Rejection> {
        client.check_asked(&self.intent).map_err(Rejection::WrongClient)?;
        if now >= self.closes_at {
            return Err(Rejection::TooLate);
        }
        Ok(())
    }

    /// Reads a callback and checks, in this order: where it came to, and how, its form, that it is the answer to this login, that
    /// the login is still open, and that the server said yes. Nothing of it is believed before its `state` is.
    pub(crate) fn accept<'c>(
        &self,
        client: &AnyClient,
        callback: &Callback<'c>,
        place: Place,
        now: Timestamp,
    ) -> Result<Parameters<'c>, Rejection> {
        client.check_asked(&self.intent).map_err(Rejection::WrongClient)?;
        // RFC 9700 section 4.4.2.2: a callback of one server must not be taken for that of another.
        if callback.arrived_elsewhere(&self.intent) {
            return Err(Rejection::NotOurs(CallbackFault::RedirectUri, None));
        }
        if callback.is_form() != self.form_post {
            return Err(Rejection::NotOurs(CallbackFault::ResponseMode, None));
        }
        let provider = client.provider();
        let parameters =
            Parameters::read(callback, provider, place).map_err(|fault| Rejection::NotOurs(fault, None))?;
        let claimed = || parameters.error().ok().flatten().or_else(|| callback.claims_elsewhere(provider, place));
        let not_ours = |fault| Rejection::NotOurs(fault, claimed());
        self.check_state(&provider.dialect, &parameters).map_err(not_ours)?;
        check_issuer(provider.issuer.as_deref(), &provider.dialect, &parameters).map_err(not_ours)?;
        let error = parameters.error().map_err(not_ours)?;
        let code = parameters.code.as_deref().is_some_and(|code| !code.is_empty());
        let answered = code || parameters.tokens.as_ref().is_some_and(|tokens| tokens.access_token.is_some());
        match error {
            Some(_) if answered => Err(not_ours(CallbackFault::Contradiction)),
            None if !answered => Err(not_ours(CallbackFault::Empty)),
            _ if self.check_open(client, now).is_err() => Err(Rejection::TooLate),
            Some(error) => Err(Rejection::Refused(error)),
            None => match provider.check_kept(&parameters.extras, place == Place::Query) {
                Ok(()) => Ok(parameters),
                Err(fault) => Err(Rejection::NotOurs(fault, None)),
            },
        }
    }

    /// RFC 6749 section 10.12: `state` binds the callback to the browser that began the login.
    fn check_state(&self, dialect: &Dialect, parameters: &Parameters<'_>) -> Result<(), CallbackFault> {
        match (&parameters.state, dialect.callback.state) {
            (Some(state), _) if self.state.matches(state) => Ok(()),
            (Some(_), _) => Err(CallbackFault::StateMismatch),
            (None, StateEcho::NotEchoedByThisServer) => Ok(()),
            (None, StateEcho::Required) => Err(CallbackFault::StateMissing),
        }
    }
}

/// RFC 9207 section 2.4: byte for byte, and also where the provider's data does not promise it.
fn check_issuer(issuer: Option<&str>, dialect: &Dialect, parameters: &Parameters<'_>) -> Result<(), CallbackFault> {
    match (parameters.iss.as_deref(), issuer, dialect.callback.issuer) {
        (Some(iss), Some(issuer), _) if iss == issuer => Ok(()),
        (Some(_), Some(_), _) => Err(CallbackFault::IssuerMismatch),
        (None, _, IssuerParameter::Required) => Err(CallbackFault::IssuerMissing),
        (None, _, IssuerParameter::Optional) | (Some(_), None, _) => Ok(()),
    }
}
