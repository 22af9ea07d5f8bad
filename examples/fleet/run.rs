//! The parent: it starts the server and the workers, and sees to it that things go wrong.

use std::{
    io,
    process::ExitCode,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
        mpsc::{self, Receiver, RecvTimeoutError, Sender},
    },
    thread,
    time::{Duration, Instant},
};

use lexopt::{Arg, ValueExt};
use oauth_proto_emulator::{Emulator, Fault};

use crate::{
    faults::{self, Fate},
    person,
    processes::{Process, Who},
    setting::{KEY, Setting},
    store::{self, Failure},
    tally::{Table, Tally},
    worker::{self, Said},
};

const HELP: &str = "\
Processes that share one refresh token, while they are killed, stopped and cut off.

Usage: cargo run --example fleet -- [OPTIONS]

Options:
  --workers N    how many processes: 8
  --seconds N    for how long: 20
  --store URL    sqlite:PATH, postgres://USER@HOST/DATABASE or redis://HOST: a SQLite file that is removed afterwards
  --help         print this help

Exit status: 0 if refresh tokens were sent, none of them twice, and the server revoked nothing; 1 otherwise;
2 if the command is wrong.";

struct Options {
    workers: usize,
    time: Duration,
    store: Option<String>,
}

pub fn main() -> ExitCode {
    let (result, status) = match options() {
        Ok(Some(Command::Run(options))) => (run(&options), 1),
        Ok(Some(Command::Work)) => (worker::work().map(|()| ExitCode::SUCCESS), 1),
        Ok(None) => {
            println!("{HELP}");
            return ExitCode::SUCCESS;
        }
        Err(why) => (Err(format!("{why}\nTry `--help`.").into()), 2),
    };
    result.unwrap_or_else(|why| {
        eprintln!("fleet: {why}");
        ExitCode::from(status)
    })
}

enum Command {
    Run(Options),
    /// This program is one of the workers.
    Work,
}

fn options() -> Result<Option<Command>, lexopt::Error> {
    let mut options = Options { workers: 8, time: Duration::from_secs(20), store: None };
    let mut arguments = lexopt::Parser::from_env();
    while let Some(argument) = arguments.next()? {
        match argument {
            Arg::Long("help") | Arg::Short('h') => return Ok(None),
            Arg::Long("workers") => options.workers = arguments.value()?.parse::<u16>()?.max(1).into(),
            Arg::Long("seconds") => options.time = Duration::from_secs(arguments.value()?.parse::<u32>()?.into()),
            Arg::Long("store") => options.store = Some(arguments.value()?.string()?),
            Arg::Value(word) if word == "worker" => return Ok(Some(Command::Work)),
            other => return Err(other.unexpected()),
        }
    }
    Ok(Some(Command::Run(options)))
}

fn run(options: &Options) -> Result<ExitCode, Failure> {
    let folder = tempfile::tempdir()?;
    let url = options.store.clone().unwrap_or_else(|| format!("sqlite:{}", folder.path().join("fleet.db").display()));
    let mut store = store::open(&url)?;
    store.create()?;
    store.remove(KEY)?;

    println!(
        "{} processes share one refresh token. Its access tokens live for an hour, which is over in half a second.\n",
        options.workers
    );
    let emulator = Setting::server();
    let setting = Setting::new(&emulator, url);
    let (running, logins) = (Arc::new(()), AtomicU64::new(0));
    let (nobody_has_one, stopped) = mpsc::channel();
    nobody_has_one.send(())?; // the first login
    let tally = thread::scope(|scope| {
        let still_running = Arc::downgrade(&running);
        scope.spawn(|| person::keep_time(&emulator, &setting, still_running));
        let alice = scope.spawn(|| person::look_after(&emulator, &setting, stopped, &logins));
        let fleet = Fleet::start(options, &emulator, &setting, nobody_has_one);
        let tally = fleet.and_then(|fleet| fleet.until_it_is_over(options.time, &logins));
        drop(running);
        alice.join().map_err(|_| "the logins ended in a panic")?.map_err(|why| why.to_string())?;
        Ok::<_, Failure>(tally?)
    })?;
    store.remove(KEY)?;
    println!("\n{tally}");
    Ok(if tally.holds() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

struct Fleet<'a> {
    emulator: &'a Emulator,
    setting: String,
    processes: Vec<Process>,
    heard: Receiver<(Who, Said)>,
    tell: Sender<(Who, Said)>,
    nobody_has_one: Sender<()>,
    tally: Tally,
}

impl<'a> Fleet<'a> {
    fn start(
        options: &Options,
        emulator: &'a Emulator,
        setting: &Setting,
        nobody_has_one: Sender<()>,
    ) -> io::Result<Self> {
        let (tell, heard) = mpsc::channel();
        let setting = serde_json::to_string(setting)?;
        let start = |place| Process::start((place, 0), &setting, tell.clone());
        let processes = (0..options.workers).map(start).collect::<io::Result<_>>()?;
        let tally = Tally { workers: options.workers, ..Tally::default() };
        Ok(Self { emulator, setting, processes, heard, tell, nobody_has_one, tally })
    }

    fn until_it_is_over(mut self, time: Duration, logins: &AtomicU64) -> io::Result<Tally> {
        let start = Instant::now();
        let mut table = Table::new();
        let mut next_fault = start;
        while start.elapsed() < time {
            match self.heard.recv_timeout(Duration::from_millis(5)) {
                Ok((who, said)) => self.hear(who, said),
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {}
            }
            if next_fault <= Instant::now() {
                next_fault = Instant::now() + Duration::from_millis(20);
                self.somebody_has_bad_luck();
                self.care()?;
                self.tally.time = start.elapsed();
                self.tally.logins = logins.load(Ordering::Relaxed).saturating_sub(1);
                self.tally.see(self.emulator);
                table.draw(&self.tally)?;
            }
        }
        drop(self.processes);
        self.tally.see(self.emulator);
        Ok(self.tally)
    }

    fn hear(&mut self, who: Who, said: Said) {
        let Some(process) = self.processes.get_mut(who.0).filter(|process| process.who == who) else { return };
        let tally = &mut self.tally;
        match said {
            Said::Asked { times, generation } => {
                tally.asks += times;
                tally.generation = tally.generation.max(generation);
            }
            Said::Called { status } => tally.refused_by_api += u64::from(status == 401),
            // Where Alice is gone, it is over.
            Said::Stopped => drop(self.nobody_has_one.send(())),
            Said::Sending => {
                match faults::before_sending() {
                    Fate::GoesOn => {}
                    Fate::Dies => {
                        tally.killed_before += 1;
                        process.kill();
                    }
                    Fate::StandsStill => {
                        tally.pauses += 1;
                        process.stop(faults::pause());
                    }
                    Fate::LosesRequest => {
                        tally.lost += 1;
                        self.emulator.inject(Fault::CutBeforeActing);
                    }
                    Fate::LosesAnswer => {
                        tally.lost += 1;
                        self.emulator.inject(Fault::CutAfterActing);
                    }
                }
                process.go_on();
            }
            Said::Answered => {
                match faults::before_storing() {
                    Fate::Dies => {
                        tally.killed_after += 1;
                        process.kill();
                    }
                    Fate::StandsStill => {
                        tally.pauses += 1;
                        process.stop(faults::pause());
                    }
                    _ => {}
                }
                process.go_on();
            }
        }
    }

    fn somebody_has_bad_luck(&mut self) {
        let place = fastrand::usize(..self.processes.len());
        let process = &mut self.processes[place];
        match faults::at_any_time() {
            Fate::Dies => {
                self.tally.killed_elsewhere += 1;
                process.kill();
            }
            Fate::StandsStill if !process.stands_still() => {
                self.tally.pauses += 1;
                process.stop(faults::pause());
            }
            _ => {}
        }
    }

    /// Who is dead is replaced, and whose pause is over goes on.
    fn care(&mut self) -> io::Result<()> {
        (self.tally.alive, self.tally.still) = (0, 0);
        for process in &mut self.processes {
            process.continue_if_over();
            if process.is_alive() {
                self.tally.alive += 1;
                self.tally.still += usize::from(process.stands_still());
            } else {
                let (place, life) = process.who;
                *process = Process::start((place, life + 1), &self.setting, self.tell.clone())?;
            }
        }
        Ok(())
    }
}
