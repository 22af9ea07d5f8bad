//! The resources that tokens are asked for (RFC 8707).

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, de};

use super::{Shared, url_text};
use crate::error::{ConfigError, Reason};

/// Absolute URIs in the order in which they were asked for, joined by single spaces: no URI can contain one.
#[derive(Clone, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub(crate) struct Resources(Shared);

/// How many there may be, and how long all of them together, in bytes: they go into a URL.
const MAX_RESOURCES: usize = 32;
const MAX_BYTES: usize = 4 * 1024;

impl Resources {
    pub(crate) const FIELD: &str = "resource";

    /// One more; one that is there already is there once. RFC 8707 section 2: an absolute URI without a fragment.
    pub(crate) fn add(&mut self, resource: &str) -> Result<(), ConfigError> {
        url_text::checked(Self::FIELD, resource)?;
        if self.iter().any(|each| each == resource) {
            return Ok(());
        }
        if self.iter().count() >= MAX_RESOURCES {
            return Err(ConfigError::new(Self::FIELD, Reason::TooMany { max: MAX_RESOURCES }));
        }
        let joined = if self.is_empty() { resource.to_owned() } else { [&*self.0, " ", resource].concat() };
        if joined.len() > MAX_BYTES {
            return Err(ConfigError::new(Self::FIELD, Reason::WrongLength { min: 1, max: MAX_BYTES }));
        }
        self.0 = joined.into();
        Ok(())
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> + Clone {
        self.0.split(' ').filter(|resource| !resource.is_empty())
    }
}

impl fmt::Debug for Resources {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl<'de> Deserialize<'de> for Resources {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Shared::deserialize(deserializer)?;
        let mut resources = Self::default();
        text.split(' ').try_for_each(|resource| resources.add(resource)).map_err(de::Error::custom)?;
        Ok(resources)
    }
}
