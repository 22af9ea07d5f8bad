//! A request in doubt is decided on.
//@ error: unused_must_use
//@ mistake: dropped, the code or token in it is lost
//@ section: RFC 6749 section 10.5
//@ instead: decide what became of the request: `retry`, `assume_unspent` or `assume_spent`
#![deny(unused_must_use)]

use oauth_proto::{
    InDoubt,
    grant::RefreshToken,
    stored::{StoredError, load},
};

pub fn restart(row: &[u8]) -> Result<(), StoredError> {
    load::<InDoubt<RefreshToken>>(row)?;
    Ok(())
}
