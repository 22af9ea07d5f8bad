//! Real processes at a real store, and everything that can go wrong with them: workers are killed before and after the
//! server acts, stand still, and lose answers; the store is killed and started again. `tests/fleet/storm` runs it.

mod contract;
mod designs;
mod processes;
mod run;
mod server;
mod speed;
mod weather;
mod worker;

// What the example shows is what is tried here.
#[path = "../../../../examples/fleet/store/mod.rs"]
mod store;
#[path = "../../../../examples/fleet/token.rs"]
mod token;
#[path = "../../../../examples/adapters/ureq.rs"]
mod transport;

use std::{path::PathBuf, process::ExitCode, time::Duration};

use designs::Name;
use lexopt::{Arg, ValueExt};
use run::{Engine, Plan, Row};
use weather::Weather;

pub use store::Failure;

const HELP: &str = "\
Usage: storm [speed] --redis URL --redis-pid FILE --postgresql URL --postgresql-pid FILE [--seconds N] [--runs N]

  speed                 without faults: how fast the machine is beside its store
  --seconds N           how long a run takes: 60. Without --runs, the fleet's machine alone runs, once on each store
  --runs N              how often all is run, the locks that people use included: 3
  --redis-pid FILE      where the process number of the server is: it is killed, and somebody starts it again";

/// How many workers, and how many grants they share.
pub const WORKERS: usize = 24;
pub const GRANTS: usize = 4;

#[derive(Default)]
struct Options {
    speed: bool,
    seconds: Option<u32>,
    runs: Option<u32>,
    redis: Option<String>,
    redis_pid: Option<PathBuf>,
    postgresql: Option<String>,
    postgresql_pid: Option<PathBuf>,
}

fn main() -> ExitCode {
    let done = match std::env::args().nth(1).as_deref() {
        Some("worker") => work(),
        _ => options().and_then(|options| if options.speed { speed(&options) } else { storm(&options) }),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("storm: {why}");
            ExitCode::FAILURE
        }
    }
}

fn work() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(2).collect();
    let [design, store, origin] = &*arguments else { return Err("worker DESIGN STORE ORIGIN".into()) };
    worker::work(Name::read(design).ok_or("no such design")?, store, origin)
}

fn options() -> Result<Options, Failure> {
    let mut options = Options::default();
    let mut arguments = lexopt::Parser::from_env();
    while let Some(argument) = arguments.next()? {
        match argument {
            Arg::Value(word) if word == "speed" => options.speed = true,
            Arg::Long("seconds") => options.seconds = Some(arguments.value()?.parse()?),
            Arg::Long("runs") => options.runs = Some(arguments.value()?.parse()?),
            Arg::Long("redis") => options.redis = Some(arguments.value()?.string()?),
            Arg::Long("redis-pid") => options.redis_pid = Some(arguments.value()?.into()),
            Arg::Long("postgresql") => options.postgresql = Some(arguments.value()?.string()?),
            Arg::Long("postgresql-pid") => options.postgresql_pid = Some(arguments.value()?.into()),
            other => return Err(format!("{}\n{HELP}", other.unexpected()).into()),
        }
    }
    Ok(options)
}

impl Options {
    fn engines(&self) -> Result<[Engine<'_>; 2], Failure> {
        Ok([
            Engine {
                name: "redis",
                url: self.redis.as_deref().ok_or(HELP)?,
                pid: self.redis_pid.as_deref().ok_or(HELP)?,
            },
            Engine {
                name: "postgresql",
                url: self.postgresql.as_deref().ok_or(HELP)?,
                pid: self.postgresql_pid.as_deref().ok_or(HELP)?,
            },
        ])
    }
}

/// The short form is the fleet's machine, once on each store. The long form has its contenders as well, and then nothing
/// is left to luck: so many kills, and the locks must fail, or the faults are too mild to show anything.
fn storm(options: &Options) -> Result<(), Failure> {
    let [redis, postgresql] = options.engines()?;
    let long = options.seconds.is_none() || options.runs.is_some();
    let time = Duration::from_secs(options.seconds.unwrap_or(60).into());
    for engine in [redis, postgresql] {
        contract::check(&mut *store::open(engine.url)?).map_err(|why| format!("{}: {why}", engine.name))?;
    }
    println!("{}", Row::HEADING);
    let mut broken = Vec::new();
    let (mut locks, mut row_locks) = (0, 0);
    for _ in 0..options.runs.unwrap_or(if long { 3 } else { 1 }) {
        let mut plans = vec![(redis, Name::Ours), (postgresql, Name::Ours)];
        if long {
            plans.extend([(redis, Name::OursWithLeeway), (postgresql, Name::OursWithLeeway)]);
            plans.extend([(redis, Name::Lock), (postgresql, Name::RowLock)]);
        }
        for (engine, design) in plans {
            let row = run::run(&Plan { engine, design, time, weather: Weather::Storm })?;
            println!("{row}");
            broken.extend(row.broken(long));
            match design {
                Name::Lock => locks += row.seen.presented_twice,
                Name::RowLock => row_locks += row.seen.presented_twice,
                _ => {}
            }
        }
    }
    if long && (locks == 0 || row_locks == 0) {
        broken.push("the faults are too mild: a lock withstood them, so they show nothing".into());
    }
    if broken.is_empty() { Ok(()) } else { Err(broken.join("\n").into()) }
}

fn speed(options: &Options) -> Result<(), Failure> {
    let time = Duration::from_secs(options.seconds.unwrap_or(3).into());
    let engines = options.engines()?;
    let mut broken = Vec::new();
    println!("{}", speed::HEADING);
    for engine in engines {
        broken.extend(speed::alone(engine, time)?);
    }
    println!("\n{} processes without faults\n{}", WORKERS, Row::HEADING);
    let time = time * 4; // some of their tokens must come to their end
    for engine in engines {
        let row = run::run(&Plan { engine, design: Name::Ours, time, weather: Weather::Calm })?;
        println!("{row}");
        broken.extend(row.broken(false));
        broken.extend(speed::too_many_operations(&row));
    }
    if broken.is_empty() { Ok(()) } else { Err(broken.join("\n").into()) }
}
