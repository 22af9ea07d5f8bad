//! NotReached: a client that has no way to a state.

use std::{error::Error, fmt};

/// A client does not come to the state that a test asked for: its data lacks an endpoint, its kind is another one, or its
/// dialect cannot say what the answer is to say.
#[derive(Debug)]
pub struct NotReached {
    state: &'static str,
    why: Box<dyn Error + Send + Sync>,
}

impl NotReached {
    pub(super) fn new(state: &'static str, why: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { state, why: why.into() }
    }

    /// For `map_err`.
    pub(super) fn at<E: Into<Box<dyn Error + Send + Sync>>>(state: &'static str) -> impl FnOnce(E) -> Self {
        move |why| Self::new(state, why)
    }
}

impl fmt::Display for NotReached {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "this client does not come to this state: {}", self.state)
    }
}

impl Error for NotReached {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&*self.why)
    }
}
