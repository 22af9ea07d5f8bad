//! What real servers make of an answer that was lost, and the [`Keeper`] that renews by itself.

use std::time::Duration;

use oauth_proto::{FinishError, InDoubt, InFlight, Keeper, Outcome, Request, Turn, grant::Grant};

use super::{features, yes};
use crate::{
    Result, Server,
    login::{Row, answer, told},
    server::now,
    wire::send,
};

features! { "Lost answers, and the `Keeper`":
    lost_code_answer "a code's answer is lost, and the code is sent again",
    lost_refresh_answer "a refresh's answer is lost, and it is sent again",
    keeper "a `Keeper` renews, again and again",
    keeper_at_the_end "a `Keeper` whose tokens are dead asks for a login",
}

/// The request arrives, and its answer does not.
fn lost<G: Grant>(request: Request, in_flight: InFlight<G>) -> Result<InDoubt<G>> {
    let answered = send(request);
    ensure!(matches!(answered, Outcome::Answered(_)), "the server gave no answer that could be lost");
    let in_doubt = expect!(in_flight.finish(Outcome::lost("the line was cut")),
        Err(FinishError::InDoubt { in_doubt, .. }) => in_doubt);
    Ok(*in_doubt)
}

fn lost_code_answer(server: &Server) -> Result<String> {
    let client = server.confidential("basic")?;
    let (landing, awaiting) = server.landed(client.authorization_code()?)?;
    let (request, in_flight) = awaiting.receive(&client, landing.callback(), now())?;
    let (request, in_flight) = lost(request, in_flight)?.retry(&client, now())?;
    told(answer(request, in_flight)?, "taken")
}

fn lost_refresh_answer(server: &Server) -> Result<String> {
    let client = server.confidential("basic")?;
    let authorized = server.logged_in(&client, client.authorization_code()?)?;
    let (request, in_flight) = authorized.refresh(&client, now())?;
    let (request, in_flight) = lost(request, in_flight)?.retry(&client, now())?;
    told(answer(request, in_flight)?, "taken")
}

/// Longer than any token lives, so that every poll renews that may.
const AHEAD: Duration = Duration::from_secs(1_000_000);

fn keeper(server: &Server) -> Result<String> {
    let client = server.confidential("basic")?;
    let authorized = server.logged_in(&client, client.authorization_code()?)?;
    let first = authorized.access_token().clone();
    let expires_at = authorized.expires_at().ok_or("a token without an end")?;
    let mut keeper = Keeper::new(authorized.into_token_set());
    let mut now = now();
    for _ in 0..3 {
        let (request, ticket) =
            expect!(keeper.poll(&client, now, AHEAD), Turn::Send(request, ticket) => (request, ticket));
        keeper.handle(ticket, send(request), now)?;
        let token = expect!(keeper.poll(&client, now, AHEAD), Turn::Use(token) => token);
        ensure!(!token.matches(first.expose()), "it is the token of before");
        // The second half of its life, as the client's clock has it.
        now = now.plus(expires_at.since(crate::server::now()));
    }
    yes()
}

fn keeper_at_the_end(server: &Server) -> Result<String> {
    let client = server.confidential("basic")?;
    let row = Row::of(server.logged_in(&client, client.authorization_code()?)?);
    row.refresh(&client)??;
    // It holds what was spent.
    let mut keeper = Keeper::new(row.load()?.into_token_set());
    let expired = now().plus(AHEAD);
    let (request, ticket) =
        expect!(keeper.poll(&client, expired, Duration::ZERO), Turn::Send(request, ticket) => (request, ticket));
    ensure!(keeper.handle(ticket, send(request), expired).is_err(), "what was spent is taken");
    expect!(keeper.poll(&client, expired, Duration::ZERO), Turn::LogIn => yes())
}
