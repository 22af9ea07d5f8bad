//! Where the authorization code grant ends (RFC 6749 section 4.1).

use crate::{
    dialect::{Nonce, TokenAnswer},
    error::AnswerFault,
    grant::{AuthorizationCode, Grant, private},
    intent::Intent,
    provider::CheckedProvider,
    state::{Granted, ReceivedCode},
    vocabulary::Secret,
};

impl Grant for AuthorizationCode {
    type Issued = Granted;
    type Origin = ReceivedCode;
    type Remains = Intent;
}

#[allow(private_interfaces)]
impl private::Exchange for AuthorizationCode {
    const TAG: &'static str = "in_flight/authorization_code/1";

    fn issue(
        origin: ReceivedCode,
        mut answer: TokenAnswer,
        provider: &CheckedProvider,
    ) -> Result<Granted, (AnswerFault, Intent)> {
        let mut record = origin.into_record();
        if let Err(fault) = check_nonce(provider.dialect.authorize.nonce, record.nonce.as_ref(), &answer) {
            return Err((fault, record.intent));
        }
        // What the server says now is newer than what the browser brought.
        record.extras.extend(std::mem::take(&mut answer.extras));
        answer.extras = record.extras;
        Ok(Granted::new(answer, record.intent, provider))
    }

    fn remains(origin: ReceivedCode) -> Intent {
        origin.into_record().intent
    }
}

/// The nonce that came with the tokens must be the one that was sent: the answer is bound to the login by it.
pub(in crate::state) fn check_nonce(
    rule: Nonce,
    sent: Option<&Secret>,
    answer: &TokenAnswer,
) -> Result<(), AnswerFault> {
    match (rule, sent, &answer.nonce) {
        (Nonce::EchoedWithTokens, Some(sent), Some(came)) if sent.matches(came.expose()) => Ok(()),
        (Nonce::EchoedWithTokens, Some(_), Some(_)) => Err(AnswerFault::NonceMismatch),
        (Nonce::EchoedWithTokens, _, _) => Err(AnswerFault::NonceMissing),
        (Nonce::Off, _, _) => Ok(()),
    }
}
