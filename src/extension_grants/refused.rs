//! What is refused in our own words, as in [`crate::refused`].

use super::{Exchanged, Extension, IssuedToken, TokenExchange};
use crate::{
    client::AnyClient,
    error::{PresentError, RequestError},
    grant::Grant,
    http::{Header, Outcome, Request},
    refused::{Anyone, Never},
    state::{FinishError, InDoubt, InFlight, Unauthorized},
    vocabulary::Timestamp,
};

#[diagnostic::on_unimplemented(
    message = "this token is shown to no API: it is no access token",
    label = "an exchange issued it for another use",
    note = "RFC 8693 section 2.2.1: its `token_type` is `N_A`, so no API knows what to make of it",
    note = "give `token_at(now)` to whom it was asked for; for an access token, match `Exchanged::AccessToken`"
)]
pub trait MayShowToApi: Never {}

#[doc(hidden)]
impl IssuedToken {
    pub fn header_for(&self, _: &AnyClient, _: &str) -> Result<Header, PresentError>
    where
        for<'a> Anyone<'a>: MayShowToApi,
    {
        Anyone::never()
    }
}

#[diagnostic::on_unimplemented(
    message = "what an exchange brought may be no access token: which it is is the server's choice",
    label = "match it first",
    note = "RFC 8693 section 2.2.1: what is issued need not be an access token",
    note = "match it: of an `Exchanged::AccessToken`, match the `Granted` in turn, and call `authorized.header_for(&client, url)`"
)]
pub trait MayShowUnmatched: Never {}

#[doc(hidden)]
impl Exchanged {
    pub fn header_for(&self, _: &AnyClient, _: &str) -> Result<Header, PresentError>
    where
        for<'a> Anyone<'a>: MayShowUnmatched,
    {
        Anyone::never()
    }
}

#[diagnostic::on_unimplemented(
    message = "what this grant presented cannot be sent again: no state keeps it",
    label = "there is nothing here to send",
    note = "RFC 7523 section 3: a server may take the `jti` of an assertion once",
    note = "begin again with a fresh one: `in_doubt.assume_spent().again(client.extension_grant(&grant)?)`, or `client.token_exchange(..)`"
)]
pub trait MaySendAgain: Never {}

#[diagnostic::on_unimplemented(
    message = "no answer comes before the request: nothing was sent yet",
    label = "nobody was asked",
    note = "RFC 6749 section 4.5: the client makes a request with the grant's parameters to the token endpoint",
    note = "call `request(now)`, send what it brings, and `finish` the `InFlight` beside it"
)]
pub trait MayFinishUnsent: Never {}

macro_rules! refuse {
    ($($grant:ty),*) => {$(
        #[doc(hidden)]
        impl InDoubt<$grant> {
            pub fn retry(
                self,
                _: &AnyClient,
                _: Timestamp,
            ) -> Result<(Request, InFlight<$grant>), RequestError<Self>>
            where
                for<'a> Anyone<'a>: MaySendAgain,
            {
                Anyone::never()
            }
        }

        #[doc(hidden)]
        impl Unauthorized<$grant> {
            pub fn finish(self, _: Outcome) -> Result<<$grant as Grant>::Issued, FinishError<$grant>>
            where
                for<'a> Anyone<'a>: MayFinishUnsent,
            {
                Anyone::never()
            }
        }
    )*};
}

refuse!(Extension, TokenExchange);
