//! Rich authorization requests (RFC 9396): what is asked for, in more words than a scope has.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, de};
use serde_json::value::RawValue;

use crate::{
    error::{ConfigError, Reason},
    json::Object,
    vocabulary::{Limits, Shared},
};

/// A JSON list of objects, each with a `type` (RFC 9396 section 2). It is kept and sent byte for byte as given.
///
/// ```
/// use oauth_proto::AuthorizationDetails;
///
/// let json = r#"[{"type":"payment_initiation","instructedAmount":{"currency":"EUR","amount":"123.50"}}]"#;
/// let details = AuthorizationDetails::from_json(json)?;
/// assert_eq!(details.as_json(), json);
///
/// // Of types of the application's own:
/// #[derive(serde::Serialize)]
/// struct Payment {
///     r#type: &'static str,
///     amount: &'static str,
/// }
/// let details = AuthorizationDetails::of(&[Payment { r#type: "payment_initiation", amount: "123.50" }])?;
/// assert_eq!(details.as_json(), r#"[{"type":"payment_initiation","amount":"123.50"}]"#);
///
/// let error = AuthorizationDetails::from_json(r#"[{"amount":"123.50"}]"#).unwrap_err();
/// assert_eq!(error.to_string(), "authorization_details: cannot be read: each object has a `type`, which is a text");
/// # Ok::<(), oauth_proto::ConfigError>(())
/// ```
///
/// How it is used: see [`Unauthorized::authorization_details`](crate::Unauthorized::authorization_details).
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct AuthorizationDetails(Shared);

/// The parameter and, in an answer, the member that says what was granted (RFC 9396 section 7).
pub(crate) const AUTHORIZATION_DETAILS: &str = "authorization_details";

/// How long they may be, in bytes: they go into a URL.
const MAX_BYTES: usize = 4 * 1024;

impl AuthorizationDetails {
    /// Checks `json` and keeps it.
    ///
    /// # Errors
    /// It is longer than 4 KiB, is no list of one object at least, an object has no `type`, or says something twice.
    pub fn from_json(json: &str) -> Result<Self, ConfigError> {
        let refuse = |why: &str| Err(ConfigError::new(AUTHORIZATION_DETAILS, Reason::Unreadable(why.into())));
        ConfigError::check_length(AUTHORIZATION_DETAILS, json, MAX_BYTES)?;
        let Ok(list) = serde_json::from_str::<Vec<&RawValue>>(json) else {
            return refuse("a JSON list of objects is expected");
        };
        if list.is_empty() {
            return Err(ConfigError::new(AUTHORIZATION_DETAILS, Reason::Empty));
        }
        for item in list {
            // What goes out has the bounds of what comes in: two readers of it must not see two things.
            let Ok(object) = Object::read(item.get().as_bytes(), &Limits::default()) else {
                return refuse("each item is an object, and says nothing twice");
            };
            if !object.text("type").is_ok_and(|of| of.is_some_and(|of| !of.is_empty())) {
                return refuse("each object has a `type`, which is a text");
            }
        }
        Ok(Self(json.into()))
    }

    /// Writes `details`, a list of types of the application's own, and checks what comes of it.
    ///
    /// # Errors
    /// It cannot be written as JSON; and as [`from_json`](Self::from_json).
    pub fn of<T: Serialize + ?Sized>(details: &T) -> Result<Self, ConfigError> {
        match serde_json::to_string(details) {
            Ok(json) => Self::from_json(&json),
            Err(_) => {
                Err(ConfigError::new(AUTHORIZATION_DETAILS, Reason::Unreadable("it cannot be written as JSON".into())))
            }
        }
    }

    /// The JSON text, for a reader of the application's own.
    pub fn as_json(&self) -> &str {
        &self.0
    }
}

/// They may say more of the user than a log should (RFC 9396 section 12).
impl fmt::Debug for AuthorizationDetails {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AuthorizationDetails({} bytes, redacted)", self.0.len())
    }
}

impl<'de> Deserialize<'de> for AuthorizationDetails {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::from_json(&Shared::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}
