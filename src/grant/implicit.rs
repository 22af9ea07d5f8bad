//! The implicit grant (RFC 6749 section 4.2), and the variant that brings a refresh token.

use std::fmt;

use super::{FrontChannel, front_channel};
use crate::{
    dialect::TokenAnswer,
    intent::Intent,
    provider::CheckedProvider,
    state::LoginSettings,
    token::{AccessOnly, Authorized, Granted, TokenSet},
};

/// The implicit grant: its tokens come in the browser and can never be refreshed.
#[derive(Debug, Default)]
pub struct Implicit {
    settings: LoginSettings,
}

/// The implicit grant of a provider that sends a refresh token along, against RFC 6749 section 4.2.2.
#[derive(Debug, Default)]
pub struct ImplicitWithRefresh {
    settings: LoginSettings,
}

/// A grant whose tokens come in the browser. Sealed.
pub trait FrontChannelTokens: FrontChannel + tokens::Tagged + Send + Sync + 'static {
    /// What success brings.
    type Issued: fmt::Debug + Send + Sync + 'static;
}

pub(crate) mod tokens {
    use super::{CheckedProvider, FrontChannelTokens, Intent, TokenAnswer};

    pub trait Tagged {
        const TAG: &'static str;

        #[allow(private_interfaces)]
        fn issue(answer: TokenAnswer, intent: Intent, provider: &CheckedProvider) -> Self::Issued
        where
            Self: FrontChannelTokens;
    }
}

impl FrontChannel for Implicit {}
impl FrontChannel for ImplicitWithRefresh {}

#[allow(private_interfaces)]
impl front_channel::Settings for Implicit {
    fn settings(&mut self) -> &mut LoginSettings {
        &mut self.settings
    }
}

#[allow(private_interfaces)]
impl front_channel::Settings for ImplicitWithRefresh {
    fn settings(&mut self) -> &mut LoginSettings {
        &mut self.settings
    }
}

impl FrontChannelTokens for Implicit {
    type Issued = Authorized<AccessOnly>;
}

impl FrontChannelTokens for ImplicitWithRefresh {
    type Issued = Granted;
}

#[allow(private_interfaces)]
impl tokens::Tagged for Implicit {
    const TAG: &'static str = "awaiting_token/implicit/1";

    /// A refresh token that comes all the same is dropped unread: RFC 6749 section 4.2.2 forbids it, and whoever
    /// forged the fragment may have put it there.
    fn issue(answer: TokenAnswer, intent: Intent, provider: &CheckedProvider) -> Authorized<AccessOnly> {
        TokenSet::issued(answer, AccessOnly::new(), intent, provider).into_authorized()
    }
}

#[allow(private_interfaces)]
impl tokens::Tagged for ImplicitWithRefresh {
    const TAG: &'static str = "awaiting_token/implicit_with_refresh/1";

    fn issue(answer: TokenAnswer, intent: Intent, provider: &CheckedProvider) -> Granted {
        Granted::new(answer, intent, provider)
    }
}
