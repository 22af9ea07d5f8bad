//! What a server answers to a registration (RFC 7591 section 3.2).

use serde_json::Value;

use super::Ran;
use crate::{
    came::Came,
    input::{BODY, Input},
    registration_scenario,
};

/// The answer to a registration that was sent at 0 s.
pub fn run(input: &Input<'_>) -> Ran {
    input.only(&[&["status", "headers"][..], &BODY].concat())?;
    let (_request, registering) = registration_scenario::registering();
    let client = registering.finish(input.response()?.into())?;
    let seconds = |at: oauth_proto::Timestamp| at.as_unix_millis() / 1000;
    let secret = client.client_secret().map_or(Value::Null, |secret| secret.expose().into());
    Ok(Came::ok([
        ("client_id", client.client_id().into()),
        ("client_secret", secret),
        ("secret_expires", client.secret_expires_at().map(seconds).into()),
    ]))
}
