//! Programs that are wrong, each in its own way. The enumerator has to catch them.

use oauth_proto::{FinishError, InDoubt, InFlight, Refreshable, Request, TokenSet, grant::RefreshToken};

use super::{Step, tokens::refresh_request};
use crate::{
    case::Flaw,
    world::{Choice, End, World},
};

pub async fn refresh(world: &World, tokens: TokenSet<Refreshable>, flaw: Flaw) -> Step {
    let Ok((request, in_flight)) = refresh_request(world, tokens) else {
        return Some(world.wrong("the request is not made"));
    };
    send(world, request, in_flight, flaw).await
}

async fn send(world: &World, request: Request, in_flight: InFlight<RefreshToken>, flaw: Flaw) -> Step {
    let outcome = match flaw {
        Flaw::SendsBeforeJournal => {
            let outcome = world.send(request).await;
            world.journal(&in_flight).await;
            outcome
        }
        // It believes that the tokens of its memory will be there for ever.
        Flaw::LeavesTheOlderRow => world.send(request).await,
        Flaw::ResumesBySending | Flaw::ForgetsToStoreTheAnswer => {
            world.journal(&in_flight).await;
            world.send(request).await
        }
    };
    match in_flight.finish(outcome) {
        Ok(authorized) if flaw == Flaw::ForgetsToStoreTheAnswer => {
            let header = authorized.header_for(world.client(), &world.server.api_url()).unwrap();
            (world.api(&header).await == 200).then_some(End::Tokens)
        }
        Ok(authorized) => {
            world.store(&authorized.into_token_set()).await;
            None
        }
        Err(FinishError::Dead { remains, .. }) => {
            world.store(&*remains).await;
            None
        }
        Err(error) => Some(world.wrong(error)),
    }
}

pub async fn doubt(world: &World, in_doubt: InDoubt<RefreshToken>) -> Step {
    match world.case.flaw {
        // It does not ask.
        Some(flaw @ Flaw::ResumesBySending) => {
            let (request, in_flight) = in_doubt.retry(world.client(), world.now()).unwrap();
            send(world, request, in_flight, flaw).await
        }
        _ if world.decided() == Choice::Ask => Some(End::InDoubt),
        _ => {
            world.store(&in_doubt.assume_spent()).await;
            None
        }
    }
}
