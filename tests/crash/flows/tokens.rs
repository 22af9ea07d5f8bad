//! Tokens that are stored: used, and renewed ahead of their end (RFC 6749 sections 4.4 and 6).

use oauth_proto::{
    AccessOnly, AnyTokenSet, Authorized, Capability, Expired, FinishError, InDoubt, InFlight, Refreshable, Reissuable,
    Request, Standing, TokenSet,
    grant::{RefreshToken, Reissue},
};

use super::{AHEAD, Step, flaws, follow_up, keeper};
use crate::{
    case::Then,
    world::{Choice, End, World},
};

pub async fn go_on(world: &World) -> Step {
    if world.case.then == Then::Keep {
        return keeper::adopt(world).await;
    }
    let tokens: AnyTokenSet = world.load();
    let due = tokens.is_due(world.now(), AHEAD);
    match tokens {
        AnyTokenSet::Refreshable(tokens) if due => match world.case.flaw {
            Some(flaw) => flaws::refresh(world, tokens, flaw).await,
            None => refresh(world, tokens).await,
        },
        AnyTokenSet::Reissuable(tokens) if due => reissue(world, tokens).await,
        AnyTokenSet::AccessOnly(tokens) if world.case.then == Then::FollowUp => follow_up::trade(world, tokens).await,
        AnyTokenSet::Refreshable(tokens) => use_token(world, tokens).await,
        AnyTokenSet::Reissuable(tokens) => use_token(world, tokens).await,
        AnyTokenSet::AccessOnly(tokens) => use_token(world, tokens).await,
    }
}

async fn use_token<C>(world: &World, tokens: TokenSet<C>) -> Step
where
    C: Capability,
    TokenSet<C>: Into<AnyTokenSet>,
{
    let authorized: Authorized<C> = match tokens.at(world.now()) {
        Standing::Authorized(authorized) => authorized,
        Standing::Expired(_) => {
            world.clear().await;
            return None;
        }
    };
    match authorized.header_for(world.client(), &world.server.api_url()) {
        Ok(header) if world.api(&header).await == 200 => Some(End::Tokens),
        Ok(_) => {
            let rejected: Expired<C> = authorized.rejected();
            let tokens: AnyTokenSet = rejected.into_token_set().into();
            world.must(tokens.access_token_at(world.now()).is_none(), "a rejected token can be used");
            world.store(&tokens).await;
            None
        }
        Err(error) => Some(world.wrong(error)),
    }
}

/// The request and what waits for its answer, from tokens that a clock has met.
pub fn refresh_request(
    world: &World,
    tokens: TokenSet<Refreshable>,
) -> Result<(Request, InFlight<RefreshToken>), oauth_proto::RequestError<TokenSet<Refreshable>>> {
    match tokens.at(world.now()) {
        Standing::Authorized(authorized) => authorized.refresh(world.client(), world.now()),
        Standing::Expired(expired) => expired.refresh(world.client(), world.now()),
    }
}

async fn refresh(world: &World, tokens: TokenSet<Refreshable>) -> Step {
    match refresh_request(world, tokens) {
        Ok((request, in_flight)) => send_refresh(world, request, in_flight).await,
        // Marq refreshes only before the access token's end.
        Err(error) if error.remedy() == oauth_proto::Remedy::LogIn => {
            world.clear().await;
            None
        }
        Err(error) => Some(world.wrong(error)),
    }
}

async fn send_refresh(world: &World, request: Request, in_flight: InFlight<RefreshToken>) -> Step {
    world.journal(&in_flight).await;
    match in_flight.finish(world.send(request).await) {
        Ok(authorized) => world.store(&authorized.into_token_set()).await,
        Err(FinishError::Dead { remains, .. }) => world.store(&*remains).await,
        Err(error) => return Some(world.wrong(error)),
    }
    None
}

pub async fn refresh_doubt(world: &World) -> Step {
    let in_doubt: InDoubt<RefreshToken> = world.load();
    world.check_doubt(in_doubt.sent_at());
    if world.case.flaw.is_some() {
        return flaws::doubt(world, in_doubt).await;
    }
    match world.decided() {
        Choice::Ask => Some(End::InDoubt),
        Choice::Retry => match in_doubt.retry(world.client(), world.now()) {
            Ok((request, in_flight)) => send_refresh(world, request, in_flight).await,
            // Nothing was sent, and the doubt is as it was: for Marq, time has decided.
            Err(error) if error.remedy() == oauth_proto::Remedy::LogIn => {
                world.store(&error.into_origin().assume_spent()).await;
                None
            }
            Err(error) => Some(world.wrong(error)),
        },
        Choice::AssumeUnspent => {
            let tokens = in_doubt.assume_unspent();
            world.check_origin(&tokens);
            world.store(&tokens).await;
            None
        }
        Choice::AssumeSpent => {
            let remains: TokenSet<AccessOnly> = in_doubt.assume_spent();
            world.store(&remains).await;
            None
        }
    }
}

async fn reissue(world: &World, tokens: TokenSet<Reissuable>) -> Step {
    let start = match tokens.at(world.now()) {
        Standing::Authorized(authorized) => authorized.reissue(world.client(), world.now()),
        Standing::Expired(expired) => expired.reissue(world.client(), world.now()),
    };
    match start {
        Ok((request, in_flight)) => send_reissue(world, request, in_flight).await,
        Err(error) => Some(world.wrong(error)),
    }
}

async fn send_reissue(world: &World, request: Request, in_flight: InFlight<Reissue>) -> Step {
    world.journal(&in_flight).await;
    match in_flight.finish(world.send(request).await) {
        Ok(authorized) => world.store(&authorized.into_token_set()).await,
        Err(error) => return Some(world.wrong(error)),
    }
    None
}

pub async fn reissue_doubt(world: &World) -> Step {
    let in_doubt: InDoubt<Reissue> = world.load();
    world.check_doubt(in_doubt.sent_at());
    let tokens = match world.decided() {
        Choice::Ask => return Some(End::InDoubt),
        Choice::Retry => {
            return match in_doubt.retry(world.client(), world.now()) {
                Ok((request, in_flight)) => send_reissue(world, request, in_flight).await,
                Err(error) => Some(world.wrong(error)),
            };
        }
        Choice::AssumeUnspent => in_doubt.assume_unspent(),
        // Nothing is spent by asking: the same tokens are left.
        Choice::AssumeSpent => in_doubt.assume_spent(),
    };
    world.check_origin(&tokens);
    world.store(&tokens).await;
    None
}
