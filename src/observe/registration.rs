//! Clients that register themselves. Of the address where one is managed, the origin alone is told: a server may have put a
//! secret into its path or its query.

use super::{Observation, seen::One};
use crate::registration::{
    ClientFault, Deleting, ManagementError, Managing, RegisteredClient, Registering, RegistrationError,
    RegistrationInDoubt,
};

impl One for Registering {
    fn observation(&self) -> Observation<'_> {
        Observation { name: "Registering", remedy: None, ..self.in_doubt().observation() }
    }
}

impl One for RegistrationInDoubt {
    fn observation(&self) -> Observation<'_> {
        let seen = Observation { server: Some(self.server()), ..Observation::state("RegistrationInDoubt") };
        Observation { remedy: Some(crate::Remedy::Decide), ..seen }.sent_at(self.sent_at())
    }
}

/// It expires when its secret does.
impl One for RegisteredClient {
    fn observation(&self) -> Observation<'_> {
        let (server, client_id) = (Some(self.server()), Some(self.client_id()));
        let seen = Observation { server, client_id, ..Observation::state("RegisteredClient") };
        Observation { expires_at: self.secret_expires_at(), ..seen }
    }
}

impl One for Managing {
    fn observation(&self) -> Observation<'_> {
        Observation { name: "Managing", ..self.client().observation() }
    }
}

impl One for Deleting {
    fn observation(&self) -> Observation<'_> {
        Observation { name: "Deleting", ..self.client().observation() }
    }
}

impl One for RegistrationError {
    fn observation(&self) -> Observation<'_> {
        let remedy = self.remedy();
        match self {
            Self::NotSent { .. } => {
                Observation::error("RegistrationError::NotSent", remedy).fault(&"the request was not sent")
            }
            Self::Refused { response } => Observation::error("RegistrationError::Refused", remedy).refusal(response),
            Self::InDoubt { doubt, in_doubt } => {
                in_doubt.observation().failed("RegistrationError::InDoubt", remedy).doubt(doubt)
            }
        }
    }
}

impl One for ManagementError {
    fn observation(&self) -> Observation<'_> {
        self.client().observation().failed("ManagementError", self.remedy()).fault(self.fault())
    }
}

impl One for ClientFault {
    fn observation(&self) -> Observation<'_> {
        Observation::error("ClientFault", self.remedy()).fault(self)
    }
}
