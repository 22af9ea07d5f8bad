//! The grants, as markers: what a request in flight asks for, and what each of its endings hands back.
//!
//! | grant | issues | before it | left after a final no |
//! | --- | --- | --- | --- |
//! | [`AuthorizationCode`] | [`Granted`](crate::Granted) | [`ReceivedCode`](crate::ReceivedCode) | [`Intent`](crate::Intent) |
//! | [`Password`] | [`Granted`](crate::Granted) | [`Intent`](crate::Intent) | [`Intent`](crate::Intent) |
//! | [`ClientCredentials`] | `Authorized<Reissuable>` | [`Intent`](crate::Intent) | [`Intent`](crate::Intent) |
//! | [`Reissue`] | `Authorized<Reissuable>` | `TokenSet<Reissuable>` | `TokenSet<Reissuable>` |
//! | [`RefreshToken`] | `Authorized<Refreshable>` | `TokenSet<Refreshable>` | `TokenSet<AccessOnly>` |
//! | [`FollowUp`] | [`Granted`](crate::Granted) | [`AnyTokenSet`](crate::AnyTokenSet) | [`AnyTokenSet`](crate::AnyTokenSet) |
//! | `Extension` (feature `extension-grants`) | [`Granted`](crate::Granted) | [`Intent`](crate::Intent) | [`Intent`](crate::Intent) |
//! | `TokenExchange` (the same) | `Exchanged` | [`Intent`](crate::Intent) | [`Intent`](crate::Intent) |
//!
//! [`Implicit`] and [`ImplicitWithRefresh`] send no request of their own.

mod settings;

use std::fmt;

#[cfg(feature = "extension-grants")]
pub use crate::extension_grants::{Extension, TokenExchange};
pub(crate) use settings::{APPLICATION_STATE_SEPARATOR, LoginSettings};

/// The authorization code grant, with PKCE S256 (RFC 6749 section 4.1, RFC 7636).
#[derive(Debug)]
pub struct AuthorizationCode {
    settings: LoginSettings,
    pub(crate) pkce: bool,
}

impl AuthorizationCode {
    pub(crate) fn with_pkce() -> Self {
        Self { settings: LoginSettings::default(), pkce: true }
    }

    pub(crate) fn without_pkce() -> Self {
        Self { settings: LoginSettings::default(), pkce: false }
    }
}

/// The implicit grant: its tokens come in the browser and can never be refreshed (RFC 6749 section 4.2).
#[derive(Debug, Default)]
pub struct Implicit {
    settings: LoginSettings,
}

/// The implicit grant of a provider that sends a refresh token along, against RFC 6749 section 4.2.2.
#[derive(Debug, Default)]
pub struct ImplicitWithRefresh {
    settings: LoginSettings,
}

/// The password grant (RFC 6749 section 4.3). The password is in the request and nowhere else: no state keeps it.
#[derive(Debug)]
pub struct Password(());

impl Password {
    pub(crate) const fn new() -> Self {
        Self(())
    }
}

/// The client credentials grant: the client asks for itself, and can always ask again (RFC 6749 section 4.4).
#[derive(Debug)]
pub struct ClientCredentials(());

impl ClientCredentials {
    pub(crate) const fn new() -> Self {
        Self(())
    }
}

/// The client credentials grant again, by a client that has tokens already: they stay good if it fails.
#[derive(Debug)]
pub struct Reissue(());

/// The refresh token grant (RFC 6749 section 6).
#[derive(Debug)]
pub struct RefreshToken(());

/// The exchange of a short-lived token for a long-lived one, which some providers have and no RFC knows. The
/// short-lived one stays good.
#[derive(Debug)]
pub struct FollowUp(());

/// A grant that sends a token request. Sealed.
#[diagnostic::on_unimplemented(
    message = "no token request is in flight for `{Self}`: it is no grant that sends one",
    label = "a token of `{Self}` comes with the callback, if at all",
    note = "RFC 6749 section 4.2: the implicit grant brings the access token with the callback",
    note = "for an implicit login, call `awaiting.receive(&client, callback, now)`; for a code, begin with `client.authorization_code()`"
)]
pub trait Grant: private::Exchange + Send + Sync + 'static {
    /// What success brings.
    type Issued: fmt::Debug + Send + Sync + 'static;
    /// The state before the request: what comes back when nothing was spent.
    type Origin: private::Journal + fmt::Debug + Send + Sync + 'static;
    /// What is left when what was presented is spent or refused for good.
    type Remains: private::Journal + fmt::Debug + Send + Sync + 'static;
}

pub(crate) mod private {
    use serde::{Deserializer, Serializer};

    use super::Grant;
    use crate::{
        dialect::{Presented, Refusal, TokenAnswer},
        error::{AnswerFault, Remedy},
        http::Response,
        intent::Intent,
        provider::CheckedProvider,
        vocabulary::{Scope, Timestamp},
    };

    /// How a grant reads its answer.
    pub trait Exchange: Sized {
        const TAG: &'static str;

        /// What to do when what was presented is no good, or was spent in vain.
        const AFTER_THE_END: Remedy = Remedy::LogIn;

        /// The same in words.
        const BEGIN_AGAIN: &'static str = "log in again";

        /// What may have become of what a request presented, and which choices there are.
        const IN_DOUBT: &'static str = "what it presented may be spent; store `in_doubt`, then call its `retry`, \
                                        `assume_unspent` or `assume_spent`";

        /// Reads the answer to a request that was sent at `sent_at`.
        #[allow(private_interfaces)]
        fn read(
            origin: &<Self as Grant>::Origin,
            response: &Response,
            sent_at: Timestamp,
            provider: &CheckedProvider,
        ) -> Result<TokenAnswer, Refusal>
        where
            Self: Grant,
        {
            provider.read_answer(response, sent_at, Self::presented(origin), origin.expected_scope())
        }

        /// Turns an answer into the state it leads to.
        #[allow(private_interfaces)]
        fn issue(
            origin: <Self as Grant>::Origin,
            answer: TokenAnswer,
            provider: &CheckedProvider,
        ) -> Result<<Self as Grant>::Issued, (AnswerFault, <Self as Grant>::Remains)>
        where
            Self: Grant;

        fn remains(origin: <Self as Grant>::Origin) -> <Self as Grant>::Remains
        where
            Self: Grant;

        /// What the request presents.
        #[allow(private_interfaces)]
        fn presented(_: &<Self as Grant>::Origin) -> Presented<'_>
        where
            Self: Grant,
        {
            Presented::Grant
        }
    }

    /// How the state before a request is written into its journal.
    // rustc 1.85 does not see that `Grant` is bound by it.
    #[allow(unreachable_pub)]
    pub trait Journal: Sized {
        /// The scope that most servers will grant: what was asked for or, at a refresh, what was granted before.
        fn expected_scope(&self) -> &Scope;

        /// What was asked for.
        fn asked(&self) -> &Intent;

        fn store<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error>;

        fn load<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error>;
    }
}

/// A login that goes through the browser. Sealed.
pub trait FrontChannel: front_channel::Settings {}

impl FrontChannel for AuthorizationCode {}
impl FrontChannel for Implicit {}
impl FrontChannel for ImplicitWithRefresh {}

pub(crate) mod front_channel {
    use super::{AuthorizationCode, Implicit, ImplicitWithRefresh, LoginSettings};

    pub trait Settings {
        #[allow(private_interfaces)]
        fn settings(&mut self) -> &mut LoginSettings;
    }

    macro_rules! settings {
        ($($grant:ty),*) => {$(
            #[allow(private_interfaces)]
            impl Settings for $grant {
                fn settings(&mut self) -> &mut LoginSettings {
                    &mut self.settings
                }
            }
        )*};
    }

    settings!(AuthorizationCode, Implicit, ImplicitWithRefresh);
}

/// A grant whose tokens come in the browser. Sealed.
#[diagnostic::on_unimplemented(
    message = "no token comes with the callback of `{Self}`: it is no implicit grant",
    label = "`{Self}` is waited for by another state",
    note = "RFC 6749 section 4.1.2: the callback of the authorization code grant brings a code, and no token",
    note = "keep an `AwaitingCode` and call its `receive(&client, callback, now)`, or begin with `client.implicit()`"
)]
pub trait FrontChannelTokens: FrontChannel + tokens::Issue + Send + Sync + 'static {
    /// What success brings.
    type Issued: fmt::Debug + Send + Sync + 'static;
}

pub(crate) mod tokens {
    use super::FrontChannelTokens;
    use crate::{dialect::TokenAnswer, intent::Intent, provider::CheckedProvider};

    /// How a grant reads its tokens, and the tag of its waiting state.
    pub trait Issue {
        const TAG: &'static str;

        #[allow(private_interfaces)]
        fn issue(answer: TokenAnswer, intent: Intent, provider: &CheckedProvider) -> Self::Issued
        where
            Self: FrontChannelTokens;
    }
}
