//! Values that come along with tokens: a realm, a workspace, the URL of an API.

use std::fmt;

use serde::{Deserializer, Serializer, de};

use super::{ByName, Secret, Wiped};

/// What a provider says besides the tokens, as far as its data lists it in `callback.keep` and `response.keep`: by the
/// name of the callback's parameter, or the path of the response's member.
///
/// A string is its text; a number, a truth value, a list or an object is its JSON, byte for byte as it stood in the
/// answer. Some are secrets (the URL of a webhook), so `Debug` shows the names alone, and serde
/// writes them with the tokens that they came along with, not by themselves.
///
/// ```
/// use oauth_proto::Response;
/// # use oauth_proto::{Client, Provider, Registration, Timestamp};
/// # let mut provider = Provider::new("example", "https://id.example/authorize", "https://id.example/token");
/// provider.dialect.response.keep = vec!["team.id".into(), "live".into()];
/// # let client = Client::confidential(provider, Registration::new("app")?, "s3cret".into())?;
/// # let (_, in_flight) = client.client_credentials()?.request(Timestamp::from_unix_seconds(0))?;
/// let body = r#"{"access_token":"A1","token_type":"Bearer","team":{"id":"T7"},"live":true}"#;
/// let authorized = in_flight.finish(Response::new(200, [("Content-Type", "application/json")], body).into())?;
/// assert_eq!(authorized.extras().get("team.id"), Some("T7"));
/// assert_eq!(authorized.extras().get("live"), Some("true"));
/// assert_eq!(format!("{:?}", authorized.extras()), r#"Extras("live", "team.id")"#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Default)]
// Most tokens have none: a null pointer is moved about faster than an empty map.
pub struct Extras(Option<Box<Values>>);

#[derive(Clone, Default)]
struct Values {
    by_name: ByName<Secret>,
    /// How many bytes they take in JSON, at most.
    json_len: usize,
}

/// How long one may be, in bytes, and how many a provider's data may list: what is kept must fit the store.
pub(crate) const MAX_EXTRA: usize = 8 * 1024;
pub(crate) const MAX_EXTRAS: usize = 32;

/// How many are kept, those of the callback, of the tokens and of a follow-up together, and how long they may be in
/// JSON: beside the longest tokens they must fit [`stored::MAX_BYTES`](crate::stored::MAX_BYTES).
const MAX_KEPT: usize = 3 * MAX_EXTRAS;
const MAX_KEPT_BYTES: usize = 128 * 1024;

impl Extras {
    /// The value of this name, if it came.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.as_ref()?.by_name.get(name).map(Secret::expose)
    }

    /// Each name and its value.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().flat_map(|extras| extras.by_name.iter()).map(|(name, value)| (name, value.expose()))
    }

    /// Whether none came.
    pub fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// Takes one in, in place of an older one. One that does not fit is left out: the tokens are what matters.
    pub(crate) fn insert(&mut self, name: &str, value: impl Into<Secret>) {
        self.take_in(name, value.into());
    }

    /// Says whether it fits.
    fn take_in(&mut self, name: &str, value: Secret) -> bool {
        let Some(json_len) = self.json_len_with(name, value.expose()) else {
            return false;
        };
        let values = self.0.get_or_insert_default();
        values.by_name.insert(name, value);
        values.json_len = json_len;
        true
    }

    /// How many bytes they will take in JSON with this one among them, if it fits.
    fn json_len_with(&self, name: &str, value: &str) -> Option<usize> {
        if value.len() > MAX_EXTRA {
            return None;
        }
        let own = json_len(name, value);
        let (count, bytes) = match &self.0 {
            None => (1, own),
            Some(values) => {
                let older = values.by_name.get(name).map(|older| json_len(name, older.expose()));
                let others = values.by_name.len().saturating_sub(older.iter().len());
                let bytes = values.json_len.saturating_sub(older.unwrap_or(0));
                (others.saturating_add(1), bytes.saturating_add(own))
            }
        };
        (count <= MAX_KEPT && bytes <= MAX_KEPT_BYTES).then_some(bytes)
    }

    /// Takes in what is newer.
    pub(crate) fn extend(&mut self, newer: Self) {
        for (name, value) in newer.0.into_iter().flat_map(|newer| newer.by_name) {
            self.insert(&name, value);
        }
    }
}

/// How many bytes a member takes in JSON, at most.
fn json_len(name: &str, value: &str) -> usize {
    let escaped = name.bytes().chain(value.bytes()).map(|byte| match byte {
        b'"' | b'\\' => 2,
        0x00..=0x1F => 6,
        _ => 1usize,
    });
    escaped.fold("\"\":\"\",".len(), usize::saturating_add)
}

impl fmt::Debug for Extras {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_tuple("Extras");
        for (name, _) in self.iter() {
            shown.field(&name);
        }
        shown.finish()
    }
}

/// For `#[serde(serialize_with)]`: they are a part of the states that hold them, and are written out with these alone.
pub(crate) fn store<S: Serializer>(extras: &Extras, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(extras.iter())
}

/// For `#[serde(deserialize_with)]`: as many and as long as are ever kept, and each name once.
pub(crate) fn load<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Extras, D::Error> {
    deserializer.deserialize_map(Members)
}

struct Members;

impl<'de> de::Visitor<'de> for Members {
    type Value = Extras;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of texts")
    }

    fn visit_map<A: de::MapAccess<'de>>(self, mut map: A) -> Result<Extras, A::Error> {
        let mut extras = Extras::default();
        while let Some((name, value)) = map.next_entry::<Box<str>, Wiped<'de>>()? {
            let value = Secret::from(value);
            if extras.get(&name).is_some() {
                return Err(de::Error::custom("extras: a name stands there twice"));
            }
            if !extras.take_in(&name, value) {
                return Err(de::Error::custom("extras: more or longer than this crate stores"));
            }
        }
        Ok(extras)
    }
}
