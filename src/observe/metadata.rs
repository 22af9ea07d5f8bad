//! What servers and APIs say of themselves.

use super::{Observation, errors::endpoint, seen::One};
use crate::metadata::{Fetching, MetadataError, ResourceMetadata, ServerMetadata, Unusable};

impl<S> One for Fetching<S> {
    fn observation(&self) -> Observation<'_> {
        Observation::state("Fetching")
    }
}

impl One for ServerMetadata {
    fn observation(&self) -> Observation<'_> {
        Observation { server: Some(self.issuer().as_str()), ..Observation::state("ServerMetadata") }
    }
}

impl One for ResourceMetadata {
    fn observation(&self) -> Observation<'_> {
        Observation::state("ResourceMetadata")
    }
}

/// Which other issuer it names is the server's word, and is not told.
impl One for MetadataError {
    fn observation(&self) -> Observation<'_> {
        let remedy = self.remedy();
        match self {
            Self::Answer(fault) => endpoint(Observation::error("MetadataError::Answer", remedy), fault),
            Self::OtherIssuer(_) => Observation::error("MetadataError::OtherIssuer", remedy),
            Self::OtherResource(_) => Observation::error("MetadataError::OtherResource", remedy),
        }
    }
}

/// So are the hosts and methods that it names.
impl One for Unusable {
    fn observation(&self) -> Observation<'_> {
        let error = |name| Observation::error(name, self.remedy());
        match self {
            Self::NotApproved { member, .. } => error("Unusable::NotApproved").fault(member),
            Self::PrivateAddress { member, .. } => error("Unusable::PrivateAddress").fault(member),
            Self::NoS256 { .. } => error("Unusable::NoS256"),
            Self::NoAuthentication { .. } => error("Unusable::NoAuthentication"),
            Self::NoAuthorizationServer => error("Unusable::NoAuthorizationServer"),
            Self::Invalid(why) => error("Unusable::Invalid").fault(why),
        }
    }
}
