//! The states, what they send, and what comes back.

use super::{
    Observation, Observer, Subject,
    seen::{One, Seen},
};
use crate::{
    challenge::{Challenged, Verdict},
    error::Remedy,
    grant::{
        AuthorizationCode, ClientCredentials, FrontChannelTokens, Grant, Implicit, ImplicitWithRefresh, Password,
        private::Journal,
    },
    http::{Outcome, Request, Response},
    intent::Intent,
    keeper::{Keeper, Turn},
    revocation::{Revoking, RevokingAccessToken},
    state::{
        AuthorizationUrl, Authorized, AwaitingCode, AwaitingToken, Expired, Granted, InDoubt, InFlight, ReceivedCode,
        Standing,
    },
    token::{AnyTokenSet, Capability, TokenSet},
};

/// The grant, of the tag of its stored state: `in_flight/refresh_token/1`.
pub(super) fn grant_of(tag: &'static str) -> &'static str {
    tag.split('/').nth(1).unwrap_or(tag)
}

/// `Unauthorized` of each grant.
macro_rules! unauthorized {
    ($($grant:ty: $name:expr),* $(,)?) => {$(
        impl $crate::observe::seen::One for $crate::Unauthorized<$grant> {
            fn observation(&self) -> $crate::observe::Observation<'_> {
                $crate::observe::Observation::state("Unauthorized").grant($name).asked(self.intent())
            }
        }
    )*};
}
#[cfg(any(feature = "device", feature = "extension-grants", feature = "par"))]
pub(super) use unauthorized;

unauthorized! {
    AuthorizationCode: "authorization_code",
    Implicit: "implicit",
    ImplicitWithRefresh: "implicit_with_refresh",
    Password: "password",
    ClientCredentials: "client_credentials",
}

impl One for Request {
    fn observation(&self) -> Observation<'_> {
        let method = Some(self.method().as_str());
        Observation { method, ..Observation::new(Subject::Request, "Request") }.url(self.shown_address())
    }
}

impl One for AuthorizationUrl {
    fn observation(&self) -> Observation<'_> {
        Observation::state("AuthorizationUrl").url(self.as_str())
    }
}

impl One for Response {
    fn observation(&self) -> Observation<'_> {
        Observation { status: Some(self.status()), ..Observation::new(Subject::Answer, "Response") }
    }
}

/// A transport's error is the caller's own, and may hold a URL.
impl One for Outcome {
    fn observation(&self) -> Observation<'_> {
        match self {
            Self::Answered(response) => Observation { name: "Outcome::Answered", ..response.observation() },
            Self::NotSent(_) => Observation::new(Subject::Answer, "Outcome::NotSent"),
            Self::Lost(_) => Observation::new(Subject::Answer, "Outcome::Lost"),
        }
    }
}

impl One for Intent {
    fn observation(&self) -> Observation<'_> {
        Observation::state("Intent").asked(self)
    }
}

impl One for AwaitingCode {
    fn observation(&self) -> Observation<'_> {
        let seen = Observation::state("AwaitingCode").grant("authorization_code");
        seen.asked(self.intent()).expires_at(self.closes_at())
    }
}

impl<G: FrontChannelTokens> One for AwaitingToken<G> {
    fn observation(&self) -> Observation<'_> {
        let seen = Observation::state("AwaitingToken").grant(grant_of(G::TAG));
        seen.asked(self.intent()).expires_at(self.closes_at())
    }
}

impl One for ReceivedCode {
    fn observation(&self) -> Observation<'_> {
        Observation::state("ReceivedCode").grant("authorization_code").asked(self.intent())
    }
}

/// What is known of a request by the state before it.
pub(super) fn before<'a, G: Grant>(seen: Observation<'a>, origin: &'a G::Origin) -> Observation<'a> {
    let asked = origin.asked();
    seen.grant(grant_of(G::TAG)).asked(asked).granted(origin.expected_scope(), asked.scope())
}

impl<G: Grant> One for InFlight<G> {
    fn observation(&self) -> Observation<'_> {
        before::<G>(Observation::state("InFlight"), self.origin()).sent_at(self.sent_at())
    }
}

impl<G: Grant> One for InDoubt<G> {
    fn observation(&self) -> Observation<'_> {
        let seen = before::<G>(Observation::state("InDoubt"), self.origin()).sent_at(self.sent_at());
        Observation { remedy: Some(Remedy::Decide), ..seen }
    }
}

impl<C: Capability> One for TokenSet<C> {
    fn observation(&self) -> Observation<'_> {
        let seen = Observation::state("TokenSet").asked(self.intent()).granted(self.scope(), self.requested_scope());
        Observation { capability: Some(C::NAME), expires_at: self.expires_at(), ..seen }
    }
}

impl One for AnyTokenSet {
    fn observation(&self) -> Observation<'_> {
        let (name, seen) = match self {
            Self::Refreshable(set) => ("AnyTokenSet::Refreshable", set.observation()),
            Self::Reissuable(set) => ("AnyTokenSet::Reissuable", set.observation()),
            Self::AccessOnly(set) => ("AnyTokenSet::AccessOnly", set.observation()),
        };
        Observation { name, ..seen }
    }
}

impl<C: Capability> One for Authorized<C> {
    fn observation(&self) -> Observation<'_> {
        Observation { name: "Authorized", ..self.tokens().observation() }
    }
}

impl<C: Capability> One for Expired<C> {
    fn observation(&self) -> Observation<'_> {
        Observation { name: "Expired", ..self.tokens().observation() }
    }
}

impl<C: Capability> One for Standing<C> {
    fn observation(&self) -> Observation<'_> {
        match self {
            Self::Authorized(authorized) => Observation { name: "Standing::Authorized", ..authorized.observation() },
            Self::Expired(expired) => Observation { name: "Standing::Expired", ..expired.observation() },
        }
    }
}

impl One for Granted {
    fn observation(&self) -> Observation<'_> {
        match self {
            Self::Refreshable(authorized) => Observation { name: "Granted::Refreshable", ..authorized.observation() },
            Self::AccessOnly(authorized) => Observation { name: "Granted::AccessOnly", ..authorized.observation() },
        }
    }
}

/// What an API asks for is its word, and is not told.
impl<C: Capability> One for Challenged<C> {
    fn observation(&self) -> Observation<'_> {
        let (name, seen) = match self {
            Self::Rejected(expired) => ("Challenged::Rejected", expired.observation()),
            Self::InsufficientScope { authorized, .. } => ("Challenged::InsufficientScope", authorized.observation()),
            Self::StepUp { authorized, .. } => ("Challenged::StepUp", authorized.observation()),
            Self::NotAboutTheToken(authorized) => ("Challenged::NotAboutTheToken", authorized.observation()),
        };
        Observation { name, ..seen }
    }
}

impl One for Verdict {
    fn observation(&self) -> Observation<'_> {
        Observation::state(match self {
            Self::Rejected => "Verdict::Rejected",
            Self::InsufficientScope { .. } => "Verdict::InsufficientScope",
            Self::StepUp(_) => "Verdict::StepUp",
            Self::NotAboutTheToken => "Verdict::NotAboutTheToken",
        })
    }
}

impl<S: One> One for Revoking<S> {
    fn observation(&self) -> Observation<'_> {
        Observation { name: "Revoking", ..self.tokens().observation() }
    }
}

impl<C: Capability> One for RevokingAccessToken<C> {
    fn observation(&self) -> Observation<'_> {
        Observation { name: "RevokingAccessToken", ..self.tokens().observation() }
    }
}

impl One for Keeper {
    fn observation(&self) -> Observation<'_> {
        Observation { name: "Keeper", ..self.tokens().observation() }
    }
}

/// With its request, where it has one.
impl Seen for Turn {
    fn each(&self, observer: &mut dyn Observer) {
        let failed = |name, remedy| Observation { remedy: Some(remedy), ..Observation::state(name) };
        let seen = match self {
            Self::Use(_) => Observation::state("Turn::Use"),
            Self::Send(request, _) => {
                request.each(observer);
                Observation::state("Turn::Send")
            }
            Self::Wait { .. } => Observation::state("Turn::Wait"),
            Self::Decide { sent_at } => failed("Turn::Decide", Remedy::Decide).sent_at(*sent_at),
            Self::LogIn => failed("Turn::LogIn", Remedy::LogIn),
            Self::Fix(fault) => failed("Turn::Fix", fault.remedy()).fault(fault),
        };
        observer.see(&seen);
    }
}
