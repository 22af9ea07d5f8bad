//! What a server says of a token. Whom it says the token is of is personal, and is not told.

use super::{Observation, seen::One};
use crate::introspection::{Checking, Introspecting, IntrospectionResponse, Validity};

impl One for Introspecting {
    fn observation(&self) -> Observation<'_> {
        Observation::state("Introspecting")
    }
}

impl One for IntrospectionResponse {
    fn observation(&self) -> Observation<'_> {
        let seen = Observation { expires_at: self.exp(), ..Observation::state("IntrospectionResponse") };
        if self.is_active() { seen } else { seen.fault(&"the token is not active") }
    }
}

impl One for Checking {
    fn observation(&self) -> Observation<'_> {
        Observation::state("Checking")
    }
}

impl One for Validity {
    fn observation(&self) -> Observation<'_> {
        Observation::state(match self {
            Self::Good => "Validity::Good",
            Self::Rejected => "Validity::Rejected",
        })
    }
}
