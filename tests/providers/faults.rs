//! What goes wrong on the way, on every provider: the right arm of [`FinishError`], and nothing lost.

use std::{net::TcpListener, time::Duration};

use oauth_proto::{
    Entropy, ErrorCode, FinishError, InDoubt, Remedy, Standing,
    error::{AnswerFault, Doubt},
    grant::Grant,
};
use oauth_proto_emulator::{Emulator, Fault};

use crate::scenario::*;

/// What the client can know of a fault.
#[derive(Clone, Copy, Debug)]
enum Known {
    Lost,
    ServerFailed,
    NoJson,
    Status(u16),
}

/// Each fault that leaves a doubt: what the client sees, and whether the server acted.
fn doubtful(emulator: &Emulator) -> Vec<(Fault, Known, bool)> {
    let to = format!("{}/redirect-target", emulator.origin(emulator.table().hosts()[0]));
    vec![
        (Fault::CutBeforeActing, Known::Lost, false),
        (Fault::CutAfterActing, Known::Lost, true),
        (Fault::ShortBody, Known::Lost, true),
        (Fault::Status500BeforeActing, Known::ServerFailed, false),
        (Fault::Status500AfterActing, Known::ServerFailed, true),
        (Fault::Garbage, Known::NoJson, true),
        (Fault::Redirect303 { to: to.clone() }, Known::Status(303), false),
        (Fault::Redirect307 { to }, Known::Status(307), false),
    ]
}

#[track_caller]
fn in_doubt<G: Grant>(error: FinishError<G>, known: Known) -> InDoubt<G> {
    assert_eq!(error.remedy(), Remedy::Decide);
    let (doubt, in_doubt) = expect!(error, FinishError::InDoubt { doubt, in_doubt } => (doubt, in_doubt));
    match (doubt, known) {
        (Doubt::Lost(_), Known::Lost) => {}
        (Doubt::ServerFailed(response), Known::ServerFailed) => assert_eq!(response.status, Some(500)),
        (Doubt::Unreadable(fault), Known::NoJson) => assert_eq!(fault, AnswerFault::NotJson),
        (Doubt::UnexpectedStatus(came), Known::Status(status)) => assert_eq!(came, status),
        (doubt, known) => panic!("expected {known:?}, found {doubt:?}"),
    }
    *in_doubt
}

/// A code that is in doubt is sent again: it works if the server had not acted, and is dead if it had.
fn code_faults(scene: &Scene) -> Result {
    for (fault, known, acted) in doubtful(&scene.emulator) {
        let (request, flight) = scene.code_in_flight()?;
        scene.emulator.inject(fault);
        let sent_at = flight.sent_at();
        let in_doubt = in_doubt(flight.finish(send(request)).unwrap_err(), known);
        assert_eq!(in_doubt.sent_at(), sent_at);
        let (request, flight) = in_doubt.retry(&scene.client, scene.now())?;
        match (flight.finish(send(request)), acted) {
            (Ok(granted), false) => scene.opens_the_api(&refreshable(granted)?)?,
            (Err(FinishError::Dead { response, remains }), true) => {
                assert_eq!(response.code, ErrorCode::InvalidGrant);
                let login = remains.again(scene.client.authorization_code()?);
                let (url, _awaiting) = login.authorize(Entropy::from_os()?, scene.now());
                assert_eq!(scene.emulator.user().approve(url.as_str()).refusal, None);
            }
            (ending, acted) => panic!("{known:?}, acted: {acted}: {ending:?}"),
        }
    }
    assert!(scene.emulator.code_replay_detected());
    Ok(())
}

/// The same for a refresh token. A server that had acted takes the second use for theft and ends the session.
fn refresh_faults(scene: &Scene) -> Result {
    for (fault, known, acted) in doubtful(&scene.emulator) {
        let authorized = scene.authorized()?;
        let header = scene.header(&authorized)?;
        let (request, flight) = authorized.refresh(&scene.client, scene.now())?;
        scene.emulator.inject(fault);
        let in_doubt = in_doubt(flight.finish(send(request)).unwrap_err(), known);
        let (request, flight) = in_doubt.retry(&scene.client, scene.now())?;
        match (flight.finish(send(request)), acted) {
            (Ok(authorized), false) => scene.opens_the_api(&authorized)?,
            (Err(FinishError::Dead { response, remains }), true) => {
                assert_eq!(response.code, ErrorCode::InvalidGrant);
                assert_eq!(scene.api(&header)?, 401);
                assert_eq!(remains.into_intent().client_id(), scene.emulator.client_id());
            }
            (ending, acted) => panic!("{known:?}, acted: {acted}: {ending:?}"),
        }
    }
    assert!(scene.emulator.reuse_detected());
    Ok(())
}

/// A server that asks to wait has spent nothing, and says for how long.
fn busy(scene: &Scene) -> Result {
    let wait = Remedy::Retry { after: Some(Duration::from_secs(7)) };
    let busy = || Fault::TooManyRequests { retry_after_seconds: 7 };
    let (request, flight) = scene.code_in_flight()?;
    scene.emulator.inject(busy());
    let error = flight.finish(send(request)).unwrap_err();
    assert_eq!(error.remedy(), wait);
    let (response, origin) = expect!(error, FinishError::Refused { response, origin } => (response, origin));
    assert_eq!((response.code, response.status), (ErrorCode::TemporarilyUnavailable, Some(429)));
    let (request, flight) = origin.exchange(&scene.client, scene.now())?;
    let authorized = refreshable(flight.finish(send(request))?)?;

    let (request, flight) = authorized.refresh(&scene.client, scene.now())?;
    scene.emulator.inject(busy());
    let error = flight.finish(send(request)).unwrap_err();
    assert_eq!(error.remedy(), wait);
    let origin = expect!(error, FinishError::Refused { origin, .. } => origin);
    let authorized = expect!(origin.at(scene.now()), Standing::Authorized(authorized) => authorized);
    scene.opens_the_api(&authorized)?;
    scene.opens_the_api(&scene.refreshed(authorized)?)
}

#[test]
fn marq() -> Result {
    proves!["marq-q10", "marq-c5", "marq-c8"];
    code_faults(&Scene::marq())?;
    refresh_faults(&Scene::marq())?;
    busy(&Scene::marq())
}

#[test]
fn marvel() -> Result {
    proves!["marvel-q8", "marvel-c8"];
    code_faults(&Scene::marvel())?;
    refresh_faults(&Scene::marvel())?;
    busy(&Scene::marvel())
}

#[test]
fn amiqus() -> Result {
    proves!["amiqus-q6", "amiqus-q7", "amiqus-c8"];
    code_faults(&Scene::amiqus())?;
    refresh_faults(&Scene::amiqus())?;
    busy(&Scene::amiqus())
}

#[test]
fn motar() -> Result {
    proves!["motar-c9", "motar-c11"];
    code_faults(&Scene::motar())?;
    refresh_faults(&Scene::motar())?;
    busy(&Scene::motar())
}

#[test]
fn fifth() -> Result {
    proves!["fifth-q6", "fifth-c6"];
    code_faults(&Scene::fifth())?;
    refresh_faults(&Scene::fifth())?;
    busy(&Scene::fifth())
}

#[test]
fn a_request_that_never_left_spends_nothing() -> Result {
    proves!["amiqus-q6", "amiqus-q7"];
    let scene = Scene::amiqus();
    // A port that was open a moment ago: the connection is refused.
    let nobody = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
    let cut_off = scene.client_of(|provider| provider.token_endpoint = Some(format!("http://{nobody}/oauth/token")))?;

    let (request, flight) = scene.code_in_flight_of(&cut_off)?;
    let error = flight.finish(send(request)).unwrap_err();
    assert_eq!(error.remedy(), Remedy::Retry { after: None });
    let origin = expect!(error, FinishError::NotSent { origin, .. } => origin);
    let (request, flight) = origin.exchange(&scene.client, scene.now())?;
    let authorized = refreshable(flight.finish(send(request))?)?;

    let (request, flight) = authorized.refresh(&cut_off, scene.now())?;
    let origin = expect!(flight.finish(send(request)).unwrap_err(), FinishError::NotSent { origin, .. } => origin);
    let authorized = expect!(origin.at(scene.now()), Standing::Authorized(authorized) => authorized);
    scene.opens_the_api(&scene.refreshed(authorized)?)?;
    assert!(!scene.emulator.reuse_detected() && !scene.emulator.code_replay_detected());
    Ok(())
}
