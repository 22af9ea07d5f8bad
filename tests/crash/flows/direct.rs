//! The grants without a browser (RFC 6749 sections 4.3 and 4.4). Nothing in their requests is good for one use: after
//! a doubt they begin again.

use oauth_proto::{
    FinishError, InDoubt, Intent,
    grant::{self, Grant},
};

use super::Step;
use crate::world::{Choice, End, World};

pub async fn password(world: &World) -> Step {
    let start = world.party.password().request("jsmith", &"password123".into(), world.now());
    let (request, in_flight) = match start {
        Ok(sent) => sent,
        Err(error) => return Some(world.wrong(error)),
    };
    world.journal(&in_flight).await;
    match in_flight.finish(world.send(request).await) {
        Ok(granted) => world.store(&granted.into_any_token_set()).await,
        Err(error) => return Some(world.wrong(error)),
    }
    None
}

pub async fn client_credentials(world: &World) -> Step {
    let (request, in_flight) = match world.party.client_credentials().request(world.now()) {
        Ok(sent) => sent,
        Err(error) => return Some(world.wrong(error)),
    };
    world.journal(&in_flight).await;
    match in_flight.finish(world.send(request).await) {
        Ok(authorized) => world.store(&authorized.into_token_set()).await,
        Err(FinishError::Dead { .. }) => return Some(world.wrong("the client's own grant is dead")),
        Err(error) => return Some(world.wrong(error)),
    }
    None
}

pub async fn password_doubt(world: &World) -> Step {
    let wanted = world.party.password().intent().clone();
    doubt(world, &world.load::<InDoubt<grant::Password>>().into(), &wanted).await
}

pub async fn client_credentials_doubt(world: &World) -> Step {
    let wanted = world.party.client_credentials().intent().clone();
    doubt(world, &world.load::<InDoubt<grant::ClientCredentials>>().into(), &wanted).await
}

/// Whichever is assumed, what was asked for is left.
struct Doubt {
    sent_at: oauth_proto::Timestamp,
    intent: Intent,
}

impl<G: Grant<Origin = Intent, Remains = Intent>> From<InDoubt<G>> for Doubt {
    fn from(in_doubt: InDoubt<G>) -> Self {
        Self { sent_at: in_doubt.sent_at(), intent: in_doubt.assume_spent() }
    }
}

async fn doubt(world: &World, doubt: &Doubt, wanted: &Intent) -> Step {
    world.check_doubt(doubt.sent_at);
    world.must(doubt.intent == *wanted, "another intent than that of the request");
    if world.decided() == Choice::Ask {
        return Some(End::InDoubt);
    }
    world.clear().await;
    None
}
