//! Logins on a device without a browser. A user code is a secret as long as the user has not entered it, and the place to
//! enter it at may hold it: neither is told.

use super::{Observation, errors::endpoint, seen::One, states::unauthorized};
use crate::device::{AwaitingUser, DeviceAuthorization, DeviceAuthorizing, PollError, Polled, Polling, PollingError};

const GRANT: &str = "device_code";

unauthorized! {
    DeviceAuthorization: GRANT,
}

impl One for DeviceAuthorizing {
    fn observation(&self) -> Observation<'_> {
        Observation::state("DeviceAuthorizing").grant(GRANT).asked(self.intent()).sent_at(self.sent_at())
    }
}

impl One for AwaitingUser {
    fn observation(&self) -> Observation<'_> {
        Observation::state("AwaitingUser").grant(GRANT).asked(self.intent()).expires_at(self.expires_at())
    }
}

impl One for Polling {
    fn observation(&self) -> Observation<'_> {
        Observation::state("Polling").grant(GRANT).asked(self.intent()).sent_at(self.sent_at())
    }
}

impl One for Polled {
    fn observation(&self) -> Observation<'_> {
        match self {
            Self::Granted(granted) => Observation { name: "Polled::Granted", ..granted.observation() },
            Self::Pending(awaiting) => Observation { name: "Polled::Pending", ..awaiting.observation() },
            Self::Unanswered { awaiting, why } => {
                let seen =
                    Observation { name: "Polled::Unanswered", remedy: Some(why.remedy()), ..awaiting.observation() };
                endpoint(seen, why)
            }
        }
    }
}

impl One for PollError {
    fn observation(&self) -> Observation<'_> {
        let remedy = self.remedy();
        match self {
            Self::TooEarly { awaiting, .. } => awaiting.observation().failed("PollError::TooEarly", remedy),
            Self::Expired { intent } => Observation::error("PollError::Expired", remedy).grant(GRANT).asked(intent),
            Self::NotMade { awaiting, fault } => {
                awaiting.observation().failed("PollError::NotMade", remedy).fault(fault)
            }
        }
    }
}

impl One for PollingError {
    fn observation(&self) -> Observation<'_> {
        let remedy = self.remedy();
        let error = |name| Observation::error(name, remedy).grant(GRANT);
        match self {
            Self::Refused { response, intent } => error("PollingError::Refused").asked(intent).refusal(response),
            Self::Untrusted { fault, intent } => error("PollingError::Untrusted").asked(intent).fault(fault),
            Self::InDoubt { doubt, awaiting } => {
                awaiting.observation().failed("PollingError::InDoubt", remedy).doubt(doubt)
            }
        }
    }
}
