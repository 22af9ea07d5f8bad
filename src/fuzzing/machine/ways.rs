//! Where each grant's states lead.

use super::held::{Flight, Held};
use crate::{
    AnyClient, AnyTokenSet, Authorized, Granted, InDoubt, InFlight, Intent, ReceivedCode, Refreshable, Reissuable,
    Request, RequestError, Timestamp, TokenSet,
    grant::{AuthorizationCode, ClientCredentials, FollowUp, Grant, Password, RefreshToken, Reissue},
    token::AccessOnly,
};

/// What a retry brings; `None` where this grant has none.
pub(super) type Retried<G> = Option<Result<(Request, InFlight<G>), RequestError<InDoubt<G>>>>;

pub(super) trait Ways: Grant + Sized {
    fn flight(flight: Flight<Self>) -> Held;
    fn issued(issued: Self::Issued) -> AnyTokenSet;
    fn before(origin: Self::Origin) -> Held;
    fn left(remains: Self::Remains) -> Held;

    fn server(_: &InDoubt<Self>) -> &str {
        ""
    }

    fn retry(_: InDoubt<Self>, _: &AnyClient, _: Timestamp) -> Retried<Self> {
        None
    }
}

macro_rules! ways {
    ($grant:ident, $held:ident, $issued:ty, $origin:ty => $before:expr, $remains:ty => $left:expr $(, $retry:ident)?) => {
        impl Ways for $grant {
            fn flight(flight: Flight<Self>) -> Held {
                Held::$held(flight)
            }

            fn issued(issued: $issued) -> AnyTokenSet {
                Issued::tokens(issued)
            }

            fn before(origin: $origin) -> Held {
                $before(origin)
            }

            fn left(remains: $remains) -> Held {
                $left(remains)
            }

            $(
                fn server(doubt: &InDoubt<Self>) -> &str {
                    Server::server(doubt.origin())
                }

                fn $retry(doubt: InDoubt<Self>, client: &AnyClient, now: Timestamp) -> Retried<Self> {
                    Some(doubt.retry(client, now))
                }
            )?
        }
    };
}

fn tokens<T: Into<AnyTokenSet>>(tokens: T) -> Held {
    Held::Tokens(tokens.into())
}

ways!(AuthorizationCode, Code, Granted, ReceivedCode => Held::Received, Intent => Held::Intent, retry);
ways!(RefreshToken, Refresh, Authorized<Refreshable>, TokenSet<Refreshable> => tokens, TokenSet<AccessOnly> => tokens, retry);
ways!(Reissue, Reissue, Authorized<Reissuable>, TokenSet<Reissuable> => tokens, TokenSet<Reissuable> => tokens, retry);
ways!(ClientCredentials, Credentials, Authorized<Reissuable>, Intent => Held::Intent, Intent => Held::Intent);
ways!(Password, Password, Granted, Intent => Held::Intent, Intent => Held::Intent);
ways!(FollowUp, FollowUp, Granted, AnyTokenSet => Held::Tokens, AnyTokenSet => Held::Tokens);

trait Issued {
    fn tokens(self) -> AnyTokenSet;
}

impl Issued for Granted {
    fn tokens(self) -> AnyTokenSet {
        self.into_any_token_set()
    }
}

impl<C> Issued for Authorized<C>
where
    TokenSet<C>: Into<AnyTokenSet>,
{
    fn tokens(self) -> AnyTokenSet {
        self.into_token_set().into()
    }
}

trait Server {
    fn server(&self) -> &str;
}

impl Server for ReceivedCode {
    fn server(&self) -> &str {
        self.intent().server()
    }
}

impl<C> Server for TokenSet<C> {
    fn server(&self) -> &str {
        self.intent().server()
    }
}
