//! The answer to a token exchange (RFC 8693 section 2.2.1): an answer as this dialect has it, with one member more.

use crate::{
    dialect::{AnswerReader, Presented, Reading, Refusal, ResponseStep, TokenAnswer, read_answer},
    error::{AnswerFault, ConfigError, Doubt, Reason},
    http::Response,
    provider::CheckedProvider,
    vocabulary::{Extras, Scope, Timestamp},
};

use super::TokenType;

/// What the issued token is. No dialect renames it.
const ISSUED: &str = "issued_token_type";

/// The token type of what is no access token.
const NOT_APPLICABLE: &str = "N_A";

/// Whether this dialect's answers have a place for what an exchange adds.
pub(super) fn check(response: &ResponseStep) -> Result<(), ConfigError> {
    let refused = |_| ConfigError::new("dialect.response.issued_token_type", Reason::Repeated);
    AnswerReader::new("dialect.response", &step(response)).map(drop).map_err(refused)
}

/// Reads an answer whose token is of a kind, and may be no access token. What the RFC adds is kept with what came along.
pub(super) fn read(
    provider: &CheckedProvider,
    response: &Response,
    sent_at: Timestamp,
    expected_scope: &Scope,
) -> Result<TokenAnswer, Refusal> {
    let (dialect, limits) = (&provider.dialect, &provider.limits);
    let step = step(&dialect.response);
    // It was made when the exchange began, and is made again.
    let reader = AnswerReader::new("dialect.response", &step).map_err(|_| missing())?;
    let presented = Presented::Grant;
    let reading = Reading { dialect, step: &step, reader: &reader, limits, sent_at, presented, expected_scope };
    let answer = read_answer(&reading, response)?;
    match answer.extras.get(ISSUED).map(TokenType::read) {
        Some(Some(_)) => Ok(answer),
        Some(None) => Err(unreadable(AnswerFault::Malformed(ISSUED))),
        None => Err(missing()),
    }
}

/// The same answer, where the kind of the token and how it is used are kept.
fn step(response: &ResponseStep) -> ResponseStep {
    let mut step = response.clone();
    step.token_types.push(NOT_APPLICABLE.into());
    for path in [ISSUED, response.rename.wire("token_type")] {
        if !step.keep.iter().any(|kept| kept == path) {
            step.keep.push(path.to_owned());
        }
    }
    step
}

/// The kind of the issued token, and whether it is an access token. What the data does not keep is taken out.
pub(super) fn take_kind(answer: &mut TokenAnswer, response: &ResponseStep) -> Option<(TokenType, bool)> {
    let extras = std::mem::take(&mut answer.extras);
    let issued = TokenType::read(extras.get(ISSUED)?)?;
    let token_type = extras.get(response.rename.wire("token_type"));
    // RFC 8693 section 2.2.1: the value is compared in any case. What section 3 says is no access token is none,
    // whatever else is said of it: no API may see it.
    let usable = !token_type.is_some_and(|text| text.eq_ignore_ascii_case(NOT_APPLICABLE));
    answer.extras = kept(&extras, response);
    Some((issued.clone(), usable && !issued.is_no_access_token()))
}

fn kept(extras: &Extras, response: &ResponseStep) -> Extras {
    let mut kept = Extras::default();
    for (name, value) in extras.iter().filter(|(name, _)| response.keep.iter().any(|each| each == name)) {
        kept.insert(name, value);
    }
    kept
}

fn missing() -> Refusal {
    unreadable(AnswerFault::Missing(ISSUED))
}

fn unreadable(fault: AnswerFault) -> Refusal {
    Refusal::Doubt(Doubt::Unreadable(fault))
}
