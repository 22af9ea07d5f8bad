//! The states that a world holds.

use crate::{
    AnyTokenSet, AwaitingCode, AwaitingToken, InDoubt, InFlight, Intent, Keeper, ReceivedCode,
    fuzzing::claims,
    grant::{
        AuthorizationCode, ClientCredentials, FollowUp, Grant, ImplicitWithRefresh, Password, RefreshToken, Reissue,
    },
    stored,
};

/// One state. With a code or refresh token that is on its way comes its text.
#[derive(Debug)]
pub(super) enum Held {
    AwaitingCode(AwaitingCode),
    AwaitingToken(AwaitingToken<ImplicitWithRefresh>),
    Received(ReceivedCode),
    Code(Flight<AuthorizationCode>),
    Refresh(Flight<RefreshToken>),
    Credentials(Flight<ClientCredentials>),
    Reissue(Flight<Reissue>),
    Password(Flight<Password>),
    FollowUp(Flight<FollowUp>),
    Tokens(AnyTokenSet),
    Keeper(Keeper),
    Intent(Intent),
}

/// A request that was sent, its answer to come or in doubt.
#[derive(Debug)]
pub(super) enum Flight<G: Grant> {
    Sent(InFlight<G>, OneShot),
    Doubt(InDoubt<G>, OneShot),
}

/// The text of what may be sent once, if that is in the request. It is no part of a state, so it is not shown.
#[derive(Clone, Default)]
pub(super) struct OneShot(pub(super) Option<String>);

impl std::fmt::Debug for OneShot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("OneShot")
    }
}

impl<G: Grant> Flight<G> {
    /// The process ends, and another reads its journal: what was in flight is in doubt.
    pub(super) fn crash(self) -> Self {
        let (row, one_shot) = match self {
            Self::Sent(flight, one_shot) => (stored::save(&flight), one_shot),
            Self::Doubt(doubt, one_shot) => (claims::kept(&doubt), one_shot),
        };
        let doubt: InDoubt<G> = claims::must(stored::load(row.as_bytes()), "a journal loads");
        assert_eq!(stored::save(&doubt), row, "a journal is stored again as it was");
        Self::Doubt(doubt, one_shot)
    }
}

impl Held {
    /// Stores it and loads it again.
    pub(super) fn reload(self) -> Self {
        fn back<S: stored::Stored + serde::Serialize + serde::de::DeserializeOwned>(state: &S) -> S {
            claims::must(stored::load(claims::kept(state).as_bytes()), "what was stored loads")
        }
        match self {
            Self::AwaitingCode(state) => Self::AwaitingCode(back(&state)),
            Self::AwaitingToken(state) => Self::AwaitingToken(back(&state)),
            Self::Tokens(state) => Self::Tokens(back(&state)),
            Self::Keeper(state) => Self::Keeper(back(&state)),
            Self::Code(flight) => Self::Code(flight.crash()),
            Self::Refresh(flight) => Self::Refresh(flight.crash()),
            Self::Credentials(flight) => Self::Credentials(flight.crash()),
            Self::Reissue(flight) => Self::Reissue(flight.crash()),
            Self::Password(flight) => Self::Password(flight.crash()),
            Self::FollowUp(flight) => Self::FollowUp(flight.crash()),
            // These two are not stored by themselves.
            other @ (Self::Received(_) | Self::Intent(_)) => other,
        }
    }
}
