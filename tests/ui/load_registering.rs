//! Who holds the bytes does not know whether a client was registered.
//@ error: E0277
//@ mistake: `Registering` is not loaded: its request may have been sent
//@ section: RFC 7591 section 3
//@ instead: load the same bytes as `RegistrationInDoubt`

use oauth_proto::{registration::Registering, stored};

pub fn load(row: &[u8]) {
    let _ = stored::load::<Registering>(row);
}
