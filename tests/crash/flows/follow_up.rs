//! A short-lived token that is traded for a long-lived one, which no RFC knows.

use oauth_proto::{AccessOnly, InDoubt, InFlight, Request, Standing, TokenSet, grant::FollowUp};

use super::Step;
use crate::world::{Choice, End, World};

pub async fn trade(world: &World, tokens: TokenSet<AccessOnly>) -> Step {
    let authorized = match tokens.at(world.now()) {
        Standing::Authorized(authorized) => authorized,
        Standing::Expired(_) => {
            world.clear().await;
            return None;
        }
    };
    match authorized.follow_up(world.client(), world.now()) {
        Ok((request, in_flight)) => send(world, request, in_flight).await,
        Err(error) => Some(world.wrong(error)),
    }
}

async fn send(world: &World, request: Request, in_flight: InFlight<FollowUp>) -> Step {
    world.journal(&in_flight).await;
    match in_flight.finish(world.send(request).await) {
        Ok(granted) => world.store(&granted.into_any_token_set()).await,
        Err(error) => return Some(world.wrong(error)),
    }
    None
}

/// The short-lived token stays good, whatever became of the request.
pub async fn doubt(world: &World) -> Step {
    let in_doubt: InDoubt<FollowUp> = world.load();
    world.check_doubt(in_doubt.sent_at());
    let tokens = match world.decided() {
        Choice::Ask => return Some(End::InDoubt),
        Choice::Retry => {
            return match in_doubt.retry(world.client(), world.now()) {
                Ok((request, in_flight)) => send(world, request, in_flight).await,
                Err(error) => Some(world.wrong(error)),
            };
        }
        Choice::AssumeUnspent => in_doubt.assume_unspent(),
        Choice::AssumeSpent => in_doubt.assume_spent(),
    };
    world.check_origin(&tokens);
    world.store(&tokens).await;
    None
}
