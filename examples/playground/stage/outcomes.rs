//! From what a call of the machine returns to the state that is held next, and what was said about it.

use oauth_proto::{
    CallbackError, FinishError, InDoubt, InFlight, Outcome, Request, TokenSet, error::RequestError, grant::Grant,
    revocation::Revoking,
};

use super::Held;

/// What came of a call: the state that follows, and what was said about it.
pub struct Came {
    pub held: Held,
    pub said: Option<String>,
}

impl<S: Into<Held>> From<S> for Came {
    fn from(state: S) -> Self {
        Self { held: state.into(), said: None }
    }
}

pub fn came(state: impl Into<Held>, said: impl ToString) -> Came {
    Came { held: state.into(), said: Some(said.to_string()) }
}

/// A request and what waits for it; or the state, and why there is none.
pub fn asked<W, S>(made: Result<(Request, W), RequestError<S>>) -> Came
where
    (Request, W): Into<Held>,
    S: Into<Held> + std::fmt::Debug,
{
    match made {
        Ok(made) => made.into().into(),
        Err(error) => {
            let said = error.to_string();
            came(error.into_origin(), said)
        }
    }
}

pub fn received<N: Into<Held>, W: Into<Held> + std::fmt::Debug>(came_back: Result<N, CallbackError<W>>) -> Came {
    let error = match came_back {
        Ok(next) => return next.into().into(),
        Err(error) => error,
    };
    let said = error.to_string();
    match error {
        CallbackError::NotOurs { awaiting, .. } | CallbackError::WrongClient { awaiting, .. } => came(*awaiting, said),
        CallbackError::TooLate { intent }
        | CallbackError::Refused { intent, .. }
        | CallbackError::Unusable { intent, .. } => came(*intent, said),
    }
}

pub fn finished<G: Grant>(waits: InFlight<G>, outcome: Outcome) -> Came
where
    G::Issued: Into<Held>,
    G::Origin: Into<Held>,
    G::Remains: Into<Held>,
    InDoubt<G>: Into<Held>,
{
    let error = match waits.finish(outcome) {
        Ok(issued) => return issued.into().into(),
        Err(error) => error,
    };
    let said = error.to_string();
    match error {
        FinishError::NotSent { origin, .. } | FinishError::Refused { origin, .. } => came(*origin, said),
        FinishError::Dead { remains, .. } | FinishError::Untrusted { remains, .. } => came(*remains, said),
        FinishError::InDoubt { in_doubt, .. } => came(*in_doubt, said),
    }
}

pub fn revoked<C>(waits: Revoking<TokenSet<C>>, outcome: Outcome) -> Came
where
    TokenSet<C>: Into<Held> + std::fmt::Debug,
{
    match waits.finish(outcome) {
        Ok(intent) => Held::from(intent).into(),
        Err(error) => {
            let said = error.to_string();
            came(error.into_origin(), said)
        }
    }
}
