//! The errors. What an error holds of the state before it is told with it.

use super::{
    Observation,
    seen::One,
    states::{before, grant_of},
};
#[cfg(feature = "os-entropy")]
use crate::vocabulary::EntropyError;
use crate::{
    challenge::ChallengeFault,
    error::{
        CallbackError, CallbackFault, ConfigError, EndpointError, EndpointFault, PresentError, RequestError,
        RequestFault,
    },
    grant::{Grant, private::Journal},
    keeper::RenewalError,
    state::FinishError,
    stored::StoredError,
};

impl One for ConfigError {
    fn observation(&self) -> Observation<'_> {
        Observation::error("ConfigError", self.remedy()).fault(self)
    }
}

impl One for StoredError {
    fn observation(&self) -> Observation<'_> {
        let name = match self {
            Self::TooLong => "StoredError::TooLong",
            Self::WrongKind { .. } => "StoredError::WrongKind",
            Self::Unreadable { .. } => "StoredError::Unreadable",
        };
        Observation::error(name, self.remedy()).fault(self)
    }
}

#[cfg(feature = "os-entropy")]
impl One for EntropyError {
    fn observation(&self) -> Observation<'_> {
        Observation::error("EntropyError", self.remedy()).fault(self)
    }
}

impl One for ChallengeFault {
    fn observation(&self) -> Observation<'_> {
        Observation::error("ChallengeFault", self.remedy()).fault(self)
    }
}

impl One for PresentError {
    fn observation(&self) -> Observation<'_> {
        Observation::error("PresentError", self.remedy()).fault(self)
    }
}

impl One for CallbackFault {
    fn observation(&self) -> Observation<'_> {
        Observation::error("CallbackFault", self.remedy()).fault(self)
    }
}

/// What a callback claims that is not this login's answer is not told: anybody may have written it.
impl<W: One> One for CallbackError<W> {
    fn observation(&self) -> Observation<'_> {
        let remedy = self.remedy();
        match self {
            Self::NotOurs { awaiting, fault, .. } => {
                awaiting.observation().failed("CallbackError::NotOurs", remedy).fault(fault)
            }
            Self::WrongClient { awaiting, .. } => awaiting.observation().failed("CallbackError::WrongClient", remedy),
            Self::TooLate { intent } => Observation::error("CallbackError::TooLate", remedy).asked(intent),
            Self::Refused { response, intent } => {
                Observation::error("CallbackError::Refused", remedy).asked(intent).refusal(response)
            }
            Self::Unusable { fault, intent } => {
                Observation::error("CallbackError::Unusable", remedy).asked(intent).fault(fault)
            }
        }
    }
}

impl<S: One> One for RequestError<S> {
    fn observation(&self) -> Observation<'_> {
        self.origin().observation().failed("RequestError", self.remedy()).fault(&self.fault)
    }
}

impl One for RequestFault {
    fn observation(&self) -> Observation<'_> {
        Observation::error("RequestFault", self.remedy()).fault(self)
    }
}

impl<S: One> One for EndpointError<S> {
    fn observation(&self) -> Observation<'_> {
        endpoint(self.origin().observation().failed("EndpointError", self.remedy()), self.fault())
    }
}

impl One for EndpointFault {
    fn observation(&self) -> Observation<'_> {
        endpoint(Observation::error("EndpointFault", self.remedy()), self)
    }
}

pub(super) fn endpoint<'a>(seen: Observation<'a>, fault: &'a EndpointFault) -> Observation<'a> {
    match fault {
        EndpointFault::NotSent(_) => seen.fault(NOT_SENT),
        EndpointFault::Lost(_) => seen.fault(&"the connection was lost"),
        EndpointFault::Refused(response) => seen.refusal(response),
        EndpointFault::Unreadable(fault) => seen.fault(fault),
    }
}

const NOT_SENT: &&str = &"the request was not sent";

impl<G: Grant> One for FinishError<G> {
    fn observation(&self) -> Observation<'_> {
        let remedy = self.remedy();
        let error = |name| Observation::error(name, remedy).grant(grant_of(G::TAG));
        match self {
            Self::NotSent { origin, .. } => before::<G>(error("FinishError::NotSent"), origin).fault(NOT_SENT),
            Self::Refused { response, origin } => before::<G>(error("FinishError::Refused"), origin).refusal(response),
            Self::Dead { response, remains } => {
                error("FinishError::Dead").asked(Journal::asked(&**remains)).refusal(response)
            }
            Self::InDoubt { doubt, in_doubt } => {
                in_doubt.observation().failed("FinishError::InDoubt", remedy).doubt(doubt)
            }
            Self::Untrusted { fault, remains } => {
                error("FinishError::Untrusted").asked(Journal::asked(&**remains)).fault(fault)
            }
        }
    }
}

impl One for RenewalError {
    fn observation(&self) -> Observation<'_> {
        let name = match self {
            Self::NotSent(_) => "RenewalError::NotSent",
            Self::Refused(_) => "RenewalError::Refused",
            Self::Dead(_) => "RenewalError::Dead",
            Self::InDoubt(_) => "RenewalError::InDoubt",
            Self::Untrusted(_) => "RenewalError::Untrusted",
            Self::ClientRefused(_) => "RenewalError::ClientRefused",
            Self::ClientUntrusted(_) => "RenewalError::ClientUntrusted",
            Self::ForeignTicket { .. } => "RenewalError::ForeignTicket",
        };
        renewal(Observation::error(name, self.remedy()), self)
    }
}

/// What a renewal's error has to tell.
pub(super) fn renewal<'a>(seen: Observation<'a>, error: &'a RenewalError) -> Observation<'a> {
    match error {
        RenewalError::NotSent(_) => seen.fault(NOT_SENT),
        RenewalError::Refused(response) | RenewalError::Dead(response) | RenewalError::ClientRefused(response) => {
            seen.refusal(response)
        }
        RenewalError::InDoubt(doubt) => seen.doubt(doubt),
        RenewalError::Untrusted(fault) | RenewalError::ClientUntrusted(fault) => seen.fault(fault),
        RenewalError::ForeignTicket { .. } => seen,
    }
}
