//! Calls out of turn: each would be right in another state, and says in which.

use super::{Anyone, Never};
use crate::{
    callback::Callback,
    client::{AnyClient, Client, Public},
    error::{CallbackError, ConfigError, PresentError, RequestError},
    grant::{AuthorizationCode, ClientCredentials, FrontChannel, FrontChannelTokens, Password, RefreshToken},
    http::{Header, Outcome, Request},
    intent::Intent,
    state::{
        AuthorizationUrl, AwaitingCode, AwaitingToken, Expired, FinishError, Granted, InDoubt, InFlight, Unauthorized,
    },
    token::{Refreshable, TokenSet},
    vocabulary::{Entropy, Secret, Timestamp},
};

#[diagnostic::on_unimplemented(
    message = "an expired token is not used",
    label = "this token is expired, or an API rejected it",
    note = "RFC 6750 section 3.1: an API refuses an expired access token",
    note = "renew it with `refresh(&client, now)` or `reissue(&client, now)`, or log in again: `expired.into_intent().again(client.authorization_code()?)`"
)]
pub trait MayUseExpired: Never {}

#[doc(hidden)]
impl<C> Expired<C> {
    pub fn access_token(&self) -> &Secret
    where
        for<'a> Anyone<'a>: MayUseExpired,
    {
        Anyone::never()
    }

    pub fn header_for(&self, _: &AnyClient, _: &str) -> Result<Header, PresentError>
    where
        for<'a> Anyone<'a>: MayUseExpired,
    {
        Anyone::never()
    }
}

#[diagnostic::on_unimplemented(
    message = "`Granted` may hold no refresh token: whether one came is the server's choice",
    label = "match it first",
    note = "RFC 6749 section 5.1: the refresh token is optional",
    note = "in the arm `Granted::Refreshable(authorized)`, call `authorized.refresh(&client, now)`"
)]
pub trait MayRefreshUnmatched: Never {}

#[doc(hidden)]
impl Granted {
    pub fn refresh(
        self,
        _: &AnyClient,
        _: Timestamp,
    ) -> Result<(Request, InFlight<RefreshToken>), RequestError<TokenSet<Refreshable>>>
    where
        for<'a> Anyone<'a>: MayRefreshUnmatched,
    {
        Anyone::never()
    }
}

#[diagnostic::on_unimplemented(
    message = "no token is asked for before the callback: this login has no code yet",
    label = "the browser has not come back",
    note = "RFC 6749 section 4.1.3: the token request carries the code that the callback brings",
    note = "call `authorize(entropy, now)` and, when the browser is back, `awaiting.receive(&client, callback, now)`"
)]
pub trait MayAskBeforeCallback: Never {}

#[doc(hidden)]
impl<G: FrontChannel> Unauthorized<G> {
    pub fn request(self, _: Timestamp) -> Result<(Request, InFlight<AuthorizationCode>), RequestError<Intent>>
    where
        for<'a> Anyone<'a>: MayAskBeforeCallback,
    {
        Anyone::never()
    }
}

#[doc(hidden)]
impl AwaitingCode {
    pub fn exchange(
        self,
        _: &AnyClient,
        _: Timestamp,
    ) -> Result<(Request, InFlight<AuthorizationCode>), RequestError<Intent>>
    where
        for<'a> Anyone<'a>: MayAskBeforeCallback,
    {
        Anyone::never()
    }

    pub fn finish(self, _: Outcome) -> Result<Granted, FinishError<AuthorizationCode>>
    where
        for<'a> Anyone<'a>: MayAskBeforeCallback,
    {
        Anyone::never()
    }
}

#[diagnostic::on_unimplemented(
    message = "no callback is received before the browser was sent away: this login has nothing to match it with",
    label = "the login has not begun",
    note = "RFC 6749 section 10.12: a callback is taken by its `state` alone, and `authorize` makes that",
    note = "call `authorize(entropy, now)`, keep the waiting state beside the URL, and call its `receive(&client, callback, now)`"
)]
pub trait MayReceiveBeforeLogin: Never {}

#[doc(hidden)]
impl<G: FrontChannel> Unauthorized<G> {
    pub fn receive(
        self,
        _: &AnyClient,
        _: Callback<'_>,
        _: Timestamp,
    ) -> Result<(Request, InFlight<AuthorizationCode>), CallbackError<Self>>
    where
        for<'a> Anyone<'a>: MayReceiveBeforeLogin,
    {
        Anyone::never()
    }
}

#[diagnostic::on_unimplemented(
    message = "no browser takes part in this grant: there is no URL to send a user to",
    label = "this grant asks for its tokens itself",
    note = "RFC 6749 section 4.4: the client sends a token request, and nobody is redirected; RFC 6749 section 4.3: the same with a password",
    note = "call `request(..)`; for a login in the browser, begin with `client.authorization_code()`"
)]
pub trait MaySendBrowser: Never {}

macro_rules! refuse_browser {
    ($($grant:ty),+) => { $(
        #[doc(hidden)]
        impl Unauthorized<$grant> {
            pub fn authorize(self, _: Entropy, _: Timestamp) -> (AuthorizationUrl, AwaitingCode)
            where
                for<'a> Anyone<'a>: MaySendBrowser,
            {
                Anyone::never()
            }
        }
    )+ };
}

refuse_browser!(ClientCredentials, Password);

#[diagnostic::on_unimplemented(
    message = "an `Intent` makes no request: it says what was asked for, and has no client to ask with",
    label = "this is left of a login or request that is over",
    note = "RFC 6749 section 4.1.1: it is a client that asks, and names itself",
    note = "give it to a new start: `intent.again(client.authorization_code()?).authorize(entropy, now)`, or `intent.again(client.client_credentials()?).request(now)`"
)]
pub trait MayAskWithoutClient: Never {}

#[doc(hidden)]
impl Intent {
    pub fn authorize(self, _: Entropy, _: Timestamp) -> (AuthorizationUrl, AwaitingCode)
    where
        for<'a> Anyone<'a>: MayAskWithoutClient,
    {
        Anyone::never()
    }

    pub fn request(self, _: Timestamp) -> Result<(Request, InFlight<ClientCredentials>), RequestError<Self>>
    where
        for<'a> Anyone<'a>: MayAskWithoutClient,
    {
        Anyone::never()
    }
}

#[diagnostic::on_unimplemented(
    message = "this request is not retried, but made anew: nothing in it was single use",
    label = "there is nothing here to send again",
    note = "RFC 6749 section 4.4.2: the request holds no code and no token; RFC 6749 section 4.3.2: a password, which no state keeps",
    note = "begin again from the `Intent`: `in_doubt.assume_unspent().again(client.client_credentials()?)`, or `client.password()?`"
)]
pub trait MayRetryUnkept: Never {}

macro_rules! refuse_retry {
    ($($grant:ty),+) => { $(
        #[doc(hidden)]
        impl InDoubt<$grant> {
            pub fn retry(self, _: &AnyClient, _: Timestamp) -> Result<(Request, InFlight<$grant>), RequestError<Self>>
            where
                for<'a> Anyone<'a>: MayRetryUnkept,
            {
                Anyone::never()
            }
        }
    )+ };
}

refuse_retry!(ClientCredentials, Password);

#[diagnostic::on_unimplemented(
    message = "no code comes to an implicit login: it waits for tokens",
    label = "this login did not ask for a code",
    note = "RFC 6749 section 4.2: the implicit grant brings the access token with the callback, and no code",
    note = "call `awaiting.receive(&client, callback, now)`, or begin with `client.authorization_code()`"
)]
pub trait MayReceiveCode: Never {}

#[doc(hidden)]
impl<G: FrontChannelTokens> AwaitingToken<G> {
    pub fn receive_pasted_code_without_state_check(
        self,
        _: &AnyClient,
        _: &str,
        _: Timestamp,
    ) -> Result<(Request, InFlight<AuthorizationCode>), CallbackError<Self>>
    where
        for<'a> Anyone<'a>: MayReceiveCode,
    {
        Anyone::never()
    }
}

#[diagnostic::on_unimplemented(
    message = "a public client does not log in without PKCE: nothing else binds the code to it",
    label = "this client is a `Client<Public>`",
    note = "RFC 9700 section 2.1.1: public clients must use PKCE",
    note = "call `authorization_code()`, which uses it, or make the client with `Client::confidential(provider, registration, secret)`"
)]
pub trait MayOmitPkce: Never {}

#[doc(hidden)]
impl Client<Public> {
    pub fn authorization_code_without_pkce_for_a_server_that_refuses_it(
        &self,
    ) -> Result<Unauthorized<AuthorizationCode>, ConfigError>
    where
        for<'a> Anyone<'a>: MayOmitPkce,
    {
        Anyone::never()
    }
}
