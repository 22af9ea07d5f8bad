//! What is asked for beyond RFC 6749.

use serde::{Deserialize, Serialize};

use crate::{
    authorization_details::{AUTHORIZATION_DETAILS, AuthorizationDetails},
    vocabulary::Resources,
};

/// Of an [`Intent`](crate::Intent), and so remembered as that is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Beyond {
    #[serde(default, skip_serializing_if = "Resources::is_empty")]
    pub(crate) resources: Resources,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) authorization_details: Option<AuthorizationDetails>,
}

impl Beyond {
    /// The parameters of a request that no browser went before.
    pub(crate) fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        let details = self.authorization_details.as_ref().map(|details| (AUTHORIZATION_DETAILS, details.as_json()));
        self.resource_pairs().chain(details)
    }

    /// Those of one that a browser went before: the details were said to it (RFC 9396 section 6). RFC 8707 section 2: one
    /// parameter for each resource.
    pub(crate) fn resource_pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.resources.iter().map(|resource| ("resource", resource))
    }
}
