//! What can be done with a token when it ends: the one type parameter of the states that hold tokens.

use std::fmt;

use serde::{Serialize, de::DeserializeOwned};

use super::TokenSet;
use crate::vocabulary::Secret;

/// The access token can be renewed with the refresh token that it came with (RFC 6749 section 6).
#[derive(Debug)]
pub struct Refreshable {
    pub(crate) refresh_token: Secret,
}

/// The client can ask for another by itself (RFC 6749 section 4.4). Some servers send a refresh token along.
#[derive(Debug)]
pub struct Reissuable {
    pub(crate) refresh_token: Option<Secret>,
}

/// Nothing: when it ends, the user logs in again.
#[derive(Debug)]
pub struct AccessOnly(());

impl Refreshable {
    #[rustfmt::skip] // rustc shows the line to who calls it from outside
    pub(crate) fn new(refresh_token: Secret) -> Self { // not made up: a server issues it (RFC 6749 section 5.1); call `finish`
        Self { refresh_token }
    }
}

impl Reissuable {
    pub(crate) fn new(refresh_token: Option<Secret>) -> Self {
        Self { refresh_token }
    }
}

impl AccessOnly {
    pub(crate) fn new() -> Self {
        Self(())
    }
}

/// What can be done with a token when it ends: [`Refreshable`], [`Reissuable`] or [`AccessOnly`]. Sealed.
pub trait Capability: sealed::Sealed + fmt::Debug + Serialize + DeserializeOwned + Send + Sync + 'static {}

pub(crate) mod sealed {
    use crate::vocabulary::Secret;

    #[diagnostic::on_unimplemented(
        message = "a capability is not made up: no server issues `{Self}`",
        label = "none of `Refreshable`, `Reissuable` and `AccessOnly`",
        note = "RFC 6749 section 5.1: the server decides what it issues with an access token",
        note = "call `finish` and take what it brings; for tokens from elsewhere, call `client.import_refreshable_tokens_from_elsewhere(..)`"
    )]
    pub trait Sealed {
        /// As it is stored and told.
        const NAME: &'static str;

        fn refresh_token(&self) -> Option<&Secret>;
    }

    impl Sealed for super::Refreshable {
        const NAME: &'static str = "refreshable";

        fn refresh_token(&self) -> Option<&Secret> {
            Some(&self.refresh_token)
        }
    }

    impl Sealed for super::Reissuable {
        const NAME: &'static str = "reissuable";

        fn refresh_token(&self) -> Option<&Secret> {
            self.refresh_token.as_ref()
        }
    }

    impl Sealed for super::AccessOnly {
        const NAME: &'static str = "access_only";

        fn refresh_token(&self) -> Option<&Secret> {
            None
        }
    }

    /// What a stored token set may hold: a capability, or all of them before its tag is read.
    pub trait Loadable {}
    impl<C: Sealed> Loadable for C {}
}

impl Capability for Refreshable {}
impl Capability for Reissuable {}
impl Capability for AccessOnly {}

/// A token that came with a refresh token.
#[diagnostic::on_unimplemented(
    message = "this token cannot be refreshed: it is `{Self}` and holds no refresh token",
    label = "no refresh token came with this `{Self}` token",
    note = "RFC 6749 section 4.2.2: the implicit grant issues no refresh token; RFC 6749 section 4.4.3: client credentials should bring none",
    note = "for `AccessOnly`, start a new login: `expired.into_intent().again(client.authorization_code()?)`; for `Reissuable`, call `reissue(&client, now)`"
)]
pub trait CanRefresh: Capability + refresh::Sealed {}

pub(crate) mod refresh {
    use super::{Refreshable, TokenSet};

    pub trait Sealed: Sized {
        fn refreshable(tokens: TokenSet<Self>) -> TokenSet<Refreshable>;
    }
}

impl CanRefresh for Refreshable {}

impl refresh::Sealed for Refreshable {
    fn refreshable(tokens: TokenSet<Self>) -> TokenSet<Self> {
        tokens
    }
}

/// A token that the client got for itself.
#[diagnostic::on_unimplemented(
    message = "this token cannot be issued again without the user: it is `{Self}`",
    label = "a `{Self}` token came from a user's login",
    note = "RFC 6749 section 4.4: only a client that asks for itself can ask again by itself",
    note = "for `Refreshable`, call `refresh(&client, now)`; for `AccessOnly`, start a new login: `expired.into_intent().again(client.authorization_code()?)`"
)]
pub trait CanReissue: Capability + reissue::Sealed {}

pub(crate) mod reissue {
    use super::{Reissuable, TokenSet};

    pub trait Sealed: Sized {
        fn reissuable(tokens: TokenSet<Self>) -> TokenSet<Reissuable>;
    }
}

impl CanReissue for Reissuable {}

impl reissue::Sealed for Reissuable {
    fn reissuable(tokens: TokenSet<Self>) -> TokenSet<Self> {
        tokens
    }
}
