//! A crash between sending and hearing: what was written before sending is read back as a doubt.

use oauth_proto::{
    AnyTokenSet, Callback, Entropy, ErrorCode, FinishError, InDoubt, Standing,
    grant::{AuthorizationCode, RefreshToken},
    stored,
};
use oauth_proto_emulator::Fault;

use crate::scenario::*;

#[test]
fn a_code_whose_request_never_arrived() -> Result {
    proves!["marq-c8", "marq-q5"];
    let scene = Scene::marq();
    let (request, flight) = scene.code_in_flight()?;
    let journal = stored::save(&flight);
    scene.emulator.inject(Fault::CutBeforeActing);
    // The process dies with the request under way.
    drop((flight, send(request)));

    let in_doubt: InDoubt<AuthorizationCode> = stored::load(journal.as_bytes())?;
    assert_eq!(in_doubt.sent_at(), scene.now());
    // The client's secret is in no journal.
    assert!(!journal.contains(scene.emulator.client_secret()));
    let (request, flight) = in_doubt.retry(&scene.client, scene.now())?;
    scene.opens_the_api(&refreshable(flight.finish(send(request))?)?)?;

    // The journal is not deleted by reading it. Sent once more, the code ends what it had brought.
    let in_doubt: InDoubt<AuthorizationCode> = stored::load(journal.as_bytes())?;
    let (request, flight) = in_doubt.retry(&scene.client, scene.now())?;
    expect!(flight.finish(send(request)).unwrap_err(), FinishError::Dead { .. } => ());
    assert!(scene.emulator.code_replay_detected());
    Ok(())
}

#[test]
fn a_code_that_is_given_up_leads_to_a_new_login() -> Result {
    proves!["amiqus-q6"];
    let scene = Scene::amiqus();
    let login = scene.client.authorization_code()?.return_to("/inbox")?;
    let (url, awaiting) = login.authorize(Entropy::from_os()?, scene.now());
    let landing = scene.emulator.user().approve(url.as_str());
    let (request, flight) = awaiting.receive(&scene.client, Callback::url(&landing.url), scene.now())?;
    let journal = stored::save(&flight);
    scene.emulator.inject(Fault::CutAfterActing);
    drop((flight, send(request)));

    let in_doubt: InDoubt<AuthorizationCode> = stored::load(journal.as_bytes())?;
    let intent = in_doubt.assume_spent();
    assert_eq!(intent.return_to(), Some("/inbox"));
    assert_eq!(intent.redirect_uri().map(|uri| uri.as_str()), Some(scene.emulator.redirect_uri()));
    let (url, awaiting) = intent.again(scene.client.authorization_code()?).authorize(Entropy::from_os()?, scene.now());
    let landing = scene.emulator.user().approve(url.as_str());
    let (request, flight) = awaiting.receive(&scene.client, Callback::url(&landing.url), scene.now())?;
    scene.opens_the_api(&refreshable(flight.finish(send(request))?)?)?;
    assert!(!scene.emulator.code_replay_detected());
    Ok(())
}

#[test]
fn a_refresh_that_is_given_up_leaves_the_access_token() -> Result {
    proves!["fifth-q6"];
    let scene = Scene::fifth();
    let (request, flight) = scene.authorized()?.refresh(&scene.client, scene.now())?;
    let journal = stored::save(&flight);
    scene.emulator.inject(Fault::CutAfterActing);
    drop((flight, send(request)));

    // Given up, the old access token works to its own end: nothing was presented twice.
    let in_doubt: InDoubt<RefreshToken> = stored::load(journal.as_bytes())?;
    let remains = in_doubt.assume_spent();
    let authorized = expect!(remains.at(scene.now()), Standing::Authorized(authorized) => authorized);
    scene.opens_the_api(&authorized)?;
    assert!(!scene.emulator.reuse_detected());

    // Taken for unspent although it was not, it ends the session.
    let in_doubt: InDoubt<RefreshToken> = stored::load(journal.as_bytes())?;
    let tokens = expect!(in_doubt.assume_unspent().at(scene.now()), Standing::Authorized(authorized) => authorized);
    let (request, flight) = tokens.refresh(&scene.client, scene.now())?;
    let response = expect!(flight.finish(send(request)).unwrap_err(), FinishError::Dead { response, .. } => response);
    assert_eq!(response.code, ErrorCode::InvalidGrant);
    assert!(scene.emulator.reuse_detected());
    assert_eq!(scene.api(&scene.header(&authorized)?)?, 401);
    Ok(())
}

#[test]
fn a_refresh_that_never_arrived_is_sent_again_with_its_redirect_uri() -> Result {
    proves!["amiqus-q5", "amiqus-q7"];
    let scene = Scene::amiqus();
    let (request, flight) = scene.authorized()?.refresh(&scene.client, scene.now())?;
    let journal = stored::save(&flight);
    scene.emulator.inject(Fault::CutBeforeActing);
    drop((flight, send(request)));

    let in_doubt: InDoubt<RefreshToken> = stored::load(journal.as_bytes())?;
    let (request, flight) = in_doubt.retry(&scene.client, scene.now())?;
    scene.opens_the_api(&flight.finish(send(request))?)?;
    let sent = form_body(&scene.last("/oauth/token"));
    assert_eq!(value(&sent, "redirect_uri"), scene.emulator.redirect_uri());
    // The bytes of a journal are no token set, and no other grant's journal.
    assert!(stored::load::<InDoubt<AuthorizationCode>>(journal.as_bytes()).is_err());
    assert!(stored::load::<AnyTokenSet>(journal.as_bytes()).is_err());
    Ok(())
}
