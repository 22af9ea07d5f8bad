//! A refresh token is used once, also where the client is not yet an `AnyClient`.
//@ error: E0382
//@ rustc's own words: rustc shows our line where every argument is passed as it is, and not where it is dereferenced first; `clone_refreshable` is the next step, and says it

use oauth_proto::{Authorized, Client, Confidential, Refreshable, Timestamp};

pub fn renew(token: Authorized<Refreshable>, client: &Client<Confidential>, now: Timestamp) {
    let _ = token.refresh(client, now);
    let _ = token.refresh(client, now);
}
