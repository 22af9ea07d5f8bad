//! A worker, in a process of its own: it asks for tokens until it is killed.

use std::{
    io::{self, Write},
    process, thread,
    time::{Duration, Instant},
};

use super::{
    Failure, GRANTS,
    designs::{Got, Name, Work},
};

/// What a worker tells its parent, a line each.
pub enum Said {
    /// What it did since it said so last.
    Did(Work),
    /// There is no token for the grant of this number.
    Lost(usize),
}

impl Said {
    fn say(&self) {
        let line = match self {
            Self::Did(Work { asks, operations, swaps, refreshes, micros }) => {
                format!("did {asks} {operations} {swaps} {refreshes} {micros}\n")
            }
            Self::Lost(grant) => format!("lost {grant}\n"),
        };
        // Without a parent there is nobody to work for.
        if io::stdout().lock().write_all(line.as_bytes()).is_err() {
            process::exit(0);
        }
    }

    pub fn read(line: &str) -> Option<Self> {
        let (word, numbers) = line.split_once(' ')?;
        let numbers: Option<Vec<u64>> = numbers.split(' ').map(|number| number.parse().ok()).collect();
        match (word, &*numbers?) {
            ("did", &[asks, operations, swaps, refreshes, micros]) => {
                Some(Self::Did(Work { asks, operations, swaps, refreshes, micros }))
            }
            ("lost", &[grant]) => Some(Self::Lost(grant.try_into().ok()?)),
            _ => None,
        }
    }
}

pub fn work(name: Name, store: &str, origin: &str) -> Result<(), Failure> {
    // It may stand still when its parent ends.
    rustix::process::set_parent_process_death_signal(Some(rustix::process::Signal::KILL))?;
    let mut design = name.design(store, origin)?;
    let mut told = Instant::now();
    loop {
        let grant = fastrand::usize(..GRANTS);
        if let Got::Nothing = design.token(&key(grant)) {
            Said::Lost(grant).say();
            thread::sleep(Duration::from_millis(50));
        }
        if told.elapsed() > Duration::from_millis(50) {
            told = Instant::now();
            Said::Did(design.work()).say();
        }
        thread::sleep(Duration::from_millis(fastrand::u64(2..12)));
    }
}

pub fn key(grant: usize) -> String {
    format!("grant-{grant}")
}
