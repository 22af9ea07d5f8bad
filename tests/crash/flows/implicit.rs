//! The implicit grant, without a refresh token and with one (RFC 6749 section 4.2): no request of ours, no doubt.

use oauth_proto::{
    AccessOnly, AnyTokenSet, Authorized, AwaitingToken, Callback, CallbackError, Entropy, Granted,
    grant::FrontChannelTokens, stored::Stored,
};
use serde::de::DeserializeOwned;

use super::{RETURN_TO, Step};
use crate::world::World;

pub async fn begin(world: &World) -> Step {
    let login = world.party.implicit().return_to(RETURN_TO).unwrap();
    let (url, awaiting) = login.authorize(Entropy::from_os().unwrap(), world.now());
    world.store(&awaiting).await;
    world.browse(url.as_str()).await;
    None
}

pub async fn begin_with_refresh(world: &World) -> Step {
    let login = world.party.implicit_with_refresh().return_to(RETURN_TO).unwrap();
    let (url, awaiting) = login.authorize(Entropy::from_os().unwrap(), world.now());
    world.store(&awaiting).await;
    world.browse(url.as_str()).await;
    None
}

pub async fn callback<G>(world: &World) -> Step
where
    G: FrontChannelTokens + std::fmt::Debug,
    G::Issued: Tokens,
    AwaitingToken<G>: Stored + DeserializeOwned,
{
    let Some(callback) = world.callback() else {
        return super::log_in(world).await;
    };
    let awaiting: AwaitingToken<G> = world.load();
    match awaiting.receive(world.client(), Callback::url(&callback), world.now()) {
        Ok(issued) => {
            world.store(&issued.tokens()).await;
            world.answered();
        }
        Err(CallbackError::TooLate { intent }) => {
            world.must(intent.return_to() == Some(RETURN_TO), "`return_to` is lost");
            world.clear().await;
        }
        Err(error) => return Some(world.wrong(error)),
    }
    None
}

/// What either grant brings.
pub trait Tokens {
    fn tokens(self) -> AnyTokenSet;
}

impl Tokens for Authorized<AccessOnly> {
    fn tokens(self) -> AnyTokenSet {
        self.into_token_set().into()
    }
}

impl Tokens for Granted {
    fn tokens(self) -> AnyTokenSet {
        self.into_any_token_set()
    }
}
