//! Where each grant ends: what an answer turns into, and what is left after a final no.

mod authorization_code;
mod client_credentials;
mod follow_up;
mod implicit;
mod journal;
mod password;
mod refresh_token;

pub(super) use authorization_code::check_nonce;
pub(crate) use client_credentials::NO_USER;
