//! ReceivedCode: a code was received for a login of ours, and no server has seen it yet.

use serde::{Deserialize, Serialize};

use super::InFlight;
use crate::{
    client::AnyClient,
    error::RequestError,
    exchange,
    grant::AuthorizationCode,
    http::Request,
    intent::Intent,
    vocabulary::{Secret, Timestamp, secret},
};

/// A code that is known not to have reached the server: what `finish` hands back when nothing was sent, or when an
/// answer spent nothing.
///
/// It is neither `Clone` nor stored: a code is sent once. Codes live for minutes; send it soon.
#[derive(Debug)]
#[must_use = "the code is not spent; exchange it"]
pub struct ReceivedCode(ReceivedCodeRecord);

/// What is written into the journal of an exchange.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReceivedCodeRecord {
    #[serde(serialize_with = "secret::store", deserialize_with = "secret::load")]
    pub(crate) code: Secret,
    #[serde(with = "secret::option", default, skip_serializing_if = "Option::is_none")]
    pub(crate) verifier: Option<Secret>,
    #[serde(with = "secret::option", default, skip_serializing_if = "Option::is_none")]
    pub(crate) nonce: Option<Secret>,
    pub(crate) intent: Intent,
}

impl ReceivedCode {
    pub(crate) fn from_record(record: ReceivedCodeRecord) -> Self {
        Self(record)
    }

    pub(crate) fn record(&self) -> &ReceivedCodeRecord {
        &self.0
    }

    pub(crate) fn into_record(self) -> ReceivedCodeRecord {
        self.0
    }

    /// What was asked for.
    pub fn intent(&self) -> &Intent {
        &self.0.intent
    }

    /// Makes the token request (RFC 6749 section 4.1.3).
    ///
    /// # Errors
    /// The client is another one; the code is handed back.
    pub fn exchange(
        self, // spent: a code is sent once (RFC 6749 section 4.1.2); for another, call `authorize`
        client: &AnyClient,
        now: Timestamp,
    ) -> Result<(Request, InFlight<AuthorizationCode>), RequestError<Self>> {
        let record = &self.0;
        match exchange::code_request(client, &record.intent, &record.code, record.verifier.as_ref()) {
            Ok(request) => Ok((request, InFlight::new(self, client, now))),
            Err(fault) => Err(RequestError::new(self, fault)),
        }
    }
}
