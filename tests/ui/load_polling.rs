//! Who holds the bytes does not know whether the poll was sent.
//@ error: E0277
//@ mistake: `Polling` is not loaded
//@ section: RFC 8628 section 3.5
//@ instead: load the same bytes as `AwaitingUser`, and poll again

use oauth_proto::{device::Polling, stored};

pub fn load(row: &[u8]) {
    let _ = stored::load::<Polling>(row);
}
