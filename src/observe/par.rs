//! Pushed authorization requests. A `request_uri` stands for the whole request, and is not told.

use super::{Observation, seen::One, states::unauthorized};
use crate::par::{Pushed, PushedAuthorizationCode, Pushing};

const GRANT: &str = "authorization_code";

unauthorized! {
    PushedAuthorizationCode: GRANT,
}

impl One for Pushing {
    fn observation(&self) -> Observation<'_> {
        Observation::state("Pushing").grant(GRANT).asked(self.intent()).sent_at(self.sent_at())
    }
}

impl One for Pushed {
    fn observation(&self) -> Observation<'_> {
        Observation::state("Pushed").grant(GRANT).asked(self.intent()).expires_at(self.expires_at())
    }
}
