//! Parameters of another name, left out, or added.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use serde::{Deserialize, Deserializer, Serialize, de};

use super::Pair;

/// A provider's own names for standard ones.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Renames(BTreeMap<String, String>);

impl Renames {
    /// Gives the standard parameter `standard` the name `wire`.
    pub fn rename(&mut self, standard: impl Into<String>, wire: impl Into<String>) -> &mut Self {
        self.0.insert(standard.into(), wire.into());
        self
    }

    /// The name on the wire.
    pub(crate) fn wire<'a>(&'a self, standard: &'a str) -> &'a str {
        self.0.get(standard).map_or(standard, String::as_str)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(standard, wire)| (standard.as_str(), wire.as_str()))
    }
}

/// What a step's parameters are on this provider's wire.
///
/// ```
/// use oauth_proto::dialect::Parameters;
///
/// let mut parameters = Parameters::default();
/// parameters.rename("client_id", "clientId").omit("redirect_uri").add("access_type", "offline").add("expiring", 1);
///
/// let json = r#"{ "rename": { "client_id": "clientId" },
///                 "omit": ["redirect_uri"], "add": { "access_type": "offline", "expiring": 1 } }"#;
/// assert_eq!(serde_json::from_str::<Parameters>(json)?, parameters);
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// Nothing is checked here: [`Dialect::check`](super::Dialect::check) says which names do not exist, and which must not
/// be left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Parameters {
    /// Standard parameters of another name.
    pub rename: Renames,
    /// Standard parameters that are left out. One of them may be added again, with a value of the provider's own.
    pub omit: BTreeSet<String>,
    /// Parameters of the provider's own.
    pub add: BTreeMap<String, Added>,
    /// Whether an added parameter is left out when a variable in it has no value; otherwise no client is made.
    pub omit_unset: bool,
    /// These of `grant_type`, `client_id`, `redirect_uri` and `scope` stand in the URL's query, whatever the body is.
    pub in_query: BTreeSet<String>,
}

/// The value of an added parameter.
///
/// A text is a template. `{name}` stands for a variable of the provider's, or a value that its data keeps from the
/// callback; and for one of these:
///
/// | variable | value |
/// | --- | --- |
/// | `{client_id}` | the client's |
/// | `{scope}` | the scope that is asked for, or was, as this provider writes it |
/// | `{random}` | 43 characters that nobody can guess, made of a secret in the request and of `now`: new in each request, but for two first requests of one client for itself in the same millisecond |
///
/// `{{` and `}}` are the braces themselves. In a JSON body, a number is a number and a truth value a truth value;
/// elsewhere they are their text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum Added {
    /// `true` or `false`.
    Truth(bool),
    /// A whole number.
    Number(i64),
    /// A text.
    Text(String),
}

impl<'de> Deserialize<'de> for Added {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyAdded)
    }
}

struct AnyAdded;

impl de::Visitor<'_> for AnyAdded {
    type Value = Added;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text, a whole number or a truth value")
    }

    fn visit_bool<E>(self, truth: bool) -> Result<Added, E> {
        Ok(Added::Truth(truth))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Added, E> {
        Ok(Added::Number(number))
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Added, E> {
        i64::try_from(number).map(Added::Number).map_err(|_| E::custom("a number that is too large"))
    }

    fn visit_str<E>(self, text: &str) -> Result<Added, E> {
        Ok(Added::Text(text.into()))
    }
}

impl From<&str> for Added {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}

impl From<String> for Added {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Added {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<bool> for Added {
    fn from(truth: bool) -> Self {
        Self::Truth(truth)
    }
}

impl Parameters {
    /// Gives the standard parameter `standard` the name `wire`.
    pub fn rename(&mut self, standard: impl Into<String>, wire: impl Into<String>) -> &mut Self {
        self.rename.rename(standard, wire);
        self
    }

    /// Leaves the standard parameter `standard` out.
    pub fn omit(&mut self, standard: impl Into<String>) -> &mut Self {
        self.omit.insert(standard.into());
        self
    }

    /// Adds a parameter.
    pub fn add(&mut self, name: impl Into<String>, value: impl Into<Added>) -> &mut Self {
        self.add.insert(name.into(), value.into());
        self
    }

    /// Whether the standard parameter `standard` is left out.
    /// A standard parameter, by the name that this step has for it; `None` where it leaves it out.
    pub(crate) fn pair<'a>(&'a self, standard: &'static str, value: &'a str) -> Option<Pair<'a>> {
        (!self.omits(standard)).then(|| Pair::new(self.rename.wire(standard), value))
    }

    pub(crate) fn omits(&self, standard: &str) -> bool {
        self.omit.contains(standard)
    }
}
