//! Where the resource owner password credentials grant ends (RFC 6749 section 4.3).

use crate::{
    dialect::TokenAnswer,
    error::AnswerFault,
    grant::{Grant, Password, private},
    intent::Intent,
    provider::CheckedProvider,
    state::Granted,
};

impl Grant for Password {
    type Issued = Granted;
    type Origin = Intent;
    type Remains = Intent;
}

#[allow(private_interfaces)]
impl private::Exchange for Password {
    const TAG: &'static str = "in_flight/password/1";
    const IN_DOUBT: &'static str =
        "nothing in it is single use; `assume_unspent` leaves the `Intent` to ask again with";

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
