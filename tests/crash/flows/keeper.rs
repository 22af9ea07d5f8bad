//! The keeper, with its tickets. It lives in the memory of the process: a future that is dropped leaves it there, the
//! end of the process does not.

use oauth_proto::{AnyTokenSet, Decision, Keeper, RenewalError, Turn, stored};

use super::{AHEAD, Step};
use crate::world::{Choice, End, World};

/// Tokens are given to a keeper, in place of their row.
pub async fn adopt(world: &World) -> Step {
    let keeper = Keeper::new(world.load::<AnyTokenSet>());
    world.store(&keeper).await;
    None
}

pub async fn go_on(world: &World) -> Step {
    // A future that was dropped after `handle` has not stored what it brought.
    if world.row() != Some(world.keeper(|keeper| stored::save(keeper))) {
        store(world, world.keeper(|keeper| under_way(keeper))).await;
    }
    let turn = world.keeper(|keeper| keeper.poll(world.client(), world.now(), AHEAD));
    match turn {
        Turn::Use(_) => use_token(world).await,
        Turn::Send(request, ticket) => {
            world.ticketed(true);
            store(world, true).await;
            let outcome = world.send(request).await;
            let handled = world.keeper(|keeper| keeper.handle(ticket, outcome, world.now()));
            world.ticketed(false);
            store(world, false).await;
            match handled {
                Ok(()) | Err(RenewalError::Dead(_)) => None,
                Err(error) => Some(world.wrong(error)),
            }
        }
        Turn::Wait { until: Some(until) } => {
            world.wait(until).await;
            None
        }
        Turn::Decide { sent_at } => {
            world.check_doubt(sent_at);
            let decision = match world.decided() {
                Choice::Ask => return Some(End::InDoubt),
                Choice::Retry | Choice::AssumeUnspent => Decision::AssumeUnspent,
                Choice::AssumeSpent => Decision::AssumeSpent,
            };
            let decided = world.keeper(|keeper| keeper.decide(decision));
            world.must(decided, "nothing to decide after `Turn::Decide`");
            world.ticketed(false);
            store(world, false).await;
            None
        }
        Turn::LogIn => {
            world.forget();
            world.clear().await;
            None
        }
        turn @ (Turn::Wait { until: None } | Turn::Fix(_)) => Some(world.wrong(turn)),
    }
}

/// The program is at its end when the token opens the API and nothing is to be done for a while.
async fn use_token(world: &World) -> Step {
    let (header, token) = world.keeper(|keeper| {
        let token = keeper.access_token_at(world.now()).cloned();
        (keeper.header_for(world.client(), &world.server.api_url(), world.now()), token)
    });
    let (Ok(header), Some(token)) = (header, token) else {
        return Some(world.wrong("`Turn::Use`, and no token to use"));
    };
    if world.api(&header).await != 200 {
        let current = world.keeper(|keeper| keeper.rejected(&token));
        world.must(current, "the token that was just used is not the keeper's");
        store(world, world.keeper(|keeper| under_way(keeper))).await;
        return None;
    }
    let at_rest = world.keeper(|keeper| {
        let only = matches!(keeper.tokens(), AnyTokenSet::AccessOnly(_));
        !under_way(keeper) && (only || !keeper.tokens().is_due(world.now(), AHEAD))
    });
    if at_rest {
        return Some(End::Tokens);
    }
    // Another process may be at it: it is given the time that its request may take.
    world.wait(world.now().plus(std::time::Duration::from_secs(31))).await;
    None
}

async fn store(world: &World, journal: bool) {
    let row = world.keeper(|keeper| stored::save(keeper));
    world.write(Some(row), journal).await;
}

/// Whether a renewal is sent, and its ending not known: what the row says of it.
fn under_way(keeper: &Keeper) -> bool {
    stored::save(keeper).contains("\"sent_at\"")
}
