//! What goes wrong on the way, by the emulator's faults: nothing is sent twice, and nothing is taken for certain that
//! is not.

use std::{
    error::Error,
    time::{Duration, Instant},
};

use oauth_proto::{
    FinishError,
    dialect::{BodyFormat, ClientAuthentication},
    error::{AnswerFault, Doubt},
};
use oauth_proto_emulator::Fault;

use crate::{
    scene::{Scene, lost, not_sent, refreshable},
    server::{closed_port, silent_port},
    stack::Stack,
};

/// The connection closes and nothing was done: one arrival, and the retry that the program chooses works.
pub fn a_cut_before_acting_is_not_sent_again(stack: &impl Stack) {
    let scene = Scene::new();
    // A good request first: a stack that keeps connections sends the next on the same one.
    let authorized = scene.log_in(stack);
    scene.emulator.inject(Fault::CutBeforeActing);
    let (request, flight) = authorized.refresh(&scene.client, scene.now()).unwrap();
    let in_doubt = lost(flight.finish(stack.send(request)));
    assert_eq!(scene.arrivals(), 2);
    let (request, flight) = in_doubt.retry(&scene.client, scene.now()).unwrap();
    let _ = flight.finish(stack.send(request)).unwrap();
    assert_eq!(scene.arrivals(), 3);
    scene.assert_clean();

    // And as the very first request of all.
    let (scene, stack) = (Scene::new(), fresh(stack));
    scene.emulator.inject(Fault::CutBeforeActing);
    let (request, flight) = scene.exchange();
    let in_doubt = lost(flight.finish(stack.send(request)));
    assert_eq!(scene.arrivals(), 1);
    let (request, flight) = in_doubt.retry(&scene.client, scene.now()).unwrap();
    let _ = refreshable(flight.finish(stack.send(request)).unwrap());
    scene.assert_clean();
}

/// The server acted and the connection closes: one arrival, and the retry shows that the token was spent.
pub fn a_cut_after_acting_is_not_sent_again(stack: &impl Stack) {
    let scene = Scene::new();
    let authorized = scene.log_in(stack);
    scene.emulator.inject(Fault::CutAfterActing);
    let (request, flight) = authorized.refresh(&scene.client, scene.now()).unwrap();
    let in_doubt = lost(flight.finish(stack.send(request)));
    assert_eq!(scene.arrivals(), 2);
    assert!(!scene.emulator.reuse_detected());
    let (request, flight) = in_doubt.retry(&scene.client, scene.now()).unwrap();
    assert!(matches!(flight.finish(stack.send(request)), Err(FinishError::Dead { .. })));
    assert!(scene.emulator.reuse_detected());

    let (scene, stack) = (Scene::new(), fresh(stack));
    scene.emulator.inject(Fault::CutAfterActing);
    let (request, flight) = scene.exchange();
    let in_doubt = lost(flight.finish(stack.send(request)));
    assert_eq!(scene.arrivals(), 1);
    assert!(!scene.emulator.code_replay_detected());
    let (request, flight) = in_doubt.retry(&scene.client, scene.now()).unwrap();
    assert!(matches!(flight.finish(stack.send(request)), Err(FinishError::Dead { .. })));
    assert!(scene.emulator.code_replay_detected());
}

fn fresh<S: Stack>(_: &S) -> S {
    S::start()
}

/// Nobody listens: nothing left, and the code works once somebody does.
pub fn a_refused_connection_sent_nothing(stack: &impl Stack) {
    let scene = Scene::new();
    let port = closed_port();
    let elsewhere = scene.other_client(|provider| provider.token_endpoint = Some(port.url()));
    let (request, flight) = scene.exchange_by(&elsewhere);
    let origin = not_sent(flight.finish(stack.send(request)));
    assert_eq!(scene.arrivals(), 0);
    let (request, flight) = origin.exchange(&scene.client, scene.now()).unwrap();
    let authorized = refreshable(flight.finish(stack.send(request)).unwrap());

    let (request, flight) = authorized.refresh(&elsewhere, scene.now()).unwrap();
    let origin = not_sent(flight.finish(stack.send(request)));
    let authorized = origin.at(scene.now());
    let oauth_proto::Standing::Authorized(authorized) = authorized else { panic!("expired at once") };
    let (request, flight) = authorized.refresh(&scene.client, scene.now()).unwrap();
    let _ = flight.finish(stack.send(request)).unwrap();
    assert_eq!(scene.arrivals(), 2);
    scene.assert_clean();
}

/// Where the credentials stand in the URL, an error that names the URL would show them to whoever reads the log.
pub fn an_error_shows_no_credentials(stack: &impl Stack) {
    let scene = Scene::new();
    let port = closed_port();
    for nobody_listens in [true, false] {
        let client = scene.other_client(|provider| {
            provider.dialect.token.body = BodyFormat::Query;
            provider.dialect.token.client_authentication = ClientAuthentication::Body;
            if nobody_listens {
                provider.token_endpoint = Some(port.url());
            } else {
                scene.emulator.inject(Fault::CutBeforeActing);
            }
        });
        let (request, flight) = scene.exchange_by(&client);
        let credentials = ["client_secret=", "code=", "code_verifier="];
        assert!(credentials.iter().all(|name| request.url().contains(name)));
        let error = flight.finish(stack.send(request)).unwrap_err();
        let mut shown = format!("{error} {error:?} {error:#?}");
        let mut next = error.source();
        while let Some(source) = next {
            shown += &format!(" {source} {source:?} {source:#?}");
            next = source.source();
        }
        assert!(!credentials.iter().any(|name| shown.contains(name)), "{shown}");
    }
}

/// Nobody answers at all. Not every stack can tell, when the deadline comes, that it never had a connection; none
/// takes longer than the deadline.
pub fn a_connection_that_never_comes_about<S: Stack>(stack: &S) {
    let Some(port) = silent_port() else { return };
    let scene = Scene::new();
    let elsewhere = scene.other_client(|provider| {
        provider.token_endpoint = Some(port.url());
        provider.deadline_seconds = Some(1);
    });
    let (request, flight) = scene.exchange_by(&elsewhere);
    let before = Instant::now();
    let ending = flight.finish(stack.send(request));
    assert!(before.elapsed() < Duration::from_secs(3));
    if S::KNOWS_IT_NEVER_CONNECTED {
        drop(not_sent(ending));
    } else {
        drop(lost(ending));
    }
}

/// `https` where there is no TLS: refused, not sent in plaintext.
pub fn https_is_never_plaintext(stack: &impl Stack) {
    let scene = Scene::new();
    let elsewhere = scene.other_client(|provider| {
        let plain = provider.token_endpoint.take().unwrap();
        provider.token_endpoint = Some(plain.replace("http://", "https://"));
    });
    let (request, flight) = scene.exchange_by(&elsewhere);
    assert!(request.contract().tls_required());
    let origin = not_sent(flight.finish(stack.send(request)));
    assert_eq!(scene.arrivals(), 0);
    let (request, flight) = origin.exchange(&scene.client, scene.now()).unwrap();
    let _ = refreshable(flight.finish(stack.send(request)).unwrap());
    scene.assert_clean();
}

/// A name that does not exist: nothing left.
pub fn an_unknown_host_was_sent_nothing(stack: &impl Stack) {
    let scene = Scene::new();
    let elsewhere = scene.other_client(|provider| {
        provider.token_endpoint = Some("https://nowhere.invalid/token".into());
    });
    let (request, flight) = scene.exchange_by(&elsewhere);
    drop(not_sent(flight.finish(stack.send(request))));
}

/// The answer comes in time, or after the deadline.
pub fn the_deadline_is_kept(stack: &impl Stack) {
    let scene = Scene::with(|provider| provider.deadline_seconds = Some(1));
    let authorized = scene.log_in(stack);
    scene.emulator.inject(Fault::Slow(Duration::from_millis(100)));
    let (request, flight) = authorized.refresh(&scene.client, scene.now()).unwrap();
    let authorized = flight.finish(stack.send(request)).unwrap();

    scene.emulator.inject(Fault::Slow(Duration::from_secs(20)));
    let (request, flight) = authorized.refresh(&scene.client, scene.now()).unwrap();
    let before = Instant::now();
    drop(lost(flight.finish(stack.send(request))));
    assert!(before.elapsed() < Duration::from_secs(3));
    assert_eq!(scene.arrivals(), 3);
    scene.assert_clean();
}

/// Half an answer is no answer, whatever can be read from it.
pub fn a_short_body_brings_no_tokens(stack: &impl Stack) {
    let scene = Scene::new();
    let (request, flight) = scene.exchange();
    scene.emulator.inject(Fault::ShortBody);
    let in_doubt = lost(flight.finish(stack.send(request)));
    assert_eq!(scene.arrivals(), 1);
    let (request, flight) = in_doubt.retry(&scene.client, scene.now()).unwrap();
    assert!(matches!(flight.finish(stack.send(request)), Err(FinishError::Dead { .. })));
}

/// A body that is longer than allowed, and no JSON.
pub fn bodies_that_are_refused(stack: &impl Stack) {
    let scene = Scene::with(|provider| provider.limits.response_bytes = 16);
    let (request, flight) = scene.exchange();
    let doubt = unreadable(flight.finish(stack.send(request)));
    assert_eq!(doubt, AnswerFault::TooLarge);

    let scene = Scene::new();
    scene.emulator.inject(Fault::Garbage);
    let (request, flight) = scene.exchange();
    assert_eq!(unreadable(flight.finish(stack.send(request))), AnswerFault::NotJson);
    assert_eq!(scene.arrivals(), 1);
}

fn unreadable<G: oauth_proto::grant::Grant>(ending: Result<G::Issued, FinishError<G>>) -> AnswerFault {
    match ending {
        Err(FinishError::InDoubt { doubt: Doubt::Unreadable(fault), .. }) => fault,
        Err(other) => panic!("expected an unreadable answer, found: {other}"),
        Ok(_) => panic!("expected an unreadable answer, found tokens"),
    }
}

/// The server fails, before or after acting.
pub fn a_failing_server_leaves_doubt(stack: &impl Stack) {
    let scene = Scene::new();
    for fault in [Fault::Status500BeforeActing, Fault::Status500AfterActing] {
        let (request, flight) = scene.exchange();
        scene.emulator.inject(fault);
        let Err(FinishError::InDoubt { doubt, in_doubt }) = flight.finish(stack.send(request)) else {
            panic!("not in doubt")
        };
        assert!(matches!(doubt, Doubt::ServerFailed(response) if response.status == Some(500)));
        drop(in_doubt.assume_spent());
    }
    assert_eq!(scene.arrivals(), 2);
    scene.assert_clean();
}
