//! The grants, as markers: what a request in flight asks for, and what each of its endings hands back.
//!
//! | grant | issues | before it | left after a final no |
//! | --- | --- | --- | --- |
//! | [`AuthorizationCode`] | [`Granted`](crate::Granted) | [`ReceivedCode`](crate::ReceivedCode) | [`Intent`](crate::Intent) |
//! | [`Password`] | [`Granted`](crate::Granted) | [`Intent`](crate::Intent) | [`Intent`](crate::Intent) |
//! | [`ClientCredentials`] | `Authorized<Reissuable>` | [`Intent`](crate::Intent) | [`Intent`](crate::Intent) |
//! | [`Reissue`] | `Authorized<Reissuable>` | `TokenSet<Reissuable>` | `TokenSet<Reissuable>` |
//! | [`RefreshToken`] | `Authorized<Refreshable>` | `TokenSet<Refreshable>` | `TokenSet<AccessOnly>` |
//!
//! [`Implicit`] and [`ImplicitWithRefresh`] send no request of their own.

mod authorization_code;
mod client_credentials;
mod implicit;
mod password;
mod refresh_token;

use std::fmt;

pub use authorization_code::AuthorizationCode;
pub(crate) use authorization_code::check_nonce;
pub use client_credentials::{ClientCredentials, Reissue};
pub use implicit::{FrontChannelTokens, Implicit, ImplicitWithRefresh};
pub use password::Password;
pub use refresh_token::RefreshToken;

/// A grant that sends a token request. Sealed.
pub trait Grant: private::Exchange + Send + Sync + 'static {
    /// What success brings.
    type Issued: fmt::Debug + Send + Sync + 'static;
    /// The state before the request: what comes back when nothing was spent.
    type Origin: fmt::Debug + Send + Sync + 'static;
    /// What is left when what was presented is spent or refused for good.
    type Remains: fmt::Debug + Send + Sync + 'static;
}

pub(crate) mod private {
    use serde::{Deserializer, Serializer};

    use super::Grant;
    use crate::{dialect::TokenAnswer, error::AnswerFault, provider::CheckedProvider};

    /// How a grant reads its answer, and how its origin is written into the journal.
    pub trait Exchange: Sized {
        const TAG: &'static str;

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

        fn store<S: Serializer>(origin: &<Self as Grant>::Origin, serializer: S) -> Result<S::Ok, S::Error>
        where
            Self: Grant;

        fn load<'de, D: Deserializer<'de>>(deserializer: D) -> Result<<Self as Grant>::Origin, D::Error>
        where
            Self: Grant;
    }
}

/// A login that goes through the browser. Sealed.
pub trait FrontChannel: front_channel::Settings {}

pub(crate) mod front_channel {
    use crate::state::LoginSettings;

    pub trait Settings {
        #[allow(private_interfaces)]
        fn settings(&mut self) -> &mut LoginSettings;
    }
}
