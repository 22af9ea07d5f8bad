//! Alice, who logs in, and again where her grant was lost.

use std::{
    sync::{
        Weak,
        atomic::{AtomicU64, Ordering},
        mpsc::Receiver,
    },
    thread,
    time::Duration,
};

use oauth_proto::{Callback, Client, Entropy, Granted, Public, Refreshable, Timestamp, TokenSet, fleet::Stopped};
use oauth_proto_emulator::Emulator;

use crate::{
    setting::{KEY, Setting},
    store::{self, Failure},
    support::transport,
    token::token,
};

/// Looks after the grant as often as a worker has no token, until nobody can tell any more. `logins` counts.
pub fn look_after(
    emulator: &Emulator,
    setting: &Setting,
    stopped: Receiver<()>,
    logins: &AtomicU64,
) -> Result<(), Failure> {
    let client = setting.client().map_err(|error| error.to_string())?;
    let now = setting.clocks();
    let mut store = store::open(&setting.store)?;
    let worker = store.worker(Entropy::from_os()?, Setting::policy());
    while stopped.recv().is_ok() {
        while stopped.try_recv().is_ok() {}
        let asked = token(worker.ask(&client, KEY), &mut *store, &mut transport::send, &now);
        let Err(Stopped::Absent | Stopped::LogIn { .. } | Stopped::InDoubt { .. }) = asked else { continue };
        // The faults of the fleet meet her as well: then she tries again.
        let tokens = (0..20).find_map(|_| log_in(emulator, &client, now().wall).ok()).ok_or("the login fails")?;
        if token(worker.log_in(&client, KEY, tokens), &mut *store, &mut transport::send, &now).is_ok() {
            logins.fetch_add(1, Ordering::Relaxed);
        }
    }
    Ok(())
}

fn log_in(emulator: &Emulator, client: &Client<Public>, now: Timestamp) -> Result<TokenSet<Refreshable>, Failure> {
    let (url, awaiting) = client.authorization_code()?.authorize(Entropy::from_os()?, now);
    let landing = emulator.user().approve(url.as_str());
    let (request, in_flight) = awaiting.receive(client, Callback::url(&landing.url), now)?;
    match in_flight.finish(transport::send(request))? {
        Granted::Refreshable(authorized) => Ok(authorized.into_token_set()),
        Granted::AccessOnly(_) => Err("the server sent no refresh token".into()),
    }
}

/// The clock of the server goes as fast as that of the workers, for as long as the fleet is `running`.
pub fn keep_time(emulator: &Emulator, setting: &Setting, running: Weak<()>) {
    let now = setting.clocks();
    while running.strong_count() > 0 {
        emulator.advance(now().wall.since(Timestamp::from_unix_millis(emulator.now_ms())));
        thread::sleep(Duration::from_millis(1));
    }
}
