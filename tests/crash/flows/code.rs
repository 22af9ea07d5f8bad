//! The authorization code grant (RFC 6749 section 4.1).

use oauth_proto::{
    AwaitingCode, Callback, CallbackError, Entropy, FinishError, InDoubt, InFlight, Intent, Request,
    grant::AuthorizationCode, stored,
};

use super::{RETURN_TO, Step};
use crate::{
    case::Login,
    world::{Choice, End, World},
};

pub async fn begin(world: &World) -> Step {
    let login = world.party.authorization_code().return_to(RETURN_TO).unwrap();
    let (url, awaiting) = login.authorize(Entropy::from_os().unwrap(), world.now());
    world.store(&awaiting).await;
    world.browse(url.as_str()).await;
    None
}

pub async fn callback(world: &World) -> Step {
    let Some(callback) = world.callback() else {
        // The address to send the browser to went with the process: the user clicks again.
        return super::log_in(world).await;
    };
    let awaiting: AwaitingCode = world.load();
    world.must(awaiting.matches(world.client(), Callback::url(&callback)), "the stored login is not the callback's");
    if world.case.login == Login::CodeTakenOut {
        world.clear().await;
    }
    match awaiting.receive(world.client(), Callback::url(&callback), world.now()) {
        Ok((request, in_flight)) => exchange(world, request, in_flight).await,
        Err(CallbackError::TooLate { intent }) => {
            check_intent(world, &intent);
            world.clear().await;
            None
        }
        Err(error) => Some(world.wrong(error)),
    }
}

async fn exchange(world: &World, request: Request, in_flight: InFlight<AuthorizationCode>) -> Step {
    world.journal(&in_flight).await;
    match in_flight.finish(world.send(request).await) {
        Ok(granted) => {
            world.store(&granted.into_any_token_set()).await;
            world.answered();
        }
        Err(FinishError::Dead { remains, .. }) => {
            check_intent(world, &remains);
            world.clear().await;
        }
        Err(error) => return Some(world.wrong(error)),
    }
    None
}

/// A program ended between its journal and its answer.
pub async fn doubt(world: &World) -> Step {
    let in_doubt: InDoubt<AuthorizationCode> = world.load();
    world.check_doubt(in_doubt.sent_at());
    world.must(Some(stored::save(&in_doubt)) == world.row(), "a doubt that is stored again is another");
    let again = match world.decided() {
        Choice::Ask => return Some(End::InDoubt),
        Choice::Retry => in_doubt.retry(world.client(), world.now()).map_err(|error| error.fault()),
        Choice::AssumeUnspent => {
            let code = in_doubt.assume_unspent();
            check_intent(world, code.intent());
            code.exchange(world.client(), world.now()).map_err(|error| error.fault())
        }
        Choice::AssumeSpent => {
            check_intent(world, &in_doubt.assume_spent());
            world.clear().await;
            return None;
        }
    };
    match again {
        Ok((request, in_flight)) => exchange(world, request, in_flight).await,
        Err(fault) => Some(world.wrong(fault)),
    }
}

/// What was asked for is known to the end, for a new login.
fn check_intent(world: &World, intent: &Intent) {
    world.must(intent.return_to() == Some(RETURN_TO), "`return_to` is lost");
    let fresh = world.party.authorization_code();
    world.must(intent.redirect_uri() == fresh.intent().redirect_uri(), "the redirect URI is lost");
    world.must(intent.scope() == fresh.intent().scope(), "the scope is lost");
}
