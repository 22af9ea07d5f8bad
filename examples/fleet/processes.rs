//! The processes of the workers: started, stopped, gone on with, and killed.

use std::{
    env,
    io::{self, BufRead, BufReader, Write},
    process::{Child, ChildStdin, Command, Stdio},
    sync::mpsc::Sender,
    thread,
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, kill_process};

use crate::worker::Said;

/// A worker, by its place in the fleet and how many stood there before it.
pub type Who = (usize, u32);

pub struct Process {
    child: Child,
    stdin: ChildStdin,
    pub who: Who,
    /// It stands still until then.
    still: Option<Instant>,
}

impl Process {
    /// Starts this program again as a worker; what it says goes to `heard`.
    pub fn start(who: Who, setting: &str, heard: Sender<(Who, Said)>) -> io::Result<Self> {
        let mut command = Command::new(env::current_exe()?);
        let mut child = command.arg("worker").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let (Some(mut stdin), Some(stdout)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(io::ErrorKind::BrokenPipe.into());
        };
        writeln!(stdin, "{setting}")?;
        thread::spawn(move || {
            let lines = BufReader::new(stdout).lines().map_while(Result::ok);
            for said in lines.filter_map(|line| serde_json::from_str(&line).ok()) {
                if heard.send((who, said)).is_err() {
                    return;
                }
            }
        });
        Ok(Self { child, stdin, who, still: None })
    }

    /// It waits for it, before and after a request.
    pub fn go_on(&mut self) {
        // It may have been killed meanwhile.
        let _ = writeln!(self.stdin);
    }

    pub fn is_alive(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    pub fn stands_still(&self) -> bool {
        self.still.is_some()
    }

    pub fn stop(&mut self, pause: Duration) {
        self.still = Some(Instant::now() + pause);
        self.signal(Signal::STOP);
    }

    /// Lets it go on, where its pause is over.
    pub fn continue_if_over(&mut self) {
        if self.still.is_some_and(|until| until <= Instant::now()) {
            self.still = None;
            self.signal(Signal::CONT);
        }
    }

    /// With `SIGKILL`: it has no time for anything.
    pub fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    fn signal(&self, signal: Signal) {
        let _ = kill_process(Pid::from_child(&self.child), signal);
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}
