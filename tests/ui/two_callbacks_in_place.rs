//! A login answers one callback, also where the callback is made in the call.
//@ error: E0382
//@ rustc's own words: rustc shows our line where every argument is a plain variable, and not where one is made in the call; `clone_awaiting_code` is the next step, and says it

use oauth_proto::{AnyClient, AwaitingCode, Callback, Timestamp};

pub fn answer(awaiting: AwaitingCode, client: &AnyClient, first: &str, second: &str, now: Timestamp) {
    let _ = awaiting.receive(client, Callback::url(first), now);
    let _ = awaiting.receive(client, Callback::url(second), now);
}
