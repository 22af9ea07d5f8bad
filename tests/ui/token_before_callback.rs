//! There is no code before the browser came back.
//@ error: E0277
//@ mistake: no token is asked for before the callback
//@ section: RFC 6749 section 4.1.3
//@ instead: `awaiting.receive(&client, callback, now)`

use oauth_proto::{AwaitingCode, Outcome};

pub fn answer(awaiting: AwaitingCode, outcome: Outcome) {
    let _ = awaiting.finish(outcome);
}
