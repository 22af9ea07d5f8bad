//! A state of the crate's, whichever it is.

use oauth_proto::{
    AccessOnly, AwaitingCode, InDoubt, InFlight, Intent, ReceivedCode, Refreshable, TokenSet,
    grant::{AuthorizationCode, RefreshToken},
    stored,
};

/// A state of the crate's.
#[derive(Debug)]
pub enum State {
    LoggedOut(Option<Intent>),
    Waiting(AwaitingCode),
    Code(ReceivedCode),
    CodeSent(InFlight<AuthorizationCode>),
    CodeInDoubt(InDoubt<AuthorizationCode>),
    Tokens(TokenSet<Refreshable>),
    AccessOnly(TokenSet<AccessOnly>),
    RefreshSent(InFlight<RefreshToken>),
    RefreshInDoubt(InDoubt<RefreshToken>),
}

/// The model's word for it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Phase {
    LoggedOut,
    Waiting,
    Code,
    Sent,
    InDoubt,
    Tokens,
}

impl State {
    pub fn phase(&self) -> Phase {
        match self {
            Self::LoggedOut(_) => Phase::LoggedOut,
            Self::Waiting(_) => Phase::Waiting,
            Self::Code(_) => Phase::Code,
            Self::CodeSent(_) | Self::RefreshSent(_) => Phase::Sent,
            Self::CodeInDoubt(_) | Self::RefreshInDoubt(_) => Phase::InDoubt,
            Self::Tokens(_) | Self::AccessOnly(_) => Phase::Tokens,
        }
    }

    /// What a store would hold; a received code is not stored.
    pub fn row(&self) -> Option<String> {
        Some(match self {
            Self::LoggedOut(_) | Self::Code(_) => return None,
            Self::Waiting(state) => stored::save(state),
            Self::CodeSent(state) => stored::save(state),
            Self::CodeInDoubt(state) => stored::save(state),
            Self::Tokens(state) => stored::save(state),
            Self::AccessOnly(state) => stored::save(state),
            Self::RefreshSent(state) => stored::save(state),
            Self::RefreshInDoubt(state) => stored::save(state),
        })
    }
}
