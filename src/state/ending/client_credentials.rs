//! Where the client credentials grant ends (RFC 6749 section 4.4), the first time and again.

use crate::{
    dialect::TokenAnswer,
    error::{AnswerFault, Remedy},
    grant::{ClientCredentials, Grant, Reissue, private},
    intent::Intent,
    provider::CheckedProvider,
    state::Authorized,
    token::{Reissuable, TokenSet},
};

/// `invalid_grant` says that what was presented is no good, and here that is the client itself.
pub(crate) const NO_USER: &str =
    "no login helps: the client's own right to ask must be mended at the server, or its answer in the data";

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
    const AFTER_THE_END: Remedy = Remedy::Fix;
    const BEGIN_AGAIN: &'static str = NO_USER;
    const IN_DOUBT: &'static str =
        "nothing in it is single use; `assume_unspent` leaves the `Intent` to ask again with";

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
    const AFTER_THE_END: Remedy = Remedy::Fix;
    const BEGIN_AGAIN: &'static str = NO_USER;
    const IN_DOUBT: &'static str = "nothing in it is single use; `retry` it";

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
