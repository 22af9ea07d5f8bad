//! What the page holds: any one state of the machine. The types keep a program from a wrong call; a page, whose reader
//! may press any button, asks at run time which of them it has.

use oauth_proto::{
    AccessOnly, Authorized, AwaitingCode, AwaitingToken, Expired, Granted, InDoubt, InFlight, Intent, ReceivedCode,
    Refreshable, Reissuable, Request, Standing, TokenSet, Unauthorized,
    grant::{AuthorizationCode, ClientCredentials, Implicit, ImplicitWithRefresh, RefreshToken, Reissue},
    revocation::Revoking,
};

macro_rules! held {
    ($($variant:ident($holds:ty) = $name:literal,)*) => {
        /// A state, and the request that waits to be sent with it.
        pub enum Held {
            $($variant(Box<$holds>),)*
        }

        impl Held {
            /// The state's type, as the table has it.
            pub fn state(&self) -> &'static str {
                match self {
                    $(Self::$variant(_) => $name,)*
                }
            }

            #[cfg(test)]
            pub const NAMES: &[&str] = &[$($name),*];
        }

        $(impl From<$holds> for Held {
            fn from(state: $holds) -> Self {
                Self::$variant(Box::new(state))
            }
        })*
    };
}

held! {
    CodeLogin(Unauthorized<AuthorizationCode>) = "Unauthorized<AuthorizationCode>",
    ImplicitLogin(Unauthorized<Implicit>) = "Unauthorized<Implicit>",
    ImplicitLoginWithRefresh(Unauthorized<ImplicitWithRefresh>) = "Unauthorized<ImplicitWithRefresh>",
    OwnLogin(Unauthorized<ClientCredentials>) = "Unauthorized<ClientCredentials>",
    AwaitingCode(AwaitingCode) = "AwaitingCode",
    AwaitingToken(AwaitingToken<Implicit>) = "AwaitingToken<Implicit>",
    AwaitingTokenWithRefresh(AwaitingToken<ImplicitWithRefresh>) = "AwaitingToken<ImplicitWithRefresh>",
    ReceivedCode(ReceivedCode) = "ReceivedCode",
    CodeInFlight((Request, InFlight<AuthorizationCode>)) = "InFlight<AuthorizationCode>",
    OwnInFlight((Request, InFlight<ClientCredentials>)) = "InFlight<ClientCredentials>",
    RefreshInFlight((Request, InFlight<RefreshToken>)) = "InFlight<RefreshToken>",
    ReissueInFlight((Request, InFlight<Reissue>)) = "InFlight<Reissue>",
    CodeInDoubt(InDoubt<AuthorizationCode>) = "InDoubt<AuthorizationCode>",
    OwnInDoubt(InDoubt<ClientCredentials>) = "InDoubt<ClientCredentials>",
    RefreshInDoubt(InDoubt<RefreshToken>) = "InDoubt<RefreshToken>",
    ReissueInDoubt(InDoubt<Reissue>) = "InDoubt<Reissue>",
    Refreshable(Authorized<Refreshable>) = "Authorized<Refreshable>",
    AccessOnly(Authorized<AccessOnly>) = "Authorized<AccessOnly>",
    Reissuable(Authorized<Reissuable>) = "Authorized<Reissuable>",
    ExpiredRefreshable(Expired<Refreshable>) = "Expired<Refreshable>",
    ExpiredAccessOnly(Expired<AccessOnly>) = "Expired<AccessOnly>",
    ExpiredReissuable(Expired<Reissuable>) = "Expired<Reissuable>",
    RefreshableTokens(TokenSet<Refreshable>) = "TokenSet<Refreshable>",
    AccessOnlyTokens(TokenSet<AccessOnly>) = "TokenSet<AccessOnly>",
    ReissuableTokens(TokenSet<Reissuable>) = "TokenSet<Reissuable>",
    RevokingRefreshable((Request, Revoking<TokenSet<Refreshable>>)) = "Revoking<TokenSet<Refreshable>>",
    RevokingAccessOnly((Request, Revoking<TokenSet<AccessOnly>>)) = "Revoking<TokenSet<AccessOnly>>",
    RevokingReissuable((Request, Revoking<TokenSet<Reissuable>>)) = "Revoking<TokenSet<Reissuable>>",
    Over(Intent) = "Intent",
}

impl From<Granted> for Held {
    fn from(granted: Granted) -> Self {
        match granted {
            Granted::Refreshable(authorized) => authorized.into(),
            Granted::AccessOnly(authorized) => authorized.into(),
        }
    }
}

impl<C> From<Standing<C>> for Held
where
    Authorized<C>: Into<Self>,
    Expired<C>: Into<Self>,
{
    fn from(standing: Standing<C>) -> Self {
        match standing {
            Standing::Authorized(authorized) => authorized.into(),
            Standing::Expired(expired) => expired.into(),
        }
    }
}

impl Held {
    /// The request that waits to be sent.
    pub fn request(&self) -> Option<&Request> {
        Some(match self {
            Self::CodeInFlight(held) => &held.0,
            Self::OwnInFlight(held) => &held.0,
            Self::RefreshInFlight(held) => &held.0,
            Self::ReissueInFlight(held) => &held.0,
            Self::RevokingRefreshable(held) => &held.0,
            Self::RevokingAccessOnly(held) => &held.0,
            Self::RevokingReissuable(held) => &held.0,
            _ => return None,
        })
    }

    /// What tokens of this state are in a store.
    pub fn stored(state: &str) -> &'static str {
        match state {
            "Authorized<Refreshable>" | "Expired<Refreshable>" => "TokenSet<Refreshable>",
            "Authorized<Reissuable>" | "Expired<Reissuable>" => "TokenSet<Reissuable>",
            _ => "TokenSet<AccessOnly>",
        }
    }

    /// When the login is given up, or the token ends.
    pub fn ends_at(&self) -> Option<oauth_proto::Timestamp> {
        match self {
            Self::AwaitingCode(held) => Some(held.closes_at()),
            Self::AwaitingToken(held) => Some(held.closes_at()),
            Self::AwaitingTokenWithRefresh(held) => Some(held.closes_at()),
            Self::Refreshable(held) => held.expires_at(),
            Self::AccessOnly(held) => held.expires_at(),
            Self::Reissuable(held) => held.expires_at(),
            Self::RefreshableTokens(held) => held.expires_at(),
            Self::AccessOnlyTokens(held) => held.expires_at(),
            Self::ReissuableTokens(held) => held.expires_at(),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::machine::transitions::states;

    #[test]
    fn the_page_can_hold_each_state_of_the_table() {
        let (mut held, mut table) = (Held::NAMES.to_vec(), states());
        held.sort_unstable();
        table.sort_unstable();
        assert_eq!(held, table);
    }
}
