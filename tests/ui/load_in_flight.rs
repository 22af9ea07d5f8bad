//! Who holds the bytes does not know whether the request was sent.
//@ error: E0277
//@ mistake: is not loaded: its request may have been sent
//@ section: RFC 6749 section 4.1.2
//@ instead: load the same bytes as `InDoubt`, then call `retry`, `assume_unspent` or `assume_spent`

use oauth_proto::{InFlight, grant::RefreshToken, stored};

pub fn load(row: &[u8]) {
    let _ = stored::load::<InFlight<RefreshToken>>(row);
}
