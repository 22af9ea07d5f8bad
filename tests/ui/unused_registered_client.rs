//! A client that is registered and dropped stays at the server, and nobody can use it.
//@ error: unused_must_use
//@ mistake: a registered client that is dropped is lost, and stays at the server: store it
//@ section: RFC 7591 section 3.2.1
//@ instead: store it
#![deny(unused_must_use)]

use oauth_proto::{Outcome, registration::{RegistrationError, Registering}};

pub fn forget(registering: Registering, outcome: Outcome) -> Result<(), RegistrationError> {
    registering.finish(outcome)?;
    Ok(())
}
