//! One run: a store, a design, and the weather.

use std::{
    fmt, fs,
    path::Path,
    sync::{Arc, Mutex, PoisonError, mpsc},
    thread,
    time::{Duration, Instant},
};

use oauth_proto::{Refreshable, TokenSet};
use rustix::process::{Pid, Signal, kill_process};

use super::{
    Failure, GRANTS, WORKERS,
    designs::{self, Got, LEEWAY, Name, Work},
    processes::Processes,
    server::{Kind, Seen, Server},
    weather::{BETWEEN_KILLS, BETWEEN_PAUSES, BETWEEN_RESTARTS, Weather, pause},
    worker::{Said, key},
};

#[derive(Clone, Copy)]
pub struct Engine<'a> {
    pub name: &'static str,
    pub url: &'a str,
    /// Where the number of its process is, which is another after each start.
    pub pid: &'a Path,
}

impl Engine<'_> {
    /// Whether it was there to be killed: it may not have come back yet.
    fn kill(&self) -> bool {
        let number =
            fs::read_to_string(self.pid).ok().and_then(|text| text.trim().parse().ok()).and_then(Pid::from_raw);
        number.is_some_and(|number| kill_process(number, Signal::KILL).is_ok())
    }
}

pub struct Plan<'a> {
    pub engine: Engine<'a>,
    pub design: Name,
    pub time: Duration,
    pub weather: Weather,
}

/// What came of it.
pub struct Row {
    store: &'static str,
    design: Name,
    weather: Weather,
    time: Duration,
    kills: u64,
    pauses: u64,
    restarts: u64,
    logins: u64,
    pub work: Work,
    pub seen: Seen,
}

pub fn run(plan: &Plan<'_>) -> Result<Row, Failure> {
    let Plan { engine, design, time, weather } = *plan;
    let (heard, said) = mpsc::channel();
    let processes = Arc::new(Mutex::new(Processes::new(heard)));
    let workers = || processes.lock().unwrap_or_else(PoisonError::into_inner);
    let leeway = (design == Name::OursWithLeeway).then_some(LEEWAY);
    let life = Duration::from_millis(if weather == Weather::Calm { 5000 } else { 80 });
    let (server, origin) = Server::start(Kind { leeway, life }, weather, Arc::clone(&processes))?;

    let keys: Vec<String> = (0..GRANTS).map(key).collect();
    patiently(|| design.design(engine.url, &origin)?.create(&keys))?;
    let (lost, lost_grants) = mpsc::channel();
    let logging_in = {
        let (server, url, origin) = (server.clone(), engine.url.to_owned(), origin.clone());
        thread::spawn(move || log_in(design, &url, &origin, &server, &lost_grants))
    };
    (0..GRANTS).try_for_each(|grant| lost.send(grant))?;
    let arguments = ["worker", design.words(), engine.url, &origin].map(str::to_owned);
    workers().start(WORKERS, arguments.to_vec())?;

    let mut row = Row {
        store: engine.name,
        design,
        weather,
        time,
        kills: 0,
        pauses: 0,
        restarts: 0,
        logins: 0,
        work: Work::default(),
        seen: Seen::default(),
    };
    let start = Instant::now();
    let [mut next_kill, mut next_pause, mut next_restart] =
        [BETWEEN_KILLS, BETWEEN_PAUSES, BETWEEN_RESTARTS].map(|wait| start + wait);
    while start.elapsed() < time {
        match said.recv_timeout(Duration::from_millis(5)) {
            Ok(Said::Did(work)) => row.work.add(&work),
            Ok(Said::Lost(grant)) => lost.send(grant)?,
            Err(_) => {}
        }
        let now = Instant::now();
        if weather == Weather::Storm {
            let mut workers = workers();
            if due(&mut next_kill, now, BETWEEN_KILLS) {
                let any = workers.any();
                workers.kill(any);
            }
            if due(&mut next_pause, now, BETWEEN_PAUSES) {
                let any = workers.any();
                workers.pause(any, pause());
            }
            if due(&mut next_restart, now, BETWEEN_RESTARTS) {
                row.restarts += u64::from(engine.kill());
            }
        }
        workers().care()?;
    }
    drop(lost);
    row.logins = logging_in.join().map_err(|_| "the logins ended in a panic")??;
    let mut workers = workers();
    workers.end();
    (row.kills, row.pauses, row.seen) = (workers.kills, workers.pauses, server.seen());
    Ok(row)
}

fn due(next: &mut Instant, now: Instant, wait: Duration) -> bool {
    let due = *next <= now;
    if due {
        *next = now + wait;
    }
    due
}

/// The user, who logs in where a grant is lost. Gives how often, after the first of each grant.
fn log_in(
    design: Name,
    url: &str,
    origin: &str,
    server: &Server,
    lost: &mpsc::Receiver<usize>,
) -> Result<u64, Failure> {
    let client = designs::client(origin)?;
    let mut design = design.design(url, origin)?;
    let mut logins = 0_u64;
    while let Ok(grant) = lost.recv() {
        // Several workers say so of one grant, and it was seen to meanwhile.
        let Got::Nothing = design.token(&key(grant)) else { continue };
        let (number, ends) = server.log_in();
        let tokens: TokenSet<Refreshable> = client.import_refreshable_tokens_from_elsewhere(
            format!("A{number}").into(),
            format!("R{number}").into(),
            Some(ends),
        )?;
        let stored = stored_again(&tokens);
        patiently(|| design.log_in(&key(grant), stored()?))?;
        logins += 1;
    }
    Ok(logins.saturating_sub(GRANTS as u64))
}

/// No token set is copied, but by way of what is stored of it: each try has its own.
fn stored_again(tokens: &TokenSet<Refreshable>) -> impl Fn() -> Result<TokenSet<Refreshable>, Failure> + use<> {
    let text = oauth_proto::stored::save(tokens);
    move || Ok(oauth_proto::stored::load(text.as_bytes())?)
}

/// The store may be on its way back.
fn patiently(mut work: impl FnMut() -> Result<(), Failure>) -> Result<(), Failure> {
    for _ in 0..100 {
        if work().is_ok() {
            return Ok(());
        }
        thread::sleep(Duration::from_millis(100));
    }
    work()
}

impl Row {
    pub const HEADING: &'static str = "store       design       refreshes  kills  pauses  store restarts  \
        presented twice  most  families revoked  new logins     asks   asks/s  ms per refresh";

    /// What was promised and did not hold.
    pub fn broken(&self, long: bool) -> Vec<String> {
        let most = match self.design {
            Name::Ours => 1,
            Name::OursWithLeeway => 3,
            Name::Lock | Name::RowLock => return Vec::new(),
        };
        let seconds = self.time.as_secs();
        let mut broken = Vec::new();
        if self.seen.most_presented > most {
            broken.push(format!("a refresh token was presented {} times", self.seen.most_presented));
        }
        if self.seen.families_revoked > 0 {
            broken.push(format!("{} families were revoked", self.seen.families_revoked));
        }
        // Less than that shows nothing.
        let least = if self.weather == Weather::Storm { 2 * seconds } else { GRANTS as u64 };
        if self.seen.refreshes < least {
            broken.push(format!("there were only {} refreshes", self.seen.refreshes));
        }
        if long && self.kills < 10 * seconds {
            broken.push(format!("there were only {} kills", self.kills));
        }
        if self.weather == Weather::Storm && seconds > 9 && self.restarts == 0 {
            broken.push("the store was never killed".into());
        }
        broken.into_iter().map(|what| format!("{}, {}: {what}", self.store, self.design.words())).collect()
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { store, kills, pauses, restarts, logins, work, .. } = self;
        let Seen { refreshes, presented_twice, most_presented, families_revoked } = self.seen;
        let design = self.design.words();
        let per_second = work.asks as f64 / self.time.as_secs_f64();
        let each = work.micros as f64 / 1000.0 / work.refreshes.max(1) as f64;
        write!(
            f,
            "{store:<11} {design:<12} {refreshes:>9} {kills:>6} {pauses:>7} {restarts:>15} {presented_twice:>16} \
             {most_presented:>5} {families_revoked:>17} {logins:>11} {:>8} {per_second:>8.0} {each:>15.1}",
            work.asks,
        )
    }
}
