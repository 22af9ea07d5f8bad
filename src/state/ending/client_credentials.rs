//! Where the client credentials grant ends (RFC 6749 section 4.4), the first time and again.

use crate::{
    dialect::TokenAnswer,
    error::AnswerFault,
    grant::{ClientCredentials, Grant, Reissue, private},
    intent::Intent,
    provider::CheckedProvider,
    state::Authorized,
    token::{Reissuable, TokenSet},
};

impl Grant for ClientCredentials {
    type Issued = Authorized<Reissuable>;
    type Origin = Intent;
    type Remains = Intent;
}

impl Grant for Reissue {
    type Issued = Authorized<Reissuable>;
    type Origin = TokenSet<Reissuable>;
    type Remains = TokenSet<Reissuable>;
}

#[allow(private_interfaces)]
impl private::Exchange for ClientCredentials {
    const TAG: &'static str = "in_flight/client_credentials/1";

    fn issue(
        origin: Intent,
        mut answer: TokenAnswer,
        provider: &CheckedProvider,
    ) -> Result<Authorized<Reissuable>, (AnswerFault, Intent)> {
        let capability = Reissuable::new(answer.refresh_token.take());
        Ok(Authorized::from_set(TokenSet::issued(answer, capability, origin, provider)))
    }

    fn remains(origin: Intent) -> Intent {
        origin
    }
}

#[allow(private_interfaces)]
impl private::Exchange for Reissue {
    const TAG: &'static str = "in_flight/reissue/1";

    fn issue(
        mut origin: TokenSet<Reissuable>,
        answer: TokenAnswer,
        _: &CheckedProvider,
    ) -> Result<Authorized<Reissuable>, (AnswerFault, TokenSet<Reissuable>)> {
        origin.reissued(answer);
        Ok(Authorized::from_set(origin))
    }

    fn remains(origin: TokenSet<Reissuable>) -> TokenSet<Reissuable> {
        origin
    }
}
