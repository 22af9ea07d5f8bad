//! Where extension grants and token exchange end.

use super::{
    Exchanged, Extension, IssuedToken, TokenExchange,
    exchange_answer::{read, take_kind},
};
use crate::{
    dialect::{RefreshCredential, Refusal, TokenAnswer},
    error::AnswerFault,
    grant::{
        Grant,
        private::{self, Journal},
    },
    http::Response,
    intent::Intent,
    provider::CheckedProvider,
    state::Granted,
    vocabulary::Timestamp,
};

/// A server may take an assertion once (RFC 7523 section 3), and no state keeps it.
const PRESENTED: &str = "what it presented may be spent; `assume_spent` leaves the `Intent` to ask again with, and what \
                         is presented is made afresh";

impl Grant for Extension {
    type Issued = Granted;
    type Origin = Intent;
    /// What was asked for: an assertion is made anew.
    type Remains = Intent;
}

#[allow(private_interfaces)]
impl private::Exchange for Extension {
    const TAG: &'static str = "in_flight/extension/1";
    const BEGIN_AGAIN: &'static str = "begin again with a fresh assertion";
    const IN_DOUBT: &'static str = PRESENTED;

    fn issue(
        origin: Intent,
        answer: TokenAnswer,
        provider: &CheckedProvider,
    ) -> Result<Granted, (AnswerFault, Intent)> {
        Ok(Granted::new(answer, origin, provider))
    }

    fn remains(origin: Intent) -> Intent {
        origin
    }
}

impl Grant for TokenExchange {
    type Issued = Exchanged;
    type Origin = Intent;
    /// What was asked for: the tokens that were presented are the caller's, and as they were (RFC 8693 section 2.1).
    type Remains = Intent;
}

#[allow(private_interfaces)]
impl private::Exchange for TokenExchange {
    const TAG: &'static str = "in_flight/token_exchange/1";
    const BEGIN_AGAIN: &'static str = "begin again with a fresh token to exchange";
    const IN_DOUBT: &'static str = PRESENTED;

    fn read(
        origin: &Intent,
        response: &Response,
        sent_at: Timestamp,
        provider: &CheckedProvider,
    ) -> Result<TokenAnswer, Refusal> {
        read(provider, response, sent_at, origin.expected_scope())
    }

    fn issue(
        origin: Intent,
        mut answer: TokenAnswer,
        provider: &CheckedProvider,
    ) -> Result<Exchanged, (AnswerFault, Intent)> {
        match take_kind(&mut answer, &provider.dialect.response) {
            Some((issued_type, true)) => {
                Ok(Exchanged::AccessToken { granted: Granted::new(answer, origin, provider), issued_type })
            }
            Some((token_type, false)) => {
                // Where an access token renews itself, this one does not: it is none.
                if provider.dialect.refresh.credential == RefreshCredential::Access {
                    answer.refresh_token = None;
                }
                Ok(Exchanged::Other(IssuedToken::new(answer, token_type, origin)))
            }
            // It was looked at when the answer was read.
            None => Err((AnswerFault::Missing("issued_token_type"), origin)),
        }
    }

    fn remains(origin: Intent) -> Intent {
        origin
    }
}
