//! What is asked for beyond RFC 6749.

use serde::{Deserialize, Serialize};

use crate::{
    authorization_details::{AUTHORIZATION_DETAILS, AuthorizationDetails},
    error::{ConfigError, Reason},
    vocabulary::Resources,
};

/// Of an [`Intent`](crate::Intent), and so remembered as that is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Beyond {
    #[serde(default, skip_serializing_if = "Resources::is_empty")]
    pub(crate) resources: Resources,
    /// Which one of them the access token in hand is for, from zero on; `None` where it is for all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    narrowed: Option<u8>,
    /// Which one the next is to be for, where that was changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    next: Option<u8>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) authorization_details: Option<AuthorizationDetails>,
}

impl Beyond {
    /// The parameters of a request that opens a login (RFC 8707 section 2.1, RFC 9396 section 3): one for each resource.
    pub(crate) fn login_pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        named(self.resources.iter()).chain(self.details_pair())
    }

    /// Those of a token request that no login went before.
    pub(crate) fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.resource_pairs().chain(self.details_pair())
    }

    /// Those of one that a login went before: the details were said to it (RFC 9396 section 6), and of its resources
    /// there may be fewer (RFC 8707 section 2.2).
    pub(crate) fn resource_pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        named(self.those(self.next.or(self.narrowed)))
    }

    fn details_pair(&self) -> Option<(&'static str, &str)> {
        self.authorization_details.as_ref().map(|details| (AUTHORIZATION_DETAILS, details.as_json()))
    }

    /// What the access token in hand was asked for.
    pub(crate) fn of_token(&self) -> impl Iterator<Item = &str> {
        self.those(self.narrowed)
    }

    /// This one of the resources, or all.
    fn those(&self, one: Option<u8>) -> impl Iterator<Item = &str> {
        let (skipped, taken) = one.map_or((0, usize::MAX), |at| (at.into(), 1));
        self.resources.iter().skip(skipped).take(taken)
    }

    /// The next access token is to be for this one alone.
    pub(crate) fn narrow(&mut self, resource: &str) -> Result<(), ConfigError> {
        let Some((at, _)) = (0..).zip(self.resources.iter()).find(|(_, each)| *each == resource) else {
            let known = self.resources.iter().map(Box::from).collect();
            return Err(ConfigError::new(Resources::FIELD, Reason::UnknownName { known }));
        };
        self.next = Some(at);
        Ok(())
    }

    /// The next access token came.
    pub(crate) fn issued(&mut self) {
        if let Some(next) = self.next.take() {
            self.narrowed = Some(next);
        }
    }

    /// The access token is given up: what it was for is asked for again.
    pub(crate) fn again(&mut self) {
        self.next = self.next.take().or(self.narrowed.take());
        self.narrowed = None;
    }
}

fn named<'a>(resources: impl Iterator<Item = &'a str>) -> impl Iterator<Item = (&'a str, &'a str)> {
    resources.map(|resource| (Resources::FIELD, resource))
}
