//! A worker of the fleet, in a process of its own: it asks for a token, uses it, and asks again, until it is killed.

use std::{
    io::{self, BufRead},
    thread,
    time::{Duration, Instant},
};

use oauth_proto::{Entropy, Outcome, Request, fleet::Usable};
use serde::{Deserialize, Serialize};

use crate::{
    setting::{KEY, MINUTE, Setting},
    store::{self, Failure},
    support::{self, transport},
    token::token,
};

/// What a worker tells its parent, a line of JSON each.
#[derive(Serialize, Deserialize)]
pub enum Said {
    /// It asked so often, and has a token of this generation.
    Asked { times: u64, generation: u64 },
    /// It may send, and does when it is told to: it can be killed before the server acts,
    Sending,
    /// or after the server acted, before the answer is stored.
    Answered,
    /// The API took its token, or did not.
    Called { status: u16 },
    /// There is no token.
    Stopped,
}

impl Said {
    /// Without a parent there is nobody to work for.
    fn say(&self) {
        let text = serde_json::to_string(self).unwrap_or_default();
        if io::Write::write_all(&mut io::stdout().lock(), (text + "\n").as_bytes()).is_err() {
            std::process::exit(0);
        }
    }

    /// Says it, and waits for a line in answer.
    fn and_wait(&self) {
        self.say();
        if !matches!(io::stdin().lock().read_line(&mut String::new()), Ok(1..)) {
            std::process::exit(0);
        }
    }
}

pub fn work() -> Result<(), Failure> {
    // It may stand still when its parent ends.
    #[cfg(target_os = "linux")]
    rustix::process::set_parent_process_death_signal(Some(rustix::process::Signal::KILL))?;
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line)?;
    let setting: Setting = serde_json::from_str(&line)?;
    let client = setting.client()?;
    let now = setting.clocks();
    let mut store = store::open(&setting.store)?;
    let worker = store.worker(Entropy::from_os()?, Setting::policy());

    let (mut times, mut told) = (0, Instant::now());
    let (mut latest, mut rejected, mut seen): (_, Option<Usable>, _) = (None, None, None);
    loop {
        let mut ask = worker.ask(&client, KEY).seen(seen.take());
        if let Some(used) = rejected.take() {
            ask = ask.rejected(&used);
        } else if fastrand::u8(..) < 8 {
            // Whoever picks the record renews it before its token is over.
            let wall = now().wall;
            if store.pick(wall, wall.plus(MINUTE * 10), 1).iter().any(|key| key == KEY) {
                ask = ask.ahead_of_time();
            }
        }
        times += 1;
        match token(ask, &mut *store, &mut send, &now) {
            Ok(usable) => {
                let generation = usable.generation();
                seen = usable.seen();
                if latest.replace(generation) != Some(generation) {
                    let header = usable.header_for(&client, &setting.api)?;
                    let status = support::call(&setting.api, header.name(), header.expose_value())?;
                    rejected = (status == 401).then_some(usable);
                    Said::Called { status }.say();
                }
                if told.elapsed() > Duration::from_millis(100) {
                    Said::Asked { times, generation }.say();
                    (times, told) = (0, Instant::now());
                }
                thread::sleep(Duration::from_millis(fastrand::u64(2..20)));
            }
            Err(_) => {
                Said::Stopped.say();
                thread::sleep(Duration::from_millis(100));
            }
        }
    }
}

fn send(request: Request) -> Outcome {
    Said::Sending.and_wait();
    let outcome = transport::send(request);
    Said::Answered.and_wait();
    outcome
}
