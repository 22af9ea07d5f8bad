//! Parameters of another name, left out, or added.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

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
/// parameters.rename("client_id", "clientId").omit("redirect_uri").add("access_type", "offline");
///
/// let json = r#"{ "rename": { "client_id": "clientId" },
///                 "omit": ["redirect_uri"], "add": { "access_type": "offline" } }"#;
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
    /// Standard parameters that are left out.
    pub omit: BTreeSet<String>,
    /// Parameters of the provider's own, always the same.
    pub add: BTreeMap<String, String>,
}

/// A parameter by its name in the RFC, and its value.
pub(crate) type Standard<'a> = (&'static str, &'a str);

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

    /// Adds a parameter that is always the same.
    pub fn add(&mut self, name: impl Into<String>, value: impl Into<String>) -> &mut Self {
        self.add.insert(name.into(), value.into());
        self
    }

    /// Whether the standard parameter `standard` is left out.
    pub(crate) fn omits(&self, standard: &str) -> bool {
        self.omit.contains(standard)
    }

    /// The parameters as this provider's wire has them.
    pub(crate) fn on_the_wire<'a>(
        &'a self,
        standard: impl Iterator<Item = Standard<'a>> + Clone,
    ) -> impl Iterator<Item = (&'a str, &'a str)> + Clone {
        let added = self.add.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        standard.filter(|(name, _)| !self.omits(name)).map(|(name, value)| (self.rename.wire(name), value)).chain(added)
    }
}
