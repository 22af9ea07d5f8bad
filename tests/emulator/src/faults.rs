//! Things that go wrong on the way, on demand.

use std::collections::VecDeque;
use std::time::Duration;

/// A fault that the next matching back-channel request meets, once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The connection closes without an answer; nothing was done.
    CutBeforeActing,
    /// The request was carried out, then the connection closes without an answer.
    CutAfterActing,
    /// Status 500; nothing was done.
    Status500BeforeActing,
    /// The request was carried out, then status 500.
    Status500AfterActing,
    /// Status 429 with `Retry-After`; nothing was done.
    TooManyRequests {
        /// The value of `Retry-After`.
        retry_after_seconds: u64,
    },
    /// The request was carried out; status 200, `application/json`, and a body that is no JSON.
    Garbage,
    /// The request was carried out; the answer comes after this much real time.
    Slow(Duration),
    /// The request was carried out; the body is shorter than its `Content-Length`, then the connection closes.
    ShortBody,
    /// Status 303 to another address; nothing was done.
    Redirect303 {
        /// The value of `Location`.
        to: String,
    },
    /// Status 307 to another address; nothing was done.
    Redirect307 {
        /// The value of `Location`.
        to: String,
    },
}

/// Faults that wait for their request.
#[derive(Clone, Debug, Default)]
pub(crate) struct Queue(VecDeque<(Option<String>, Fault)>);

impl Queue {
    /// Without a path the fault waits for any request of a client to the authorization server.
    pub(crate) fn push(&mut self, path: Option<String>, fault: Fault) {
        self.0.push_back((path, fault));
    }

    /// `exact_only` is true for the API, which is no part of the authorization server.
    pub(crate) fn take(&mut self, path: &str, exact_only: bool) -> Option<Fault> {
        let matches = |wanted: &Option<String>| match wanted {
            Some(wanted) => wanted == path,
            None => !exact_only,
        };
        let at = self.0.iter().position(|(wanted, _)| matches(wanted))?;
        self.0.remove(at).map(|(_, fault)| fault)
    }
}
