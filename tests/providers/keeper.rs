//! One session for long: renewal, fault, decision, 401, and a new login.

use std::time::Duration;

use oauth_proto::{
    Callback, Decision, Entropy, ErrorCode, Keeper, Remedy, RenewalError, Request, Secret, Ticket, Turn, error::Doubt,
    stored,
};
use oauth_proto_emulator::Fault;

use crate::scenario::*;

const TOKEN: &str = "/oauth/token";
const MARGIN: Duration = Duration::from_secs(60);
const YEAR: Duration = Duration::from_secs(31_536_000);

impl Scene {
    fn sends(&self, keeper: &mut Keeper) -> (Request, Ticket) {
        expect!(keeper.poll(&self.client, self.now(), MARGIN), Turn::Send(request, ticket) => (request, ticket))
    }

    fn uses(&self, keeper: &mut Keeper) -> Secret {
        expect!(keeper.poll(&self.client, self.now(), MARGIN), Turn::Use(token) => token)
    }

    fn bearer(&self, token: &Secret) -> Result<u16> {
        Ok(call(&self.emulator.api_url(), "Authorization", &format!("Bearer {}", token.expose()))?)
    }

    /// A session that is due, and whose access token still works.
    fn due(&self) -> Result<Keeper> {
        let keeper = Keeper::new(self.authorized()?.into_token_set());
        self.emulator.advance(YEAR - Duration::from_secs(1));
        Ok(keeper)
    }
}

#[test]
fn a_session_from_renewal_to_the_next_login() -> Result {
    proves!["amiqus-e12", "amiqus-q7", "amiqus-q8", "amiqus-q9"];
    let scene = Scene::amiqus();
    let mut keeper = Keeper::new(scene.authorized()?.into_token_set());
    let first = scene.uses(&mut keeper);
    assert_eq!((scene.bearer(&first)?, scene.emulator.requests_to(TOKEN)), (200, 1));

    // A renewal ahead of time; until it is done the old token is used.
    scene.emulator.advance(YEAR - MARGIN);
    let (request, ticket) = scene.sends(&mut keeper);
    assert!(scene.uses(&mut keeper).matches(first.expose()));
    keeper.handle(ticket, send(request), scene.now())?;
    let second = scene.uses(&mut keeper);
    assert_eq!((scene.bearer(&first)?, scene.bearer(&second)?), (401, 200));
    // A 401 to the token of before says nothing of the new one.
    assert!(!keeper.rejected(&first));

    // The connection is cut: nobody knows, and the old token works on.
    scene.emulator.advance(YEAR - MARGIN);
    scene.emulator.inject(Fault::CutBeforeActing);
    let (request, ticket) = scene.sends(&mut keeper);
    let sent_at = scene.now();
    let error = keeper.handle(ticket, send(request), scene.now()).unwrap_err();
    assert_eq!(error.remedy(), Remedy::Decide);
    expect!(error, RenewalError::InDoubt(Doubt::Lost(_)) => ());
    expect!(keeper.poll(&scene.client, scene.now(), MARGIN), Turn::Decide { sent_at: at } => assert_eq!(at, sent_at));
    assert_eq!(keeper.access_token_at(scene.now()).map(|token| scene.bearer(token)).transpose()?, Some(200));
    assert!(keeper.decide(Decision::AssumeUnspent));
    assert!(!keeper.decide(Decision::AssumeUnspent));
    let (request, ticket) = scene.sends(&mut keeper);
    keeper.handle(ticket, send(request), scene.now())?;
    let third = scene.uses(&mut keeper);
    assert_eq!(scene.bearer(&third)?, 200);

    // The user withdraws access: 401, a dead refresh token, a new login.
    scene.emulator.revoke_by_user();
    assert_eq!(scene.bearer(&third)?, 401);
    assert!(keeper.rejected(&third));
    let (request, ticket) = scene.sends(&mut keeper);
    let error = keeper.handle(ticket, send(request), scene.now()).unwrap_err();
    assert_eq!(error.remedy(), Remedy::LogIn);
    expect!(error, RenewalError::Dead(response) => assert_eq!(response.code, ErrorCode::InvalidGrant));
    expect!(keeper.poll(&scene.client, scene.now(), MARGIN), Turn::LogIn => ());
    let login = keeper.into_intent().again(scene.client.authorization_code()?);
    let (url, awaiting) = login.authorize(Entropy::from_os()?, scene.now());
    let landing = scene.emulator.user().approve(url.as_str());
    let (request, flight) = awaiting.receive(&scene.client, Callback::url(&landing.url), scene.now())?;
    scene.opens_the_api(&refreshable(flight.finish(send(request))?)?)?;
    assert!(!scene.emulator.reuse_detected());
    Ok(())
}

#[test]
fn a_crash_while_a_renewal_is_under_way() -> Result {
    proves!["amiqus-q7"];
    let scene = Scene::amiqus();
    let mut keeper = scene.due()?;
    let (request, ticket) = scene.sends(&mut keeper);
    let row = stored::save(&keeper);
    scene.emulator.inject(Fault::CutAfterActing);
    drop((keeper, ticket, send(request)));

    // Another process reads the row: it knows that something was sent, and sends nothing by itself. As long as the
    // answer may still come to somebody, there is nothing to decide.
    let mut keeper: Keeper = stored::load(row.as_bytes())?;
    expect!(keeper.poll(&scene.client, scene.now(), MARGIN), Turn::Use(_) => ());
    let over = scene.now().plus(Duration::from_secs(30));
    expect!(keeper.poll(&scene.client, over, MARGIN), Turn::Decide { .. } => ());
    assert!(keeper.decide(Decision::AssumeSpent));
    let token = scene.uses(&mut keeper);
    // The server had acted, and a refresh kills the old access token: the API says so, and a login follows.
    assert_eq!(scene.bearer(&token)?, 401);
    assert!(keeper.rejected(&token));
    expect!(keeper.poll(&scene.client, scene.now(), MARGIN), Turn::LogIn => ());
    assert_eq!(scene.emulator.requests_to(TOKEN), 2);
    assert!(!scene.emulator.reuse_detected());
    Ok(())
}

#[test]
fn a_ticket_that_was_dropped_is_noticed() -> Result {
    proves!["amiqus-q7"];
    let scene = Scene::amiqus();
    let mut keeper = scene.due()?;
    drop(scene.sends(&mut keeper));
    expect!(keeper.poll(&scene.client, scene.now(), MARGIN), Turn::Decide { .. } => ());
    // The request was dropped with it and never sent: that is known here, and said.
    assert!(keeper.decide(Decision::AssumeUnspent));
    let (request, ticket) = scene.sends(&mut keeper);
    keeper.handle(ticket, send(request), scene.now())?;
    assert_eq!(scene.bearer(&scene.uses(&mut keeper))?, 200);
    assert_eq!(scene.emulator.requests_to(TOKEN), 2);
    Ok(())
}

#[test]
fn a_busy_server_is_left_alone_for_as_long_as_it_asks() -> Result {
    proves!["amiqus-c8"];
    let scene = Scene::amiqus();
    let mut keeper = scene.due()?;
    scene.emulator.inject(Fault::TooManyRequests { retry_after_seconds: 20 });
    let (request, ticket) = scene.sends(&mut keeper);
    let error = keeper.handle(ticket, send(request), scene.now()).unwrap_err();
    assert_eq!(error.remedy(), Remedy::Retry { after: Some(Duration::from_secs(20)) });
    // The old token has a second left, then there is nothing to use until the server may be asked again.
    let until = scene.now().plus(Duration::from_secs(20));
    scene.uses(&mut keeper);
    scene.emulator.advance(Duration::from_secs(19));
    let row = stored::save(&keeper);
    let mut keeper: Keeper = stored::load(row.as_bytes())?;
    let turn = keeper.poll(&scene.client, scene.now(), MARGIN);
    expect!(turn, Turn::Wait { until: Some(at) } => assert_eq!(at, until));
    scene.emulator.advance(Duration::from_secs(1));
    let (request, ticket) = scene.sends(&mut keeper);
    keeper.handle(ticket, send(request), scene.now())?;
    assert_eq!(scene.bearer(&scene.uses(&mut keeper))?, 200);
    Ok(())
}

#[test]
fn a_token_that_cannot_be_renewed_is_used_to_its_end() -> Result {
    proves!["marvel-q5", "marvel-q6"];
    let scene = Scene::marvel();
    let client = scene.public_client()?;
    let (url, awaiting) = client.implicit()?.authorize(Entropy::from_os()?, scene.now());
    let landing = scene.emulator.user().approve(url.as_str());
    let authorized = awaiting.receive(&client, Callback::url(&landing.url), scene.now())?;
    let mut keeper = Keeper::new(authorized.into_token_set());
    scene.emulator.advance(Duration::from_millis(35_999_999));
    expect!(keeper.poll(&client, scene.now(), MARGIN), Turn::Use(token) => assert_eq!(scene.bearer(&token)?, 200));
    scene.emulator.advance(Duration::from_millis(1));
    expect!(keeper.poll(&client, scene.now(), MARGIN), Turn::LogIn => ());
    assert_eq!(scene.emulator.requests_to("/oauth/token/"), 0);
    Ok(())
}
