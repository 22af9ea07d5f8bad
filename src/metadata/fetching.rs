//! Metadata on its way.

use std::time::Duration;

use super::{Issuer, MetadataError, Resource, ResourceMetadata, ServerMetadata, identifier::Target};
use crate::{
    exchange::EndpointAnswer,
    http::{self, Body, Header, Method, Outcome, Request, TransportContract},
    vocabulary::{Limits, length},
};

/// How long a request may take.
const DEADLINE: Duration = Duration::from_secs(30);

/// A request for metadata whose answer is to come: that of a server, `Fetching<Issuer>`, or of an API,
/// `Fetching<Resource>`. It holds who was asked, to compare with whom the answer names. It is not stored: nothing was
/// spent, and who lost it asks again.
#[derive(Debug)]
#[must_use = "finish it with the outcome of its request"]
pub struct Fetching<S> {
    asked: S,
    limits: Limits,
}

impl<S> Fetching<S> {
    pub(super) fn of(asked: S, target: Target, limits: &Limits) -> (Request, Self) {
        let Target { url, origin } = target;
        let contract = TransportContract {
            origin,
            max_response_bytes: length(limits.response_bytes),
            deadline: DEADLINE,
            client_certificate: false,
        };
        // RFC 8414 section 3.1, RFC 9728 section 3.1: a GET, and nothing that says who asks.
        let headers = vec![Header::plain("Accept", "application/json")];
        let request = Request::new(Method::Get, http::Target::Endpoint(url), headers, Body::from(Vec::new()), contract);
        (request, Self { asked, limits: limits.clone() })
    }
}

impl Fetching<Issuer> {
    /// Takes in the answer.
    ///
    /// # Errors
    /// It did not come; its status is not 200, a redirect for instance, which must not be followed; it is no JSON
    /// object within the limits, or a member that is read has another type; or it names another issuer.
    pub fn finish(self, outcome: Outcome) -> Result<ServerMetadata, MetadataError> {
        let answer = EndpointAnswer::read(outcome, 200..=200, &self.limits)?;
        ServerMetadata::of(self.asked, &answer.object(&self.limits)?, &self.limits)
    }
}

impl Fetching<Resource> {
    /// Takes in the answer.
    ///
    /// # Errors
    /// As for a server; or it names another resource.
    pub fn finish(self, outcome: Outcome) -> Result<ResourceMetadata, MetadataError> {
        let answer = EndpointAnswer::read(outcome, 200..=200, &self.limits)?;
        ResourceMetadata::of(self.asked, &answer.object(&self.limits)?)
    }
}
