//! Where an API's answer points is followed without a question (RFC 9728 section 7.7).
//@ error: E0061
//@ rustc's own words: it names the argument that is missing, an `Approval`

use oauth_proto::{Limits, challenge::Challenge, metadata::Resource};

pub fn follow(resource: &Resource, challenge: &Challenge<'_>, limits: &Limits) {
    let pointer = challenge.resource_metadata().unwrap_or_default();
    let _ = resource.metadata_at(pointer, limits);
}
