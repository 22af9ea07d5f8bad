//! The device authorization response (RFC 8628 section 3.2).

use std::{num::NonZeroU64, time::Duration};

use super::verification_uri::VerificationUri;
use crate::{
    error::AnswerFault,
    json::{Object, required},
    vocabulary::{Secret, grammar},
};

/// What the server made for one login.
pub(super) struct Codes {
    pub(super) device_code: Secret,
    /// The user's, and nobody else's.
    pub(super) user_code: Secret,
    pub(super) verification_uri: VerificationUri,
    pub(super) verification_uri_complete: Option<VerificationUri>,
    /// How long both codes live.
    pub(super) lifetime: Duration,
    /// Seconds.
    pub(super) interval: NonZeroU64,
}

/// RFC 8628 section 3.2: "If no value is provided, clients MUST use 5 as the default."
const INTERVAL: NonZeroU64 = NonZeroU64::MIN.saturating_add(4);

pub(super) fn read(object: &Object<'_>) -> Result<Codes, AnswerFault> {
    let device_code = required("device_code", object.text("device_code")?)?;
    if !grammar::is_token_text(&device_code) {
        return Err(AnswerFault::Malformed("device_code"));
    }
    let user_code = required("user_code", object.text("user_code")?)?;
    if !is_user_code(&user_code) {
        return Err(AnswerFault::Malformed("user_code"));
    }
    Ok(Codes {
        device_code: device_code.into(),
        user_code: user_code.into(),
        // No alias is read: `verification_url` is of a draft, and who reads both lets one server show two addresses.
        verification_uri: required("verification_uri", uri(object, "verification_uri")?)?,
        verification_uri_complete: uri(object, "verification_uri_complete")?,
        lifetime: Duration::from_secs(required("expires_in", object.count("expires_in")?)?),
        interval: interval(object)?,
    })
}

/// What a user can read and type, and no terminal or page acts on: printable ASCII, and not a page of it.
pub(super) fn is_user_code(text: &str) -> bool {
    (1..=256).contains(&text.len()) && text.bytes().all(grammar::is_vschar)
}

fn uri(object: &Object<'_>, name: &'static str) -> Result<Option<VerificationUri>, AnswerFault> {
    let Some(text) = object.text(name)? else { return Ok(None) };
    VerificationUri::new(text.into()).map(Some).ok_or(AnswerFault::Malformed(name))
}

/// A number of seconds, more than none: who polls without a pause is no client but a flood. A fraction is rounded up,
/// so that nobody is asked too early.
fn interval(object: &Object<'_>) -> Result<NonZeroU64, AnswerFault> {
    let Some(json) = object.json("interval") else { return Ok(INTERVAL) };
    let seconds: Option<f64> = serde_json::from_str(json).ok();
    // The cast saturates, which is what is wanted of a number beyond `u64`, and of one below 0.
    let seconds = seconds.and_then(|seconds| NonZeroU64::new(seconds.ceil() as u64));
    seconds.ok_or(AnswerFault::Malformed("interval"))
}
