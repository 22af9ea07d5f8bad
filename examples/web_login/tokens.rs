//! What becomes of a session's tokens: they are shown to the API, renewed, and given back.

use std::{sync::Arc, time::Duration};

use oauth_proto::{Decision, Keeper, Outcome, Remedy, Request, Scope, Ticket, Turn};
use tokio::{
    task::spawn_blocking,
    time::{Instant, sleep},
};

use crate::{
    App, api, broken, now,
    pages::{Page, trouble, with_reasons},
    sessions::Failure,
    transport,
};

/// How long before its end a token is renewed.
const AHEAD: Duration = Duration::from_secs(60);

/// How long a page waits for the renewal that another page of the same browser has begun.
const PATIENCE: Duration = Duration::from_secs(10);

/// What the API says of the user, and the scope of the token.
pub async fn user(app: &Arc<App>, cookie: &str) -> Result<Option<(serde_json::Value, Scope)>, Page> {
    let patience = Instant::now() + PATIENCE;
    // Renew it, use it, renew what the API refused, use that: after four turns, something else is wrong.
    let mut turns = 0;
    while turns < 4 {
        let polled = app.sessions.with_tokens(cookie, now(), |keeper| keeper.poll(&app.client, now(), AHEAD));
        let Some((turn, keeper)) = polled.map_err(broken)? else { return Ok(None) };
        turns += usize::from(matches!(turn, Turn::Use(_) | Turn::Send(..)));
        let done = match turn {
            Turn::Use(used) => match ask(app, &keeper).await? {
                Some(user) => return Ok(Some((user, keeper.tokens().scope().clone()))),
                None => app.sessions.with_tokens(cookie, now(), |keeper| _ = keeper.rejected(&used)).map(drop),
            },
            // A task of its own: this one ends where the browser goes away, and what the server issued would be lost.
            Turn::Send(request, ticket) => {
                let renewal = tokio::spawn(renew(Arc::clone(app), cookie.to_owned(), keeper, request, ticket));
                renewal.await.unwrap_or_else(|why| Err(why.into()))
            }
            // Another page of this browser renews them, or another process.
            Turn::Wait { .. } if Instant::now() < patience => {
                sleep(Duration::from_millis(100)).await;
                continue;
            }
            Turn::Wait { .. } => return Err(trouble(Remedy::Retry { after: None }, "the tokens are not renewed yet")),
            // Nobody knows whether the server took the refresh token: one that was used twice ends the whole grant.
            Turn::Decide { .. } => {
                app.sessions.with_tokens(cookie, now(), |keeper| _ = keeper.decide(Decision::AssumeSpent)).map(drop)
            }
            Turn::LogIn => {
                app.sessions.take_tokens(cookie).map_err(broken)?;
                return Err(trouble(Remedy::LogIn, "the tokens are over"));
            }
            Turn::Fix(fault) => return Err(trouble(fault.remedy(), fault.to_string())),
        };
        done.map_err(broken)?;
    }
    Err(trouble(Remedy::Fix, "the API refuses tokens that were just renewed"))
}

/// What the API says; nothing where it refuses the token (RFC 6750 section 3.1).
async fn ask(app: &App, keeper: &Keeper) -> Result<Option<serde_json::Value>, Page> {
    let header = keeper.header_for(&app.client, &app.api, now()).map_err(|error| trouble(error.remedy(), error))?;
    let url = app.api.clone();
    let asked = spawn_blocking(move || api::get(&url, &header)).await.map_err(|why| trouble(Remedy::Fix, why))?;
    let response = asked.map_err(|why| trouble(Remedy::Retry { after: None }, why))?;
    let remedy = match response.status() {
        200 => match serde_json::from_slice(response.expose_body()) {
            Ok(user) => return Ok(Some(user)),
            Err(why) => return Err(trouble(Remedy::Fix, why)),
        },
        401 => return Ok(None),
        429 | 500.. => Remedy::Retry { after: None },
        _ => Remedy::Fix,
    };
    Err(trouble(remedy, format!("the API answers {}", response.status())))
}

/// Sends the renewal that `polled` asked for, which the rows know of, and stores what came of it.
async fn renew(
    app: Arc<App>,
    cookie: String,
    mut polled: Keeper,
    request: Request,
    ticket: Ticket,
) -> Result<(), Failure> {
    let mut came = Some((ticket, send(request).await));
    let mut handle = |keeper: &mut Keeper| {
        let Some((ticket, outcome)) = came.take() else { return };
        if let Err(why) = keeper.handle(ticket, outcome, now()) {
            eprintln!("web_login: {}", with_reasons(&why)); // the next turn says what follows
        }
    };
    if app.sessions.with_tokens(&cookie, now(), &mut handle)?.is_none() {
        // The user has logged out meanwhile: what came goes back as well.
        handle(&mut polled);
        give_back(&app, polled).await?;
    }
    Ok(())
}

/// Asks the server to end what the tokens allow (RFC 7009), or says why it may not know of it.
pub async fn give_back(app: &App, keeper: Keeper) -> Result<(), String> {
    // Where a renewal is under way, or its ending not known: the old refresh token stands for its grant.
    let tokens = keeper.into_tokens().or_else(|mut keeper| {
        keeper.decide(Decision::AssumeUnspent);
        keeper.into_tokens()
    });
    let tokens = tokens.map_err(|_| "a renewal of the tokens is under way")?;
    let (request, revoking) = tokens.revoke(&app.client).map_err(|why| why.to_string())?; // some servers take none back
    revoking.finish(send(request).await).map(drop).map_err(|why| with_reasons(&why))
}

/// `ureq` blocks, and whoever stops waiting for it does not stop it.
pub async fn send(request: Request) -> Outcome {
    spawn_blocking(move || transport::send(request)).await.unwrap_or_else(Outcome::lost)
}
