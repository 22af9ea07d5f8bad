//! A fleet. A record's key is the application's, and may name a user: it is not told.

use super::{
    Observation, Observer,
    errors::renewal,
    seen::{One, Seen},
};
use crate::{
    fleet::{NotStored, RecordFault, Step, Stopped, Usable},
    keeper::RenewalError,
};

/// With its request, where it has one.
impl Seen for Step<'_> {
    fn each(&self, observer: &mut dyn Observer) {
        let seen = match self {
            Self::Get(_) => Observation::state("Step::Get"),
            Self::Swap(_) => Observation::state("Step::Swap"),
            Self::Send(request, _) => {
                request.each(observer);
                Observation::state("Step::Send")
            }
            Self::Sleep(_) => Observation::state("Step::Sleep"),
            Self::Use(usable) => Observation { name: "Step::Use", ..usable.observation() },
            Self::Stop(stopped) => stopped.observation(),
        };
        observer.see(&seen);
    }
}

impl One for Usable {
    fn observation(&self) -> Observation<'_> {
        Observation { name: "Usable", ..self.tokens().observation() }
    }
}

/// With what the server said last, where it said anything.
impl One for Stopped {
    fn observation(&self) -> Observation<'_> {
        let error = |name| Observation::error(name, self.remedy());
        match self {
            Self::Absent => error("Stopped::Absent"),
            Self::LogIn { intent, why } => because(error("Stopped::LogIn"), why).asked(intent),
            Self::InDoubt { sent_at, why } => {
                Observation { sent_at: *sent_at, ..because(error("Stopped::InDoubt"), why) }
            }
            Self::NotYet { why, .. } => because(error("Stopped::NotYet"), why),
            Self::Fix(fault) => error("Stopped::Fix").fault(fault),
            Self::Unreadable(fault) => error("Stopped::Unreadable").fault(fault),
            Self::NotStored { tokens, why } => {
                tokens.observation().failed("Stopped::NotStored", self.remedy()).fault(why)
            }
        }
    }
}

fn because<'a>(seen: Observation<'a>, why: &'a Option<Box<RenewalError>>) -> Observation<'a> {
    match why {
        Some(why) => renewal(seen, why),
        None => seen,
    }
}

impl One for NotStored {
    fn observation(&self) -> Observation<'_> {
        Observation::error("NotStored", self.remedy()).fault(self)
    }
}

impl One for RecordFault {
    fn observation(&self) -> Observation<'_> {
        Observation::error("RecordFault", self.remedy()).fault(self)
    }
}
