//! The loop that each program of a fleet writes once: what the machine says is done, and what came of it is handed back.

use std::thread;

use oauth_proto::{
    Outcome, Request,
    fleet::{Moment, Step, Stopped, Usable},
};

use crate::store::Store;

/// Goes on from `step` until there is a token to use, or none.
pub fn token<'a>(
    step: impl Into<Step<'a>>,
    store: &mut dyn Store,
    send: &mut dyn FnMut(Request) -> Outcome,
    now: &dyn Fn() -> Moment,
) -> Result<Usable, Stopped> {
    let mut step = step.into();
    loop {
        step = match step {
            Step::Get(getting) => {
                let found = store.get(getting.key());
                getting.finish(found, now())
            }
            Step::Swap(swapping) => {
                let swap = store.swap(&swapping);
                swapping.finish(swap, now())
            }
            Step::Send(request, sending) => sending.finish(send(request), now()),
            Step::Sleep(sleeping) => {
                thread::sleep(sleeping.duration());
                sleeping.finish()
            }
            Step::Use(usable) => return Ok(*usable),
            Step::Stop(stopped) => return Err(stopped),
        }
    }
}
