//! Where the refresh token grant ends (RFC 6749 section 6).

use crate::{
    dialect::{Presented, TokenAnswer},
    error::AnswerFault,
    grant::{Grant, RefreshToken, private},
    provider::CheckedProvider,
    state::Authorized,
    token::{AccessOnly, Refreshable, TokenSet},
};

impl Grant for RefreshToken {
    type Issued = Authorized<Refreshable>;
    type Origin = TokenSet<Refreshable>;
    /// The access token: it may live on until its own expiry.
    type Remains = TokenSet<AccessOnly>;
}

#[allow(private_interfaces)]
impl private::Exchange for RefreshToken {
    const TAG: &'static str = "in_flight/refresh_token/1";

    fn issue(
        mut origin: TokenSet<Refreshable>,
        answer: TokenAnswer,
        _: &CheckedProvider,
    ) -> Result<Authorized<Refreshable>, (AnswerFault, TokenSet<AccessOnly>)> {
        origin.refreshed(answer);
        Ok(Authorized::from_set(origin))
    }

    fn remains(origin: TokenSet<Refreshable>) -> TokenSet<AccessOnly> {
        origin.with(|_| AccessOnly::new())
    }

    fn presented(origin: &TokenSet<Refreshable>) -> Presented<'_> {
        Presented::Refresh { access_token: origin.access_token(), refresh_token: Some(origin.refresh_token()) }
    }
}
