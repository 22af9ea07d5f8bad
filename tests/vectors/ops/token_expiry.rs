//! Whether a token can be used (RFC 6749 section 5.1). A leeway is a question about a later instant.

use std::time::Duration;

use oauth_proto::{AccessOnly, Keeper, Standing, Timestamp, TokenSet, Turn};
use serde_json::json;

use super::Ran;
use crate::{
    came::{Came, End},
    input::Input,
    scenario::{self, Scenario},
};

const MEMBERS: [&str; 5] = ["expires_at_ms", "expires_in", "received_at_ms", "now_ms", "leeway_ms"];

pub fn run(input: &Input<'_>) -> Ran {
    input.only(&MEMBERS)?;
    let now = instant(input.number("now_ms")?.unwrap_or_default())?;
    let leeway = u64::try_from(input.number("leeway_ms")?.unwrap_or_default());
    let leeway = Duration::from_millis(leeway.map_err(|_| End::NotSupported("a leeway below zero".into()))?);
    let tokens = match input.number("expires_in")? {
        Some(expires_in) => issued(expires_in, instant(input.number("received_at_ms")?.unwrap_or_default())?)?,
        None => {
            let end = input.number("expires_at_ms")?.map(instant).transpose()?;
            Scenario::new().client.import_access_token_from_elsewhere("A1".into(), end)?
        }
    };
    let asked_at = now.plus(leeway);
    let (due, kept) = (tokens.is_due(now, leeway), tokens.access_token_at(asked_at).is_none());
    let expired = matches!(tokens.at(asked_at), Standing::Expired(_));
    if (due, kept) != (expired, expired) {
        return Err(End::Wrong(format!("three ways to ask: expired {expired}, due {due}, not handed out {kept}")));
    }
    if let Some(expires_in) = input.number("expires_in")?.filter(|_| expired) {
        check_no_loop(expires_in, now, leeway)?;
    }
    Ok(Came::ok([("expired", expired.into())]))
}

/// The vectors' time begins at 0 and may go below; ours does not.
fn instant(millis: i64) -> Result<Timestamp, End> {
    let base = i64::try_from(scenario::at(0).as_unix_millis()).unwrap_or_default();
    let shifted = base.checked_add(millis).and_then(|millis| u64::try_from(millis).ok());
    shifted.map(Timestamp::from_unix_millis).ok_or_else(|| End::NotSupported("an instant before 1970".into()))
}

fn answer(expires_in: i64) -> oauth_proto::Outcome {
    let body = json!({"access_token": "A2", "token_type": "Bearer", "expires_in": expires_in, "refresh_token": "R2"});
    scenario::answer(200, &body.to_string())
}

/// A token of this lifetime, whose request was sent at `sent_at`.
fn issued(expires_in: i64, sent_at: Timestamp) -> Result<TokenSet<AccessOnly>, End> {
    let (_request, in_flight) = Scenario::new().client.password()?.request("ada", &"pa55".into(), sent_at)?;
    let body = json!({"access_token": "A1", "token_type": "Bearer", "expires_in": expires_in}).to_string();
    match in_flight.finish(scenario::answer(200, &body))?.into_any_token_set() {
        oauth_proto::AnyTokenSet::AccessOnly(tokens) => Ok(tokens),
        _ => Err(End::Wrong("a refresh token that nobody sent".into())),
    }
}

/// A server whose tokens live shorter than the leeway is not asked at every turn.
fn check_no_loop(expires_in: i64, now: Timestamp, leeway: Duration) -> Result<(), End> {
    let client = &Scenario::new().client;
    let tokens = client.import_refreshable_tokens_from_elsewhere("A1".into(), "R1".into(), Some(now))?;
    let mut keeper = Keeper::new(tokens);
    let Turn::Send(_request, ticket) = keeper.poll(client, now, leeway) else {
        return Err(End::Wrong("an expired token is not renewed".into()));
    };
    keeper.handle(ticket, answer(expires_in), now).map_err(|why| End::Wrong(why.to_string()))?;
    match keeper.poll(client, now, leeway) {
        Turn::Send(..) => Err(End::Wrong("it is renewed again at once, and so at every turn".into())),
        _ => Ok(()),
    }
}
