//! Where the exchange of a short-lived token for a long-lived one ends.

use crate::{
    dialect::{Presented, TokenAnswer},
    error::AnswerFault,
    grant::{FollowUp, Grant, private},
    provider::CheckedProvider,
    state::Granted,
    token::AnyTokenSet,
};

impl Grant for FollowUp {
    type Issued = Granted;
    type Origin = AnyTokenSet;
    /// The short-lived token: nothing single use was sent.
    type Remains = AnyTokenSet;
}

#[allow(private_interfaces)]
impl private::Exchange for FollowUp {
    const TAG: &'static str = "in_flight/follow_up/1";
    const IN_DOUBT: &'static str = "the token in it stays good; `retry` it";

    fn issue(
        origin: AnyTokenSet,
        answer: TokenAnswer,
        _: &CheckedProvider,
    ) -> Result<Granted, (AnswerFault, AnyTokenSet)> {
        Ok(Granted::from_set(origin.followed_up(answer)))
    }

    fn remains(origin: AnyTokenSet) -> AnyTokenSet {
        origin
    }

    fn presented(_: &AnyTokenSet) -> Presented<'_> {
        Presented::ShortLivedToken
    }
}
