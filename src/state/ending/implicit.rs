//! Where the implicit grant ends (RFC 6749 section 4.2), and the variant that brings a refresh token.

use crate::{
    dialect::TokenAnswer,
    grant::{FrontChannelTokens, Implicit, ImplicitWithRefresh, tokens},
    intent::Intent,
    provider::CheckedProvider,
    state::{Authorized, Granted},
    token::{AccessOnly, TokenSet},
};

impl FrontChannelTokens for Implicit {
    type Issued = Authorized<AccessOnly>;
}

impl FrontChannelTokens for ImplicitWithRefresh {
    type Issued = Granted;
}

#[allow(private_interfaces)]
impl tokens::Issue for Implicit {
    const TAG: &'static str = "awaiting_token/implicit/1";

    /// A refresh token that comes all the same is dropped: RFC 6749 section 4.2.2 forbids it, and whoever
    /// forged the fragment may have put it there.
    fn issue(answer: TokenAnswer, intent: Intent, provider: &CheckedProvider) -> Authorized<AccessOnly> {
        Authorized::from_set(TokenSet::issued(answer, AccessOnly::new(), intent, provider))
    }
}

#[allow(private_interfaces)]
impl tokens::Issue for ImplicitWithRefresh {
    const TAG: &'static str = "awaiting_token/implicit_with_refresh/1";

    fn issue(answer: TokenAnswer, intent: Intent, provider: &CheckedProvider) -> Granted {
        Granted::new(answer, intent, provider)
    }
}
