//! A future that is dropped in mid-send: what was stored before is enough.

use std::time::Duration;

use oauth_proto::{Decision, FinishError, InDoubt, Keeper, Request, Turn, grant, stored};
use oauth_proto_emulator::Fault;

use crate::{
    scene::{Scene, refreshable},
    stack::AsyncStack,
};

/// Longer than any test waits.
const NEVER: Duration = Duration::from_secs(60);

/// Drops the send as soon as its request has arrived.
fn drop_in_mid_send(stack: &impl AsyncStack, scene: &Scene, request: Request) {
    let arrivals = scene.arrivals();
    let arrived = async {
        while scene.arrivals() == arrivals {
            tokio::task::yield_now().await;
        }
    };
    stack.runtime().block_on(async {
        tokio::select! {
            outcome = stack.sending(request) => panic!("an answer came: {outcome:?}"),
            () = arrived => {}
        }
    });
}

/// The journal of a code exchange loads as `InDoubt`; the retry tells what happened.
pub fn an_exchange_is_in_doubt(stack: &impl AsyncStack) {
    let scene = Scene::new();
    let (request, flight) = scene.exchange();
    scene.emulator.inject(Fault::Slow(NEVER));
    let journal = stored::save(&flight);
    drop_in_mid_send(stack, &scene, request);
    drop(flight); // as a task that is dropped drops all it has

    let in_doubt: InDoubt<grant::AuthorizationCode> = stored::load(journal.as_bytes()).unwrap();
    assert_eq!((in_doubt.sent_at(), scene.arrivals()), (scene.now(), 1));
    let (request, flight) = in_doubt.retry(&scene.client, scene.now()).unwrap();
    // The emulator acts first and is slow afterwards: the code is spent, and says so.
    assert!(matches!(flight.finish(stack.send(request)), Err(FinishError::Dead { .. })));
    assert!(scene.emulator.code_replay_detected());
    assert_eq!(scene.arrivals(), 2);
}

/// A future that was made and never polled sent nothing: the same journal, and the retry brings tokens.
pub fn a_send_that_never_began(stack: &impl AsyncStack) {
    let scene = Scene::new();
    let (request, flight) = scene.exchange();
    let journal = stored::save(&flight);
    drop(stack.sending(request));
    drop(flight);

    let in_doubt: InDoubt<grant::AuthorizationCode> = stored::load(journal.as_bytes()).unwrap();
    let (request, flight) = in_doubt.retry(&scene.client, scene.now()).unwrap();
    let _ = refreshable(flight.finish(stack.send(request)).unwrap());
    assert_eq!(scene.arrivals(), 1);
    scene.assert_clean();
}

/// The journal of a refresh, in the same way.
pub fn a_refresh_is_in_doubt(stack: &impl AsyncStack) {
    let scene = Scene::new();
    let authorized = scene.log_in(stack);
    scene.emulator.inject(Fault::Slow(NEVER));
    let (request, flight) = authorized.refresh(&scene.client, scene.now()).unwrap();
    let journal = stored::save(&flight);
    drop_in_mid_send(stack, &scene, request);
    drop(flight);

    let in_doubt: InDoubt<grant::RefreshToken> = stored::load(journal.as_bytes()).unwrap();
    assert_eq!((in_doubt.sent_at(), scene.arrivals()), (scene.now(), 2));
    let (request, flight) = in_doubt.retry(&scene.client, scene.now()).unwrap();
    assert!(matches!(flight.finish(stack.send(request)), Err(FinishError::Dead { .. })));
    assert!(scene.emulator.reuse_detected());
    assert_eq!(scene.arrivals(), 3);
}

/// A keeper notices that its ticket is gone, in this process and in the next.
pub fn a_keeper_asks_for_a_decision(stack: &impl AsyncStack) {
    let scene = Scene::new();
    let mut keeper = Keeper::new(scene.log_in(stack).into_token_set());
    scene.emulator.inject(Fault::Slow(NEVER));
    let Turn::Send(request, ticket) = keeper.poll(&scene.client, scene.now(), NEVER * 1_000_000) else {
        panic!("not due")
    };
    let row = stored::save(&keeper);
    // The old access token is good for use meanwhile, as far as anyone knows.
    assert!(matches!(keeper.poll(&scene.client, scene.now(), NEVER), Turn::Use(_)));
    drop_in_mid_send(stack, &scene, request);
    drop(ticket);

    let mut loaded: Keeper = stored::load(row.as_bytes()).unwrap();
    let decides = |turn| matches!(turn, Turn::Decide { sent_at } if sent_at == scene.now());
    assert!(decides(keeper.poll(&scene.client, scene.now(), NEVER)));
    // The copy cannot see that the ticket is gone: it gives it the time that a request may take.
    assert!(matches!(loaded.poll(&scene.client, scene.now(), NEVER), Turn::Use(_)));
    assert!(decides(loaded.poll(&scene.client, scene.now().plus(Duration::from_secs(30)), NEVER)));
    // By choice, once more: the emulator is strict and takes it for theft.
    assert!(keeper.decide(Decision::AssumeUnspent));
    let Turn::Send(request, ticket) = keeper.poll(&scene.client, scene.now(), NEVER * 1_000_000) else {
        panic!("not due")
    };
    let ending = keeper.handle(ticket, stack.send(request), scene.now());
    assert!(matches!(ending, Err(oauth_proto::RenewalError::Dead(_))));
    assert!(scene.emulator.reuse_detected());
    assert_eq!(scene.arrivals(), 3);
    // The other copy is told what happened and keeps the access token to its end.
    assert!(loaded.decide(Decision::AssumeSpent));
    assert!(matches!(loaded.poll(&scene.client, scene.now(), NEVER), Turn::Use(_)));
}
