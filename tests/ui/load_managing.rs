//! Who holds the bytes does not know whether the client was changed.
//@ error: E0277
//@ mistake: `Managing` is not loaded: its request may have been sent
//@ section: RFC 7592 section 2
//@ instead: load the same bytes as `RegisteredClient`, and ask it: `client.unconfirmed()`

use oauth_proto::{registration::Managing, stored};

pub fn load(row: &[u8]) {
    let _ = stored::load::<Managing>(row);
}
